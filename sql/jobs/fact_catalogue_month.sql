-- Live offers at the end of each month in India, up to the as-of day: one category and seller.
-- An offer is live by its validity at that instant. One that is paused or withdrawn and states no end counts never: when it
-- stopped is not known. Only rows that differ from those that stand are written.
-- step: day
create temp table job_day (
    as_of date
);

insert into job_day (as_of)
values (cast(%s as date));

-- step: compute
create temp table computed_catalogue_month as
with month_end as (
    select
        dim_date.date_key,
        dateadd(minute, -330, cast(dim_date.calendar_date + 1 as timestamp)) as ends_at
    from mart.dim_date
    join job_day
        on dim_date.calendar_date <= job_day.as_of
    where dim_date.is_month_end
),
offer as (
    select
        source_id,
        coalesce(category_id, -2) as category_id,
        coalesce(seller_id, -2) as seller_id,
        starts_at,
        ends_at,
        offer_price
    from mart.fact_catalogue_offer
    where starts_at is not null
        and (ends_at is not null or coalesce(status, 'LIVE') = 'LIVE')
),
snapshot_of_month as (
    select
        offer.source_id,
        offer.category_id,
        offer.seller_id,
        month_end.date_key as month_end_date_key,
        month_end.ends_at as month_end_at,
        cast(count(*) as integer) as live_offers,
        min(offer.offer_price) as min_price,
        cast(percentile_cont(0.5) within group (order by offer.offer_price) as numeric(18,2)) as median_price
    from offer
    join month_end
        on offer.starts_at < month_end.ends_at
        and (offer.ends_at is null or offer.ends_at >= month_end.ends_at)
    group by offer.source_id, offer.category_id, offer.seller_id, month_end.date_key, month_end.ends_at
)
select
    month.source_id,
    month.category_id,
    month.seller_id,
    case when month.category_id = -2 then -2 else coalesce(category.category_key, -1) end as category_key,
    case when month.seller_id = -2 then -2 else coalesce(seller.seller_key, -1) end as seller_key,
    month.month_end_date_key,
    month.month_end_at,
    month.live_offers,
    month.min_price,
    month.median_price
from snapshot_of_month as month
left join mart.dim_category as category
    on category.source_id = month.source_id
    and category.category_id = month.category_id
    and category.valid_from <= month.month_end_at
    and category.valid_to > month.month_end_at
left join mart.dim_seller as seller
    on seller.source_id = month.source_id
    and seller.seller_id = month.seller_id
    and seller.valid_from <= month.month_end_at
    and seller.valid_to > month.month_end_at;

-- step: keep
create temp table kept_catalogue_month as
select
    computed.source_id,
    computed.category_id,
    computed.seller_id,
    computed.month_end_date_key
from computed_catalogue_month as computed
join mart.fact_catalogue_month as present
    on present.source_id = computed.source_id
    and present.category_id = computed.category_id
    and present.seller_id = computed.seller_id
    and present.month_end_date_key = computed.month_end_date_key
where present.category_key = computed.category_key
    and present.seller_key = computed.seller_key
    and present.live_offers = computed.live_offers
    and coalesce(present.min_price = computed.min_price, present.min_price is null and computed.min_price is null)
    and coalesce(
        present.median_price = computed.median_price,
        present.median_price is null and computed.median_price is null
    );

-- step: remove
delete from mart.fact_catalogue_month
where month_end_date_key <= (select cast(to_char(as_of, 'YYYYMMDD') as integer) from job_day)
    and not exists (
        select 1
        from kept_catalogue_month as kept
        where kept.source_id = fact_catalogue_month.source_id
            and kept.category_id = fact_catalogue_month.category_id
            and kept.seller_id = fact_catalogue_month.seller_id
            and kept.month_end_date_key = fact_catalogue_month.month_end_date_key
    );

-- step: insert
insert into mart.fact_catalogue_month (
    source_id, category_id, seller_id, category_key, seller_key, month_end_date_key, month_end_at, live_offers,
    min_price, median_price, dw_updated_at
)
select
    computed.source_id,
    computed.category_id,
    computed.seller_id,
    computed.category_key,
    computed.seller_key,
    computed.month_end_date_key,
    computed.month_end_at,
    computed.live_offers,
    computed.min_price,
    computed.median_price,
    getdate()
from computed_catalogue_month as computed
left join kept_catalogue_month as kept
    on kept.source_id = computed.source_id
    and kept.category_id = computed.category_id
    and kept.seller_id = computed.seller_id
    and kept.month_end_date_key = computed.month_end_date_key
where kept.source_id is null;
