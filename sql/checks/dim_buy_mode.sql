-- Generated from gem.contracts by `gem contracts generate`; do not edit.

-- check: natural_key_is_unique
-- No member stands twice.
select
    'buy_mode_key=' || coalesce(cast(buy_mode_key as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_buy_mode
group by buy_mode_key
having count(*) > 1;
