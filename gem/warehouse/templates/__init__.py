"""Redshift SQL as text, made from the declarations in gem.contracts.mart; pure, and committed under sql/."""
