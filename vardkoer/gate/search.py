"""The pattern that finds rows whose codes may be listed ones; `int_contacts_searched` has the same for models."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vardkoer.gate.seed_rows import normalized_code, read_rows


def search_pattern(seeds: Path) -> str:
    """A regular expression for the whole text of a row that may have a listed code in it."""
    return f"(?is).*({any_of(code_begins(seeds))}).*"


def code_begins(seeds: Path) -> list[str]:
    """The first three letters or digits of every procedure code that an operation is defined by."""
    lists = {row["procedure_list_id"] for row in read_rows(seeds / "rules" / "operation_definitions.csv")}
    codes = read_rows(seeds / "rules" / "procedure_codes.csv")
    return sorted({normalized_code(row["code"])[:3] for row in codes if row["list_id"] in lists})


def any_of(begins: Iterable[str]) -> str:
    """A regular expression, to be used whatever the case, for codes that begin so whatever stands between the letters.
    It lets too much through, never too little."""
    return "|".join("[^0-9a-z]*".join(letters) for letters in begins)
