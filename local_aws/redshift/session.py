"""One client of the front: its messages, in lock step with a backend of its own."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from local_aws.redshift import wire
from local_aws.redshift.errors import RedshiftError, RefusedError
from local_aws.redshift.link import IDLE, IN_TRANSACTION, Link, StatementFailedError, redshift_error
from local_aws.redshift.load_errors import LoadLog
from local_aws.redshift.plan import Plan
from local_aws.redshift.statements import plans
from local_aws.redshift.transfer import Load, Unload
from local_aws.redshift.unload import Unloader
from local_aws.redshift.unload_sql import unload_sql

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

STATE_AFTER = {b"BEGIN\0": IN_TRANSACTION, b"COMMIT\0": IDLE, b"ROLLBACK\0": IDLE}
# The level that ALTER DATABASE … ISOLATION LEVEL has set for the database.
ISOLATION = """
select set_config('default_transaction_isolation', level, false)
from current_setting('redshift.isolation_level', true) as level
where level <> ''
"""
# What the backend sends last in answer to each message of the extended protocol.
LAST_REPLY = {b"P": b"1", b"B": b"2", b"D": b"Tn", b"C": b"3", b"E": b"CIs"}


S3OfRole = Callable[[str], "S3Client"]
"""The name of the role that a statement names → S3 as that role sees it."""


@dataclass
class Job:
    """A plan about to run, with the data that flows beside it."""

    plan: Plan
    load: Load | None = None
    unload: Unload | None = None
    error: RedshiftError | None = None


class Session:
    """Serves one client until it leaves; `created` is told of every database that it creates."""

    def __init__(
        self, link: Link, s3: S3OfRole, log: LoadLog, created: Callable[[str], None], *, provisioned: bool
    ) -> None:
        self._link = link
        self._s3 = s3
        self._log = log
        self._created = created
        self._provisioned = provisioned
        self._skipping = False
        self._block = False
        self._statements: dict[str, Plan] = {}
        self._portals: dict[str, Job] = {}
        self._parsed: dict[str, bytes] = {}

    def run(self) -> None:
        """Serve until the client leaves or breaks off. Raises PeerGoneError in the latter case."""
        client = self._link.client
        self._link.relay_until_ready()
        self._link.query(ISOLATION)
        client.flush()
        while True:
            kind, body = client.read_message()
            if kind == b"X":
                return
            self._answer(kind, body)
            if kind in b"QSHF":
                client.flush()

    def _answer(self, kind: bytes, body: bytes) -> None:
        if kind == b"Q":
            self._simple_query(body)
        elif kind == b"S":
            self._skipping = False
            self._link.backend.send(wire.SYNC)
            if self._block:
                self._end_block()
            else:
                self._link.relay_until_ready()
        elif kind in LAST_REPLY and not self._skipping:
            try:
                self._extended(kind, body)
            except StatementFailedError:
                self._skipping = True
            except RedshiftError as error:
                self._link.refuse(error)
                self._skipping = True
        elif kind == b"F":
            self._link.refuse(RedshiftError("function call messages are not supported: use SELECT", "0A000"))
            self._link.ready()

    # The simple protocol: one message with any number of statements.

    def _simple_query(self, body: bytes) -> None:
        sql, _ = wire.read_text(body)
        try:
            planned = plans(sql, provisioned=self._provisioned)
        except RedshiftError as error:
            self._link.refuse(error)
            self._link.ready()
            return
        if all(plan.plain for plan in planned):
            self._link.backend.send(wire.query("; ".join(plan.sql for plan in planned)))
            self._link.relay_until_ready()
            return
        with contextlib.suppress(StatementFailedError):
            self._run_all(planned)
        self._link.ready()

    def _run_all(self, planned: tuple[Plan, ...]) -> None:
        by_itself = len(planned) == 1 and planned[0].alone
        implicit = self._link.status == IDLE and not (
            by_itself or any(plan.begins_or_ends or plan.commits for plan in planned)
        )
        if implicit:
            self._link.query("begin")
        try:
            for plan in planned:
                self._run_simply(plan)
        except StatementFailedError:
            if implicit:
                self._link.query("rollback")
            raise
        if implicit:
            self._link.query("commit")

    def _run_simply(self, plan: Plan) -> None:
        try:
            plan = self._resolved(plan)
            job = self._prepare(plan)
            self._link.backend.send(wire.query(plan.sql))
            self._finish(job, self._completion(job, b"Z"))
        except RedshiftError as error:
            self._link.refuse(error)
            raise StatementFailedError from error

    # The extended protocol: Parse, Bind, Describe, Execute, Close, then Sync.

    def _extended(self, kind: bytes, body: bytes) -> None:
        job = Job(Plan(""))
        if kind == b"P":
            body = self._parse(body)
        elif kind == b"B":
            self._bind(body)
        elif kind == b"E":
            job = self._portals.get(wire.read_text(body)[0], job)
        elif kind == b"C" and body[:1] == b"S":
            self._statements.pop(wire.read_text(body, 1)[0], None)
        self._link.backend.send(wire.message(kind, body) + wire.FLUSH)
        tag = self._completion(job, LAST_REPLY[kind])
        if kind == b"E":
            self._finish(job, tag)

    def _parse(self, body: bytes) -> bytes:
        name, start = wire.read_text(body)
        sql, end = wire.read_text(body, start)
        planned = plans(sql, provisioned=self._provisioned)
        if len(planned) > 1:
            raise RedshiftError("cannot insert multiple commands into a prepared statement", "42601")
        self._statements[name] = self._resolved(planned[0]) if planned else Plan("")
        rewritten = wire.text(name) + wire.text(self._statements[name].sql) + body[end:]
        self._parsed[name] = rewritten
        return rewritten

    def _bind(self, body: bytes) -> None:
        portal, start = wire.read_text(body)
        name, _ = wire.read_text(body, start)
        plan = self._statements.get(name, Plan(""))
        if self._link.status == IDLE and plan.accompanied:
            # Statements of the front's own between those of an implicit transaction would end it in the backend.
            self._link.query("begin")
            self._block = True
        self._portals[portal] = self._prepare(plan)
        if not name and plan.accompanied:
            # The look-ups were simple queries, which drop the unnamed statement.
            self._link.backend.send(wire.message(b"P", self._parsed[name]) + wire.FLUSH)
            self._link.read_until(b"1")

    def _end_block(self) -> None:
        """End the transaction block that stood for the client's implicit transaction."""
        self._block = False
        self._link.read_until(b"Z")
        with contextlib.suppress(StatementFailedError):
            if self._link.status != IDLE:
                self._link.query("commit")
        self._link.ready()

    # What the front does around a statement.

    def _resolved(self, plan: Plan) -> Plan:
        """The plan with what depends on the types of its query."""
        if plan.unload is None:
            return plan
        command = replace(plan.unload, columns=self._link.describe(plan.unload.query))
        return replace(plan, sql=unload_sql(command), unload=command)

    def _prepare(self, plan: Plan) -> Job:
        if plan.alone and self._link.status == IN_TRANSACTION:
            raise RedshiftError(f"{plan.alone} cannot run inside a transaction block", "25001")
        for check in plan.checks:
            for row in self._link.query(check):
                raise RedshiftError(row[0] or "", "0A000")
        if plan.copy:
            return Job(plan, load=Load(self._link, self._s3(plan.copy.role), self._log, plan.copy))
        if plan.unload:
            return Job(plan, unload=Unload(self._link, Unloader(self._s3(plan.unload.role), plan.unload)))
        return Job(plan)

    def _finish(self, job: Job, tag: bytes) -> None:
        """What follows a statement that went well, before its client hears of it."""
        for statement in job.plan.after:
            self._link.query(statement)
        if job.load:
            job.load.completed(int(tag.rstrip(b"\0").rpartition(b" ")[2]))
        if job.unload:
            job.unload.completed()
            tag = wire.text("UNLOAD")
        if job.plan.commits and self._link.status == IN_TRANSACTION:
            self._link.query("commit")
        if job.plan.creates_database:
            self._created(job.plan.creates_database)
        if tag:
            self._link.client.send(wire.message(b"C", tag))

    def _feed(self, job: Job) -> None:
        try:
            if job.load is None:
                raise RefusedError("COPY from the client is not supported by Redshift: COPY … FROM 's3://…'")
            for chunk in job.load.chunks():
                self._link.backend.send(wire.message(b"d", chunk))
            self._link.backend.send(wire.COPY_DONE)
        except RedshiftError as error:
            job.error = error
            self._link.backend.send(wire.message(b"f", wire.text("refused by the front")))
        self._link.backend.send(wire.FLUSH)

    # The backend's replies.

    def _completion(self, job: Job, last: bytes) -> bytes:
        """Relay replies up to one of `last`; a CommandComplete is kept back and returned."""
        tag, failed = b"", False
        for kind, body in self._link.replies():
            if kind == b"G":
                self._feed(job)
                self._link.backend.flush()
            elif kind in b"Hdc" and job.unload:
                _drain(job.unload, kind, body)
            elif kind == b"E":
                failed = True
                self._link.client.send(_error(job, body))
            elif kind == b"C":
                tag = body
                # A client that sends statements ahead has its state before the backend says so.
                self._link.status = STATE_AFTER.get(tag, self._link.status)
            elif kind != b"Z":
                self._link.forward(kind, body)
            if kind in last or (failed and last != b"Z"):
                break
        if failed:
            if job.unload:
                job.unload.discard()
            raise StatementFailedError
        if job.unload and job.unload.error:
            raise job.unload.error
        return tag


def _drain(unload: Unload, kind: bytes, body: bytes) -> None:
    if kind == b"H":
        unload.open()
    elif kind == b"d":
        unload.write(body)
    else:
        unload.close()


def _error(job: Job, body: bytes) -> bytes:
    if job.error is not None:
        return wire.error(job.error.code, str(job.error))
    return redshift_error(body)
