"""The report's colours: told apart by the colour-blind, and of at least 4.5 to 1 against the page; pure."""

import json

THEME_NAME = "GeM-accessible.json"
INK, MUTED, PAGE, PANEL, LINE = "#1A1A2E", "#4A4A5E", "#FFFFFF", "#F6F7FB", "#D5D8E3"
DARK_INK, DARK_MUTED, DARK_PAGE, DARK_PANEL, DARK_LINE = "#ECEEF6", "#B6BBCC", "#12141C", "#1B1E2A", "#353A4C"
COLOURS = ("#0B5CAD", "#B3541E", "#2B7A4B", "#8A3D8F", "#6B5B00", "#A3273F", "#2F6F7E", "#5A4FCF")
"""Blue, vermilion, green, purple, ochre, crimson, teal, indigo: each 4.5 to 1 or more on white."""
BAD = COLOURS[5]
DARK_COLOURS = ("#6CB2F5", "#F0A06A", "#73C795", "#D79BDC", "#D9C75A", "#F08CA0", "#7CC5D4", "#ACA4FA")
"""The same on the dark page."""


def theme_text() -> str:
    """The theme as Power BI reads it."""
    theme = {
        "name": "GeM accessible",
        "dataColors": list(COLOURS),
        "background": PAGE,
        "foreground": INK,
        "tableAccent": COLOURS[0],
        "good": COLOURS[2],
        "neutral": COLOURS[4],
        "bad": BAD,
        "textClasses": {
            "title": {"fontFace": "Segoe UI Semibold", "fontSize": 12, "color": INK},
            "label": {"fontFace": "Segoe UI", "fontSize": 10, "color": INK},
            "callout": {"fontFace": "Segoe UI", "fontSize": 20, "color": INK},
        },
    }
    return json.dumps(theme, indent=2, ensure_ascii=False) + "\n"


def contrast(one: str, other: str) -> float:
    """How far two colours stand apart, as WCAG 2 counts it: 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
