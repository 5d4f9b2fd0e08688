"""Copies of the project in which the rules of rounds are typed in, as those who settle them would do it."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from bench.scratch import PARTS
from vardkoer.gate.seeds import read_rows
from vardkoer.paths import PROJECT, SEEDS

# Who decided what: the tables that amounts are explained by need it.
SOURCE = {"source_id": "contract", "source_ref": "x"}
# Invented: no document gives them.
RATES_2026 = {
    "cataract": 20_000,
    "prolapse": 41_000,
    "hip_prosthesis": 112_000,
    "knee_prosthesis": 105_000,
    "inguinal_hernia": 30_000,
    "colonoscopy": 9_000,
}
# Two years of baseline, a new category and three pots.
ROUND_2027 = {
    "reference/categories.csv": [
        {"category_id": "tonsillectomy", "category_name_sv": "Tonsilloperation", "category_order": "7"}
    ],
    "reference/region_populations.csv": [
        {"region_code": "01", "population_date": "2026-11-01", "population": "2500000"}
    ],
    "rules/grant_rounds.csv": [
        {
            "round_id": "2027",
            "round_name_sv": "Kortare vårdköer 2027",
            "allocation_model": "increase",
            "appropriation_kr": "21000000",
            "population_date": "2026-11-01",
            "status": "provisional",
        }
    ],
    "rules/settlements.csv": [
        {
            "settlement_id": "2027_payment",
            "settlement_name_sv": "2027 vid utbetalning",
            "round_id": "2027",
            "counts_from": "par",
            "cutoff_date": "2027-11-15",
        }
    ],
    "rules/round_periods.csv": [
        {"round_id": "2027", "period_role": role, "period_start": f"{year}-01-01", "period_end": f"{year}-10-31"}
        for role, year in (("measured", 2027), ("baseline", 2025), ("baseline", 2026))
    ],
    "rules/procedure_codes.csv": [
        {"list_id": "tonsillectomies", "code": code, "valid_from": "2025-01-01", "status": "final"}
        for code in ("EMB10", "EMB20")
    ],
    "rules/operation_definitions.csv": [
        {"definition_id": "tonsillectomy_2027", "criterion": "1", "procedure_list_id": "tonsillectomies"}
    ],
    "rules/round_categories.csv": [
        {
            "round_id": "2027",
            "category_id": category_id,
            "definition_id": definition_id,
            "counts_from": "par",
            "status": "final",
        }
        for category_id, definition_id in (
            ("tonsillectomy", "tonsillectomy_2027"),
            ("cataract", "cataract_2025"),
            ("prolapse", "prolapse_2025"),
        )
    ],
    "rules/grant_rates.csv": [{"round_id": "2027", "category_id": "tonsillectomy", "rate_kr": "15000"}],
    "rules/grant_caps.csv": [
        {"round_id": "2027", "region_code": row["region_code"], "cap_kr": "1000000", "is_derived": "false"}
        for row in read_rows(SEEDS / "reference" / "regions.csv")
    ],
    "rules/bonus_pot_shares.csv": [
        {"round_id": "2027", "category_id": category_id, "share_percent": share, "recipients": "5"}
        for category_id, share in (("tonsillectomy", "50"), ("cataract", "30"), ("prolapse", "20"))
    ],
}


def copy_of_project(folder: Path) -> Path:
    """A copy of the project in a folder: with its seeds changed it is a project of its own."""
    project = folder / "project"
    project.mkdir()
    for name in PARTS:
        copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copy
        copy(PROJECT / name, project / name)
    return project


def add(seeds: Path, *files: str) -> None:
    """Add the rows of the invented round to some files."""
    for file in files:
        add_rows(seeds / file, ROUND_2027[file])


def add_rows(path: Path, rows: list[dict[str, str]]) -> None:
    """Add rows to a seed, whatever columns it has besides."""
    with path.open(encoding="utf-8", newline="") as stream:
        header = next(csv.reader(stream))
    with path.open("a", encoding="utf-8", newline="") as stream:
        fitting = ({key: text for key, text in (SOURCE | row).items() if key in header} for row in rows)
        csv.DictWriter(stream, header, lineterminator="\n").writerows(fitting)


def fill_in(path: Path, values: dict[str, str], **by_category: dict[str, int]) -> None:
    """Set columns in the rows that are provisional."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    filled = [row for row in rows if row["status"] == "provisional"]
    assert filled
    for row in filled:
        row.update(values)
        row.update({column: str(of_category[row["category_id"]]) for column, of_category in by_category.items()})
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
