"""What columns mean, where one reads them in Power BI: as their tables declare it, or, of views, as it stands here."""

from functools import cache

from gem.contracts.mart.tables import MART_TABLES
from gem.warehouse.templates.views import VIEW_OF

OF_VIEWS = {
    "v_policy": "Rules of the trade by Indian day: one period of one parameter.",
    "v_freshness": "The newest snapshot that is loaded of each table: one table of one source.",
    "v_quality": "What was rejected from each loaded batch and what warns in it: one reason or column of one table.",
    "v_open_rejects": "Roots whose newest version was rejected: what the warehouse has of them is older, or nothing.",
    "v_measure_totals": "Each measure over the whole warehouse by SQL, to hold the model's against: one measure.",
    "v_ministry_readers": "Who reads the rows of which ministry: one user and ministry.",
}
COMMON = {
    "source_id": "Source database",
    "refresh_day": "Day by which incremental refresh keeps the row",
    "is_gazetted_holiday": "A gazetted holiday, as policy of the day says",
    "num_value": "Value, where it is a number",
    "text_value": "Value, where it is text",
    "first_day": "First Indian day of its validity",
    "until_day": "First Indian day after its validity",
    "table_name": "Table of the warehouse",
    "snapshot_at": "Snapshot of the source that the rows are of, UTC",
    "loaded_at": "When that was loaded, UTC",
    "batch_seq": "Place of the batch among those of its source",
    "batch_id": "Batch",
    "attempt": "Attempt of the batch that was loaded",
    "kind": "What it is",
    "reason": "Reason to reject, or column that warns",
    "row_count": "Rows",
    "aggregate": "What the root is the root of",
    "root_id": "Root at the source",
    "source_table": "Table of the source whose row was rejected",
    "rejected_rows": "Rows that were rejected of it",
    "first_batch_seq": "Batch since which it is rejected",
    "user_name": "User principal name of the reader",
    "ministry_id": "Ministry",
    "crac_on": "Day of the CRAC",
    "due_on": "Last day in time",
    "paid_on": "Day of payment",
    "delivered_on": "Day of delivery",
    "crac_due_on": "Last day in time for the CRAC",
    "first_crac_on": "Day of the first CRAC",
    "is_paid": "It was paid",
    "penal_interest_pct_month": "Interest for being late, percent by month",
    "median_value": "Quantity at the median of the offers",
    "saving": "Median of the offers less price paid, times the quantity",
    "is_scst_mse": "Seller is an MSE of Scheduled Castes or Tribes and no trader",
    "is_women_mse": "Seller is an MSE owned by women and no trader",
    "mse_target": "What the year's MSE target asks of it",
    "scst_target": "What the year's SC/ST target asks of it",
    "women_target": "What the year's women target asks of it",
    "registered_date_key": "Day of the registration",
    "activation_ends_on": "Last day in time for the first order",
    "first_order_on": "Day of the first valid order",
    "lowest_value": "Lowest offer",
    "highest_value": "Highest value that is within the rule",
    "mse_offers": "Offers of MSEs within the band",
    "event_date_key": "Day of the incident or order",
    "incidents": "1 for an incident",
    "orders": "1 for a valid order",
    "notice_on": "Day of the show-cause notice",
    "reply_due_on": "Last day in time for the answer",
    "responded_on": "Day of the answer",
    "seller_status": "Status of the seller now",
    "counts_from_on": "Day from which it counts in the score",
    "done": "How much of it was done in time",
    "owed": "How much was to be done",
    "contract_on": "Day of the contract",
    "order_value": "Value of the order at award",
    "manufacturer_count": "Makers compared",
    "is_automobile": "Every line is an automobile",
    "is_above_limit": "Above the limit of its day",
    "has_few_manufacturers": "Too few makers were compared",
    "place": "Its place among the measures",
    "measure": "Name of the measure",
    "folder": "Folder of the measure",
    "unit": "Unit; shares are in percent",
    "as_of": "Day D that the total is as of, where it is as of one",
    "digits": "Digits behind the point to which both sides are rounded",
    "rounding": "How far rounding alone may part the two sides",
    "total": "The measure over the whole warehouse; none where that is unknown",
    "charged": "What the seller was charged",
    "expected": "What the rules charge",
}
"""Meanings of columns that hand-written views have and no table declares."""


def meaning_of(view: str, column: str) -> str:
    """What a column of a view means, what a row of it is for the column ""; KeyError where nobody says."""
    if not column:
        return OF_VIEWS[view]
    declared = _declared()
    own = declared.get((view, column)) or COMMON.get(column)
    if own is None and (day := declared.get((view, f"{column}_key"))):
        own = day
    if own is None:
        own = next((text for (_, name), text in declared.items() if name == column), None)
    if own is None:
        raise KeyError(f"bi.{view}.{column}: gem.powerbi.meanings does not say what it means")
    return own


@cache
def _declared() -> dict[tuple[str, str], str]:
    return {
        (VIEW_OF[table.name], column.name): column.comment
        for table in MART_TABLES
        for column in table.warehouse_columns
    }
