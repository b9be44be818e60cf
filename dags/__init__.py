"""Airflow: schedule, sensors and SLA checks around the event hops."""
