"""How errors of ours become Airflow's: what may work later is retried, what a person must mend is not."""

from collections.abc import Iterator
from contextlib import contextmanager

from airflow.providers.common.compat.sdk import AirflowException, AirflowFailException

from gem.contracts.errors import GemError, TransientError

__all__ = ["AirflowException", "AirflowFailException", "task_errors"]


@contextmanager
def task_errors() -> Iterator[None]:
    """TransientError becomes AirflowException, any other error of ours AirflowFailException, which is not retried."""
    try:
        yield
    except TransientError as error:
        raise AirflowException(str(error)) from error
    except GemError as error:
        raise AirflowFailException(str(error)) from error
