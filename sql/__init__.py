"""What runs on Redshift, as package data."""
