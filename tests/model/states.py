"""The states of the model: each set of loaded batches once, with the database that holds it."""

from functools import cache
from itertools import combinations

from gem.contracts.manifest import CuratedManifest
from tests.model.curated import write_batch
from tests.model.history import HISTORY, Batch
from tests.model.lab import MIGRATED, Contents, Lab
from tests.model.oracle import SKIPPED, Mart

Loaded = frozenset[Batch]


class Model:
    """The states of the model, each reached once and kept as a database to start from."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.manifest: dict[Batch, CuratedManifest] = {}
        for batch in HISTORY:
            self.manifest[batch] = write_batch(lab.s3, batch.seq, batch.tables, attempt=batch.attempt)
        self.database = cache(self._database)
        self.contents = cache(lambda loaded: lab.contents(self.database(loaded)))

    def after(self, loaded: Loaded, *batches: Batch) -> Contents:
        """What stands in the warehouse when the batches are loaded on top in one transaction."""
        database = self._loaded(loaded, *batches)
        try:
            return self.lab.contents(database)
        finally:
            self.lab.drop(database)

    def _database(self, loaded: Loaded) -> str:
        if not loaded:
            return MIGRATED
        newest = max(loaded, key=HISTORY.index)
        return self._loaded(loaded - {newest}, newest)

    def _loaded(self, loaded: Loaded, *batches: Batch) -> str:
        database = self.lab.copy(self.database(loaded))
        reports = self.lab.load(database, *(self.manifest[batch] for batch in batches))
        assert not [report.error for report in reports if report.error]
        return database


def subsets() -> list[Loaded]:
    return [frozenset(chosen) for size in range(len(HISTORY) + 1) for chosen in combinations(HISTORY, size)]


def names(loaded: Loaded) -> str:
    return "+".join(batch.name for batch in sorted(loaded, key=HISTORY.index)) or "nothing"


def mart(contents: Contents) -> Mart:
    """The mart's rows as the oracle has them."""
    return {
        name.removeprefix("mart."): sorted(
            ({k: v for k, v in sorted(row.items()) if k not in SKIPPED} for row in rows if row["source_id"] != "-1"),
            key=repr,
        )
        for name, rows in contents.items()
        if name.startswith("mart.")
    }


def in_order(expected: Mart) -> Mart:
    return {name: sorted((dict(sorted(row.items())) for row in rows), key=repr) for name, rows in expected.items()}
