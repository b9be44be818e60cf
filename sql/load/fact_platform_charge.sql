-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_fact_platform_charge (
    source_id varchar(32),
    charge_id bigint,
    seller_id bigint,
    contract_id bigint,
    kind varchar(32),
    fy varchar(7),
    charged_date_key integer,
    charged_at timestamp,
    status varchar(32),
    base_value numeric(18,2),
    amount numeric(18,2),
    gst numeric(18,2),
    batch_seq bigint,
    attempt integer
)
diststyle key
distkey (seller_id);

-- step: create_incoming
create temp table incoming_fact_platform_charge (
    source_id varchar(32),
    charge_id bigint,
    seller_id bigint,
    contract_id bigint,
    kind varchar(32),
    fy varchar(7),
    charged_date_key integer,
    charged_at timestamp,
    status varchar(32),
    base_value numeric(18,2),
    amount numeric(18,2),
    gst numeric(18,2)
)
diststyle key
distkey (seller_id);

-- step: count_incoming
select
    count(*),
    sum(base_value),
    sum(amount),
    sum(gst)
from incoming_fact_platform_charge;

-- step: keep_incoming
insert into stage_fact_platform_charge (
    source_id,
    charge_id,
    seller_id,
    contract_id,
    kind,
    fy,
    charged_date_key,
    charged_at,
    status,
    base_value,
    amount,
    gst,
    batch_seq,
    attempt
)
select
    source_id,
    charge_id,
    seller_id,
    contract_id,
    kind,
    fy,
    charged_date_key,
    charged_at,
    status,
    base_value,
    amount,
    gst,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_fact_platform_charge;

drop table incoming_fact_platform_charge;

analyze stage_fact_platform_charge;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'charge_id=' || coalesce(cast(charge_id as varchar), 'null') as example
    from stage_fact_platform_charge
    group by source_id, charge_id, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_fact_platform_charge.source_id as varchar), 'null') || ' ' || 'charge_id=' || coalesce(cast(stage_fact_platform_charge.charge_id as varchar), 'null')) as example
from stage_fact_platform_charge
left join stage_root
    on stage_root.source_id = stage_fact_platform_charge.source_id
    and stage_root.batch_seq = stage_fact_platform_charge.batch_seq
    and stage_root.attempt = stage_fact_platform_charge.attempt
    and stage_root.aggregate = 'platform_charge'
    and stage_root.root_id = stage_fact_platform_charge.charge_id
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: remember_replaced
create temp table replaced_fact_platform_charge
diststyle key
distkey (seller_id)
as
select
    present.source_id,
    present.charge_id,
    present.dw_inserted_at
from mart.fact_platform_charge as present
join touched_root
    on touched_root.aggregate = 'platform_charge'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.charge_id;

-- step: count_removed
create temp table changed_fact_platform_charge as
select
    source_id,
    bucket,
    -count(*) as row_count,
    -coalesce(sum(base_value), 0) as base_value,
    -coalesce(sum(amount), 0) as amount,
    -coalesce(sum(gst), 0) as gst,
    -sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    -sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.charge_id / 1000 as bucket,
        present.base_value,
        present.amount,
        present.gst,
        md5(
            coalesce(cast(present.charge_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.kind) as varchar) || ':' || present.kind, '-') || ',' ||
            coalesce(cast(length(present.fy) as varchar) || ':' || present.fy, '-') || ',' ||
            coalesce(to_char(present.charged_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-') || ',' ||
            coalesce(cast(present.base_value as varchar), '-') || ',' ||
            coalesce(cast(present.amount as varchar), '-') || ',' ||
            coalesce(cast(present.gst as varchar), '-')
        ) as row_hash
    from mart.fact_platform_charge as present
    join touched_root
        on touched_root.aggregate = 'platform_charge'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.charge_id
) as hashed
group by source_id, bucket;

-- step: remove
delete from mart.fact_platform_charge
using touched_root
where touched_root.aggregate = 'platform_charge'
    and touched_root.source_id = fact_platform_charge.source_id
    and touched_root.root_id = fact_platform_charge.charge_id;

-- step: rekey_seller_key
update mart.fact_platform_charge
set
    seller_key = version.seller_key,
    dw_updated_at = getdate()
from stale_dim_seller as stale
join mart.dim_seller as version
    on version.source_id = stale.source_id
    and version.seller_id = stale.seller_id
where stale.is_moved
    and fact_platform_charge.seller_key = stale.old_key
    and fact_platform_charge.source_id = stale.source_id
    and fact_platform_charge.seller_id = stale.seller_id
    and fact_platform_charge.charged_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_platform_charge.charged_at
    and version.valid_to > fact_platform_charge.charged_at
    and fact_platform_charge.seller_key <> version.seller_key;

-- step: insert
insert into mart.fact_platform_charge (
    source_id,
    charge_id,
    seller_id,
    contract_id,
    kind,
    fy,
    seller_key,
    charged_date_key,
    charged_at,
    status,
    base_value,
    amount,
    gst,
    batch_id,
    source_version,
    dw_inserted_at,
    dw_updated_at
)
select
    staged.source_id,
    staged.charge_id,
    staged.seller_id,
    staged.contract_id,
    staged.kind,
    staged.fy,
    case when staged.seller_id is null then -2 else coalesce(seller.seller_key, -1) end as seller_key,
    staged.charged_date_key,
    staged.charged_at,
    staged.status,
    staged.base_value,
    staged.amount,
    staged.gst,
    staged.source_id || '-' || lpad(cast(staged.batch_seq as varchar), 10, '0') as batch_id,
    staged.batch_seq as source_version,
    coalesce(replaced.dw_inserted_at, getdate()) as dw_inserted_at,
    getdate() as dw_updated_at
from stage_fact_platform_charge as staged
join touched_root
    on touched_root.aggregate = 'platform_charge'
    and touched_root.source_id = staged.source_id
    and touched_root.root_id = staged.charge_id
    and touched_root.batch_seq = staged.batch_seq
    and touched_root.attempt = staged.attempt
left join mart.dim_seller as seller
    on seller.source_id = staged.source_id
    and seller.seller_id = staged.seller_id
    and seller.valid_from <= staged.charged_at
    and seller.valid_to > staged.charged_at
left join replaced_fact_platform_charge as replaced
    on replaced.source_id = staged.source_id
    and replaced.charge_id = staged.charge_id;

-- step: count_inserted
insert into changed_fact_platform_charge (
    source_id,
    bucket,
    row_count,
    base_value,
    amount,
    gst,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(base_value), 0) as base_value,
    coalesce(sum(amount), 0) as amount,
    coalesce(sum(gst), 0) as gst,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.charge_id / 1000 as bucket,
        present.base_value,
        present.amount,
        present.gst,
        md5(
            coalesce(cast(present.charge_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.kind) as varchar) || ':' || present.kind, '-') || ',' ||
            coalesce(cast(length(present.fy) as varchar) || ':' || present.fy, '-') || ',' ||
            coalesce(to_char(present.charged_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-') || ',' ||
            coalesce(cast(present.base_value as varchar), '-') || ',' ||
            coalesce(cast(present.amount as varchar), '-') || ',' ||
            coalesce(cast(present.gst as varchar), '-')
        ) as row_hash
    from mart.fact_platform_charge as present
    join touched_root
        on touched_root.aggregate = 'platform_charge'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.charge_id
) as hashed
group by source_id, bucket;

-- step: keep_digests
create temp table digest_fact_platform_charge as
select
    held.source_id,
    held.bucket,
    sum(held.row_count) as row_count,
    sum(held.base_value) as base_value,
    sum(held.amount) as amount,
    sum(held.gst) as gst,
    sum(held.hash_1) as hash_1,
    sum(held.hash_2) as hash_2
from (
    select
        kept.source_id,
        kept.bucket,
        kept.row_count,
        kept.base_value,
        kept.amount,
        kept.gst,
        kept.hash_1,
        kept.hash_2
    from ops.fact_platform_charge_digest as kept
    join (
        select distinct
            source_id,
            bucket
        from changed_fact_platform_charge
    ) as changed
        on changed.source_id = kept.source_id
        and changed.bucket = kept.bucket
    union all
    select
        source_id,
        bucket,
        row_count,
        base_value,
        amount,
        gst,
        hash_1,
        hash_2
    from changed_fact_platform_charge
) as held
group by held.source_id, held.bucket;

delete from ops.fact_platform_charge_digest
using digest_fact_platform_charge
where digest_fact_platform_charge.source_id = fact_platform_charge_digest.source_id
    and digest_fact_platform_charge.bucket = fact_platform_charge_digest.bucket;

insert into ops.fact_platform_charge_digest (
    source_id,
    bucket,
    row_count,
    base_value,
    amount,
    gst,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    row_count,
    base_value,
    amount,
    gst,
    hash_1,
    hash_2
from digest_fact_platform_charge
where row_count <> 0
    or base_value <> 0
    or amount <> 0
    or gst <> 0
    or hash_1 <> 0
    or hash_2 <> 0;

-- step: analyze
analyze mart.fact_platform_charge;

-- step: check
select 'the key stands twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'charge_id=' || coalesce(cast(present.charge_id as varchar), 'null') as example
    from mart.fact_platform_charge as present
join touched_root
    on touched_root.aggregate = 'platform_charge'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.charge_id
    group by present.source_id, present.charge_id
    having count(*) > 1
) as twice
having count(*) > 0;

select
    case
        when seller.seller_key is null then 'seller_key is not in dim_seller'
        when charged_date.date_key is null then 'charged_date_key is not in dim_date'
    end as problem,
    min('source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'charge_id=' || coalesce(cast(present.charge_id as varchar), 'null') || ' ' || 'seller_key=' || coalesce(cast(present.seller_key as varchar), 'null') || ' ' || 'charged_date_key=' || coalesce(cast(present.charged_date_key as varchar), 'null')) as example
from mart.fact_platform_charge as present
join touched_root
    on touched_root.aggregate = 'platform_charge'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.charge_id
left join mart.dim_seller as seller
    on seller.seller_key = present.seller_key
left join mart.dim_date as charged_date
    on charged_date.date_key = present.charged_date_key
where seller.seller_key is null
    or charged_date.date_key is null
group by 1;

-- step: count_digests_anew
delete from ops.fact_platform_charge_digest;

insert into ops.fact_platform_charge_digest (
    source_id,
    bucket,
    row_count,
    base_value,
    amount,
    gst,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(base_value), 0) as base_value,
    coalesce(sum(amount), 0) as amount,
    coalesce(sum(gst), 0) as gst,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.charge_id / 1000 as bucket,
        present.base_value,
        present.amount,
        present.gst,
        md5(
            coalesce(cast(present.charge_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.kind) as varchar) || ':' || present.kind, '-') || ',' ||
            coalesce(cast(length(present.fy) as varchar) || ':' || present.fy, '-') || ',' ||
            coalesce(to_char(present.charged_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-') || ',' ||
            coalesce(cast(present.base_value as varchar), '-') || ',' ||
            coalesce(cast(present.amount as varchar), '-') || ',' ||
            coalesce(cast(present.gst as varchar), '-')
        ) as row_hash
    from mart.fact_platform_charge as present
) as hashed
group by source_id, bucket;
