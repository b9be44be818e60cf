"""The preview: one HTML file with the report's pages, computed by the warehouse, for people without Power BI."""
