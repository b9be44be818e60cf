-- Generated from gem.contracts by `gem contracts generate`; do not edit.

-- check: grain_is_unique
-- No row stands twice: one category and seller at the end of a month in India.
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' category_id=' || coalesce(cast(category_id as varchar), 'null')
    || ' seller_id=' || coalesce(cast(seller_id as varchar), 'null')
    || ' month_end_date_key=' || coalesce(cast(month_end_date_key as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.fact_catalogue_month
group by source_id, category_id, seller_id, month_end_date_key
having count(*) > 1;

-- check: category_key_has_its_member
-- Every category_key stands in dim_category.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' category_id=' || coalesce(cast(fact.category_id as varchar), 'null')
    || ' seller_id=' || coalesce(cast(fact.seller_id as varchar), 'null')
    || ' month_end_date_key=' || coalesce(cast(fact.month_end_date_key as varchar), 'null')
    || ' category_key=' || coalesce(cast(fact.category_key as varchar), 'null') as example
from mart.fact_catalogue_month as fact
left join mart.dim_category as member
    on member.category_key = fact.category_key
where member.category_key is null;

-- check: category_key_is_of_its_event
-- Every category_key is the version that was valid at month_end_at; below 0 only where there is none.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' category_id=' || coalesce(cast(fact.category_id as varchar), 'null')
    || ' seller_id=' || coalesce(cast(fact.seller_id as varchar), 'null')
    || ' month_end_date_key=' || coalesce(cast(fact.month_end_date_key as varchar), 'null')
    || ' month_end_at=' || coalesce(cast(fact.month_end_at as varchar), 'null')
    || ' category_key=' || coalesce(cast(fact.category_key as varchar), 'null') as example
from mart.fact_catalogue_month as fact
left join mart.dim_category as member
    on member.source_id = fact.source_id
    and member.category_id = fact.category_id
    and member.valid_from <= fact.month_end_at
    and member.valid_to > fact.month_end_at
where fact.category_key <> member.category_key
    or (member.category_key is null and fact.category_key >= 0);

-- check: seller_key_has_its_member
-- Every seller_key stands in dim_seller.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' category_id=' || coalesce(cast(fact.category_id as varchar), 'null')
    || ' seller_id=' || coalesce(cast(fact.seller_id as varchar), 'null')
    || ' month_end_date_key=' || coalesce(cast(fact.month_end_date_key as varchar), 'null')
    || ' seller_key=' || coalesce(cast(fact.seller_key as varchar), 'null') as example
from mart.fact_catalogue_month as fact
left join mart.dim_seller as member
    on member.seller_key = fact.seller_key
where member.seller_key is null;

-- check: seller_key_is_of_its_event
-- Every seller_key is the version that was valid at month_end_at; below 0 only where there is none.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' category_id=' || coalesce(cast(fact.category_id as varchar), 'null')
    || ' seller_id=' || coalesce(cast(fact.seller_id as varchar), 'null')
    || ' month_end_date_key=' || coalesce(cast(fact.month_end_date_key as varchar), 'null')
    || ' month_end_at=' || coalesce(cast(fact.month_end_at as varchar), 'null')
    || ' seller_key=' || coalesce(cast(fact.seller_key as varchar), 'null') as example
from mart.fact_catalogue_month as fact
left join mart.dim_seller as member
    on member.source_id = fact.source_id
    and member.seller_id = fact.seller_id
    and member.valid_from <= fact.month_end_at
    and member.valid_to > fact.month_end_at
where fact.seller_key <> member.seller_key
    or (member.seller_key is null and fact.seller_key >= 0);

-- check: month_end_date_key_has_its_member
-- Every month_end_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' category_id=' || coalesce(cast(fact.category_id as varchar), 'null')
    || ' seller_id=' || coalesce(cast(fact.seller_id as varchar), 'null')
    || ' month_end_date_key=' || coalesce(cast(fact.month_end_date_key as varchar), 'null')
    || ' month_end_date_key=' || coalesce(cast(fact.month_end_date_key as varchar), 'null') as example
from mart.fact_catalogue_month as fact
left join mart.dim_date as member
    on member.date_key = fact.month_end_date_key
where member.date_key is null;
