-- What the measures read: the source's rows with their days, their present values, and what their parties were then.

-- A content holds from when it was seen first, until another was; the first one always held.
create materialized view oracle.buyer as
select
  org_id,
  govt_tier,
  state_code,
  is_bound,
  ministry_id,
  case when lag(org_id) over history is null then '-infinity' else observed_at end as valid_from,
  coalesce(lead(observed_at) over history, 'infinity') as valid_to
from (
  select *, lag(row(govt_tier, state_code, is_bound, ministry_id)) over (partition by org_id order by round) as before
  from oracle.seen_buyer
) as seen
where before is distinct from row(govt_tier, state_code, is_bound, ministry_id)
window history as (partition by org_id order by round);

create materialized view oracle.category as
select
  category_id,
  kind,
  hsn_sac,
  case when lag(category_id) over history is null then '-infinity' else observed_at end as valid_from,
  coalesce(lead(observed_at) over history, 'infinity') as valid_to
from (
  select *, lag(row(kind, hsn_sac)) over (partition by category_id order by round) as before
  from oracle.seen_category
) as seen
where before is distinct from row(kind, hsn_sac)
window history as (partition by category_id order by round);

create materialized view oracle.seller as
select distinct on (seller_id) *
from oracle.seen_seller
order by seller_id, round desc;

create materialized view oracle.consignee as
select distinct on (consignee_id) *
from oracle.seen_consignee
order by consignee_id, round desc;

create materialized view oracle.class as
select
  seller_id,
  size,
  size in ('MICRO', 'SMALL') as is_mse,
  size in ('MICRO', 'SMALL') and not is_trader as is_ppp_mse,
  is_women_owned,
  social_category in ('SC', 'ST') as is_scst,
  is_dpiit_startup as is_startup,
  valid_from,
  valid_to,
  updated_at,
  classification_id
from oracle.seen_classification
join oracle.seller using (seller_id, round);

create index on oracle.class (seller_id);

-- One row, of unknowns where no class was valid.
create function oracle.class_at(seller bigint, instant timestamptz)
returns table (
  size text, is_mse boolean, is_ppp_mse boolean, is_women_owned boolean, is_scst boolean, is_startup boolean
)
language sql stable as $$
  select found.size, found.is_mse, found.is_ppp_mse, found.is_women_owned, found.is_scst, found.is_startup
  from (select) as one
  left join lateral (
    select *
    from oracle.class
    where class.seller_id = seller
      and (class.valid_from is null or oracle.day(instant) >= class.valid_from)
      and (class.valid_to is null or oracle.day(instant) < class.valid_to)
      and instant is not null
    order by class.valid_from desc nulls last, class.updated_at desc, class.classification_id desc
    limit 1
  ) as found on true
$$;

create materialized view oracle.contract as
select
  contract.*,
  oracle.day(contract_at) as contract_day,
  oracle.fy(oracle.day(contract_at)) as fy,
  num_nonnulls(rejected_at, cancelled_at) > 0 or coalesce(status in ('REJECTED', 'CANCELLED'), false) as is_void,
  cancelled_at is not null or coalesce(status = 'CANCELLED', false) as is_cancelled,
  left(seller_gstin, 2) as seller_state,
  buyer.govt_tier,
  buyer.state_code as buyer_state,
  buyer.is_bound,
  buyer.ministry_id,
  class.*,
  (select sum(line_value) from gem.contract_item as item where item.contract_id = contract.contract_id) as award_value
from gem.contract
left join oracle.buyer
  on buyer.org_id = contract.org_id and contract_at >= buyer.valid_from and contract_at < buyer.valid_to
cross join lateral oracle.class_at(contract.seller_id, contract_at) as class;

create materialized view oracle.line as
select
  contract.*,
  contract_item_id,
  item.category_id,
  item.qty,
  unit_price,
  line_value,
  case
    when is_void then 0
    when newest.kind = 'VALUE' then round(newest.new_value, 2)
    when newest.kind = 'QTY' then round(newest.new_value * unit_price, 2)
    else line_value
  end as current_value,
  coalesce(newest_qty.new_value, item.qty) as current_qty,
  round(mrp_at_order * item.qty, 2) as mrp_value,
  mii_class_at_order as mii_class,
  consignee.state_code as consignee_state,
  category.kind,
  category.hsn_sac,
  delivery_due_on + coalesce(extended.days, 0) as due_day,
  delivered.qty as delivered_qty,
  delivered.last_day as last_delivery_day,
  accepted.qty as accepted_qty
from gem.contract_item as item
join oracle.contract using (contract_id)
left join oracle.category
  on category.category_id = item.category_id and contract_at >= category.valid_from and contract_at < category.valid_to
left join oracle.consignee on consignee.consignee_id = item.consignee_id
left join lateral (
  select amendment.kind, new_value
  from gem.contract_amendment as amendment
  where amendment.contract_item_id = item.contract_item_id
    and amendment.kind in ('QTY', 'VALUE')
    and approved_at is not null
    and new_value is not null
  order by approved_at desc, amendment_id desc
  limit 1
) as newest on true
left join lateral (
  select new_value
  from gem.contract_amendment as amendment
  where amendment.contract_item_id = item.contract_item_id
    and amendment.kind = 'QTY'
    and approved_at is not null
    and new_value is not null
  order by approved_at desc, amendment_id desc
  limit 1
) as newest_qty on true
left join lateral (
  -- The seller is late all the same where it pays liquidated damages for the extension.
  select sum(new_value - old_value)::integer as days
  from gem.contract_amendment as amendment
  where amendment.contract_id = item.contract_id
    and (amendment.contract_item_id = item.contract_item_id or amendment.contract_item_id is null)
    and amendment.kind = 'DP_EXTENSION'
    and approved_at is not null
    and with_ld is not true
) as extended on true
left join lateral (
  select sum(shipment.delivered_qty) as qty, max(oracle.day(delivered_at)) as last_day
  from gem.shipment
  where shipment.contract_item_id = item.contract_item_id
    and delivered_at is not null
) as delivered on true
left join lateral (
  select sum(certificate.accepted_qty) as qty
  from gem.receipt_certificate as certificate
  where certificate.contract_item_id = item.contract_item_id
    and certificate.kind = 'CRAC'
) as accepted on true;

create materialized view oracle.offer as
select
  participation_id,
  bid_id,
  seller_id,
  participation.submitted_at,
  tech_status,
  quoted_value,
  final_value,
  price_rank,
  coalesce(is_awarded, false) as is_awarded,
  award_basis,
  withdrawn_at is not null and coalesce(withdrawn_at < closes_at, true) as is_withdrawn,
  coalesce(tech_status = 'QUALIFIED', false)
    and not (withdrawn_at is not null and coalesce(withdrawn_at < closes_at, true)) as is_qualified,
  class.*
from gem.bid_participation as participation
join gem.bid using (bid_id)
cross join lateral oracle.class_at(seller_id, participation.submitted_at) as class;

create materialized view oracle.bid as
select
  bid.*,
  oracle.day(published_at) as published_day,
  oracle.fy(oracle.day(published_at)) as fy,
  buyer.ministry_id,
  num_nonnulls(opened_at, tech_evaluated_at, fin_opened_at, awarded_at) > 0 as is_opened,
  num_nonnulls(tech_evaluated_at, awarded_at) > 0
    and coalesce(cancelled_at >= least(tech_evaluated_at, awarded_at), true) as is_evaluated,
  cancelled_at is not null or coalesce(status = 'CANCELLED', false) as is_cancelled,
  counted.*
from gem.bid
left join oracle.buyer
  on buyer.org_id = bid.org_id and published_at >= buyer.valid_from and published_at < buyer.valid_to
cross join lateral (
  select
    count(*) filter (where not is_withdrawn) as participants,
    count(*) filter (where is_qualified) as qualified,
    sum(final_value) filter (where is_awarded) as awarded_value
  from oracle.offer
  where offer.bid_id = bid.bid_id
) as counted;

create materialized view oracle.delivery as
select
  shipment_id,
  buyer.ministry_id,
  oracle.day(delivered_at) as delivered_day,
  oracle.day(first_crac.issued_at) as crac_day
from gem.shipment
join gem.contract using (contract_id)
left join oracle.buyer
  on buyer.org_id = contract.org_id and dispatched_at >= buyer.valid_from and dispatched_at < buyer.valid_to
left join lateral (
  select min(issued_at) as issued_at
  from gem.receipt_certificate as certificate
  where certificate.shipment_id = shipment.shipment_id
    and certificate.kind = 'CRAC'
) as first_crac on true
where delivered_at is not null;

create materialized view oracle.crac as
select
  cert_id,
  certificate.contract_id,
  item.category_id,
  issued_at,
  oracle.day(issued_at) as crac_day,
  is_auto,
  round(received_qty * unit_price, 2) as received_value,
  round(certificate.accepted_qty * unit_price, 2) as accepted_value,
  round(rejected_qty * unit_price, 2) as rejected_value
from gem.receipt_certificate as certificate
left join gem.contract_item as item using (contract_item_id)
where certificate.kind = 'CRAC';

-- One that failed is superseded by a later one of the same invoice and certificate.
create materialized view oracle.payment as
select
  payment_id,
  payment.contract_id,
  buyer.ministry_id,
  payable_amount,
  payment.paid_amount,
  case when payment.status = 'PAID' or payment.status is null then oracle.day(paid_at) end as paid_day,
  crac.crac_day,
  crac.crac_day + oracle.param('PAYMENT_DAYS', crac.crac_day)::integer as due_day
from gem.payment
join gem.contract using (contract_id)
left join oracle.crac on crac.cert_id = payment.crac_cert_id
left join oracle.buyer
  on buyer.org_id = contract.org_id and crac.issued_at >= buyer.valid_from and crac.issued_at < buyer.valid_to
where not (
  coalesce(payment.status in ('FAILED', 'REVERSED'), false)
  and exists (
    select
    from gem.payment as later
    where later.invoice_id = payment.invoice_id
      and later.crac_cert_id is not distinct from payment.crac_cert_id
      and later.payment_id > payment.payment_id
  )
);
