-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_dim_seller (
    source_id varchar(32),
    seller_id bigint,
    seller_name varchar(512),
    constitution varchar(32),
    seller_type varchar(32),
    status varchar(32),
    registered_on date,
    state_code varchar(2),
    pincode varchar(6),
    gst_state_code varchar(2),
    gstin_count integer,
    udyam_no varchar(32),
    size varchar(32),
    is_mse boolean,
    is_ppp_mse boolean,
    is_trader boolean,
    is_women_owned boolean,
    social_category varchar(32),
    is_scst boolean,
    is_startup boolean,
    is_shg boolean,
    is_artisan boolean,
    observed_at timestamp,
    segment_from timestamp,
    batch_seq bigint,
    attempt integer
);

-- step: create_incoming
create temp table incoming_dim_seller (
    source_id varchar(32),
    seller_id bigint,
    seller_name varchar(512),
    constitution varchar(32),
    seller_type varchar(32),
    status varchar(32),
    registered_on date,
    state_code varchar(2),
    pincode varchar(6),
    gst_state_code varchar(2),
    gstin_count integer,
    udyam_no varchar(32),
    size varchar(32),
    is_mse boolean,
    is_ppp_mse boolean,
    is_trader boolean,
    is_women_owned boolean,
    social_category varchar(32),
    is_scst boolean,
    is_startup boolean,
    is_shg boolean,
    is_artisan boolean,
    observed_at timestamp,
    segment_from timestamp
);

-- step: count_incoming
select
    count(*)
from incoming_dim_seller;

-- step: keep_incoming
insert into stage_dim_seller (
    source_id,
    seller_id,
    seller_name,
    constitution,
    seller_type,
    status,
    registered_on,
    state_code,
    pincode,
    gst_state_code,
    gstin_count,
    udyam_no,
    size,
    is_mse,
    is_ppp_mse,
    is_trader,
    is_women_owned,
    social_category,
    is_scst,
    is_startup,
    is_shg,
    is_artisan,
    observed_at,
    segment_from,
    batch_seq,
    attempt
)
select
    source_id,
    seller_id,
    seller_name,
    constitution,
    seller_type,
    status,
    registered_on,
    state_code,
    pincode,
    gst_state_code,
    gstin_count,
    udyam_no,
    size,
    is_mse,
    is_ppp_mse,
    is_trader,
    is_women_owned,
    social_category,
    is_scst,
    is_startup,
    is_shg,
    is_artisan,
    observed_at,
    segment_from,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_dim_seller;

drop table incoming_dim_seller;

analyze stage_dim_seller;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'seller_id=' || coalesce(cast(seller_id as varchar), 'null') || ' ' || 'segment_from=' || coalesce(cast(segment_from as varchar), 'null') as example
    from stage_dim_seller
    group by source_id, seller_id, segment_from, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_dim_seller.source_id as varchar), 'null') || ' ' || 'seller_id=' || coalesce(cast(stage_dim_seller.seller_id as varchar), 'null') || ' ' || 'segment_from=' || coalesce(cast(stage_dim_seller.segment_from as varchar), 'null')) as example
from stage_dim_seller
left join stage_root
    on stage_root.source_id = stage_dim_seller.source_id
    and stage_root.batch_seq = stage_dim_seller.batch_seq
    and stage_root.attempt = stage_dim_seller.attempt
    and stage_root.aggregate = 'seller'
    and stage_root.root_id = stage_dim_seller.seller_id
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: observe
create temp table unseen_dim_seller as
with staged as (
    select
        source_id,
        seller_id,
        seller_name,
        constitution,
        seller_type,
        status,
        registered_on,
        state_code,
        pincode,
        gst_state_code,
        gstin_count,
        udyam_no,
        size,
        is_mse,
        is_ppp_mse,
        is_trader,
        is_women_owned,
        social_category,
        is_scst,
        is_startup,
        is_shg,
        is_artisan,
        observed_at,
        segment_from,
        batch_seq,
        attempt,
        max(attempt) over (partition by source_id, seller_id, batch_seq) as newest_attempt
    from stage_dim_seller
)
select
    staged.source_id,
    staged.seller_id,
    staged.seller_name,
    staged.constitution,
    staged.seller_type,
    staged.status,
    staged.registered_on,
    staged.state_code,
    staged.pincode,
    staged.gst_state_code,
    staged.gstin_count,
    staged.udyam_no,
    staged.size,
    staged.is_mse,
    staged.is_ppp_mse,
    staged.is_trader,
    staged.is_women_owned,
    staged.social_category,
    staged.is_scst,
    staged.is_startup,
    staged.is_shg,
    staged.is_artisan,
    staged.observed_at,
    staged.segment_from,
    staged.batch_seq,
    staged.attempt,
    md5(
        coalesce(to_char(staged.segment_from, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
        coalesce(cast(length(staged.seller_name) as varchar) || ':' || staged.seller_name, '-') || ',' ||
        coalesce(cast(length(staged.constitution) as varchar) || ':' || staged.constitution, '-') || ',' ||
        coalesce(cast(length(staged.seller_type) as varchar) || ':' || staged.seller_type, '-') || ',' ||
        coalesce(cast(length(staged.status) as varchar) || ':' || staged.status, '-') || ',' ||
        coalesce(to_char(staged.registered_on, 'YYYY-MM-DD'), '-') || ',' ||
        coalesce(cast(length(staged.state_code) as varchar) || ':' || staged.state_code, '-') || ',' ||
        coalesce(cast(length(staged.pincode) as varchar) || ':' || staged.pincode, '-') || ',' ||
        coalesce(cast(length(staged.gst_state_code) as varchar) || ':' || staged.gst_state_code, '-') || ',' ||
        coalesce(cast(staged.gstin_count as varchar), '-') || ',' ||
        coalesce(cast(length(staged.udyam_no) as varchar) || ':' || staged.udyam_no, '-') || ',' ||
        coalesce(cast(length(staged.size) as varchar) || ':' || staged.size, '-') || ',' ||
        case when staged.is_mse then 't' when not staged.is_mse then 'f' else '-' end || ',' ||
        case when staged.is_ppp_mse then 't' when not staged.is_ppp_mse then 'f' else '-' end || ',' ||
        case when staged.is_trader then 't' when not staged.is_trader then 'f' else '-' end || ',' ||
        case when staged.is_women_owned then 't' when not staged.is_women_owned then 'f' else '-' end || ',' ||
        coalesce(cast(length(staged.social_category) as varchar) || ':' || staged.social_category, '-') || ',' ||
        case when staged.is_scst then 't' when not staged.is_scst then 'f' else '-' end || ',' ||
        case when staged.is_startup then 't' when not staged.is_startup then 'f' else '-' end || ',' ||
        case when staged.is_shg then 't' when not staged.is_shg then 'f' else '-' end || ',' ||
        case when staged.is_artisan then 't' when not staged.is_artisan then 'f' else '-' end
    ) as segment_hash
from staged
left join ops.dim_seller_version as known
    on known.source_id = staged.source_id
    and known.seller_id = staged.seller_id
    and known.batch_seq = staged.batch_seq
    and known.attempt >= staged.attempt
where staged.attempt = staged.newest_attempt
    and known.batch_seq is null;

create temp table hashed_dim_seller as
select
    source_id,
    seller_id,
    batch_seq,
    max(observed_at) as observed_at,
    md5(listagg(segment_hash, ',') within group (order by segment_from)) as observation_hash
from unseen_dim_seller
group by source_id, seller_id, batch_seq;

create temp table fresh_dim_seller as
select
    unseen.source_id,
    unseen.seller_id,
    unseen.batch_seq,
    unseen.attempt,
    hashed.observed_at,
    log.snapshot_at,
    unseen.segment_from,
    hashed.observation_hash,
    unseen.seller_name,
    unseen.constitution,
    unseen.seller_type,
    unseen.status,
    unseen.registered_on,
    unseen.state_code,
    unseen.pincode,
    unseen.gst_state_code,
    unseen.gstin_count,
    unseen.udyam_no,
    unseen.size,
    unseen.is_mse,
    unseen.is_ppp_mse,
    unseen.is_trader,
    unseen.is_women_owned,
    unseen.social_category,
    unseen.is_scst,
    unseen.is_startup,
    unseen.is_shg,
    unseen.is_artisan
from unseen_dim_seller as unseen
join hashed_dim_seller as hashed
    on hashed.source_id = unseen.source_id
    and hashed.seller_id = unseen.seller_id
    and hashed.batch_seq = unseen.batch_seq
join ops.load_log as log
    on log.source_id = unseen.source_id
    and log.batch_seq = unseen.batch_seq
    and log.attempt = unseen.attempt;

create temp table replaced_dim_seller as
select distinct
    fresh.source_id,
    fresh.seller_id
from fresh_dim_seller as fresh
join ops.dim_seller_version as known
    on known.source_id = fresh.source_id
    and known.seller_id = fresh.seller_id
    and known.batch_seq = fresh.batch_seq;

delete from ops.dim_seller_version
using fresh_dim_seller
where dim_seller_version.source_id = fresh_dim_seller.source_id
    and dim_seller_version.seller_id = fresh_dim_seller.seller_id
    and dim_seller_version.batch_seq = fresh_dim_seller.batch_seq;

insert into ops.dim_seller_version (
    source_id,
    seller_id,
    batch_seq,
    attempt,
    observed_at,
    snapshot_at,
    segment_from,
    observation_hash,
    seller_name,
    constitution,
    seller_type,
    status,
    registered_on,
    state_code,
    pincode,
    gst_state_code,
    gstin_count,
    udyam_no,
    size,
    is_mse,
    is_ppp_mse,
    is_trader,
    is_women_owned,
    social_category,
    is_scst,
    is_startup,
    is_shg,
    is_artisan
)
select
    source_id,
    seller_id,
    batch_seq,
    attempt,
    observed_at,
    snapshot_at,
    segment_from,
    observation_hash,
    seller_name,
    constitution,
    seller_type,
    status,
    registered_on,
    state_code,
    pincode,
    gst_state_code,
    gstin_count,
    udyam_no,
    size,
    is_mse,
    is_ppp_mse,
    is_trader,
    is_women_owned,
    social_category,
    is_scst,
    is_startup,
    is_shg,
    is_artisan
from fresh_dim_seller;

-- step: analyze_memory
analyze ops.dim_seller_version;

-- step: touch
create temp table timeline_dim_seller as
with observation as (
    select distinct
        known.source_id,
        known.seller_id,
        known.batch_seq,
        known.observed_at,
        known.snapshot_at,
        known.observation_hash
    from ops.dim_seller_version as known
    join (select distinct source_id, seller_id from fresh_dim_seller) as seen
        on seen.source_id = known.source_id
        and seen.seller_id = known.seller_id
),
step as (
    select
        source_id,
        seller_id,
        batch_seq,
        observed_at,
        snapshot_at,
        observation_hash,
        max(observed_at) over (partition by source_id, seller_id order by batch_seq rows between unbounded preceding and 1 preceding) as newest_before,
        lag(observation_hash) over (partition by source_id, seller_id order by batch_seq) as hash_before,
        lead(batch_seq) over (partition by source_id, seller_id order by batch_seq) as seq_after
    from observation
)
select
    source_id,
    seller_id,
    batch_seq,
    observation_hash,
    hash_before,
    seq_after,
    observed_at > newest_before as tells_newer,
    max(
        case
            when observation_hash <> hash_before and observed_at <= newest_before then snapshot_at
            else observed_at
        end
    ) over (partition by source_id, seller_id order by batch_seq rows unbounded preceding) as takes_over_at
from step;

create temp table touched_dim_seller as
select
    timeline.source_id,
    timeline.seller_id
from timeline_dim_seller as timeline
join fresh_dim_seller as fresh
    on fresh.source_id = timeline.source_id
    and fresh.seller_id = timeline.seller_id
    and fresh.batch_seq = timeline.batch_seq
where timeline.hash_before is null
    or timeline.hash_before <> timeline.observation_hash
    or (timeline.seq_after is not null and timeline.tells_newer)
union
select
    source_id,
    seller_id
from replaced_dim_seller;

-- step: publish
create temp table change_dim_seller as
select
    timeline.source_id,
    timeline.seller_id,
    timeline.batch_seq,
    timeline.hash_before,
    timeline.takes_over_at,
    max(timeline.batch_seq) over (partition by timeline.source_id, timeline.seller_id) as newest_seq
from timeline_dim_seller as timeline
join touched_dim_seller as touched
    on touched.source_id = timeline.source_id
    and touched.seller_id = timeline.seller_id
where timeline.hash_before is null or timeline.hash_before <> timeline.observation_hash;

create temp table observed_dim_seller as
select
    known.source_id,
    known.seller_id,
    known.batch_seq,
    known.segment_from,
    known.seller_name,
    known.constitution,
    known.seller_type,
    known.status,
    known.registered_on,
    known.state_code,
    known.pincode,
    known.gst_state_code,
    known.gstin_count,
    known.udyam_no,
    known.size,
    known.is_mse,
    known.is_ppp_mse,
    known.is_trader,
    known.is_women_owned,
    known.social_category,
    known.is_scst,
    known.is_startup,
    known.is_shg,
    known.is_artisan,
    change.newest_seq,
    row_number() over (
        partition by known.source_id, known.seller_id, known.batch_seq
        order by known.segment_from
    ) as segment_no
from ops.dim_seller_version as known
join change_dim_seller as change
    on change.source_id = known.source_id
    and change.seller_id = known.seller_id
    and change.batch_seq = known.batch_seq;

create temp table rebuilt_dim_seller as
with boundary as (
    select
        source_id,
        seller_id,
        newest_seq,
        case
            when hash_before is null then cast('1900-01-01 00:00:00' as timestamp)
            else takes_over_at
        end as valid_from,
        batch_seq as base_seq,
        cast(null as timestamp) as segment_from
    from change_dim_seller
    union all
    select
        source_id,
        seller_id,
        newest_seq,
        segment_from as valid_from,
        cast(null as bigint) as base_seq,
        segment_from
    from observed_dim_seller
    where batch_seq = newest_seq
),
instant as (
    select
        source_id,
        seller_id,
        newest_seq,
        valid_from,
        max(base_seq) as base_seq,
        max(segment_from) as segment_from
    from boundary
    group by source_id, seller_id, newest_seq, valid_from
),
governed as (
    select
        source_id,
        seller_id,
        newest_seq,
        valid_from,
        max(base_seq) over (partition by source_id, seller_id order by valid_from rows unbounded preceding) as base_seq,
        max(segment_from) over (partition by source_id, seller_id order by valid_from rows unbounded preceding) as segment_from
    from instant
),
described as (
    select
        governed.source_id,
        governed.seller_id,
        governed.valid_from,
        governed.newest_seq as version_seq,
        base.seller_name,
        base.constitution,
        base.seller_type,
        base.status,
        base.registered_on,
        base.state_code,
        base.pincode,
        base.gst_state_code,
        base.gstin_count,
        segment.udyam_no,
        segment.size,
        segment.is_mse,
        segment.is_ppp_mse,
        segment.is_trader,
        segment.is_women_owned,
        segment.social_category,
        segment.is_scst,
        segment.is_startup,
        segment.is_shg,
        segment.is_artisan
    from governed
    join observed_dim_seller as base
        on base.source_id = governed.source_id
        and base.seller_id = governed.seller_id
        and base.batch_seq = governed.base_seq
        and base.segment_no = 1
    left join observed_dim_seller as segment
        on segment.source_id = governed.source_id
        and segment.seller_id = governed.seller_id
        and segment.batch_seq = governed.newest_seq
        and segment.segment_from = governed.segment_from
),
hashed as (
    select
        source_id,
        seller_id,
        seller_name,
        constitution,
        seller_type,
        status,
        registered_on,
        state_code,
        pincode,
        gst_state_code,
        gstin_count,
        udyam_no,
        size,
        is_mse,
        is_ppp_mse,
        is_trader,
        is_women_owned,
        social_category,
        is_scst,
        is_startup,
        is_shg,
        is_artisan,
        valid_from,
        version_seq,
        md5(
            coalesce(cast(length(described.seller_name) as varchar) || ':' || described.seller_name, '-') || ',' ||
            coalesce(cast(length(described.constitution) as varchar) || ':' || described.constitution, '-') || ',' ||
            coalesce(cast(length(described.seller_type) as varchar) || ':' || described.seller_type, '-') || ',' ||
            coalesce(cast(length(described.status) as varchar) || ':' || described.status, '-') || ',' ||
            coalesce(to_char(described.registered_on, 'YYYY-MM-DD'), '-') || ',' ||
            coalesce(cast(length(described.state_code) as varchar) || ':' || described.state_code, '-') || ',' ||
            coalesce(cast(length(described.pincode) as varchar) || ':' || described.pincode, '-') || ',' ||
            coalesce(cast(length(described.gst_state_code) as varchar) || ':' || described.gst_state_code, '-') || ',' ||
            coalesce(cast(described.gstin_count as varchar), '-') || ',' ||
            coalesce(cast(length(described.udyam_no) as varchar) || ':' || described.udyam_no, '-') || ',' ||
            coalesce(cast(length(described.size) as varchar) || ':' || described.size, '-') || ',' ||
            case when described.is_mse then 't' when not described.is_mse then 'f' else '-' end || ',' ||
            case when described.is_ppp_mse then 't' when not described.is_ppp_mse then 'f' else '-' end || ',' ||
            case when described.is_trader then 't' when not described.is_trader then 'f' else '-' end || ',' ||
            case when described.is_women_owned then 't' when not described.is_women_owned then 'f' else '-' end || ',' ||
            coalesce(cast(length(described.social_category) as varchar) || ':' || described.social_category, '-') || ',' ||
            case when described.is_scst then 't' when not described.is_scst then 'f' else '-' end || ',' ||
            case when described.is_startup then 't' when not described.is_startup then 'f' else '-' end || ',' ||
            case when described.is_shg then 't' when not described.is_shg then 'f' else '-' end || ',' ||
            case when described.is_artisan then 't' when not described.is_artisan then 'f' else '-' end
        ) as row_hash
    from described
),
compared as (
    select
        source_id,
        seller_id,
        seller_name,
        constitution,
        seller_type,
        status,
        registered_on,
        state_code,
        pincode,
        gst_state_code,
        gstin_count,
        udyam_no,
        size,
        is_mse,
        is_ppp_mse,
        is_trader,
        is_women_owned,
        social_category,
        is_scst,
        is_startup,
        is_shg,
        is_artisan,
        valid_from,
        version_seq,
        row_hash,
        lag(row_hash) over (partition by source_id, seller_id order by valid_from) as hash_before
    from hashed
),
version as (
    select
        source_id,
        seller_id,
        seller_name,
        constitution,
        seller_type,
        status,
        registered_on,
        state_code,
        pincode,
        gst_state_code,
        gstin_count,
        udyam_no,
        size,
        is_mse,
        is_ppp_mse,
        is_trader,
        is_women_owned,
        social_category,
        is_scst,
        is_startup,
        is_shg,
        is_artisan,
        valid_from,
        version_seq,
        row_hash,
        lead(valid_from) over (partition by source_id, seller_id order by valid_from) as next_from
    from compared
    where hash_before is null or hash_before <> row_hash
)
select
    mod(strtol(substring(md5(version.source_id || '|' || cast(version.seller_id as varchar) || '|' || to_char(version.valid_from, 'YYYY-MM-DD HH24:MI:SS.US')), 1, 8), 16), 2147483648)
        * 4294967296
        + strtol(substring(md5(version.source_id || '|' || cast(version.seller_id as varchar) || '|' || to_char(version.valid_from, 'YYYY-MM-DD HH24:MI:SS.US')), 9, 8), 16) as seller_key,
    version.source_id,
    version.seller_id,
    version.seller_name,
    version.constitution,
    version.seller_type,
    version.status,
    version.registered_on,
    version.state_code,
    version.pincode,
    version.gst_state_code,
    version.gstin_count,
    version.udyam_no,
    version.size,
    version.is_mse,
    version.is_ppp_mse,
    version.is_trader,
    version.is_women_owned,
    version.social_category,
    version.is_scst,
    version.is_startup,
    version.is_shg,
    version.is_artisan,
    version.valid_from,
    coalesce(version.next_from, cast('9999-12-31 00:00:00' as timestamp)) as valid_to,
    version.next_from is null as is_current,
    version.row_hash,
    version.source_id || '-' || lpad(cast(version.version_seq as varchar), 10, '0') as batch_id,
    version.version_seq as source_version
from version;

create temp table vanished_dim_seller as
select
    present.seller_key,
    present.source_id,
    present.seller_id,
    present.valid_from
from mart.dim_seller as present
join touched_dim_seller as touched
    on touched.source_id = present.source_id
    and touched.seller_id = present.seller_id
left join rebuilt_dim_seller as rebuilt
    on rebuilt.seller_key = present.seller_key
where rebuilt.seller_key is null;

create temp table changed_dim_seller as
select
    rebuilt.seller_key,
    rebuilt.source_id,
    rebuilt.seller_id,
    rebuilt.seller_name,
    rebuilt.constitution,
    rebuilt.seller_type,
    rebuilt.status,
    rebuilt.registered_on,
    rebuilt.state_code,
    rebuilt.pincode,
    rebuilt.gst_state_code,
    rebuilt.gstin_count,
    rebuilt.udyam_no,
    rebuilt.size,
    rebuilt.is_mse,
    rebuilt.is_ppp_mse,
    rebuilt.is_trader,
    rebuilt.is_women_owned,
    rebuilt.social_category,
    rebuilt.is_scst,
    rebuilt.is_startup,
    rebuilt.is_shg,
    rebuilt.is_artisan,
    rebuilt.valid_from,
    rebuilt.valid_to,
    rebuilt.is_current,
    rebuilt.row_hash,
    rebuilt.batch_id,
    rebuilt.source_version,
    present.seller_key is null as is_new,
    present.valid_to as valid_to_before,
    present.seller_key is not null and (
        not coalesce(present.size = rebuilt.size, present.size is null and rebuilt.size is null)
        or not coalesce(present.is_mse = rebuilt.is_mse, present.is_mse is null and rebuilt.is_mse is null)
        or not coalesce(present.is_ppp_mse = rebuilt.is_ppp_mse, present.is_ppp_mse is null and rebuilt.is_ppp_mse is null)
        or not coalesce(present.is_women_owned = rebuilt.is_women_owned, present.is_women_owned is null and rebuilt.is_women_owned is null)
        or not coalesce(present.is_scst = rebuilt.is_scst, present.is_scst is null and rebuilt.is_scst is null)
        or not coalesce(present.is_startup = rebuilt.is_startup, present.is_startup is null and rebuilt.is_startup is null)
    ) as tells_else
from rebuilt_dim_seller as rebuilt
left join mart.dim_seller as present
    on present.seller_key = rebuilt.seller_key
where present.seller_key is null
    or present.row_hash <> rebuilt.row_hash
    or present.valid_to <> rebuilt.valid_to
    or present.source_version <> rebuilt.source_version;

create temp table stale_dim_seller as
with stale as (
    select
        seller_key as old_key,
        source_id,
        seller_id,
        valid_from as changed_from,
        true as is_moved
    from vanished_dim_seller
    union all
    select
        seller_key,
        source_id,
        seller_id,
        valid_to,
        true
    from changed_dim_seller
    where valid_to < valid_to_before
    union all
    select
        cast(-1 as bigint),
        source_id,
        seller_id,
        valid_from,
        true
    from changed_dim_seller
    where is_new
        and valid_from = cast('1900-01-01 00:00:00' as timestamp)
    union all
    select
        seller_key,
        source_id,
        seller_id,
        valid_from,
        false
    from changed_dim_seller
    where tells_else
)
select
    old_key,
    source_id,
    seller_id,
    is_moved,
    cast(to_char(dateadd(minute, 330, changed_from), 'YYYYMMDD') as integer) as changed_from_date_key
from stale;

delete from mart.dim_seller
using vanished_dim_seller
where dim_seller.seller_key = vanished_dim_seller.seller_key;

merge into mart.dim_seller
using changed_dim_seller
    on dim_seller.seller_key = changed_dim_seller.seller_key
when matched then update set
    source_id = changed_dim_seller.source_id,
    seller_id = changed_dim_seller.seller_id,
    seller_name = changed_dim_seller.seller_name,
    constitution = changed_dim_seller.constitution,
    seller_type = changed_dim_seller.seller_type,
    status = changed_dim_seller.status,
    registered_on = changed_dim_seller.registered_on,
    state_code = changed_dim_seller.state_code,
    pincode = changed_dim_seller.pincode,
    gst_state_code = changed_dim_seller.gst_state_code,
    gstin_count = changed_dim_seller.gstin_count,
    udyam_no = changed_dim_seller.udyam_no,
    size = changed_dim_seller.size,
    is_mse = changed_dim_seller.is_mse,
    is_ppp_mse = changed_dim_seller.is_ppp_mse,
    is_trader = changed_dim_seller.is_trader,
    is_women_owned = changed_dim_seller.is_women_owned,
    social_category = changed_dim_seller.social_category,
    is_scst = changed_dim_seller.is_scst,
    is_startup = changed_dim_seller.is_startup,
    is_shg = changed_dim_seller.is_shg,
    is_artisan = changed_dim_seller.is_artisan,
    valid_from = changed_dim_seller.valid_from,
    valid_to = changed_dim_seller.valid_to,
    is_current = changed_dim_seller.is_current,
    row_hash = changed_dim_seller.row_hash,
    batch_id = changed_dim_seller.batch_id,
    source_version = changed_dim_seller.source_version,
    dw_updated_at = getdate()
when not matched then insert (
    seller_key,
    source_id,
    seller_id,
    seller_name,
    constitution,
    seller_type,
    status,
    registered_on,
    state_code,
    pincode,
    gst_state_code,
    gstin_count,
    udyam_no,
    size,
    is_mse,
    is_ppp_mse,
    is_trader,
    is_women_owned,
    social_category,
    is_scst,
    is_startup,
    is_shg,
    is_artisan,
    valid_from,
    valid_to,
    is_current,
    row_hash,
    batch_id,
    source_version,
    dw_updated_at,
    dw_inserted_at
)
values (
    changed_dim_seller.seller_key,
    changed_dim_seller.source_id,
    changed_dim_seller.seller_id,
    changed_dim_seller.seller_name,
    changed_dim_seller.constitution,
    changed_dim_seller.seller_type,
    changed_dim_seller.status,
    changed_dim_seller.registered_on,
    changed_dim_seller.state_code,
    changed_dim_seller.pincode,
    changed_dim_seller.gst_state_code,
    changed_dim_seller.gstin_count,
    changed_dim_seller.udyam_no,
    changed_dim_seller.size,
    changed_dim_seller.is_mse,
    changed_dim_seller.is_ppp_mse,
    changed_dim_seller.is_trader,
    changed_dim_seller.is_women_owned,
    changed_dim_seller.social_category,
    changed_dim_seller.is_scst,
    changed_dim_seller.is_startup,
    changed_dim_seller.is_shg,
    changed_dim_seller.is_artisan,
    changed_dim_seller.valid_from,
    changed_dim_seller.valid_to,
    changed_dim_seller.is_current,
    changed_dim_seller.row_hash,
    changed_dim_seller.batch_id,
    changed_dim_seller.source_version,
    getdate(),
    getdate()
);

-- step: analyze
analyze mart.dim_seller;

-- step: check
select 'the surrogate key stands twice' as problem, min(example) as example
from (
    select 'seller_key=' || coalesce(cast(present.seller_key as varchar), 'null') as example
    from mart.dim_seller as present
    join rebuilt_dim_seller as written
        on written.seller_key = present.seller_key
    group by present.seller_key
    having count(*) > 1
) as twice
having count(*) > 0;

with version as (
    select
        present.source_id,
        present.seller_id,
        present.valid_from,
        present.valid_to,
        present.is_current,
        lag(present.valid_to) over (partition by present.source_id, present.seller_id order by present.valid_from) as valid_to_before,
        lead(present.valid_from) over (partition by present.source_id, present.seller_id order by present.valid_from) as next_from
    from mart.dim_seller as present
    join touched_dim_seller as touched
        on touched.source_id = present.source_id
        and touched.seller_id = present.seller_id
)
select 'the versions leave a gap, overlap or have no single current one' as problem, min('source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'seller_id=' || coalesce(cast(seller_id as varchar), 'null')) as example
from version
where valid_from <> coalesce(valid_to_before, cast('1900-01-01 00:00:00' as timestamp))
    or valid_to <> coalesce(next_from, cast('9999-12-31 00:00:00' as timestamp))
    or is_current <> (next_from is null)
having count(*) > 0;
