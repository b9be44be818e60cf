"""The states of the model: each set of loaded batches, under each mark, with the database that holds it."""

from collections.abc import Collection
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
        self.contents = cache(lambda loaded, mark=0: lab.contents(self.database(loaded, mark)))

    def after(self, loaded: Loaded, *batches: Batch, mark: int = 0) -> Contents:
        """What stands in the warehouse when the batches are loaded on top in one transaction."""
        return self._taken(self._loaded(loaded, *batches, mark=mark))

    def after_prune(self, loaded: Loaded, mark: int, to: int) -> Contents:
        """What stands in the warehouse when the mark is moved further."""
        database = self.lab.copy(self.database(loaded, mark))
        self.lab.prune(database, to)
        return self._taken(database)

    def after_refusal(self, loaded: Loaded, mark: int, batch: Batch) -> Contents:
        """What stands in the warehouse when a batch came too late."""
        database = self.lab.copy(self.database(loaded, mark))
        (report,) = self.lab.load(database, self.manifest[batch])
        assert report.outcome == "quarantined"
        assert "comes too late" in report.error
        return self._taken(database)

    def _taken(self, database: str) -> Contents:
        try:
            return self.lab.contents(database)
        finally:
            self.lab.drop(database)

    def _database(self, loaded: Loaded, mark: int = 0) -> str:
        if mark:
            database = self.lab.copy(self.database(loaded))
            self.lab.prune(database, mark)
            return database
        if not loaded:
            return MIGRATED
        newest = max(loaded, key=HISTORY.index)
        return self._loaded(loaded - {newest}, newest)

    def _loaded(self, loaded: Loaded, *batches: Batch, mark: int = 0) -> str:
        database = self.lab.copy(self.database(loaded, mark))
        reports = self.lab.load(database, *(self.manifest[batch] for batch in batches))
        assert not [report.error for report in reports if report.error]
        return database


def subsets() -> list[Loaded]:
    return [frozenset(chosen) for size in range(len(HISTORY) + 1) for chosen in combinations(HISTORY, size)]


def marks(loaded: Collection[Batch]) -> range:
    """Where the mark may stand, 0 being before all: every seq at or below it is in the warehouse by some attempt."""
    seqs = {batch.seq for batch in loaded}
    return range(next(seq for seq in range(1, len(HISTORY) + 2) if seq not in seqs))


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
