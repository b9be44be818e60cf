"""The base of every contract: immutable, and strict about fields it does not know."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """An immutable value whose unknown fields are errors: we write these, so a stray field is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=False)
