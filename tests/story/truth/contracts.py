"""Contracts and what follows them: lines as amendments left them, deliveries, certificates and payments (ADR 13)."""

from tests.story.truth.days import day, day_key, days

_IS_VOID = """(
    num_nonnulls(c.rejected_at, c.cancelled_at) > 0 or coalesce(c.status in ('REJECTED', 'CANCELLED'), false)
)"""

# Per line: its newest approved amendment of quantity or value, its newest quantity, and the days it may come later.
_LINES = """
    select
        i.*,
        newest.kind as amended_kind,
        newest.new_value as amended_to,
        coalesce(quantity.new_value, i.qty) as current_qty,
        coalesce(later.days, 0)::int as extension_days,
        coalesce(later.days_without_ld, 0)::int as extension_days_without_ld
    from gem.contract_item i
    left join lateral (
        select kind, new_value
        from gem.contract_amendment a
        where a.contract_id = i.contract_id and a.contract_item_id = i.contract_item_id and a.kind in ('QTY', 'VALUE')
            and a.approved_at is not null and a.new_value is not null
        order by approved_at desc, amendment_id desc
        limit 1
    ) newest on true
    left join lateral (
        select new_value
        from gem.contract_amendment a
        where a.contract_id = i.contract_id and a.contract_item_id = i.contract_item_id and a.kind = 'QTY'
            and a.approved_at is not null and a.new_value is not null
        order by approved_at desc, amendment_id desc
        limit 1
    ) quantity on true
    left join lateral (
        select
            sum(new_value - old_value) as days,
            sum(new_value - old_value) filter (where with_ld is not true) as days_without_ld
        from gem.contract_amendment a
        where a.contract_id = i.contract_id and a.kind = 'DP_EXTENSION' and a.approved_at is not null
            and coalesce(a.contract_item_id, i.contract_item_id) = i.contract_item_id
    ) later on true
"""

_ACCEPTED = """
    select contract_id, contract_item_id, sum(accepted_qty) as accepted_qty
    from gem.receipt_certificate
    where kind = 'CRAC'
    group by contract_id, contract_item_id
"""

ORDER_LINES = f"""
    select
        i.contract_item_id,
        i.contract_id,
        c.contract_number,
        i.line_no,
        c.buy_mode,
        c.status,
        c.cancelled_by,
        c.payment_mode,
        c.bid_id,
        c.comparison_id,
        c.org_id,
        c.buyer_user_id,
        c.seller_id,
        i.category_id,
        i.product_id,
        i.consignee_id,
        left(c.seller_gstin, 2) as seller_state_code,
        {day_key("c.contract_at")} as contract_date_key,
        c.contract_at,
        c.accepted_at,
        c.rejected_at,
        c.cancelled_at,
        i.delivery_due_on,
        i.delivery_due_on + i.extension_days as extended_due_on,
        i.delivery_due_on + i.extension_days_without_ld as due_without_ld_on,
        d.last_delivered_at,
        {day_key("d.last_delivered_at")} as last_delivered_date_key,
        i.qty as ordered_qty,
        i.current_qty,
        coalesce(d.delivered_qty, 0) as delivered_qty,
        coalesce(a.accepted_qty, 0) as accepted_qty,
        i.unit_price,
        i.line_value,
        case
            when {_IS_VOID} then 0
            when i.amended_kind = 'VALUE' then i.amended_to
            when i.amended_kind = 'QTY' and i.unit_price is not null then round(i.amended_to * i.unit_price, 2)
            else i.line_value
        end as current_value,
        i.taxable_value,
        i.cgst,
        i.sgst,
        i.igst,
        i.gst_rate,
        i.mrp_at_order * i.qty as mrp_value,
        i.reference_unit_price * i.qty as reference_value,
        i.mii_class_at_order as mii_class,
        i.qty is null and i.line_value is null and i.unit_price is not null as is_rate_contract,
        coalesce(i.unit_price > i.mrp_at_order, false) as is_above_mrp,
        coalesce(i.delivery_due_on < {day("c.contract_at")}, false) as is_due_before_contract
    from ({_LINES}) i
    join gem.contract c using (contract_id)
    left join (
        select
            contract_item_id,
            contract_id,
            sum(delivered_qty) as delivered_qty,
            max(delivered_at) as last_delivered_at
        from gem.shipment
        where delivered_at is not null
        group by contract_item_id, contract_id
    ) d on d.contract_item_id = i.contract_item_id and d.contract_id = i.contract_id
    left join ({_ACCEPTED}) a on a.contract_item_id = i.contract_item_id and a.contract_id = i.contract_id
"""

SHIPMENTS = f"""
    select
        s.*,
        c.org_id,
        c.seller_id,
        i.category_id,
        i.consignee_id,
        r.first_crac_at,
        {day_key("s.dispatched_at")} as dispatched_date_key,
        {day_key("s.delivered_at")} as delivered_date_key,
        {day_key("r.first_crac_at")} as first_crac_date_key,
        {days("s.delivered_at", "r.first_crac_at")} as days_delivery_to_crac
    from gem.shipment s
    join gem.contract c using (contract_id)
    left join gem.contract_item i on i.contract_id = s.contract_id and i.contract_item_id = s.contract_item_id
    left join lateral (
        select min(issued_at) as first_crac_at
        from gem.receipt_certificate r
        where r.contract_id = s.contract_id and r.shipment_id = s.shipment_id and r.kind = 'CRAC'
    ) r on true
"""

RECEIPTS = f"""
    select
        r.*,
        c.org_id,
        c.seller_id,
        i.category_id,
        s.delivered_at,
        {day_key("r.issued_at")} as issued_date_key,
        {day_key("s.delivered_at")} as delivered_date_key,
        round(r.received_qty * i.unit_price, 2) as received_value,
        round(r.accepted_qty * i.unit_price, 2) as accepted_value,
        round(r.rejected_qty * i.unit_price, 2) as rejected_value,
        {days("s.delivered_at", "r.issued_at")} as days_from_delivery,
        coalesce(r.kind = 'CRAC' and r.issued_at < s.delivered_at, false) as is_before_delivery
    from gem.receipt_certificate r
    join gem.contract c using (contract_id)
    left join gem.contract_item i on i.contract_id = r.contract_id and i.contract_item_id = r.contract_item_id
    left join gem.shipment s on s.contract_id = r.contract_id and s.shipment_id = r.shipment_id
"""

_PAYMENTS = """
    select
        p.*,
        p.paid_at is not null and coalesce(p.status, 'PAID') = 'PAID' as is_paid,
        coalesce(p.status in ('FAILED', 'REVERSED'), false) and exists (
            select
            from gem.payment later
            where later.contract_id = p.contract_id
                and later.invoice_id is not distinct from p.invoice_id
                and later.crac_cert_id is not distinct from p.crac_cert_id
                and later.payment_id > p.payment_id
        ) as is_superseded
    from gem.payment p
"""

PAYMENTS = f"""
    select
        p.*,
        c.org_id,
        c.seller_id,
        v.invoice_no,
        r.issued_at as crac_at,
        {day_key("r.issued_at")} as crac_date_key,
        {day_key("p.bill_at")} as bill_date_key,
        {day_key("p.paid_at")} as paid_date_key,
        case when p.is_paid then {days("r.issued_at", "p.paid_at")} end as days_crac_to_paid,
        coalesce(p.paid_at < r.issued_at, false) as is_paid_before_crac,
        coalesce(p.paid_amount > p.payable_amount, false) as is_overpaid
    from ({_PAYMENTS}) p
    join gem.contract c using (contract_id)
    left join gem.invoice v on v.contract_id = p.contract_id and v.invoice_id = p.invoice_id
    left join gem.receipt_certificate r
        on r.contract_id = p.contract_id and r.cert_id = p.crac_cert_id and r.kind = 'CRAC'
"""

_MILESTONES = f"""
    select
        c.*,
        (select count(*) from gem.contract_item i where i.contract_id = c.contract_id) as line_count,
        s.first_dispatched_at,
        s.last_delivered_at,
        coalesce(s.ld_amount, 0) as ld_amount,
        r.first_prc_at,
        r.last_crac_at,
        coalesce(r.accepted_value, 0) as accepted_value,
        (select min(invoiced_at) from gem.invoice v where v.contract_id = c.contract_id) as first_invoiced_at,
        p.last_paid_at,
        coalesce(p.paid_value, 0) as paid_value,
        coalesce(p.all_paid and accepted.in_full, false) as is_fully_paid,
        exists (
            select
            from gem.contract_amendment a
            where a.contract_id = c.contract_id and a.approved_at is not null and a.kind in ('QTY', 'VALUE')
                and not exists (
                    select
                    from gem.contract_item i
                    where i.contract_id = a.contract_id and i.contract_item_id = a.contract_item_id
                )
        ) as has_amendment_without_line
    from gem.contract c
    left join (
        select
            contract_id,
            min(dispatched_at) as first_dispatched_at,
            max(delivered_at) as last_delivered_at,
            sum(ld_amount) as ld_amount
        from gem.shipment
        group by contract_id
    ) s using (contract_id)
    left join (
        select
            r.contract_id,
            min(r.issued_at) filter (where r.kind = 'PRC') as first_prc_at,
            max(r.issued_at) filter (where r.kind = 'CRAC') as last_crac_at,
            sum(round(r.accepted_qty * i.unit_price, 2)) filter (where r.kind = 'CRAC') as accepted_value
        from gem.receipt_certificate r
        left join gem.contract_item i on i.contract_id = r.contract_id and i.contract_item_id = r.contract_item_id
        group by r.contract_id
    ) r using (contract_id)
    left join (
        select
            contract_id,
            max(paid_at) filter (where is_paid) as last_paid_at,
            sum(paid_amount) filter (where is_paid) as paid_value,
            bool_and(is_paid) as all_paid
        from ({_PAYMENTS}) p
        where not is_superseded
        group by contract_id
    ) p using (contract_id)
    left join (
        select i.contract_id, bool_and(coalesce(a.accepted_qty, 0) >= i.current_qty) as in_full
        from ({_LINES}) i
        left join ({_ACCEPTED}) a on a.contract_id = i.contract_id and a.contract_item_id = i.contract_item_id
        where i.current_qty is not null
        group by i.contract_id
    ) accepted using (contract_id)
"""

_OWN_DAYS = (
    "contract",
    "accepted",
    "first_dispatched",
    "last_delivered",
    "first_prc",
    "last_crac",
    "first_invoiced",
    "last_paid",
    "rejected",
    "cancelled",
)

# Here two aggregates meet: a contract tells of its bid.
CONTRACTS = f"""
    select
        c.*,
        {", ".join(f"{day_key(f'c.{name}_at')} as {name}_date_key" for name in _OWN_DAYS)},
        {day_key("b.published_at")} as bid_published_date_key,
        {day_key("b.awarded_at")} as bid_awarded_date_key,
        {days("b.awarded_at", "c.contract_at")} as award_to_contract_days,
        {days("c.contract_at", "c.accepted_at")} as contract_to_acceptance_days,
        {days("c.accepted_at", "c.first_dispatched_at")} as acceptance_to_dispatch_days,
        {days("c.first_dispatched_at", "c.last_delivered_at")} as dispatch_to_delivery_days,
        {days("c.last_delivered_at", "c.last_crac_at")} as delivery_to_crac_days,
        {days("c.last_crac_at", "c.last_paid_at")} as crac_to_payment_days,
        case when c.is_fully_paid then {days("c.contract_at", "c.last_paid_at")} end as order_to_cash_days,
        exists (
            select
            from gem.bid_participation p
            where p.bid_id = c.bid_id and p.is_awarded and p.award_basis = 'MSE_MATCH'
        ) as is_mse_matched,
        {_IS_VOID} as is_void
    from ({_MILESTONES}) c
    left join gem.bid b on b.bid_id = c.bid_id
"""
