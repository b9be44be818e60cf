"""The extractor's sign of life where it found nothing to read: without it a quiet day would look like a broken one."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from gem.contracts.frozen import Frozen


class QuietSign(Frozen):
    """Up to `looked_at` nothing had changed in any aggregate since live batch `batch_seq`.

    So where that batch is loaded, the warehouse shows the source as it was at `looked_at`. It is no event and no batch:
    one object per source, replaced by the next quiet look; the newer of it and the newest batch speaks.
    """

    version: Annotated[int, Field(ge=1, le=1)] = 1
    source_id: str
    batch_seq: Annotated[int, Field(ge=0)]
    looked_at: AwareDatetime
