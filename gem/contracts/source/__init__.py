"""One declaration per source table (DOMAIN section 6), grouped under roots in `aggregates`."""
