"""What can go wrong on one machine; every error of this package that reaches a person derives from it."""

from gem.contracts.errors import TerminalError


class LocalCloudError(TerminalError):
    """The local cloud could not be started, or a batch did not come where it was waited for."""
