-- Generated from gem.contracts by `gem contracts generate`; do not edit.

-- check: natural_key_is_unique
-- No member stands twice.
select
    'payment_mode_key=' || coalesce(cast(payment_mode_key as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_payment_mode
group by payment_mode_key
having count(*) > 1;
