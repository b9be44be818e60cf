"""Redshift through redshift_connector: connect, migrate, load."""
