"""PostgreSQL to raw: finds changed roots, reads one snapshot and drops parts and a manifest in S3."""
