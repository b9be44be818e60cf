"""What stock operators lack, cut as a provider is: hook, operator, sensor, triggers; and the tasks of several DAGs.

It must be importable wherever Airflow runs code, in the triggerer too: as a wheel, or from plugins.zip on MWAA.
"""
