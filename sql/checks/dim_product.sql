-- Generated from gem.contracts by `gem contracts generate`; do not edit.

-- check: surrogate_key_is_unique
-- No surrogate key stands twice.
select
    'product_key=' || coalesce(cast(product_key as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_product
group by product_key
having count(*) > 1;

-- check: natural_key_is_unique
-- No key of the source stands twice.
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' product_id=' || coalesce(cast(product_id as varchar), 'null')
    || ' valid_from=' || coalesce(cast(valid_from as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_product
group by source_id, product_id, valid_from
having count(*) > 1;

-- check: unknown_member_stands_once
-- Facts whose key is unknown refer to -1.
select 'product_key=-1 stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_product
where product_key = -1
having count(*) <> 1;

-- check: every_observed_key_is_there
-- What the load remembers of the source stands in the dimension.
select distinct
    'source_id=' || coalesce(cast(observed.source_id as varchar), 'null')
    || ' product_id=' || coalesce(cast(observed.product_id as varchar), 'null') as example
from ops.dim_product_version as observed
left join mart.dim_product as present
    on present.source_id = observed.source_id
    and present.product_id = observed.product_id
where present.product_key is null;

-- check: versions_are_contiguous
-- From the beginning of time to its end each instant has one version of a key.
with version as (
    select
        source_id,
        product_id,
        valid_from,
        valid_to,
        lag(valid_to) over (partition by source_id, product_id order by valid_from) as valid_to_before,
        lead(valid_from) over (partition by source_id, product_id order by valid_from) as next_from
    from mart.dim_product
)
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' product_id=' || coalesce(cast(product_id as varchar), 'null')
    || ' valid_to_before=' || coalesce(cast(valid_to_before as varchar), 'null')
    || ' valid_from=' || coalesce(cast(valid_from as varchar), 'null')
    || ' valid_to=' || coalesce(cast(valid_to as varchar), 'null')
    || ' next_from=' || coalesce(cast(next_from as varchar), 'null') as example
from version
where valid_from <> coalesce(valid_to_before, cast('1900-01-01 00:00:00' as timestamp))
    or valid_to <> coalesce(next_from, cast('9999-12-31 00:00:00' as timestamp));

-- check: one_version_is_current
-- Of each key one version is current: the one that is valid to the end of time.
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' product_id=' || coalesce(cast(product_id as varchar), 'null') as example
from mart.dim_product
group by source_id, product_id
having sum(case when is_current then 1 else 0 end) <> 1
    or max(case when is_current then valid_to end) <> cast('9999-12-31 00:00:00' as timestamp);
