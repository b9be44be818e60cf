"""A task whose trigger failed says with what: Airflow's own error is "Trigger failure", the reason in the log alone."""

from collections.abc import Sequence
from typing import Any

from dags.provider.errors import AirflowException


class TellsWhatItsTriggerMet:
    """Before an operator that defers: the exceptions of its trigger stand in the task's error, and so in the alert."""

    def resume_execution(self, next_method: str, next_kwargs: dict[str, Any] | None, context: Any) -> Any:
        """Go on after the wait, as BaseOperator does; may be retried where the trigger failed."""
        try:
            return super().resume_execution(next_method, next_kwargs, context)  # type: ignore[misc]  # of BaseOperator
        except AirflowException as error:
            # Airflow hands the trace over in place of an event.
            if met := exceptions_of((next_kwargs or {}).get("traceback") or ()):
                raise AirflowException(f"the wait for it failed: {met}") from error
            raise


def exceptions_of(traceback: Sequence[str]) -> str:
    """The exceptions of a formatted traceback with their messages, the one that was raised first in front."""
    lines = "".join(traceback).splitlines()
    return "; ".join(line for line in lines if ":" in line and line.split(":")[0].replace(".", "").isidentifier())
