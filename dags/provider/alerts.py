"""What a failed task tells people: which, of which run, and why."""

from typing import Any

from dags.provider.hooks import GemHook


def alert_of_failure(context: Any) -> None:
    """One alert for a task that has failed for good; called by Airflow after its last try."""
    task = context["task_instance"]
    reason = context.get("exception") or "no exception: it was killed, or Airflow lost it"
    GemHook().alert(
        f"{task.dag_id}.{task.task_id} failed",
        f"{task.dag_id}.{task.task_id}, run {context['run_id']}, try {task.try_number}: {reason}",
        kind="task_failed",
        dag_id=task.dag_id,
        task_id=task.task_id,
    )
