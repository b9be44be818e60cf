"""One declaration per warehouse table (DOMAIN section 7)."""
