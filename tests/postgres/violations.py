"""What must not be in a source that is clean: each query counts violations; and the references that must be there."""

# Each counts what must not be there (DOMAIN section 9, and the limits of GFR rule 149).
ORDER_VIOLATIONS = {
    "a line whose value is not quantity times price": (
        "from gem.contract_item where line_value is distinct from qty * unit_price"
    ),
    "a line of nothing": "from gem.contract_item where not (qty > 0 and unit_price > 0)",
    "a line whose tax does not add up": (
        "from gem.contract_item"
        " where taxable_value + cgst + sgst + igst is distinct from line_value or taxable_value <= 0"
    ),
    "a tax rate that the tax does not show": (
        "from gem.contract_item"
        " where abs((line_value - taxable_value) - taxable_value * gst_rate / 100) > 0.03 + taxable_value * 0.0000001"
    ),
    "tax of both kinds": "from gem.contract_item where igst <> 0 and (cgst <> 0 or sgst <> 0) or cgst <> sgst",
    "integrated tax within a state, or none between two": (
        "from gem.contract_item join gem.contract using (contract_id) join gem.consignee_location using"
        " (consignee_id)"
        " where line_value > 1 and (igst > 0) is distinct from (left(seller_gstin, 2) <> state_code)"
    ),
    "a contract that is not the sum of its lines": (
        "from gem.contract c left join (select contract_id, sum(line_value) total, sum(taxable_value) taxable"
        " from gem.contract_item group by 1) i using (contract_id)"
        " where (total_value, taxable_value, gst_value) is distinct from (i.total, i.taxable, i.total - i.taxable)"
    ),
    "a price above the printed one": "from gem.contract_item where unit_price > mrp_at_order",
    "a due day before the contract": (
        "from gem.contract_item join gem.contract using (contract_id)"
        " where delivery_due_on < (contract_at at time zone 'Asia/Kolkata')::date"
    ),
    "a direct or L1 purchase above twice the limit of its day": (
        "from gem.contract c join gem.policy_parameter p on param_code = case buy_mode when 'DIRECT' then 'DP_LIMIT'"
        " when 'L1' then 'L1_LIMIT' end and (contract_at at time zone 'Asia/Kolkata')::date >= effective_from"
        " and (contract_at at time zone 'Asia/Kolkata')::date < coalesce(effective_to, 'infinity')"
        " where total_value > 2 * num_value and not exists (select from gem.contract_item join gem.category using"
        " (category_id)"
        " where contract_item.contract_id = c.contract_id and hsn_sac like '87%')"
    ),
    "an order outside the financial years": (
        "from gem.contract where contract_at < '2021-04-01 00:00+05:30' or contract_at >= '2026-04-01 00:00+05:30'"
    ),
    "a GSTIN of another state or firm": (
        "from gem.contract join gem.seller using (seller_id)"
        " where left(seller_gstin, 2) <> registered_state_code or substr(seller_gstin, 3, 10) <> pan"
    ),
    "a PAN of two firms": "from (select 1 from gem.seller group by pan having count(*) > 1) as twice",
    "a PIN code that is none": r"from gem.seller where pincode !~ '^[1-9]\d{5}$'",
    "a sale before registration": (
        "from gem.contract join gem.seller using (seller_id)"
        " where registered_on > (contract_at at time zone 'Asia/Kolkata')::date"
    ),
    "an offer before registration": (
        "from gem.bid_participation join gem.seller using (seller_id)"
        " where registered_on > (submitted_at at time zone 'Asia/Kolkata')::date"
    ),
    "an offer after closing": (
        "from gem.bid_participation join gem.bid using (bid_id)"
        " where submitted_at not between published_at and closes_at"
    ),
    "milestones of a bid out of order": (
        "from gem.bid where not (published_at < closes_at and closes_at < coalesce(opened_at, 'infinity')"
        " and coalesce(opened_at, closes_at) < coalesce(tech_evaluated_at, 'infinity')"
        " and coalesce(tech_evaluated_at, closes_at) < coalesce(fin_opened_at, 'infinity')"
        " and coalesce(fin_opened_at, closes_at) < coalesce(awarded_at, 'infinity'))"
    ),
    "a bid awarded without contract, or after it": (
        "from gem.bid b left join gem.contract c using (bid_id)"
        " where (b.status = 'AWARDED') is distinct from (c.contract_id is not null) or c.contract_at < b.awarded_at"
    ),
    "a bid with no lowest offer, or with two": (
        "from (select 1 from gem.bid_participation where final_value is not null group by bid_id"
        " having count(*) filter (where price_rank = 1) <> 1 or max(price_rank) <> count(*)) as odd"
    ),
    "a rank of an offer that did not qualify": (
        "from gem.bid_participation where tech_status <> 'QUALIFIED'"
        " and (price_rank, quoted_value, final_value) is distinct from (null, null, null)"
    ),
    "an offer above its quotation": "from gem.bid_participation where final_value > quoted_value",
    "more than twelve offers": (
        "from (select 1 from gem.bid_participation group by bid_id having count(*) > 12) as crowded"
    ),
    "an award to another seller than the contract's, or for another value": (
        "from gem.contract c left join gem.bid_participation p on p.bid_id = c.bid_id and p.is_awarded"
        " where c.bid_id is not null and (p.seller_id, p.final_value) is distinct from (c.seller_id, c.total_value)"
    ),
    "a claim of the MSE preference without the class on that day": (
        "from gem.bid_participation p where claims_mse is distinct from exists (select from"
        " gem.seller_classification k"
        " where k.seller_id = p.seller_id and k.size in ('MICRO', 'SMALL')"
        " and (p.submitted_at at time zone 'Asia/Kolkata')::date >= k.valid_from"
        " and (p.submitted_at at time zone 'Asia/Kolkata')::date < coalesce(k.valid_to, 'infinity'))"
    ),
    "a matched price beyond 15 percent, or matched with an MSE": (
        "from gem.bid_participation w left join gem.bid_participation l on l.bid_id = w.bid_id and l.price_rank = 1"
        " where w.award_basis = 'MSE_MATCH' and (w.quoted_value <= l.final_value"
        " or w.quoted_value > 1.15 * l.final_value"
        " or w.final_value <> l.final_value or l.claims_mse or not w.claims_mse)"
    ),
    "classes of a seller that overlap or leave a gap": (
        "from (select valid_to, lead(valid_from) over (partition by seller_id order by valid_from) as next_from"
        " from gem.seller_classification) k where valid_to is distinct from next_from"
    ),
    "a status without its time": (
        "from gem.contract where (status = 'REJECTED') <> (rejected_at is not null)"
        " or (status = 'CANCELLED') <> (cancelled_at is not null) or (cancelled_by is null) <> (cancelled_at is null)"
    ),
    "a tax slab out of its time": (
        "from gem.contract_item join gem.contract using (contract_id) where gst_rate in (12, 28)"
        " and contract_at >= '2025-09-22 00:00+05:30'"
    ),
}
DELIVERY_VIOLATIONS = {
    "a certificate whose parts do not add up": (
        "from gem.receipt_certificate where accepted_qty + rejected_qty <> received_qty"
        " or (kind = 'CRAC') is distinct from (accepted_qty is not null)"
    ),
    "more received than delivered": (
        "from gem.receipt_certificate join gem.shipment using (shipment_id)"
        " where received_qty is distinct from delivered_qty"
    ),
    "more accepted or shipped than ordered": (
        "from gem.contract_item i"
        " left join (select contract_item_id, max(new_value) as qty from gem.contract_amendment where kind = 'QTY'"
        " group by 1) a using (contract_item_id)"
        " left join (select contract_item_id, sum(accepted_qty) as accepted from gem.receipt_certificate group by 1) r"
        " using (contract_item_id)"
        " left join (select contract_item_id, sum(dispatched_qty) as sent from gem.shipment group by 1) s"
        " using (contract_item_id) where coalesce(a.qty, i.qty) < greatest(accepted, sent)"
    ),
    "acceptance without provisional receipt of the same shipment": (
        "from gem.receipt_certificate c left join gem.receipt_certificate p"
        " on p.cert_id = c.prc_cert_id and p.contract_id = c.contract_id and p.kind = 'PRC' and p.shipment_id ="
        " c.shipment_id"
        " where c.kind = 'CRAC' and (p.cert_id is null or p.issued_at > c.issued_at)"
    ),
    "a certificate before delivery": (
        "from gem.receipt_certificate left join gem.shipment using (shipment_id)"
        " where issued_at < coalesce(delivered_at, 'infinity')"
    ),
    "a shipment before acceptance of the order, or delivered before it left": (
        "from gem.shipment join gem.contract using (contract_id)"
        " where not (accepted_at <= dispatched_at and dispatched_at < coalesce(delivered_at, 'infinity'))"
        " or accepted_at is null or (delivered_qty is null) <> (delivered_at is null)"
    ),
    "goods for a contract that was never served": (
        "from gem.shipment join gem.contract using (contract_id) where rejected_at is not null or cancelled_at <"
        " dispatched_at"
    ),
    "a member of another contract than its line": (
        "from (select contract_id, contract_item_id from gem.shipment union all"
        " select contract_id, contract_item_id from gem.receipt_certificate union all"
        " select contract_id, contract_item_id from gem.contract_amendment where contract_item_id is not null) m"
        " left join gem.contract_item i using (contract_item_id) where i.contract_id is distinct from m.contract_id"
    ),
    "damages for a delivery in time": (
        "from gem.shipment s join gem.contract_item i using (contract_item_id)"
        " where ld_amount > 0 and (delivered_at at time zone 'Asia/Kolkata')::date <= delivery_due_on"
    ),
    "an amendment of nothing, or approved before the order was accepted": (
        "from gem.contract_amendment join gem.contract using (contract_id)"
        " where old_value is not distinct from new_value or approved_at < accepted_at or accepted_at is null"
        " or (kind in ('QTY', 'VALUE')) is distinct from (with_ld is null)"
    ),
    "a payment without certificate of acceptance": (
        "from gem.payment y left join gem.receipt_certificate c on c.cert_id = y.crac_cert_id"
        " and c.contract_id = y.contract_id and c.kind = 'CRAC' where c.cert_id is null or y.bill_at < c.issued_at"
        " or y.paid_at < y.bill_at"
    ),
    "a payment of another contract than its invoice": (
        "from gem.payment y left join gem.invoice v using (invoice_id) where v.contract_id is distinct from"
        " y.contract_id"
    ),
    "a payable that is not what was accepted less what is deducted": (
        "from gem.payment y join gem.receipt_certificate c on c.cert_id = y.crac_cert_id"
        " join gem.contract_item i using (contract_item_id)"
        " left join gem.contract_amendment a on a.contract_item_id = i.contract_item_id and a.kind = 'VALUE'"
        " where abs(payable_amount + ld_deducted + tds_it + tds_gst"
        " - accepted_qty * coalesce(a.new_value / i.qty, i.unit_price)) > 0.01 or payable_amount < 0"
    ),
    "more paid than payable, or a time without an amount": (
        "from gem.payment where paid_amount > payable_amount or (paid_amount is null) <> (paid_at is null)"
        " or (status in ('PAID', 'REVERSED')) <> (paid_at is not null)"
    ),
    "a certificate paid twice": (
        "from (select 1 from gem.payment where status = 'PAID' group by crac_cert_id having count(*) > 1) as twice"
    ),
    "an invoice that is not what was shipped": (
        "from (select contract_id, sum(gross_value) as billed from gem.invoice group by 1) v"
        " full join (select s.contract_id, sum(round(dispatched_qty * coalesce(a.new_value / i.qty, i.unit_price),"
        " 2)) as shipped"
        " from gem.shipment s join gem.contract_item i using (contract_item_id)"
        " left join gem.contract_amendment a on a.contract_item_id = i.contract_item_id and a.kind = 'VALUE' group"
        " by 1) s"
        " using (contract_id) where billed is distinct from shipped"
    ),
    "a contract whose status is not what its deliveries say": (
        "from gem.contract c left join (select contract_id, bool_and(delivered_at is not null) as is_delivered"
        " from gem.shipment group by 1) s using (contract_id)"
        " where (status in ('IN_DELIVERY', 'DELIVERED', 'COMPLETED') and is_delivered is null)"
        " or (status in ('PLACED', 'ACCEPTED', 'REJECTED', 'TERMINATED') and is_delivered is not null)"
        " or (status in ('DELIVERED', 'COMPLETED') and not is_delivered)"
    ),
    "a completed contract with an acceptance that is not paid": (
        "from gem.contract c join gem.receipt_certificate r using (contract_id) where status = 'COMPLETED' and"
        " r.kind = 'CRAC'"
        " and accepted_qty > 0"
        " and not exists (select from gem.payment y where y.crac_cert_id = r.cert_id and y.status = 'PAID')"
    ),
}
MARKET_VIOLATIONS = {
    "a registration of another state, or of another firm than its seller": (
        "from gem.seller_gstin g join gem.seller s using (seller_id)"
        " where left(gstin, 2) <> state_code or substr(gstin, 3, 10) <> pan"
        " or is_primary and state_code <> registered_state_code"
    ),
    "a seller without one primary registration, or a contract with a number that is not the seller's": (
        "from (select seller_id from gem.seller left join gem.seller_gstin g using (seller_id) group by 1"
        " having count(*) filter (where is_primary) <> 1 union all"
        " select c.seller_id from gem.contract c left join gem.seller_gstin g on g.gstin = c.seller_gstin"
        " where g.seller_id is distinct from c.seller_id) as odd"
    ),
    "a PIN code of a consignee that is none": r"from gem.consignee_location where pincode !~ '^[1-9]\d{5}$'",
    "a class of local content that the content does not show": (
        "from gem.catalogue_product where mii_class <> case when local_content_pct >= 50 then 'I'"
        " when local_content_pct >= 20 then 'II' else 'NON_LOCAL' end"
    ),
    "an offer of a product before its seller was there, or that ends before it begins": (
        "from gem.catalogue_offer join gem.seller using (seller_id)"
        " where valid_to <= valid_from or (valid_from at time zone 'Asia/Kolkata')::date < registered_on"
        " or (catalogue_offer.status = 'WITHDRAWN') <> (valid_to is not null)"
    ),
    "a line whose product is of another category": (
        "from gem.contract_item i join gem.catalogue_product p using (product_id) where p.category_id <> i.category_id"
    ),
    "a place or a buyer of another office than the contract's": (
        "from gem.contract c join gem.contract_item i using (contract_id)"
        " left join gem.consignee_location l using (consignee_id)"
        " where l.org_id is distinct from c.org_id or c.buyer_user_id / 10 <> c.org_id"
    ),
    "a comparison after the contract, or whose lowest price is none": (
        "from gem.contract c left join gem.l1_comparison l using (comparison_id)"
        " where (buy_mode = 'L1') is distinct from (l.comparison_id is not null) or compared_at > contract_at"
        " or lowest_price > median_price or compared_offer_count < manufacturer_count"
    ),
    "an auction whose lowest price is not what was awarded": (
        "from gem.contract c left join gem.reverse_auction r using (ra_id)"
        " left join (select ra_id, min(offered_value) as lowest from gem.ra_offer group by 1) o using (ra_id)"
        " where buy_mode = 'RA' and (r.bid_id, lowest) is distinct from (c.bid_id, total_value) and r.ra_id is not"
        " null"
        " or (buy_mode = 'RA') is distinct from (r.ra_id is not null)"
    ),
    "a price that does not undercut the one before by the decrement": (
        "from (select offered_value, lag(offered_value, 1, start_price) over w as before, start_price,"
        " min_decrement_pct,"
        " offered_at, lag(offered_at) over w as offered_before from gem.ra_offer join gem.reverse_auction using"
        " (ra_id)"
        " window w as (partition by ra_id order by offered_at, ra_offer_id)) o"
        " where before - offered_value < start_price * min_decrement_pct / 100 or offered_at <= offered_before"
    ),
    "a price named when the auction did not run, or of another bid": (
        "from gem.ra_offer o join gem.reverse_auction r using (ra_id) left join gem.bid_participation p"
        " using (participation_id) where offered_at not between starts_at and coalesce(actual_end_at, 'infinity')"
        " or (o.bid_id, p.bid_id) is distinct from (r.bid_id, r.bid_id)"
    ),
    "an auction that ended at another time than its extensions say, or after prices were opened": (
        "from gem.reverse_auction r join gem.bid using (bid_id)"
        " where actual_end_at <> scheduled_end_at + interval '15 minutes' * extensions or actual_end_at >"
        " fin_opened_at"
        " or (r.status = 'COMPLETED') <> (actual_end_at is not null) or starts_at < tech_evaluated_at"
    ),
    "earnest money of who is exempt, or of another amount": (
        "from gem.security_deposit d left join gem.bid_participation p using (bid_id, seller_id) left join gem.bid"
        " using (bid_id)"
        " where d.kind = 'EMD' and (p.participation_id is null or amount is distinct from emd_amount or d.held_at <"
        " published_at)"
        " and not exists (select from gem.bid_participation q where q.bid_id = d.bid_id and q.seller_id = d.seller_id"
        " and emd_mode in ('PAID', 'BG'))"
    ),
    "a guarantee of another percentage": (
        "from gem.security_deposit d left join gem.contract c using (contract_id) left join gem.bid b on b.bid_id ="
        " c.bid_id"
        " where d.kind = 'EPBG' and amount is distinct from round(total_value * epbg_pct / 100, 2)"
    ),
    "a deposit whose status its times do not show": (
        "from gem.security_deposit where (status = 'HELD') <> (released_at is null) or released_at < held_at"
    ),
    "an incident out of order": (
        "from gem.incident where escalated_at < raised_at or scn_at < escalated_at or responded_at < scn_at"
        " or closed_at < greatest(raised_at, escalated_at, scn_at) or (closed_at is null) <> (outcome is null)"
        " or (stage = 'POST_CONTRACT') <> (contract_id is not null)"
        " or suspension_days is not null and outcome not in ('SUSPENSION', 'DEBARMENT')"
    ),
    "a score that none can give": (
        "from gem.rating where score not between 1 and 5 or component_scores is null or contract_id is null"
    ),
    "a parameter of two values on one day": (
        "from gem.policy_parameter a join gem.policy_parameter b using (param_code) where a.effective_from <"
        " b.effective_from"
        " and b.effective_from < coalesce(a.effective_to, 'infinity')"
    ),
}

VIOLATIONS = {**ORDER_VIOLATIONS, **DELIVERY_VIOLATIONS, **MARKET_VIOLATIONS}

REFERENCES = [
    ("category", "parent_category_id", "category", "category_id"),
    ("buyer_organisation", "parent_org_id", "buyer_organisation", "org_id"),
    ("buyer_organisation", "state_code", "state_ref", "state_code"),
    ("seller", "registered_state_code", "state_ref", "state_code"),
    ("seller_classification", "seller_id", "seller", "seller_id"),
    ("bid", "org_id", "buyer_organisation", "org_id"),
    ("bid", "category_id", "category", "category_id"),
    ("bid_item", "bid_id", "bid", "bid_id"),
    ("bid_participation", "bid_id", "bid", "bid_id"),
    ("bid_participation", "seller_id", "seller", "seller_id"),
    ("contract", "bid_id", "bid", "bid_id"),
    ("contract", "org_id", "buyer_organisation", "org_id"),
    ("contract", "seller_id", "seller", "seller_id"),
    ("contract_item", "contract_id", "contract", "contract_id"),
    ("contract_item", "category_id", "category", "category_id"),
    ("brand", "oem_seller_id", "seller", "seller_id"),
    ("buyer_user", "org_id", "buyer_organisation", "org_id"),
    ("consignee_location", "org_id", "buyer_organisation", "org_id"),
    ("consignee_location", "user_id", "buyer_user", "user_id"),
    ("consignee_location", "state_code", "state_ref", "state_code"),
    ("seller_gstin", "seller_id", "seller", "seller_id"),
    ("seller_gstin", "state_code", "state_ref", "state_code"),
    ("catalogue_product", "category_id", "category", "category_id"),
    ("catalogue_product", "brand_id", "brand", "brand_id"),
    ("catalogue_offer", "product_id", "catalogue_product", "product_id"),
    ("catalogue_offer", "seller_id", "seller", "seller_id"),
    ("l1_comparison", "buyer_user_id", "buyer_user", "user_id"),
    ("l1_comparison", "selected_offer_id", "catalogue_offer", "offer_id"),
    ("bid", "buyer_user_id", "buyer_user", "user_id"),
    ("bid_item", "consignee_id", "consignee_location", "consignee_id"),
    ("reverse_auction", "bid_id", "bid", "bid_id"),
    ("ra_offer", "ra_id", "reverse_auction", "ra_id"),
    ("ra_offer", "participation_id", "bid_participation", "participation_id"),
    ("contract", "ra_id", "reverse_auction", "ra_id"),
    ("contract", "comparison_id", "l1_comparison", "comparison_id"),
    ("contract", "buyer_user_id", "buyer_user", "user_id"),
    ("contract", "pao_user_id", "buyer_user", "user_id"),
    ("contract_item", "product_id", "catalogue_product", "product_id"),
    ("contract_item", "consignee_id", "consignee_location", "consignee_id"),
    ("shipment", "contract_item_id", "contract_item", "contract_item_id"),
    ("receipt_certificate", "shipment_id", "shipment", "shipment_id"),
    ("receipt_certificate", "consignee_id", "consignee_location", "consignee_id"),
    ("invoice", "contract_id", "contract", "contract_id"),
    ("security_deposit", "seller_id", "seller", "seller_id"),
    ("security_deposit", "bid_id", "bid", "bid_id"),
    ("platform_charge", "contract_id", "contract", "contract_id"),
    ("rating", "contract_id", "contract", "contract_id"),
    ("incident", "contract_id", "contract", "contract_id"),
    ("incident", "bid_id", "bid", "bid_id"),
]
