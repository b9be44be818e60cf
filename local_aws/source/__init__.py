"""The source database of the local pipeline: its schema, a data generator and a loader of public tenders."""
