-- What buyers should do by a day, and how much of it was done by then: one bid to close, bid to order from, delivery
-- to accept or payment to make. It counts in a buyer's score from counts_from_on on.
drop view if exists bi.v_buyer_promptness;

create view bi.v_buyer_promptness as
with bid_day as (
    select
        bid.source_id,
        bid.bid_id,
        bid.buyer_org_key,
        closes_date.calendar_date as closes_on,
        awarded_date.calendar_date as awarded_on,
        cast(dateadd(minute, 330, bid.cancelled_at) as date) as cancelled_on,
        bid.published_at is not null as is_published
    from mart.fact_bid as bid
    join mart.dim_date as closes_date
        on closes_date.date_key = bid.closes_date_key
    join mart.dim_date as awarded_date
        on awarded_date.date_key = bid.awarded_date_key
),
first_contract as (
    select
        contract.source_id,
        contract.bid_id,
        min(contract_date.calendar_date) as contract_on
    from mart.fact_contract_lifecycle as contract
    join mart.dim_date as contract_date
        on contract_date.date_key = contract.contract_date_key
    where contract.bid_id is not null
    group by contract.source_id, contract.bid_id
),
closing as (
    select
        bid_day.source_id,
        bid_day.buyer_org_key,
        bid_day.closes_on + cast(closure_days.num_value as integer) as due_on,
        bid_day.awarded_on,
        bid_day.cancelled_on
    from bid_day
    join bi.v_policy as closure_days
        on closure_days.source_id = bid_day.source_id
        and closure_days.param_code = 'BID_CLOSURE_DAYS'
        and bid_day.closes_on >= closure_days.first_day
        and bid_day.closes_on < closure_days.until_day
    where bid_day.is_published
),
ordering as (
    select
        bid_day.source_id,
        bid_day.buyer_org_key,
        bid_day.awarded_on + cast(placing_days.num_value as integer) as due_on,
        first_contract.contract_on
    from bid_day
    join bi.v_policy as placing_days
        on placing_days.source_id = bid_day.source_id
        and placing_days.param_code = 'ORDER_PLACING_DAYS'
        and bid_day.awarded_on >= placing_days.first_day
        and bid_day.awarded_on < placing_days.until_day
    left join first_contract
        on first_contract.source_id = bid_day.source_id
        and first_contract.bid_id = bid_day.bid_id
),
duty as (
    select
        closing.source_id,
        'CLOSURE' as kind,
        closing.buyer_org_key,
        closing.due_on,
        closing.due_on + 1 as counts_from_on,
        case when closing.awarded_on <= closing.due_on or closing.cancelled_on <= closing.due_on then 1 else 0 end as done,
        1 as owed
    from closing
    union all
    select
        ordering.source_id,
        'PLACING',
        ordering.buyer_org_key,
        ordering.due_on,
        ordering.due_on + 1,
        case when ordering.contract_on <= ordering.due_on then 1 else 0 end,
        1
    from ordering
    union all
    select
        delivery.source_id,
        'ACCEPTANCE',
        delivery.buyer_org_key,
        delivery.crac_due_on,
        delivery.crac_due_on,
        case when delivery.first_crac_on <= delivery.crac_due_on then 1 else 0 end,
        1
    from bi.v_deliveries as delivery
    union all
    select
        payable.source_id,
        'PAYMENT',
        payable.buyer_org_key,
        payable.due_on,
        payable.due_on + 1,
        case when payable.paid_on <= payable.due_on then payable.payable_amount else 0 end,
        payable.payable_amount
    from bi.v_payables as payable
)
select
    cast(duty.source_id as varchar(32)) as source_id,
    cast(duty.kind as varchar(16)) as kind,
    cast(duty.buyer_org_key as bigint) as buyer_org_key,
    cast(duty.due_on as date) as due_on,
    cast(duty.counts_from_on as date) as counts_from_on,
    cast(duty.done as numeric(18,2)) as done,
    cast(duty.owed as numeric(18,2)) as owed
from duty
where duty.due_on is not null;
