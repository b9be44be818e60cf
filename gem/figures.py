"""Figures as an Indian reader expects them: digits in lakh and crore, rupees, shares in percent."""

from decimal import Decimal

from gem.contracts.measures.spec import Unit

LAKH = Decimal(10) ** 5
CRORE = Decimal(10) ** 7
MINUS = "\N{MINUS SIGN}"


def format_figure(value: Decimal | None, unit: Unit) -> str:
    """A measure's value in its unit; "unknown" where there is none."""
    if value is None:
        return "unknown"
    match unit:
        case Unit.RUPEES:
            return rupees(value)
        case Unit.SHARE:
            text = f"{value * 100:.1f} %"
        case Unit.POINTS:
            text = f"{value * 100:+.1f} pp"
        case Unit.DAYS:
            text = f"{value:.1f} days"
        case Unit.RATIO:
            text = f"{value:.2f}"
        case _:
            text = group_indian(round(value))
    return text.replace("-", MINUS)


def in_full(value: Decimal | None, unit: Unit) -> str:
    """A measure's value with the digits of a comparison; "unknown" where there is none."""
    if value is None:
        return "unknown"
    if unit.is_of_shares:
        sign, mark = ("+", "pp") if unit is Unit.POINTS else ("", "%")
        return f"{value * 100:{sign}.{unit.digits_in_full}f} {mark}".replace("-", MINUS)
    mark = "₹ " if unit is Unit.RUPEES else ""
    return f"{mark}{group_indian(round(value, unit.digits_in_full) if unit.digits else round(value))}"


def format_change(before: Decimal | None, after: Decimal | None, unit: Unit) -> str:
    """How far a measure has moved, with its sign; shares in points, "" where nothing moved or a value is unknown."""
    if before is None or after is None or before == after:
        return ""
    step = after - before
    sign = "+" if step > 0 else MINUS
    match unit:
        case Unit.SHARE | Unit.POINTS:
            text = f"{abs(step) * 100:.2f} pt"
        case Unit.RATIO:
            text = f"{abs(step):.3f}"
        case _:
            text = format_figure(abs(step), unit)
    return f"{sign} {text}"


def rupees(value: Decimal) -> str:
    """An amount in crore or lakh, whichever it reaches, with two digits behind the point."""
    for size, name in ((CRORE, "crore"), (LAKH, "lakh")):
        if abs(value) >= size:
            return f"₹ {group_indian(round(value / size, 2))} {name}"
    return f"₹ {group_indian(round(value, 2))}"


def group_indian(value: Decimal | int) -> str:
    """Digits grouped as 12,34,567.89."""
    sign, text = (MINUS if value < 0 else ""), str(abs(value))
    whole, point, fraction = text.partition(".")
    head, tail = whole[:-3], whole[-3:]
    while head:
        head, tail = head[:-2], f"{head[-2:]},{tail}"
    return f"{sign}{tail}{point}{fraction}"
