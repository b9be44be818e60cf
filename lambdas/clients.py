"""Puts the doing together from settings and clients, once per cold start; the owner is new with each invocation."""

from datetime import timedelta
from functools import cache

import boto3

from gem.aws import ONCE
from gem.cluster import Cluster
from gem.contracts.states import Mover
from gem.lease import Lease
from gem.settings import LedgerSettings, ReconcileSettings, SubmitSettings, VerdictSettings, WarehouseSettings
from lambdas.idle import IdleClusters
from lambdas.publish import Publisher
from lambdas.reconcile import Reconciler
from lambdas.runtime import client, ledger, ledger_table
from lambdas.standing import Standing
from lambdas.submit import Submitter
from lambdas.verdict import Judge
from lambdas.warehouse import Redshift

WAREHOUSE_LEASE = "warehouse"
LAUNCH_LEASE = "cluster-launch"


def lease(name: str) -> Lease:
    """A named lease in the ledger's table."""
    return Lease(ledger_table(), name, LedgerSettings().lease_seconds)


@cache
def submit_settings() -> SubmitSettings:
    """Read at the first event of the process."""
    return SubmitSettings()


@cache
def verdict_settings() -> VerdictSettings:
    """Read at the first event of the process."""
    return VerdictSettings()


@cache
def warehouse_settings() -> WarehouseSettings:
    """Read at the first event of the process."""
    return WarehouseSettings()


@cache
def cluster() -> Cluster:
    """The cluster of our name."""
    return Cluster(boto3.client("emr", config=ONCE), client("ssm"), submit_settings(), lease(LAUNCH_LEASE))


def submitter(by: Mover, owner: str) -> Submitter:
    """Hop 1, in the name of `by`."""
    return Submitter(client("s3"), ledger(), cluster(), submit_settings().lake_bucket, by, owner)


def reconciler(owner: str) -> Reconciler:
    """The reconciler, with the same hands that the events have."""
    bucket = submit_settings().lake_bucket
    return Reconciler(
        client("s3"),
        ledger(),
        cluster(),
        submitter(Mover.ON_SCHEDULE, owner),
        judge(Mover.ON_SCHEDULE, owner),
        publisher(Mover.ON_SCHEDULE, owner),
        bucket,
        timedelta(seconds=ReconcileSettings().stale_seconds),
    )


def idle_clusters() -> IdleClusters:
    """The clusters of the stack that nobody needs."""
    return IdleClusters(cluster(), ledger(), timedelta(seconds=ReconcileSettings().cluster_idle_seconds))


def standing() -> Standing:
    """How far behind all of it is."""
    return Standing(ledger(), client("s3"), submit_settings().lake_bucket)


def judge(by: Mover, owner: str) -> Judge:
    """The verdict of a step, in the name of `by`."""
    settings = verdict_settings()
    return Judge(client("s3"), ledger(), settings.lake_bucket, settings.max_attempts, by, owner)


def publisher(by: Mover, owner: str) -> Publisher:
    """The load of what is curated, in the name of `by`."""
    settings = warehouse_settings()
    warehouse = Redshift(settings, client("s3"), client("secretsmanager"))
    return Publisher(
        client("s3"),
        ledger(),
        lease(WAREHOUSE_LEASE),
        warehouse,
        settings.lake_bucket,
        settings.load_row_budget,
        settings.load_copy_budget,
        by,
        owner,
    )
