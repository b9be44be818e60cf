-- What sellers were charged beside what the rules charge: one charge that stands, or one accepted order.
drop view if exists bi.v_charge_balance;

create view bi.v_charge_balance as
with entry as (
    select
        charge.source_id,
        charge.seller_id,
        charge.seller_key,
        charge.contract_id,
        charge.charged_date_key,
        charge.fy as financial_year,
        charge.amount as charged,
        0 as expected
    from mart.fact_platform_charge as charge
    where coalesce(charge.status, '') not in ('CANCELLED', 'WAIVED')
    union all
    select
        due.source_id,
        due.seller_id,
        due.seller_key,
        due.contract_id,
        due.accepted_date_key,
        due.financial_year,
        0,
        coalesce(due.transaction_charge, 0) + coalesce(due.milestone_charge, 0)
    from bi.v_expected_charges as due
)
select
    cast(entry.source_id as varchar(32)) as source_id,
    cast(entry.seller_id as bigint) as seller_id,
    cast(entry.seller_key as bigint) as seller_key,
    cast(entry.contract_id as bigint) as contract_id,
    cast(entry.charged_date_key as integer) as charged_date_key,
    cast(entry.financial_year as varchar(7)) as financial_year,
    cast(entry.charged as numeric(18,2)) as charged,
    cast(entry.expected as numeric(18,2)) as expected
from entry;
