-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.source_id,
    exported.ra_offer_id,
    exported.bid_id,
    exported.ra_id,
    exported.ra_number,
    exported.ra_status,
    exported.participation_id,
    exported.seller_id,
    exported.org_id,
    exported.category_id,
    exported.seller_key,
    exported.buyer_org_key,
    exported.category_key,
    exported.offered_date_key,
    exported.offered_at,
    exported.start_price,
    exported.offered_value,
    exported.sequence_no,
    exported.seconds_to_end,
    exported.is_final_l1,
    day.financial_year
from bi.v_ra_offers as exported
join bi.v_dates as day
    on day.date_key = exported.offered_date_key;
