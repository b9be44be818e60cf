"""DAX laid out to be read: a call on one line where it fits, else an argument a line."""

WIDTH = 96
INDENT = "    "


def call(function: str, *arguments: str) -> str:
    """A function with its arguments."""
    if not arguments:
        return f"{function} ()"
    one_line = f"{function} ( {', '.join(arguments)} )"
    if len(one_line) <= WIDTH and "\n" not in one_line:
        return one_line
    return f"{function} (\n" + ",\n".join(indented(argument) for argument in arguments) + "\n)"


def joined(operator: str, operands: tuple[str, ...]) -> str:
    """Conditions with `&&` or `||` between them, each once."""
    each = tuple(dict.fromkeys(part for operand in operands for part in parted(operator, operand)))
    one_line = f" {operator} ".join(each)
    if len(one_line) <= WIDTH and "\n" not in one_line:
        return one_line
    return f"\n{operator} ".join(each)


def parted(operator: str, text: str) -> list[str]:
    """The operands of an operator at the top of a text."""
    parts, depth, begin = [], 0, 0
    for place, mark in enumerate(text):
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(mark, 0)
        if depth == 0 and text.startswith(operator, place):
            parts.append(text[begin:place].strip())
            begin = place + len(operator)
    return [*parts, text[begin:].strip()]


def with_variables(variables: dict[str, str], result: str) -> str:
    """`VAR … RETURN …`; the result alone without variables."""
    if not variables:
        return result
    declared = "\n".join(_declared(name, text) for name, text in variables.items())
    return f"{declared}\nRETURN\n{indented(result)}"


def indented(text: str) -> str:
    """One level deeper."""
    return "\n".join(f"{INDENT}{line}" for line in text.splitlines())


def _declared(name: str, text: str) -> str:
    one_line = f"VAR {name} = {text}"
    return one_line if "\n" not in text and len(one_line) <= WIDTH else f"VAR {name} =\n{indented(text)}"
