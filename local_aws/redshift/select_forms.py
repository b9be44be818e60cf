"""Forms of SELECT that Redshift has and PostgreSQL has not: TOP, QUALIFY, names of temporary tables with #."""

from collections.abc import Sequence
from dataclasses import dataclass

from local_aws.redshift.errors import unknown_here
from local_aws.redshift.tokens import Token, following, join, split, tokenize

BLOCK_ENDS = ("union", "intersect", "except", "minus")
TAIL_STARTS = ("order", "limit", "offset")
BEFORE_TABLE = ("table", "into", "from", "join", "update", "using", "exists", "copy", "analyze", "truncate", ",", ".")
NAME_ADVICE = "give every column of the list a name, or use row_number() in a subquery"


def standard_select(tokens: Sequence[Token]) -> list[Token]:
    """The statement without these forms; every other statement comes back as it is."""
    found = {token.word or token.text for token in tokens}
    result = list(tokens)
    if "#" in found:
        result = _temporary_names(result)
    if "top" in found:
        result = _without_top(result)
    if "qualify" in found:
        result = _without_qualify(result)
    return result


def _temporary_names(tokens: list[Token]) -> list[Token]:
    out: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        name = tokens[index + 1] if index + 1 < len(tokens) else token
        if token.text == "#" and name.kind == "word" and _last_solid(out) in BEFORE_TABLE:
            if _last_solid(out) == "into" and any(piece.word == "select" for piece in out):
                out += tokenize("temp ")
            out.append(Token("quoted", f'"#{name.word}"'))
            index += 2
            continue
        out.append(token)
        index += 1
    return out


def _last_solid(tokens: Sequence[Token]) -> str:
    return next((token.word or token.text for token in reversed(tokens) if token.kind != "space"), "")


def _without_top(tokens: list[Token]) -> list[Token]:
    for index, token in enumerate(tokens):
        if token.word != "top":
            continue
        before = _last_solid(tokens[:index])
        number = following(tokens, index)
        if before in ("select", "distinct", "all") and number < len(tokens) and tokens[number].kind == "number":
            end = _block_end(tokens, index)
            limit = tokenize(f" limit {tokens[number].text} ")
            return _without_top([*tokens[:index], *tokens[number + 1 : end], *limit, *tokens[end:]])
    return tokens


def _block_end(tokens: Sequence[Token], start: int) -> int:
    """Where the SELECT that `start` lies in ends: at its parenthesis, a set operator or the end."""
    depth = 0
    for index in range(start, len(tokens)):
        text = tokens[index].text
        if depth == 0 and (text == ")" or tokens[index].word in BLOCK_ENDS):
            return index
        depth += {"(": 1, ")": -1}.get(text, 0)
    return len(tokens)


@dataclass(frozen=True)
class _Block:
    """A SELECT with QUALIFY: the indexes of its parts."""

    start: int
    from_: int
    qualify: int
    tail: int
    end: int


def _without_qualify(tokens: list[Token]) -> list[Token]:
    for index, token in enumerate(tokens):
        if token.word == "qualify" and _last_solid(tokens[:index]) != ".":
            block = _block(tokens, index)
            return _without_qualify([*tokens[: block.start], *tokenize(_filtered(tokens, block)), *tokens[block.end :]])
    return tokens


def _block(tokens: list[Token], qualify: int) -> _Block:
    start, from_ = _start(tokens, qualify)
    end = _block_end(tokens, qualify)
    tail, depth = end, 0
    for index in range(qualify, end):
        depth += {"(": 1, ")": -1}.get(tokens[index].text, 0)
        if depth == 0 and tokens[index].word in TAIL_STARTS:
            tail = index
            break
    return _Block(start, from_, qualify, tail, end)


def _start(tokens: list[Token], qualify: int) -> tuple[int, int]:
    depth, from_ = 0, qualify
    for index in range(qualify - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(tokens[index].text, 0)
        if depth == 0 and tokens[index].word == "from":
            from_ = index
        if depth == 0 and tokens[index].word == "select":
            return index, from_
    raise unknown_here("QUALIFY outside a SELECT")


def _filtered(tokens: list[Token], block: _Block) -> str:
    condition = join(tokens[block.qualify + 1 : block.tail])
    source = join(tokens[block.from_ : block.qualify])
    tail = join(tokens[block.tail : block.end])
    items = split(tokens[block.start + 1 : block.from_], ",")
    if [join(item).strip() for item in items] == ["*"]:
        row = _only_relation(tokens[block.from_ + 1 : block.qualify])
        inner = f"select {row} as rs_row, ({condition}) as rs_kept {source}"
        return f"select (rs_row).* from ({inner}) as rs_rows where rs_kept {tail}"  # noqa: S608  the client's own SQL
    names = ", ".join(_output_name(item) for item in items)
    listed = join(tokens[block.start + 1 : block.from_])
    inner = f"select {listed}, ({condition}) as rs_kept {source}"
    return f"select {names} from ({inner}) as rs_rows where rs_kept {tail}"  # noqa: S608  the client's own SQL


def _output_name(item: list[Token]) -> str:
    solid = [token for token in item if token.kind != "space"]
    last, before = solid[-1], solid[-2].text if len(solid) > 1 else ""
    plain = len(solid) == 1 or before == "." or solid[-2].word == "as" or solid[-2].kind in ("word", "quoted", "number")
    if last.kind not in ("word", "quoted") or last.word == "end" or not (plain or before == ")"):
        raise unknown_here(f'QUALIFY with the column "{join(item).strip()}"', NAME_ADVICE)
    return last.text


def _only_relation(source: list[Token]) -> str:
    depth, names, previous = 0, [], ""
    for token in source:
        if token.kind == "space":
            continue
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0 and (token.word in ("where", "group", "having") or token.text == "qualify"):
            break
        if depth == 0 and (token.text == "," or token.word == "join"):
            raise unknown_here("QUALIFY of SELECT * over more than one table", NAME_ADVICE)
        if depth == 0 and token.kind in ("word", "quoted") and token.word != "as":
            names.append(token.text)
        previous = token.text
    if not names:
        raise unknown_here(f'QUALIFY of SELECT * over "{previous}" without an alias', NAME_ADVICE)
    return names[-1]
