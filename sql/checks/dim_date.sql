-- Generated from gem.contracts by `gem contracts generate`; do not edit.

-- check: natural_key_is_unique
-- No member stands twice.
select
    'date_key=' || coalesce(cast(date_key as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_date
group by date_key
having count(*) > 1;
