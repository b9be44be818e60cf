"""A stand-in for Amazon Redshift: its wire, its SQL and its strictness, in front of an embedded PostgreSQL."""

from local_aws.redshift.server import RedshiftFront

__all__ = ["RedshiftFront"]
