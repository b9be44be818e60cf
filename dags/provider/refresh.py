"""The stock operator of Power BI; to be imported only where the provider of Microsoft Azure is installed."""

from airflow.providers.microsoft.azure.operators.powerbi import PowerBIDatasetRefreshOperator

from dags.provider.deferring import TellsWhatItsTriggerMet


class RefreshDatasetOperator(TellsWhatItsTriggerMet, PowerBIDatasetRefreshOperator):
    """PowerBIDatasetRefreshOperator; its trigger raises what Power BI refuses, such as a refresh beside another."""
