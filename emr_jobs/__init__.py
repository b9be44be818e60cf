"""Raw to curated: the Spark job of one batch."""
