-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Payments of contracts; what is due and overdue as of a day is a matter of views: one payment.
drop view if exists bi.v_payments;

create view bi.v_payments as
select
    cast(fact_payment.source_id as varchar(32)) as source_id,
    cast(fact_payment.payment_id as bigint) as payment_id,
    cast(fact_payment.contract_id as bigint) as contract_id,
    cast(fact_payment.invoice_id as bigint) as invoice_id,
    cast(fact_payment.invoice_no as varchar(64)) as invoice_no,
    cast(fact_payment.crac_cert_id as bigint) as crac_cert_id,
    cast(fact_payment.org_id as bigint) as org_id,
    cast(fact_payment.seller_id as bigint) as seller_id,
    cast(fact_payment.buyer_org_key as bigint) as buyer_org_key,
    cast(fact_payment.seller_key as bigint) as seller_key,
    cast(fact_payment.crac_date_key as integer) as crac_date_key,
    cast(fact_payment.bill_date_key as integer) as bill_date_key,
    cast(fact_payment.paid_date_key as integer) as paid_date_key,
    cast(fact_payment.crac_at as timestamp) as crac_at,
    cast(fact_payment.bill_at as timestamp) as bill_at,
    cast(fact_payment.paid_at as timestamp) as paid_at,
    cast(fact_payment.payable_amount as numeric(18,2)) as payable_amount,
    cast(fact_payment.ld_deducted as numeric(18,2)) as ld_deducted,
    cast(fact_payment.tds_it as numeric(18,2)) as tds_it,
    cast(fact_payment.tds_gst as numeric(18,2)) as tds_gst,
    cast(fact_payment.paid_amount as numeric(18,2)) as paid_amount,
    cast(fact_payment.mode as varchar(32)) as mode,
    cast(fact_payment.status as varchar(32)) as status,
    cast(fact_payment.days_crac_to_paid as integer) as days_crac_to_paid,
    cast(fact_payment.is_paid as boolean) as is_paid,
    cast(fact_payment.is_superseded as boolean) as is_superseded,
    cast(fact_payment.is_paid_before_crac as boolean) as is_paid_before_crac,
    cast(fact_payment.is_overpaid as boolean) as is_overpaid,
    cast(crac_date.calendar_date as timestamp) as crac_date,
    cast(bill_date.calendar_date as timestamp) as bill_date,
    cast(paid_date.calendar_date as timestamp) as paid_date,
    cast(coalesce(crac_date.calendar_date, cast(fact_payment.dw_inserted_at as date)) as timestamp) as refresh_day,
    cast(fact_payment.dw_updated_at as timestamp) as changed_at
from mart.fact_payment
join mart.dim_date as crac_date
    on crac_date.date_key = fact_payment.crac_date_key
join mart.dim_date as bill_date
    on bill_date.date_key = fact_payment.bill_date_key
join mart.dim_date as paid_date
    on paid_date.date_key = fact_payment.paid_date_key;
