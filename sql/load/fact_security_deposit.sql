-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_fact_security_deposit (
    source_id varchar(32),
    deposit_id bigint,
    kind varchar(32),
    bid_id bigint,
    contract_id bigint,
    seller_id bigint,
    mode varchar(32),
    status varchar(32),
    held_date_key integer,
    released_date_key integer,
    held_at timestamp,
    valid_until timestamp,
    released_at timestamp,
    amount numeric(18,2),
    held_days integer,
    is_forfeited boolean,
    batch_seq bigint,
    attempt integer
)
diststyle even;

-- step: create_incoming
create temp table incoming_fact_security_deposit (
    source_id varchar(32),
    deposit_id bigint,
    kind varchar(32),
    bid_id bigint,
    contract_id bigint,
    seller_id bigint,
    mode varchar(32),
    status varchar(32),
    held_date_key integer,
    released_date_key integer,
    held_at timestamp,
    valid_until timestamp,
    released_at timestamp,
    amount numeric(18,2),
    held_days integer,
    is_forfeited boolean
)
diststyle even;

-- step: count_incoming
select
    count(*),
    sum(amount)
from incoming_fact_security_deposit;

-- step: keep_incoming
insert into stage_fact_security_deposit (
    source_id,
    deposit_id,
    kind,
    bid_id,
    contract_id,
    seller_id,
    mode,
    status,
    held_date_key,
    released_date_key,
    held_at,
    valid_until,
    released_at,
    amount,
    held_days,
    is_forfeited,
    batch_seq,
    attempt
)
select
    source_id,
    deposit_id,
    kind,
    bid_id,
    contract_id,
    seller_id,
    mode,
    status,
    held_date_key,
    released_date_key,
    held_at,
    valid_until,
    released_at,
    amount,
    held_days,
    is_forfeited,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_fact_security_deposit;

drop table incoming_fact_security_deposit;

analyze stage_fact_security_deposit;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'deposit_id=' || coalesce(cast(deposit_id as varchar), 'null') as example
    from stage_fact_security_deposit
    group by source_id, deposit_id, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_fact_security_deposit.source_id as varchar), 'null') || ' ' || 'deposit_id=' || coalesce(cast(stage_fact_security_deposit.deposit_id as varchar), 'null')) as example
from stage_fact_security_deposit
left join stage_root
    on stage_root.source_id = stage_fact_security_deposit.source_id
    and stage_root.batch_seq = stage_fact_security_deposit.batch_seq
    and stage_root.attempt = stage_fact_security_deposit.attempt
    and stage_root.aggregate = 'security_deposit'
    and stage_root.root_id = stage_fact_security_deposit.deposit_id
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: remember_replaced
create temp table replaced_fact_security_deposit
diststyle even
as
select
    present.source_id,
    present.deposit_id,
    present.dw_inserted_at
from mart.fact_security_deposit as present
join touched_root
    on touched_root.aggregate = 'security_deposit'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.deposit_id;

-- step: count_removed
create temp table changed_fact_security_deposit as
select
    source_id,
    bucket,
    -count(*) as row_count,
    -coalesce(sum(amount), 0) as amount,
    -sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    -sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.deposit_id / 1000 as bucket,
        present.amount,
        md5(
            coalesce(cast(present.deposit_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.kind) as varchar) || ':' || present.kind, '-') || ',' ||
            coalesce(cast(present.bid_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.mode) as varchar) || ':' || present.mode, '-') || ',' ||
            coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-') || ',' ||
            coalesce(to_char(present.held_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.valid_until, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.released_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.amount as varchar), '-')
        ) as row_hash
    from mart.fact_security_deposit as present
    join touched_root
        on touched_root.aggregate = 'security_deposit'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.deposit_id
) as hashed
group by source_id, bucket;

-- step: remove
delete from mart.fact_security_deposit
using touched_root
where touched_root.aggregate = 'security_deposit'
    and touched_root.source_id = fact_security_deposit.source_id
    and touched_root.root_id = fact_security_deposit.deposit_id;

-- step: rekey_seller_key
update mart.fact_security_deposit
set
    seller_key = version.seller_key,
    dw_updated_at = getdate()
from stale_dim_seller as stale
join mart.dim_seller as version
    on version.source_id = stale.source_id
    and version.seller_id = stale.seller_id
where stale.is_moved
    and fact_security_deposit.seller_key = stale.old_key
    and fact_security_deposit.source_id = stale.source_id
    and fact_security_deposit.seller_id = stale.seller_id
    and fact_security_deposit.held_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_security_deposit.held_at
    and version.valid_to > fact_security_deposit.held_at
    and fact_security_deposit.seller_key <> version.seller_key;

-- step: insert
insert into mart.fact_security_deposit (
    source_id,
    deposit_id,
    kind,
    bid_id,
    contract_id,
    seller_id,
    mode,
    status,
    seller_key,
    held_date_key,
    released_date_key,
    held_at,
    valid_until,
    released_at,
    amount,
    held_days,
    is_forfeited,
    batch_id,
    source_version,
    dw_inserted_at,
    dw_updated_at
)
select
    staged.source_id,
    staged.deposit_id,
    staged.kind,
    staged.bid_id,
    staged.contract_id,
    staged.seller_id,
    staged.mode,
    staged.status,
    case when staged.seller_id is null then -2 else coalesce(seller.seller_key, -1) end as seller_key,
    staged.held_date_key,
    staged.released_date_key,
    staged.held_at,
    staged.valid_until,
    staged.released_at,
    staged.amount,
    staged.held_days,
    staged.is_forfeited,
    staged.source_id || '-' || lpad(cast(staged.batch_seq as varchar), 10, '0') as batch_id,
    staged.batch_seq as source_version,
    coalesce(replaced.dw_inserted_at, getdate()) as dw_inserted_at,
    getdate() as dw_updated_at
from stage_fact_security_deposit as staged
join touched_root
    on touched_root.aggregate = 'security_deposit'
    and touched_root.source_id = staged.source_id
    and touched_root.root_id = staged.deposit_id
    and touched_root.batch_seq = staged.batch_seq
    and touched_root.attempt = staged.attempt
left join mart.dim_seller as seller
    on seller.source_id = staged.source_id
    and seller.seller_id = staged.seller_id
    and seller.valid_from <= staged.held_at
    and seller.valid_to > staged.held_at
left join replaced_fact_security_deposit as replaced
    on replaced.source_id = staged.source_id
    and replaced.deposit_id = staged.deposit_id;

-- step: count_inserted
insert into changed_fact_security_deposit (
    source_id,
    bucket,
    row_count,
    amount,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(amount), 0) as amount,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.deposit_id / 1000 as bucket,
        present.amount,
        md5(
            coalesce(cast(present.deposit_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.kind) as varchar) || ':' || present.kind, '-') || ',' ||
            coalesce(cast(present.bid_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.mode) as varchar) || ':' || present.mode, '-') || ',' ||
            coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-') || ',' ||
            coalesce(to_char(present.held_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.valid_until, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.released_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.amount as varchar), '-')
        ) as row_hash
    from mart.fact_security_deposit as present
    join touched_root
        on touched_root.aggregate = 'security_deposit'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.deposit_id
) as hashed
group by source_id, bucket;

-- step: keep_digests
create temp table digest_fact_security_deposit as
select
    held.source_id,
    held.bucket,
    sum(held.row_count) as row_count,
    sum(held.amount) as amount,
    sum(held.hash_1) as hash_1,
    sum(held.hash_2) as hash_2
from (
    select
        kept.source_id,
        kept.bucket,
        kept.row_count,
        kept.amount,
        kept.hash_1,
        kept.hash_2
    from ops.fact_security_deposit_digest as kept
    join (
        select distinct
            source_id,
            bucket
        from changed_fact_security_deposit
    ) as changed
        on changed.source_id = kept.source_id
        and changed.bucket = kept.bucket
    union all
    select
        source_id,
        bucket,
        row_count,
        amount,
        hash_1,
        hash_2
    from changed_fact_security_deposit
) as held
group by held.source_id, held.bucket;

delete from ops.fact_security_deposit_digest
using digest_fact_security_deposit
where digest_fact_security_deposit.source_id = fact_security_deposit_digest.source_id
    and digest_fact_security_deposit.bucket = fact_security_deposit_digest.bucket;

insert into ops.fact_security_deposit_digest (
    source_id,
    bucket,
    row_count,
    amount,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    row_count,
    amount,
    hash_1,
    hash_2
from digest_fact_security_deposit
where row_count <> 0
    or amount <> 0
    or hash_1 <> 0
    or hash_2 <> 0;

-- step: analyze
analyze mart.fact_security_deposit;

-- step: check
select 'the key stands twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'deposit_id=' || coalesce(cast(present.deposit_id as varchar), 'null') as example
    from mart.fact_security_deposit as present
join touched_root
    on touched_root.aggregate = 'security_deposit'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.deposit_id
    group by present.source_id, present.deposit_id
    having count(*) > 1
) as twice
having count(*) > 0;

select
    case
        when seller.seller_key is null then 'seller_key is not in dim_seller'
        when held_date.date_key is null then 'held_date_key is not in dim_date'
        when released_date.date_key is null then 'released_date_key is not in dim_date'
    end as problem,
    min('source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'deposit_id=' || coalesce(cast(present.deposit_id as varchar), 'null') || ' ' || 'seller_key=' || coalesce(cast(present.seller_key as varchar), 'null') || ' ' || 'held_date_key=' || coalesce(cast(present.held_date_key as varchar), 'null') || ' ' || 'released_date_key=' || coalesce(cast(present.released_date_key as varchar), 'null')) as example
from mart.fact_security_deposit as present
join touched_root
    on touched_root.aggregate = 'security_deposit'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.deposit_id
left join mart.dim_seller as seller
    on seller.seller_key = present.seller_key
left join mart.dim_date as held_date
    on held_date.date_key = present.held_date_key
left join mart.dim_date as released_date
    on released_date.date_key = present.released_date_key
where seller.seller_key is null
    or held_date.date_key is null
    or released_date.date_key is null
group by 1;

-- step: count_digests_anew
delete from ops.fact_security_deposit_digest;

insert into ops.fact_security_deposit_digest (
    source_id,
    bucket,
    row_count,
    amount,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(amount), 0) as amount,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.deposit_id / 1000 as bucket,
        present.amount,
        md5(
            coalesce(cast(present.deposit_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.kind) as varchar) || ':' || present.kind, '-') || ',' ||
            coalesce(cast(present.bid_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.mode) as varchar) || ':' || present.mode, '-') || ',' ||
            coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-') || ',' ||
            coalesce(to_char(present.held_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.valid_until, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.released_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.amount as varchar), '-')
        ) as row_hash
    from mart.fact_security_deposit as present
) as hashed
group by source_id, bucket;
