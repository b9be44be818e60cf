-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 51. Seller rating, in ratio. Average score of sellers, shown from RATING_MIN_COUNT ratings on.
-- As of a day D, here the present one in India: RATING_MIN_COUNT is that of D.
select
  seller.seller_name,
  max(as_of.calendar_date) as as_of_day,
  sum(f.score) as numerator,
  count(*) as denominator,
  cast(case when count(*) >= max(rating_min_count.num_value) then cast(sum(f.score) as numeric(26,6)) / nullif(count(*), 0) end as numeric(38,6)) as value
from mart.fact_rating f
  join mart.dim_seller seller on seller.seller_key = f.seller_key
  join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
  left join bi.v_policy rating_min_count on rating_min_count.source_id = f.source_id and rating_min_count.param_code = 'RATING_MIN_COUNT'
    and as_of.calendar_date >= rating_min_count.first_day and as_of.calendar_date < rating_min_count.until_day
where f.ratee_type = 'SELLER' and f.score is not null
group by seller.seller_name;
