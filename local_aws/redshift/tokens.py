"""A lexer for Redshift SQL: tokens that join back to the very text they came from."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

# Redshift keeps PostgreSQL 8's strings: a backslash escapes the next character in every literal.
_TOKEN = re.compile(
    r"""
      (?P<space>\s+|--[^\n]*|/\*.*?\*/)
    | (?P<string>[eEbBxXnN]?'(?:[^'\\]|''|\\.)*')
    | (?P<quoted>"(?:[^"]|"")*")
    | (?P<dollar>\$(?P<tag>[A-Za-z_]\w*)?\$.*?\$(?(tag)(?P=tag))\$)
    | (?P<parameter>\$\d+)
    | (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)
    | (?P<word>[A-Za-z_\u0080-\U0010ffff][\w$]*)
    | (?P<operator>::|<=|>=|<>|!=|\|\||:=|.)
    """,
    re.VERBOSE | re.DOTALL,
)

_ESCAPE = re.compile(r"''|\\([0-7]{1,3}|.)", re.DOTALL)
_CONTROL = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def _unescaped(escaped: str | None) -> str:
    if escaped is None:
        return "'"
    return chr(int(escaped, 8)) if escaped[0] in "01234567" else _CONTROL.get(escaped, escaped)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of SQL; `kind` is the name of its group in the lexer."""

    kind: str
    text: str

    @property
    def word(self) -> str:
        """The keyword or plain name in lower case; empty for every other kind of token."""
        return self.text.lower() if self.kind == "word" else ""

    @property
    def name(self) -> str:
        """The identifier as Redshift stores it (quoted ones are folded, too); empty when it is none."""
        if self.kind == "quoted":
            return self.text[1:-1].replace('""', '"').lower()
        return self.word

    @property
    def literal(self) -> str:
        """The value of a string literal; empty for every other kind of token."""
        if self.kind != "string":
            return ""
        body = self.text[self.text.index("'") + 1 : -1]
        return _ESCAPE.sub(lambda found: _unescaped(found.group(1)), body)

    @property
    def null_string(self) -> str:
        """The literal of NULL AS, where \\N means itself whether its backslash is doubled or not."""
        return r"\N" if self.text == r"'\N'" else self.literal


def tokenize(sql: str) -> list[Token]:
    """All tokens of the text, space and comments included."""
    return [Token(found.lastgroup or "", found.group()) for found in _matches(sql)]


def _matches(sql: str) -> Iterator[re.Match[str]]:
    position = 0
    while position < len(sql):
        found = _TOKEN.match(sql, position)
        if found is None:
            raise ValueError(f"no token at position {position}")  # cannot be: the last alternative takes any character
        yield found
        position = found.end()


def join(tokens: Iterable[Token]) -> str:
    """The text of the tokens."""
    return "".join(token.text for token in tokens)


def solid(tokens: Iterable[Token]) -> list[Token]:
    """The tokens without space and comments."""
    return [token for token in tokens if token.kind != "space"]


def words(tokens: Iterable[Token], count: int) -> list[str]:
    """The first `count` solid tokens, words in lower case, as they decide what a statement is."""
    return [token.word or token.text for token in solid(tokens)[:count]]


def split(tokens: Sequence[Token], separator: str) -> list[list[Token]]:
    """The tokens cut at every separator outside parentheses."""
    pieces: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text == separator and depth == 0:
            pieces.append([])
        else:
            pieces[-1].append(token)
    return pieces


def statements(sql: str) -> list[list[Token]]:
    """The statements of the text, without their semicolons; empty ones are left out."""
    return [piece for piece in split(tokenize(sql), ";") if solid(piece)]


def closing(tokens: Sequence[Token], opening: int) -> int:
    """The index of the parenthesis that closes the one at `opening`; the end when there is none."""
    depth = 0
    for index in range(opening, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[index].text, 0)
        if depth == 0:
            return index
    return len(tokens)


def following(tokens: Sequence[Token], index: int) -> int:
    """The index of the next solid token after `index`; the end when there is none."""
    index += 1
    while index < len(tokens) and tokens[index].kind == "space":
        index += 1
    return index


class Reader:
    """Reads solid tokens one after another, for statements with a grammar of their own."""

    def __init__(self, tokens: Iterable[Token]) -> None:
        self.rest = solid(tokens)

    def peek(self) -> Token:
        """The next token; an empty one at the end."""
        return self.rest[0] if self.rest else Token("end", "")

    def take(self) -> Token:
        """The next token, consumed."""
        token = self.peek()
        del self.rest[:1]
        return token

    def accept(self, *expected: str) -> bool:
        """Consume the words or operators if all of them come next."""
        coming = [token.word or token.text for token in self.rest[: len(expected)]]
        if coming != list(expected):
            return False
        del self.rest[: len(expected)]
        return True

    def qualified_name(self) -> str:
        """A name with an optional schema, as SQL text."""
        parts = [self.take()]
        while self.accept("."):
            parts.append(self.take())
        return ".".join(quote(part.name) for part in parts)

    def group(self) -> list[Token]:
        """The tokens inside the parentheses that come next."""
        end = closing(self.rest, 0)
        inside = self.rest[1:end]
        del self.rest[: end + 1]
        return inside


def quote(name: str) -> str:
    """An identifier in quotes."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A string as a literal that means the same whether or not a backslash escapes."""
    return "E'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
