"""What the star schema must hold, computed by SQL on the source alone: shares no code with the pipeline."""

# Where the two sides meet: a column of one aggregate that tells of another. An Indian day is UTC + 5:30.
CONTRACTS = """
    select
        c.contract_id,
        c.contract_number,
        c.bid_id,
        c.org_id,
        c.seller_id,
        c.total_value,
        (select count(*) from gem.contract_item i where i.contract_id = c.contract_id),
        coalesce(to_char(b.published_at at time zone 'Asia/Kolkata', 'YYYYMMDD')::int, -1),
        coalesce(to_char(b.awarded_at at time zone 'Asia/Kolkata', 'YYYYMMDD')::int, -1),
        coalesce(to_char(c.contract_at at time zone 'Asia/Kolkata', 'YYYYMMDD')::int, -1),
        coalesce(to_char(c.accepted_at at time zone 'Asia/Kolkata', 'YYYYMMDD')::int, -1),
        coalesce(to_char(c.rejected_at at time zone 'Asia/Kolkata', 'YYYYMMDD')::int, -1),
        coalesce(to_char(c.cancelled_at at time zone 'Asia/Kolkata', 'YYYYMMDD')::int, -1),
        (c.contract_at at time zone 'Asia/Kolkata')::date - (b.awarded_at at time zone 'Asia/Kolkata')::date,
        (c.accepted_at at time zone 'Asia/Kolkata')::date - (c.contract_at at time zone 'Asia/Kolkata')::date,
        num_nonnulls(c.rejected_at, c.cancelled_at) > 0 or coalesce(c.status in ('REJECTED', 'CANCELLED'), false)
    from gem.contract c
    left join gem.bid b using (bid_id)
    order by 1
"""

WAREHOUSE_CONTRACTS = """
    select
        contract_id, contract_number, bid_id, org_id, seller_id, total_value, line_count, bid_published_date_key,
        bid_awarded_date_key, contract_date_key, accepted_date_key, rejected_date_key, cancelled_date_key,
        award_to_contract_days, contract_to_acceptance_days, is_void
    from mart.fact_contract_lifecycle
    order by 1
"""

ORDER_LINES = """
    select
        i.contract_item_id,
        i.contract_id,
        c.contract_number,
        c.bid_id,
        c.org_id,
        c.seller_id,
        i.category_id,
        i.qty,
        i.unit_price,
        i.line_value,
        case
            when c.rejected_at is not null or c.cancelled_at is not null or c.status in ('REJECTED', 'CANCELLED') then 0
            else i.line_value
        end,
        i.taxable_value,
        i.cgst,
        i.sgst,
        i.igst,
        round(i.mrp_at_order * i.qty, 2),
        round(i.reference_unit_price * i.qty, 2),
        coalesce(to_char(c.contract_at at time zone 'Asia/Kolkata', 'YYYYMMDD')::int, -1),
        i.qty is null and i.line_value is null and i.unit_price is not null
    from gem.contract_item i
    join gem.contract c using (contract_id)
    order by 1
"""

WAREHOUSE_ORDER_LINES = """
    select
        contract_item_id, contract_id, contract_number, bid_id, org_id, seller_id, category_id, ordered_qty, unit_price,
        line_value, current_value, taxable_value, cgst, sgst, igst, mrp_value, reference_value, contract_date_key,
        is_rate_contract
    from mart.fact_order_line
    order by 1
"""

PARTICIPATIONS = """
    select
        p.participation_id,
        p.bid_id,
        p.seller_id,
        b.org_id,
        p.quoted_value,
        p.final_value,
        p.price_rank,
        coalesce(p.is_awarded, false),
        coalesce(p.tech_status = 'DISQUALIFIED', false),
        coalesce(to_char(p.submitted_at at time zone 'Asia/Kolkata', 'YYYYMMDD')::int, -1)
    from gem.bid_participation p
    join gem.bid b using (bid_id)
    order by 1
"""

WAREHOUSE_PARTICIPATIONS = """
    select
        participation_id, bid_id, seller_id, org_id, quoted_value, final_value, price_rank, is_awarded, is_disqualified,
        submitted_date_key
    from mart.fact_bid_participation
    order by 1
"""

BIDS = """
    select
        b.bid_id,
        b.bid_number,
        b.org_id,
        b.category_id,
        b.estimated_value,
        b.emd_amount,
        (select sum(p.final_value) from gem.bid_participation p where p.bid_id = b.bid_id and p.is_awarded),
        (select count(*) from gem.bid_item i where i.bid_id = b.bid_id),
        (select count(*) from gem.bid_participation p where p.bid_id = b.bid_id and p.is_awarded),
        coalesce(to_char(b.published_at at time zone 'Asia/Kolkata', 'YYYYMMDD')::int, -1)
    from gem.bid b
    order by 1
"""

WAREHOUSE_BIDS = """
    select
        bid_id, bid_number, org_id, category_id, estimated_value, emd_amount, awarded_value, item_count, awards,
        published_date_key
    from mart.fact_bid
    order by 1
"""

SELLERS = "select seller_id, legal_name, status, registered_state_code, registered_on from gem.seller order by 1"
WAREHOUSE_SELLERS = """
    select seller_id, seller_name, status, state_code, registered_on
    from mart.dim_seller
    where is_current and seller_key > 0
    order by 1
"""

ORGANISATIONS = (
    "select org_id, parent_org_id, name, level, govt_tier, state_code from gem.buyer_organisation order by 1"
)
WAREHOUSE_ORGANISATIONS = """
    select org_id, parent_org_id, org_name, level, govt_tier, state_code
    from mart.dim_buyer_org
    where is_current and buyer_org_key > 0
    order by 1
"""

CATEGORIES = "select category_id, parent_category_id, name, level, kind, hsn_sac from gem.category order by 1"
WAREHOUSE_CATEGORIES = """
    select category_id, parent_category_id, category_name, level, kind, hsn_sac
    from mart.dim_category
    where is_current and category_key > 0
    order by 1
"""

STATES = "select state_code, iso_code, name, type = 'UT', zone from gem.state_ref order by 1"
WAREHOUSE_STATES = """
    select state_code, iso_code, state_name, is_union_territory, zone from mart.dim_state where state_key > 0 order by 1
"""

SAME = {
    "fact_order_line": (ORDER_LINES, WAREHOUSE_ORDER_LINES),
    "fact_contract_lifecycle": (CONTRACTS, WAREHOUSE_CONTRACTS),
    "fact_bid_participation": (PARTICIPATIONS, WAREHOUSE_PARTICIPATIONS),
    "fact_bid": (BIDS, WAREHOUSE_BIDS),
    "dim_seller": (SELLERS, WAREHOUSE_SELLERS),
    "dim_buyer_org": (ORGANISATIONS, WAREHOUSE_ORGANISATIONS),
    "dim_category": (CATEGORIES, WAREHOUSE_CATEGORIES),
    "dim_state": (STATES, WAREHOUSE_STATES),
}
"""Warehouse table to (query on the source, query on the warehouse) that must give the same rows."""

WRONG_KEYS = {
    "seller of an order line": """
        select count(*) from mart.fact_order_line f left join mart.dim_seller d on d.seller_key = f.seller_key
        where f.seller_id is not null and f.contract_at is not null
          and (f.seller_key <= 0 or d.seller_id <> f.seller_id
               or f.contract_at < d.valid_from or f.contract_at >= d.valid_to)
    """,
    "buyer of an order line": """
        select count(*) from mart.fact_order_line f left join mart.dim_buyer_org d on d.buyer_org_key = f.buyer_org_key
        where f.org_id is not null and f.contract_at is not null
          and (f.buyer_org_key <= 0 or d.org_id <> f.org_id
               or f.contract_at < d.valid_from or f.contract_at >= d.valid_to)
    """,
    "category of an order line": """
        select count(*) from mart.fact_order_line f left join mart.dim_category d on d.category_key = f.category_key
        where f.category_id is not null and f.contract_at is not null
          and (f.category_key <= 0 or d.category_id <> f.category_id
               or f.contract_at < d.valid_from or f.contract_at >= d.valid_to)
    """,
    "seller of a participation": """
        select count(*) from mart.fact_bid_participation f left join mart.dim_seller d on d.seller_key = f.seller_key
        where f.seller_id is not null and f.submitted_at is not null
          and (f.seller_key <= 0 or d.seller_id <> f.seller_id
               or f.submitted_at < d.valid_from or f.submitted_at >= d.valid_to)
    """,
    "buyer of a bid": """
        select count(*) from mart.fact_bid f left join mart.dim_buyer_org d on d.buyer_org_key = f.buyer_org_key
        where f.org_id is not null and f.published_at is not null
          and (f.buyer_org_key <= 0 or d.org_id <> f.org_id
               or f.published_at < d.valid_from or f.published_at >= d.valid_to)
    """,
    "seller of a contract": """
        select count(*) from mart.fact_contract_lifecycle f left join mart.dim_seller d on d.seller_key = f.seller_key
        where f.seller_id is not null and f.contract_at is not null
          and (f.seller_key <= 0 or d.seller_id <> f.seller_id
               or f.contract_at < d.valid_from or f.contract_at >= d.valid_to)
    """,
}
"""What each counts must be 0: a known natural key whose surrogate key is not the version of the event's time."""
