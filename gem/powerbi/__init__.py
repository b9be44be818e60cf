"""Power BI as code: the semantic model and the report, generated from the declarations of the warehouse."""
