-- Generated from gem.contracts by `gem contracts generate`; do not edit.

-- check: natural_key_is_unique
-- No member stands twice.
select
    'order_status_key=' || coalesce(cast(order_status_key as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_order_status
group by order_status_key
having count(*) > 1;
