-- Payments that no later one stands for, with the day they are due and the interest of being late: one payment.
-- As of a day D it is overdue where due_on is before D and it was not paid by then; days late are counted to paid_on or D.
drop view if exists bi.v_payables;

create view bi.v_payables as
with payable as (
    select
        payment.*,
        crac_date.calendar_date as crac_on,
        case when payment.is_paid then paid_date.calendar_date end as paid_on
    from mart.fact_payment as payment
    join mart.dim_date as crac_date
        on crac_date.date_key = payment.crac_date_key
    join mart.dim_date as paid_date
        on paid_date.date_key = payment.paid_date_key
    where not payment.is_superseded
),
due as (
    select
        payable.*,
        payable.crac_on + cast(payment_days.num_value as integer) as due_on
    from payable
    left join bi.v_policy as payment_days
        on payment_days.source_id = payable.source_id
        and payment_days.param_code = 'PAYMENT_DAYS'
        and payable.crac_on >= payment_days.first_day
        and payable.crac_on < payment_days.until_day
)
select
    cast(due.source_id as varchar(32)) as source_id,
    cast(due.payment_id as bigint) as payment_id,
    cast(due.contract_id as bigint) as contract_id,
    cast(due.org_id as bigint) as org_id,
    cast(due.seller_id as bigint) as seller_id,
    cast(due.buyer_org_key as bigint) as buyer_org_key,
    cast(due.seller_key as bigint) as seller_key,
    cast(due.crac_date_key as integer) as crac_date_key,
    cast(due.paid_date_key as integer) as paid_date_key,
    cast(due.crac_on as date) as crac_on,
    cast(due.due_on as date) as due_on,
    cast(due.paid_on as date) as paid_on,
    cast(due.payable_amount as numeric(18,2)) as payable_amount,
    cast(due.paid_amount as numeric(18,2)) as paid_amount,
    cast(due.is_paid as boolean) as is_paid,
    cast(due.days_crac_to_paid as integer) as days_crac_to_paid,
    cast(interest.num_value as numeric(9,4)) as penal_interest_pct_month
from due
left join bi.v_policy as interest
    on interest.source_id = due.source_id
    and interest.param_code = 'PENAL_INTEREST_PCT_MONTH'
    and due.due_on >= interest.first_day
    and due.due_on < interest.until_day;
