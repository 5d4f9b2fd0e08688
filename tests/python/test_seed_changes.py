"""Which rows of a seed differ between two builds, row by row; what was kept is what was there, or is not believed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from vardkoer import paths
from vardkoer.warehouse import run_record, seed_changes

RATES = "round_id,category_id,rate_kr,quote\n2025,cataract,19000,so it is\n2025,prolapse,39000,\n2025,hip,108000,\n"
CHANGES = {
    "a value": (RATES.replace("39000", "40000"), ["round_id=2025 category_id=prolapse: rate_kr 39000 → 40000"]),
    "a value more": (RATES.replace("39000,", "39000,new"), ["round_id=2025 category_id=prolapse: quote (empty) → new"]),
    "a row less": (RATES.replace("2025,hip,108000,\n", ""), ["round_id=2025 category_id=hip: removed"]),
    "a row more": (RATES + "2026,hip,,no rate\n", ["round_id=2026 category_id=hip: added, quote no rate"]),
    "a column more": (
        "\n".join(line + (",status" if not number else ",") for number, line in enumerate(RATES.splitlines())),
        [],
    ),
    "a column less": (
        "\n".join(line.rsplit(",", 1)[0] for line in RATES.splitlines()),
        ["round_id=2025 category_id=cataract: quote so it is → (empty)"],
    ),
    "the order of rows": ("\n".join([RATES.splitlines()[0], *sorted(RATES.splitlines()[1:])]), []),
}


def kept(warehouse: Path, text: str) -> str:
    """Keep a seed as a build does; its hash."""
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    path = seed_changes.kept_path(warehouse, sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return sha256


@pytest.mark.parametrize(("text", "lines"), CHANGES.values(), ids=CHANGES)
def test_each_row_that_differs_is_told(text: str, lines: list[str], tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    found = seed_changes.changed_rows(warehouse, kept(warehouse, RATES), kept(warehouse, text))
    assert found == [f"    {line}" for line in lines]


def test_a_seed_is_kept_under_its_hash_and_compared_by_two_records(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    now = run_record.hashes_below(paths.PROJECT, "seeds")
    name = "seeds/rules/grant_rates.csv"
    seed_changes.keep(warehouse, now)
    text = (paths.PROJECT / name).read_text(encoding="utf-8")
    assert seed_changes.kept_path(warehouse, now[name]).read_text(encoding="utf-8") == text
    assert not list(paths.records_folder(warehouse).rglob("*.half"))
    before = now | {name: kept(warehouse, text.replace("19000", "18000"))}
    lines = run_record.differences(warehouse, {"seeds": before}, {"seeds": now})
    assert lines[0] == f"seeds: {name} changed"
    assert len(lines) > 1 and all("category_id=cataract: rate_kr 18000 → 19000" in line for line in lines[1:])


def test_what_was_not_kept_or_is_not_what_was_there_is_said(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    sha256 = kept(warehouse, RATES)
    (line,) = seed_changes.changed_rows(warehouse, "0" * 64, sha256)
    assert "is not known" in line
    seed_changes.kept_path(warehouse, sha256).write_text("round_id\n", encoding="utf-8")
    (line,) = seed_changes.changed_rows(warehouse, sha256, kept(warehouse, RATES.replace("19000", "1")))
    assert "restore it" in line


def test_a_seed_that_is_replaced_whole_does_not_fill_the_screen(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    tables = ["code,name\n" + "".join(f"{code},{name}\n" for code in range(500)) for name in "ab"]
    lines = seed_changes.changed_rows(warehouse, *(kept(warehouse, table) for table in tables))
    assert len(lines) == seed_changes.SHOWN_ROWS + 1
    assert lines[-1] == f"    ... and {500 - seed_changes.SHOWN_ROWS} rows more"
