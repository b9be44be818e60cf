"""What Airflow runs around the event hops: one DAG per file; what they share is in `dags.provider`."""
