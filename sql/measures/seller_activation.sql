-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 19. Seller activation, in share. Sellers whose first valid order came at most ACTIVATION_DAYS after registration, of those registered.
-- As of a day D, here the present one in India: Sellers registered at least ACTIVATION_DAYS, those of the day of registration, before D.
select
  seller.state_code,
  max(as_of.calendar_date) as as_of_day,
  sum(case when f.first_order_on is not null and f.first_order_on <= f.activation_ends_on then 1 when not (f.first_order_on is not null and f.first_order_on <= f.activation_ends_on) then 0 end) as numerator,
  count(*) as denominator,
  cast(cast(sum(case when f.first_order_on is not null and f.first_order_on <= f.activation_ends_on then 1 when not (f.first_order_on is not null and f.first_order_on <= f.activation_ends_on) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as value
from bi.v_seller_activation f
  join mart.dim_seller seller on seller.seller_key = f.seller_key
  join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
where f.activation_ends_on <= as_of.calendar_date
group by seller.state_code;
