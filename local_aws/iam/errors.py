"""What can be wrong with a policy."""

from local_aws.errors import LocalCloudError


class PolicyError(LocalCloudError):
    """A policy says what the local IAM does not understand; it is never taken for an allowance."""


class UnknownCallError(LocalCloudError):
    """Nobody has said here which permissions a call takes, so nobody has it."""
