"""Figures as an Indian reader expects them: digits in lakh and crore, rupees, shares in percent."""

from decimal import Decimal

from gem.contracts.measures.spec import Unit

LAKH = Decimal(10) ** 5
CRORE = Decimal(10) ** 7


def format_figure(value: Decimal | None, unit: Unit) -> str:
    """A measure's value in its unit; "unknown" where there is none."""
    if value is None:
        return "unknown"
    if unit is Unit.SHARE:
        return f"{value * 100:.1f} %"
    if unit is Unit.RUPEES:
        return rupees(value)
    if unit is Unit.DAYS:
        return f"{value:.1f} days"
    return f"{value:.2f}" if unit is Unit.RATIO else group_indian(round(value))


def in_full(value: Decimal | None, unit: Unit) -> str:
    """A measure's value with the digits of a comparison; "unknown" where there is none."""
    if value is None:
        return "unknown"
    if unit is Unit.SHARE:
        return f"{value * 100:.{unit.digits_in_full}f} %"
    mark = "₹ " if unit is Unit.RUPEES else ""
    return f"{mark}{group_indian(round(value, unit.digits_in_full) if unit.digits else round(value))}"


def format_change(before: Decimal | None, after: Decimal | None, unit: Unit) -> str:
    """How far a measure has moved, with its sign; shares in points, "" where nothing moved or a value is unknown."""
    if before is None or after is None or before == after:
        return ""
    step = after - before
    sign = "+" if step > 0 else "-"
    match unit:
        case Unit.SHARE:
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
    sign, text = ("-" if value < 0 else ""), str(abs(value))
    whole, point, fraction = text.partition(".")
    head, tail = whole[:-3], whole[-3:]
    while head:
        head, tail = head[:-2], f"{head[-2:]},{tail}"
    return f"{sign}{tail}{point}{fraction}"
