-- Valid orders above the limit of their mode on their day, and L1 orders with too few manufacturers, by mode.
with ordered as (
  select
    contract_id,
    comparison_id,
    buy_mode,
    contract_day,
    sum(line_value) as value,
    bool_and(
      exists (
        select
        from unnest(string_to_array(oracle.text_param('AUTOMOBILE_HSN_PREFIXES', contract_day), ',')) as prefix
        where hsn_sac like trim(prefix) || '%'
      )
    ) as is_automobile
  from oracle.line
  where not is_void
    and buy_mode in ('DIRECT', 'L1')
  group by contract_id, comparison_id, buy_mode, contract_day
),
judged as (
  select
    buy_mode,
    ordered.value,
    coalesce(
      case
        when buy_mode = 'DIRECT' and is_automobile then false
        when buy_mode = 'DIRECT' then ordered.value > oracle.param('DP_LIMIT', contract_day)
        when is_automobile then ordered.value > oracle.param('L1_LIMIT_AUTOMOBILE', contract_day)
        else ordered.value > oracle.param('L1_LIMIT', contract_day)
      end,
      false
    ) as is_above,
    coalesce(buy_mode = 'L1' and manufacturer_count < oracle.param('L1_MIN_MANUFACTURERS', contract_day), false)
      as has_few_manufacturers
  from ordered
  left join gem.l1_comparison using (comparison_id)
)
select
  grouping(buy_mode) as overall,
  buy_mode as slice,
  count(*) as orders,
  coalesce(sum(value), 0) as value
from judged
where is_above or has_few_manufacturers
group by grouping sets ((), (buy_mode));
