-- Awarded bids whose lowest offer was of no MSE while an MSE had quoted within the price band: one bid.
drop view if exists bi.v_mse_price_match;

create view bi.v_mse_price_match as
with qualified_offer as (
    select
        participation.source_id,
        participation.bid_id,
        participation.participation_id,
        participation.price_rank,
        participation.quoted_value,
        participation.final_value,
        seller.is_mse
    from mart.fact_bid_participation as participation
    join mart.dim_seller as seller
        on seller.seller_key = participation.seller_key
    where participation.is_qualified
),
lowest_offer as (
    select
        qualified_offer.*,
        row_number() over (
            partition by qualified_offer.source_id, qualified_offer.bid_id
            order by qualified_offer.participation_id
        ) as place
    from qualified_offer
    where qualified_offer.price_rank = 1
),
price_to_match as (
    select
        bid.source_id,
        bid.bid_id,
        lowest_offer.participation_id,
        lowest_offer.final_value as lowest_value,
        lowest_offer.final_value * (100 + cast(band.num_value as numeric(9,4))) * 0.01 as highest_value
    from mart.fact_bid as bid
    join lowest_offer
        on lowest_offer.source_id = bid.source_id
        and lowest_offer.bid_id = bid.bid_id
        and lowest_offer.place = 1
        and not lowest_offer.is_mse
    join mart.dim_date as published_date
        on published_date.date_key = bid.published_date_key
    join bi.v_policy as band
        on band.source_id = bid.source_id
        and band.param_code = 'MSE_PRICE_BAND_PCT'
        and published_date.calendar_date >= band.first_day
        and published_date.calendar_date < band.until_day
    where bid.awarded_at is not null
),
within_band as (
    select
        price_to_match.source_id,
        price_to_match.bid_id,
        price_to_match.lowest_value,
        price_to_match.highest_value,
        count(*) as mse_offers
    from price_to_match
    join qualified_offer
        on qualified_offer.source_id = price_to_match.source_id
        and qualified_offer.bid_id = price_to_match.bid_id
        and qualified_offer.participation_id <> price_to_match.participation_id
        and qualified_offer.is_mse
        and qualified_offer.quoted_value <= price_to_match.highest_value
    group by price_to_match.source_id, price_to_match.bid_id, price_to_match.lowest_value, price_to_match.highest_value
)
select
    cast(bid.source_id as varchar(32)) as source_id,
    cast(bid.bid_id as bigint) as bid_id,
    cast(bid.bid_number as varchar(64)) as bid_number,
    cast(bid.buyer_org_key as bigint) as buyer_org_key,
    cast(bid.category_key as bigint) as category_key,
    cast(bid.published_date_key as integer) as published_date_key,
    cast(within_band.lowest_value as numeric(18,2)) as lowest_value,
    cast(within_band.highest_value as numeric(18,2)) as highest_value,
    cast(within_band.mse_offers as bigint) as mse_offers,
    cast(bid.is_mse_match as boolean) as is_mse_match
from within_band
join mart.fact_bid as bid
    on bid.source_id = within_band.source_id
    and bid.bid_id = within_band.bid_id;
