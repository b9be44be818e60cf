"""One client of the front: its messages, in lock step with a backend of its own."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from local_aws.redshift import wire
from local_aws.redshift.backend import hang_up
from local_aws.redshift.copy_command import CopyCommand
from local_aws.redshift.errors import RedshiftError, RefusedError
from local_aws.redshift.parquet import TargetColumn, csv_chunks
from local_aws.redshift.plan import Plan
from local_aws.redshift.replies import as_redshift_error, as_redshift_row_description
from local_aws.redshift.result_columns import ResultColumn, result_columns
from local_aws.redshift.statements import plans
from local_aws.redshift.tokens import literal
from local_aws.redshift.unload import Unloader
from local_aws.redshift.unload_sql import unload_sql

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

IDLE, IN_TRANSACTION, FAILED_TRANSACTION = b"I", b"T", b"E"
# What the backend sends last in answer to each message of the extended protocol.
LAST_REPLY = {b"P": b"1", b"B": b"2", b"D": b"Tn", b"C": b"3", b"E": b"CIs"}


COLUMNS_OF = """
select attname, typname, atttypmod, attnotnull
from pg_attribute join pg_type on pg_type.oid = atttypid
where attrelid = {}::regclass and attnum > 0 and not attisdropped
order by attnum
"""


class StatementFailedError(Exception):
    """The client has been told of an error; the rest of what it sent ahead is skipped."""


@dataclass
class Job:
    """A plan about to run, with what was looked up for it."""

    plan: Plan
    columns: tuple[TargetColumn, ...] = ()
    unloader: Unloader | None = None
    error: RedshiftError | None = None

    def unload(self, take: Callable[[Unloader], None]) -> None:
        """Let the unloader do something; after its first error nothing more, while the backend's rows run out."""
        if self.unloader is None or self.error is not None:
            return
        try:
            take(self.unloader)
        except RedshiftError as error:
            self.unloader.discard()
            self.error = error


class Session:
    """Serves one client until it leaves. Every message is answered by the backend before the next is read."""

    def __init__(self, client: wire.Peer, backend: wire.Peer, s3: "S3Client", reported_version: str | None) -> None:
        self._client = client
        self._backend = backend
        self._s3 = s3
        self._reported_version = reported_version
        self._status = IDLE
        self._skipping = False
        self._statements: dict[str, Plan] = {}
        self._portals: dict[str, Job] = {}
        self._parsed: dict[str, bytes] = {}
        self.cancel_key = b""

    def run(self) -> None:
        """Serve until the client leaves or breaks off. Raises PeerGoneError in the latter case."""
        self._relay_until_ready()
        self._client.flush()
        while True:
            kind, body = self._client.read_message()
            if kind == b"X":
                return
            self._answer(kind, body)
            if kind in b"QSHF":
                self._client.flush()

    def close(self) -> None:
        """Leave the backend; what was not committed is rolled back."""
        with contextlib.suppress(wire.PeerGoneError):
            hang_up(self._backend)

    def _answer(self, kind: bytes, body: bytes) -> None:
        if kind == b"Q":
            self._simple_query(body)
        elif kind == b"S":
            self._skipping = False
            self._backend.send(wire.SYNC)
            self._relay_until_ready()
        elif kind in LAST_REPLY and not self._skipping:
            try:
                self._extended(kind, body)
            except StatementFailedError:
                self._skipping = True
            except RedshiftError as error:
                self._refuse(error)
                self._skipping = True
        elif kind == b"F":
            self._refuse(RedshiftError("function call messages are not supported: use SELECT", "0A000"))
            self._ready()

    # The simple protocol: one message with any number of statements.

    def _simple_query(self, body: bytes) -> None:
        sql, _ = wire.read_text(body)
        try:
            planned = plans(sql)
        except RedshiftError as error:
            self._refuse(error)
            self._ready()
            return
        if all(plan.plain for plan in planned):
            self._backend.send(wire.query("; ".join(plan.sql for plan in planned)))
            self._relay_until_ready()
            return
        with contextlib.suppress(StatementFailedError):
            self._run_all(planned)
        self._ready()

    def _run_all(self, planned: tuple[Plan, ...]) -> None:
        implicit = self._status == IDLE and not any(plan.begins_or_ends or plan.commits for plan in planned)
        if implicit:
            self._internal("begin")
        try:
            for plan in planned:
                self._run_simply(plan)
        except StatementFailedError:
            if implicit:
                self._internal("rollback")
            raise
        if implicit:
            self._internal("commit")

    def _run_simply(self, plan: Plan) -> None:
        try:
            plan = self._resolved(plan)
            job = self._prepare(plan)
            self._backend.send(wire.query(plan.sql))
            self._finish(job, self._completion(job, b"Z"))
        except RedshiftError as error:
            self._refuse(error)
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
        self._backend.send(wire.message(kind, body) + wire.FLUSH)
        tag = self._completion(job, LAST_REPLY[kind])
        if kind == b"E":
            self._finish(job, tag)

    def _parse(self, body: bytes) -> bytes:
        name, start = wire.read_text(body)
        sql, end = wire.read_text(body, start)
        planned = plans(sql)
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
        self._portals[portal] = self._prepare(plan)
        if not name and (plan.checks or plan.copy):
            # The look-ups were simple queries, which drop the unnamed statement.
            self._backend.send(wire.message(b"P", self._parsed[name]) + wire.FLUSH)
            self._read_until(b"1")

    # What the front does around a statement.

    def _resolved(self, plan: Plan) -> Plan:
        """The plan with what depends on the types of its query."""
        if plan.unload is None:
            return plan
        command = replace(plan.unload, columns=self._describe(plan.unload.query))
        return replace(plan, sql=unload_sql(command), unload=command)

    def _prepare(self, plan: Plan) -> Job:
        for check in plan.checks:
            for row in self._internal(check):
                raise RedshiftError(row[0] or "", "0A000")
        if plan.unload:
            return Job(plan, unloader=Unloader(self._s3, plan.unload))
        return Job(plan, self._target_columns(plan.copy)) if plan.copy else Job(plan)

    def _target_columns(self, copy: CopyCommand) -> tuple[TargetColumn, ...]:
        rows = self._internal(COLUMNS_OF.format(literal(copy.table)))
        found = {
            str(name): TargetColumn(str(name), str(kind), int(modifier or -1), not_null == "t")
            for name, kind, modifier, not_null in rows
        }
        for name in copy.columns:
            if name not in found:
                raise RedshiftError(f'column "{name}" of relation {copy.table} does not exist', "42703")
        return tuple(found[name] for name in copy.columns or found)

    def _finish(self, job: Job, tag: bytes) -> None:
        """What follows a statement that went well, before its client hears of it."""
        for statement in job.plan.after:
            self._internal(statement)
        if job.plan.copy:
            rows = int(tag.rstrip(b"\0").rpartition(b" ")[2])
            self._internal(f"select set_config('redshift.last_copy_count', '{rows}', false)")
            words = f"Load into table {job.plan.copy.table} completed, {rows} record(s) loaded successfully."
            self._inform(words)
        if job.unloader:
            rows = job.unloader.rows
            self._internal(f"select set_config('redshift.last_unload_count', '{rows}', false)")
            self._inform(f"UNLOAD completed, {rows} record(s) unloaded successfully.")
            tag = wire.text("UNLOAD")
        if job.plan.commits and self._status == IN_TRANSACTION:
            self._internal("commit")
        if tag:
            self._client.send(wire.message(b"C", tag))

    def _inform(self, words: str) -> None:
        self._client.send(wire.error_message({"S": "INFO", "V": "INFO", "C": "00000", "M": words}, b"N"))

    def _feed(self, job: Job) -> None:
        try:
            if job.plan.copy is None:
                raise RefusedError("COPY from the client is not supported by Redshift: COPY … FROM 's3://…'")
            for chunk in csv_chunks(self._s3, job.plan.copy, job.columns):
                self._backend.send(wire.message(b"d", chunk))
            self._backend.send(wire.COPY_DONE)
        except RedshiftError as error:
            job.error = error
            self._backend.send(wire.message(b"f", wire.text("refused by the front")))
        self._backend.send(wire.FLUSH)

    # The backend's replies.

    def _completion(self, job: Job, last: bytes) -> bytes:
        """Relay replies up to one of `last`; a CommandComplete is kept back and returned."""
        tag, failed = b"", False
        for kind, body in self._replies():
            if kind == b"G":
                self._feed(job)
                self._backend.flush()
            elif kind == b"H":
                job.unload(Unloader.open)
            elif kind == b"d":
                job.unload(partial(Unloader.write, message=body))
            elif kind == b"c":
                job.unload(Unloader.close)
            elif kind == b"E":
                failed = True
                self._client.send(self._error(job, body))
            elif kind == b"C":
                tag = body
            elif kind == b"Z":
                self._status = body
            else:
                self._forward(kind, body)
            if kind in last or (failed and last != b"Z"):
                break
        if failed:
            raise StatementFailedError
        if job.error is not None:
            raise job.error
        return tag

    def _replies(self) -> Iterator[tuple[bytes, bytes]]:
        self._backend.flush()
        while True:
            yield self._backend.read_message(self._client)

    def _relay_until_ready(self) -> None:
        for kind, body in self._replies():
            if kind == b"Z":
                self._status = body
                self._ready()
                return
            if kind == b"E":
                self._client.send(self._error(Job(Plan("")), body))
            else:
                self._forward(kind, body)

    def _forward(self, kind: bytes, body: bytes) -> None:
        if kind == b"T":
            body = as_redshift_row_description(body)
        elif kind == b"S" and body.startswith(b"server_version\0") and self._reported_version:
            body = wire.text("server_version") + wire.text(self._reported_version)
        elif kind == b"K":
            self.cancel_key = body
        self._client.send(wire.message(kind, body))

    def _read_until(self, last: bytes) -> None:
        for kind, _ in self._replies():
            if kind in last:
                return

    def _internal(self, sql: str) -> list[list[str | None]]:
        """Run a query of the front's own in the client's transaction. A failure is told to the client and raised."""
        rows: list[list[str | None]] = []
        failure = b""
        self._backend.send(wire.query(sql))
        for kind, body in self._replies():
            if kind == b"D":
                rows.append(list(wire.data_row(body)))
            elif kind == b"E":
                failure = self._error(Job(Plan("")), body)
            elif kind == b"Z":
                self._status = body
                break
        if failure:
            self._client.send(failure)
            raise StatementFailedError
        return rows

    def _describe(self, sql: str) -> tuple[ResultColumn, ...]:
        """The columns that a query gives. A failure is told to the client and raised."""
        parse = wire.message(b"P", wire.text(""), wire.text(sql), b"\0\0")
        self._backend.send(parse + wire.message(b"D", b"S", wire.text("")) + wire.SYNC)
        columns: tuple[ResultColumn, ...] = ()
        failure = b""
        for kind, body in self._replies():
            if kind == b"T":
                columns = result_columns(body)
            elif kind == b"E":
                failure = self._error(Job(Plan("")), body)
            elif kind == b"Z":
                self._status = body
                break
        if failure:
            self._client.send(failure)
            raise StatementFailedError
        return columns

    def _refuse(self, error: RedshiftError) -> None:
        """Tell the client of an error that the front found, and fail its transaction in the backend as well."""
        reply = wire.error(error.code, str(error))
        self._backend.send(wire.query("do $$ begin raise exception 'refused by the front'; end $$"))
        for kind, body in self._replies():
            if kind == b"E" and self._status == FAILED_TRANSACTION:
                reply = self._error(Job(Plan("")), body)
            elif kind == b"Z":
                self._status = body
                break
        self._client.send(reply)

    def _error(self, job: Job, body: bytes) -> bytes:
        if job.error is not None:
            return wire.error(job.error.code, str(job.error))
        return wire.error_message(as_redshift_error(wire.error_fields(body)))

    def _ready(self) -> None:
        self._client.send(wire.message(b"Z", self._status))
