"""The errors the front itself raises towards a client."""


class RedshiftError(Exception):
    """An ERROR the client gets; `code` is its SQLSTATE."""

    def __init__(self, message: str, code: str = "XX000") -> None:
        super().__init__(message)
        self.code = code


class RefusedError(RedshiftError):
    """A statement Redshift does not take, or one this stand-in does not know; the text says which and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "0A000")


def unknown_here(what: str, advice: str = "") -> RefusedError:
    """What Redshift has and this stand-in has not."""
    return RefusedError(f"{what} is not supported by the local Redshift stand-in{advice and ': ' + advice}")
