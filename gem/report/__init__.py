"""The preview: one HTML file with the report's pages, computed by the warehouse, for people without Power BI."""

MONTH_END = "month-end"
"""Stands for a day: the end of the newest month whose contracts the warehouse has to its end."""
