"""The views that BI reads: bound, every column cast, one per mart table, without the load's bookkeeping."""

from gem.contracts.mart_spec import DW_COLUMNS, MartColumn, MartTable, TableKind
from gem.warehouse.templates.expressions import HEADER, lines
from gem.warehouse.templates.references import DATE_KEY_SUFFIX

VIEW_OF = {
    "dim_date": "v_dates",
    "dim_buy_mode": "v_buy_modes",
    "dim_payment_mode": "v_payment_modes",
    "dim_order_status": "v_order_statuses",
    "dim_incident_reason": "v_incident_reasons",
    "dim_order_flags": "v_order_flags",
    "dim_state": "v_states",
    "dim_policy_parameter": "v_policy_parameters",
    "dim_category": "v_categories",
    "dim_buyer_org": "v_buyers",
    "bridge_org_hierarchy": "v_org_hierarchy",
    "dim_brand": "v_brands",
    "dim_buyer_user": "v_buyer_users",
    "dim_consignee": "v_consignees",
    "dim_seller": "v_sellers",
    "dim_product": "v_products",
    "fact_catalogue_offer": "v_catalogue_offers",
    "fact_l1_comparison": "v_l1_comparisons",
    "fact_bid_participation": "v_participations",
    "fact_ra_offer": "v_ra_offers",
    "fact_bid": "v_bids",
    "fact_order_line": "v_order_lines",
    "fact_shipment": "v_shipments",
    "fact_receipt": "v_receipts",
    "fact_payment": "v_payments",
    "fact_contract_lifecycle": "v_contracts",
    "fact_security_deposit": "v_security_deposits",
    "fact_platform_charge": "v_platform_charges",
    "fact_incident": "v_incidents",
    "fact_rating": "v_ratings",
    "agg_gmv_daily": "v_gmv_daily",
    "fact_catalogue_month": "v_catalogue_months",
    "fact_procurement_target": "v_procurement_targets",
}
HELPER_VIEWS = {
    "v_policy": False,
    "v_payables": True,
    "v_deliveries": True,
    "v_l1_savings": True,
    "v_mandate_lines": True,
    "v_mandate": False,
    "v_seller_activation": False,
    "v_mse_price_match": True,
    "v_incident_rate": True,
    "v_notices": False,
    "v_open_orders": True,
    "v_buyer_promptness": True,
    "v_buyer_score": False,
    "v_split_orders": True,
    "v_threshold_breaches": True,
    "v_direct_above_limit": True,
    "v_unfounded_mse_claims": True,
    "v_expected_charges": False,
    "v_charge_balance": False,
    "v_freshness": False,
}
"""The views of sql/views that are written by hand, which measures stand on, and whether their rows name a buyer."""
BOOKKEEPING = {column.name for column in DW_COLUMNS} | {"row_hash"}
REFRESH_DAY, CHANGED_AT = "refresh_day", "changed_at"
"""What incremental refresh in Power BI filters on, and by what it knows that the rows of some days have changed."""


HOLIDAYS = """
left join (
    select distinct holiday_date.date_key
    from mart.dim_date as holiday_date
    join mart.dim_policy_parameter as holiday
        on holiday.param_code = 'GAZETTED_HOLIDAY'
        and holiday.text_value is not null
        and holiday_date.calendar_date >= cast(dateadd(minute, 330, holiday.valid_from) as date)
        and holiday_date.calendar_date < cast(dateadd(minute, 330, holiday.valid_to) as date)
) as gazetted
    on gazetted.date_key = dim_date.date_key"""
"""Which days are holidays is policy, not calendar: it comes and changes with dim_policy_parameter."""
ADDED = {"dim_date": ("cast(gazetted.date_key is not null as boolean) as is_gazetted_holiday", HOLIDAYS)}
"""What a view has beside its table's columns, with the join that gives it."""


def view_script(table: MartTable) -> str:
    """The script that makes a table's view; a view is dropped first, for Redshift cannot change its columns in place.

    Besides each date key of a fact stands the day itself as a timestamp. A fact that falls into days has two columns
    for incremental refresh: the day, or that of the first load where it is unknown, so that no refresh leaves the row
    out; and when the row was last loaded.
    """
    view = f"bi.{VIEW_OF[table.name]}"
    days = [c.name for c in table.columns if not table.is_dimension and c.name.endswith(DATE_KEY_SUFFIX)]
    columns = [_column(table, c) for c in table.warehouse_columns if c.name not in BOOKKEEPING]
    columns += [f"cast({_day(key)}.calendar_date as timestamp) as {_day(key)}" for key in days]
    columns += _refresh_columns(table)
    added, added_join = ADDED.get(table.name, ("", ""))
    columns += [added] if added else []
    joins = [f"\njoin mart.dim_date as {_day(key)}\n    on {_day(key)}.date_key = {table.name}.{key}" for key in days]
    return (
        f"{HEADER}-- {table.comment}: {table.grain}.\ndrop view if exists {view};\n\n"
        f"create view {view} as\nselect\n{lines(columns)}\nfrom mart.{table.name}{''.join(joins)}{added_join};\n"
    )


def _column(table: MartTable, column: MartColumn) -> str:
    return f"cast({table.name}.{column.name} as {column.type.redshift}) as {column.name}"


def _refresh_columns(table: MartTable) -> list[str]:
    key = day_of(table)
    if key is None or table.kind is not TableKind.FACT:
        return []
    return [
        f"cast(coalesce({_day(key)}.calendar_date, cast({table.name}.dw_inserted_at as date)) as timestamp)"
        f" as {REFRESH_DAY}",
        f"cast({table.name}.dw_updated_at as timestamp) as {CHANGED_AT}",
    ]


def day_of(table: MartTable) -> str | None:
    """The date key by which the rows of a fact or aggregate fall into days: that of its sort key; None without one."""
    if table.is_dimension:
        return None
    return next((name for name in table.sort_key if name.endswith(DATE_KEY_SUFFIX)), None)


def _day(date_key: str) -> str:
    return date_key.removesuffix("_key")
