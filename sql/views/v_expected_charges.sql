-- What the rules of the day of acceptance charge a seller: one accepted, valid order.
drop view if exists bi.v_expected_charges;

create view bi.v_expected_charges as
with award as (
    select
        line.source_id,
        line.contract_id,
        sum(line.line_value) as order_value
    from mart.fact_order_line as line
    group by line.source_id, line.contract_id
),
accepted_order as (
    select
        contract.source_id,
        contract.contract_id,
        contract.seller_id,
        contract.seller_key,
        contract.accepted_at,
        contract.accepted_date_key,
        accepted_date.calendar_date as accepted_on,
        accepted_date.financial_year,
        award.order_value,
        sum(award.order_value) over (
            partition by contract.source_id, contract.seller_id, accepted_date.financial_year
            order by contract.accepted_at, contract.contract_id
            rows unbounded preceding
        ) as value_with
    from mart.fact_contract_lifecycle as contract
    join award
        on award.source_id = contract.source_id
        and award.contract_id = contract.contract_id
    join mart.dim_date as accepted_date
        on accepted_date.date_key = contract.accepted_date_key
    where not contract.is_void
        and contract.accepted_at is not null
        and award.order_value is not null
),
rated_order as (
    select
        accepted_order.*,
        accepted_order.value_with - accepted_order.order_value as value_before,
        threshold.num_value as threshold,
        coalesce(accepted_order.value_with >= threshold.num_value, false) as has_reached,
        coalesce(
            accepted_order.value_with - accepted_order.order_value >= threshold.num_value
            or (accepted_order.value_with >= threshold.num_value and crossing.num_value = 1),
            false
        ) as is_charged,
        free.num_value as free_up_to,
        flat_above.num_value as flat_above,
        flat.num_value as flat_charge,
        cast(rate.num_value as numeric(9,4)) as charge_pct,
        milestone.num_value as milestone_charge
    from accepted_order
    left join bi.v_policy as threshold
        on threshold.source_id = accepted_order.source_id
        and threshold.param_code = 'SMV_THRESHOLD'
        and accepted_order.accepted_on >= threshold.first_day
        and accepted_order.accepted_on < threshold.until_day
    left join bi.v_policy as crossing
        on crossing.source_id = accepted_order.source_id
        and crossing.param_code = 'CHARGE_CROSSING_ORDER'
        and accepted_order.accepted_on >= crossing.first_day
        and accepted_order.accepted_on < crossing.until_day
    left join bi.v_policy as free
        on free.source_id = accepted_order.source_id
        and free.param_code = 'CHARGE_FREE_UP_TO'
        and accepted_order.accepted_on >= free.first_day
        and accepted_order.accepted_on < free.until_day
    left join bi.v_policy as flat_above
        on flat_above.source_id = accepted_order.source_id
        and flat_above.param_code = 'CHARGE_FLAT_ABOVE'
        and accepted_order.accepted_on >= flat_above.first_day
        and accepted_order.accepted_on < flat_above.until_day
    left join bi.v_policy as flat
        on flat.source_id = accepted_order.source_id
        and flat.param_code = 'CHARGE_FLAT'
        and accepted_order.accepted_on >= flat.first_day
        and accepted_order.accepted_on < flat.until_day
    left join bi.v_policy as rate
        on rate.source_id = accepted_order.source_id
        and rate.param_code = 'CHARGE_PCT'
        and accepted_order.accepted_on >= rate.first_day
        and accepted_order.accepted_on < rate.until_day
    left join bi.v_policy as milestone
        on milestone.source_id = accepted_order.source_id
        and milestone.param_code = 'ANNUAL_MILESTONE_CHARGE'
        and accepted_order.accepted_on >= milestone.first_day
        and accepted_order.accepted_on < milestone.until_day
),
counted_order as (
    select
        rated_order.*,
        sum(case when rated_order.has_reached then 1 else 0 end) over (
            partition by rated_order.source_id, rated_order.seller_id, rated_order.financial_year
            order by rated_order.accepted_at, rated_order.contract_id
            rows unbounded preceding
        ) as orders_since_reached
    from rated_order
),
charge as (
    select
        counted_order.*,
        case
            when not counted_order.is_charged or counted_order.order_value <= counted_order.free_up_to then 0
            when counted_order.order_value <= counted_order.flat_above
                then round(cast(counted_order.order_value as numeric(18,2)) * counted_order.charge_pct * 0.01, 2)
            else counted_order.flat_charge
        end as transaction_charge,
        case
            when counted_order.has_reached and counted_order.orders_since_reached = 1
                then counted_order.milestone_charge
        end as milestone_due
    from counted_order
)
select
    cast(charge.source_id as varchar(32)) as source_id,
    cast(charge.contract_id as bigint) as contract_id,
    cast(charge.seller_id as bigint) as seller_id,
    cast(charge.seller_key as bigint) as seller_key,
    cast(charge.accepted_date_key as integer) as accepted_date_key,
    cast(charge.financial_year as varchar(7)) as financial_year,
    cast(charge.order_value as numeric(18,2)) as order_value,
    cast(charge.value_before as numeric(18,2)) as value_before,
    cast(charge.is_charged as boolean) as is_charged,
    cast(charge.transaction_charge as numeric(18,2)) as transaction_charge,
    cast(charge.milestone_due as numeric(18,2)) as milestone_charge
from charge;
