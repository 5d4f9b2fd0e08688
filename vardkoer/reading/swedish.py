"""Numbers, dates and words as Swedish readers expect them."""

from __future__ import annotations

import datetime
import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
# As official statistics write it; 0 is a number.
UNKNOWN = ".."
NOT_SET = "inte känt"
MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)
DECIMALS = {"kr": 0, "antal": 0, "heltal": 0, "procent": 1, "en decimal": 1, "hela procent": 0, "medel": 2}
_WORDS = json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))


def number(value: Any, decimals: int = 0) -> str:
    """A number with hard blanks between thousands and a decimal comma; two dots for what is not known."""
    if value is None:
        return UNKNOWN
    shown = rounded(value, decimals)
    text = f"{abs(shown):,}".replace(",", NO_BREAK_SPACE).replace(".", ",")
    return (MINUS if shown < 0 else "") + text


def rounded(value: Any, decimals: int = 0) -> Decimal:
    """A number with the decimals that are printed, halves away from zero."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def day(value: datetime.date | None) -> str:
    """15 november 2025."""
    return UNKNOWN if value is None else f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def month(value: datetime.date | None) -> str:
    """Februari 2025, in the small letters of running text."""
    return UNKNOWN if value is None else f"{MONTHS[value.month - 1]} {value.year}"


def short_month(value: datetime.date) -> str:
    """Feb-25, as the agency heads its tables."""
    return f"{MONTHS[value.month - 1][:3]}-{value:%y}"


def month_span(first: datetime.date, last: datetime.date) -> str:
    """Juni–oktober, or a single month, in the small letters of running text."""
    return "–".join(dict.fromkeys(MONTHS[date.month - 1] for date in (first, last)))


def enumerated(words: list[str]) -> str:
    """A, b och c."""
    return " och ".join(part for part in (", ".join(words[:-1]), words[-1]) if part) if words else ""


def column(name: str) -> tuple[str, str]:
    """The Swedish heading of a column of a mart, and its unit."""
    heading, unit = _WORDS["columns"][name]
    return heading, unit


def is_text(name: str) -> bool:
    """True for a column of words, which is no figure."""
    return column(name)[1].startswith(("text", "ord ", "dag"))


def word(kind: str, key: str | None) -> str:
    """What a value of the marts is called in Swedish; the value itself where new data has brought a new one."""
    return "" if key is None else _WORDS[kind].get(key, key)


def words_not_used() -> dict[str, str]:
    """Words that no surface uses, as patterns, and what is said instead."""
    return _WORDS["not_used"]


def decided_by(text: str) -> str:
    """What decides a step of an explanation: a seed, or the steps it follows from."""
    return f"tabellen {text.removeprefix('seeds.')}" if text.startswith("seeds.") else word("decided_by", text)


def document(name: str | None, diary_number: str | None = None) -> str:
    """A document as a Swedish reader names it, with its number."""
    if name is None:
        return ""
    known = _WORDS["documents"].get(name, name)
    return f"{known}, {diary_number.replace(' and ', ' och ')}" if diary_number else known


def layout(name: str, derived: str | None, assumed: str | None, absent: str | None) -> str:
    """A layout of the extract, and what it makes of others, has something else for, or has not."""
    parts = {"Härlett": derived, "Antaget": assumed, "Saknas": absent}
    said = "".join(f" {word}: {facts.lower()}." for word, facts in parts.items() if facts)
    return f"{name}.{said}"


def value(value: Any, unit: str) -> str:
    """Any value of a table as text."""
    if isinstance(value, datetime.date):
        return short_month(value) if unit == "månad" else day(value)
    if value is None:
        return "" if unit == "text" else UNKNOWN
    if unit.startswith("ord "):
        return word(unit.removeprefix("ord "), value)
    if unit == "tal":
        return number(value, max(0, -int(Decimal(value).normalize().as_tuple().exponent)))
    return number(value, DECIMALS[unit]) if unit in DECIMALS else str(value)
