"""An increment of one per cent reads the changed aggregates by index, and of everything else nothing."""

import json
import re
from contextlib import closing

import psycopg2
import pytest
from psycopg2 import sql

from extractor_ec2.batch import rows_query
from extractor_ec2.cutting import Candidates, counts_query
from extractor_ec2.detector import ChangelogDetector
from extractor_ec2.postgres import Source
from extractor_ec2.roots import RootRange, SomeRoots, ids_array, row_conditions
from extractor_ec2.snapshot import open_snapshot
from gem.contracts.manifest import PartKind
from gem.contracts.source.aggregates import AGGREGATE_BY_NAME, AGGREGATES, SOURCE_TABLES
from gem.settings import ExtractorSettings
from local_aws.source import generator

CONTRACTS = 200_000
CHANGED = 2_000
SMALL = {"contract_amendment"}
"""Of so few rows that reading all of them is less than two thousand look-ups."""
UNCHANGED = [table.name for aggregate in AGGREGATES if aggregate.name != "contract" for table in aggregate.tables]


@pytest.fixture
def large(site):
    """A source of 200,000 contracts, all extracted, then one per cent of them changed."""
    with closing(psycopg2.connect(site.dsn)) as connection:
        with connection:
            generator.generate(connection, 1, CONTRACTS, lambda _: None)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze")
    forget_the_first_load(site)
    site.execute(
        "update gem.contract set status = 'AMENDED'"
        f" where contract_id in (select contract_id from gem.contract order by md5(contract_id::text) limit {CHANGED})"
    )
    return site


def forget_the_first_load(site):
    """As after a first load: the windows stand at a snapshot taken now (loading all of it is not what is measured)."""
    site.extract(aggregates=AGGREGATES[:1])
    ((now,),) = site.fetch("select pg_current_snapshot()::text")
    state = site.state()
    window = state["windows"]["state_ref"] | {"position": now}
    body = json.dumps(state | {"windows": {a.name: window for a in AGGREGATES}})
    site.s3.put_object(Bucket="lake", Key="state/gem.json", Body=body.encode())


def reads(site):
    """By table: sequential scans, and rows fetched by any scan of a table or its indexes."""
    site.fetch("select pg_stat_force_next_flush()")
    counts = site.fetch(
        "select relname, coalesce(seq_scan, 0), coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)"
        " from pg_stat_user_tables where schemaname = 'gem'"
    )
    return {name: (scans, rows) for name, scans, rows in counts}


@pytest.mark.slow
def test_one_per_cent_of_200_000_contracts_is_read_by_index_and_nothing_else_at_all(large):
    state = large.state()
    before = reads(large)
    manifest = large.extract(part_rows=100_000)
    after = reads(large)
    assert [aggregate.name for aggregate in manifest.aggregates] == ["contract"]
    assert manifest.aggregates[0].changed_roots == CHANGED
    delta = {name: (after[name][0] - before[name][0], after[name][1] - before[name][1]) for name in SOURCE_TABLES}
    assert {name: delta[name] for name in UNCHANGED} == dict.fromkeys(UNCHANGED, (0, 0))
    for table in AGGREGATE_BY_NAME["contract"].tables:
        rows = sum(part.rows for part in manifest.parts_of(PartKind.ROWS, table.name))
        scans, fetched = delta[table.name]
        if table.name in SMALL:
            continue
        assert scans == 0, f"{table.name} was read from end to end"
        assert rows <= fetched <= 2 * rows, f"{table.name}: counted once and read once"

    assert_no_sequential_scan(large, state["windows"]["contract"]["position"])


def assert_no_sequential_scan(site, since):
    """The plans of the very queries: which roots, how many rows, the rows; and a range as a backfill reads it."""
    aggregate = AGGREGATE_BY_NAME["contract"]
    with open_snapshot(Source(ExtractorSettings(source_dsn=site.dsn, lake_bucket="lake"))) as snapshot:
        logged = ChangelogDetector(snapshot).window_query(aggregate, since, snapshot.text)
        wanted = Candidates(logged=logged).query(aggregate, None, 2_000_001)
        with snapshot.connection.cursor() as cursor:
            cursor.execute(wanted)
            ids = ids_array(*(root for (root,) in cursor.fetchall()))
        assert len(ids) == CHANGED
        queries = [counts_query(aggregate, ids), Candidates(every_root=True).query(aggregate, 50_000, 2_000)]
        for table in aggregate.tables:
            for roots in (SomeRoots(ids), RootRange(ids_array(50_001), 50_000, 52_000)):
                queries += [rows_query(table, condition) for condition in row_conditions(aggregate, table, roots)]
        for query in queries:
            with snapshot.connection.cursor() as cursor:
                cursor.execute(sql.SQL("explain {}").format(query))
                plan = "\n".join(line for (line,) in cursor.fetchall())
            scanned = set(re.findall(r"Seq Scan on (\w+)", plan))
            assert scanned.isdisjoint({table.name for table in aggregate.tables} - SMALL), plan
