"""The pattern that finds rows whose codes may be listed ones (`macros/listed_code_search.sql` is the same for models)."""

from __future__ import annotations

from pathlib import Path

from vardkoer.gate.seed_rows import normalized_code, read_rows


def search_pattern(seeds: Path) -> str:
    """A regular expression for the whole text of a row: somewhere in it the first three letters or digits of a listed
    code, whatever their case and whatever else stands between. It lets too much through, never too little."""
    lists = {row["procedure_list_id"] for row in read_rows(seeds / "rules" / "operation_definitions.csv")}
    codes = read_rows(seeds / "rules" / "procedure_codes.csv")
    begins = sorted({normalized_code(row["code"])[:3] for row in codes if row["list_id"] in lists})
    return "(?is).*(" + "|".join("[^0-9a-z]*".join(letters) for letters in begins) + ").*"
