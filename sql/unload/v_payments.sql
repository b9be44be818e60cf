-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.source_id,
    exported.payment_id,
    exported.contract_id,
    exported.invoice_id,
    exported.invoice_no,
    exported.crac_cert_id,
    exported.org_id,
    exported.seller_id,
    exported.buyer_org_key,
    exported.seller_key,
    exported.crac_date_key,
    exported.bill_date_key,
    exported.paid_date_key,
    exported.crac_at,
    exported.bill_at,
    exported.paid_at,
    exported.payable_amount,
    exported.ld_deducted,
    exported.tds_it,
    exported.tds_gst,
    exported.paid_amount,
    exported.mode,
    exported.status,
    exported.days_crac_to_paid,
    exported.is_paid,
    exported.is_superseded,
    exported.is_paid_before_crac,
    exported.is_overpaid,
    day.financial_year
from bi.v_payments as exported
join bi.v_dates as day
    on day.date_key = exported.crac_date_key;
