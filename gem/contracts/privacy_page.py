"""docs/privacy.md: which columns leave the source changed or not at all, made of their declarations; pure."""

from gem.contracts.source.aggregates import AGGREGATES
from gem.contracts.source_spec import Column, Personal, SourceTable

HEADER = """\
<!-- Generated from gem.contracts by `gem contracts generate`; do not edit. -->
# Personal data

A source column is declared with what becomes of it on the way out (`personal` in `gem/contracts/source`): `drop` is
never read, so its values leave PostgreSQL at no time; `hash` leaves as HMAC-SHA256 under the key in
`GEM_HASH_KEY_SECRET_ID`, equal values staying equal. A batch of files (`gem land`) is refused where it holds a dropped
column.

| table | column | meaning | at the source |
|---|---|---|---|
"""
FOOTER = """
Everything else travels as it is. What of it may still speak of a person: the legal name, postal code, Udyam number and
GSTIN of a seller who is a sole proprietor; texts that people write, such as why a bidder was disqualified or a delivery
rejected; and the ids of buyer users. The Power BI model leaves out a seller's postal code and Udyam number; whoever may
read `bi.v_sellers` in the warehouse sees them.

## Where it is kept, and for how long

| place | what | until |
|---|---|---|
| `raw/`, `curated/` of the lake | the columns that travel | for ever: no rule expires what batches are replayed from |
| `rejected/` of the lake | rejected rows, all columns that travel, and the wrong value | `RejectedDays` (400) |
| former versions of an object | what was deleted or written over | 30 days |
| `exports/daily/` of the lake | the BI views | `ExportDays` (35) |
| warehouse: facts | the newest version of a root | its root is deleted at the source, and that batch is loaded |
| warehouse: dimensions | all versions of a member | by hand ([ADR 10](adr/0010-members-outlive-their-source.md)) |
| warehouse: open rejects, batches, ledger, logs | ids, counts and reasons; no rows | as each says |
| source: `gem.change_log` | ids of roots that changed | a month that no window needs is dropped every night |

The lake is encrypted with the stack's key; [iam.md](iam.md) says who may read which prefix.

## Erasure

Deleting a row at the source takes it out of the facts with the next batch, but not out of dimensions, raw and curated
files: keeping raw is what lets a figure be traced and a batch be curated again. **No command erases one person.** By
hand: `gem trace` names the raw part of a contract or bid; delete that object, the curated files of its batch, their
former versions, and the members of the dimension by SQL. The batch can be curated or loaded no more, because its
manifests name what is not there. Where erasure must be a matter of course, declare the column `hash` before the first
batch: without the key nobody can compute the hash of a known value, so deleting the key ends that link to a person.

India's Digital Personal Data Protection Act, 2023 gives people rights of correction and erasure, with exceptions, among
them for processing by the State and for what another law obliges to keep. Which of its rules apply to a deployment, and
from when, is for those who run it to decide with their counsel; this page is no legal advice.
"""


def privacy_page() -> str:
    """Every source column that does not leave as it is, between what is said of all."""
    rows = [
        _row(table, column)
        for aggregate in AGGREGATES
        for table in aggregate.tables
        for column in table.columns
        if column.personal is not Personal.KEEP
    ]
    return HEADER + "".join(rows) + FOOTER


def _row(table: SourceTable, column: Column) -> str:
    done = {Personal.DROP: "dropped", Personal.HASH: "hashed"}[column.personal]
    return f"| `{table.name}` | `{column.name}` | {column.comment} | {done} |\n"
