"""What the front does with one statement."""

from dataclasses import dataclass

from local_aws.redshift.copy_command import CopyCommand
from local_aws.redshift.unload_command import UnloadCommand


@dataclass(frozen=True)
class Plan:
    """One client statement as the backend gets it.

    `sql` runs in its place and `after` behind it, in the same transaction. `checks` are queries that run before it; a
    row of one is the reason to refuse the statement. A `copy` is fed from S3 while `sql` runs. Of an `unload` the
    backend is asked what its query gives before there is any `sql`. `commits` says that it ends the client's
    transaction, `begins_or_ends` that it is BEGIN, COMMIT or the like, `alone` names a statement that cannot run in a
    transaction block. `creates_database` names the one that is there when it has run.
    """

    sql: str
    after: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    copy: CopyCommand | None = None
    unload: UnloadCommand | None = None
    commits: bool = False
    begins_or_ends: bool = False
    alone: str = ""
    creates_database: str = ""

    @property
    def accompanied(self) -> bool:
        """Whether statements of the front's own run before or behind it."""
        return bool(self.after or self.checks or self.copy or self.unload)

    @property
    def plain(self) -> bool:
        """Whether the backend can run the statement without the front's attention."""
        return not (self.accompanied or self.commits or self.alone)
