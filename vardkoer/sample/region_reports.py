"""Invented region reports of colonoscopies (contract 2.2): volumes, corrections, and a region that is late."""

from __future__ import annotations

import csv
from pathlib import Path

HEADER = ("region_code", "category_id", "operation_month", "operations", "reported_date")
REGIONS = tuple("01 03 04 05 06 07 08 09 10 12 13 14 17 18 19 20 21 22 23 24 25".split())
# Roughly the size of a region, per month.
VOLUME = dict(
    zip(
        REGIONS,
        (1900, 330, 260, 400, 320, 170, 220, 55, 130, 1150, 290, 1450, 250, 270, 240, 250, 250, 210, 110, 230, 210),
        strict=True,
    )
)
LATE_REGION, LATE_REPORT = "21", "2026-11-14"
CORRECTED_REGION = "05"


def write(folder: Path) -> None:
    """One file with the history and one with the running year."""
    folder.mkdir(parents=True)
    _write(
        folder / "koloskopi_2023_2025.csv",
        [row for year in (2023, 2024, 2025) for row in _year(year, f"{year + 1}-02-15")],
    )
    running = _year(2026, None)
    # one region reports October on the last day
    running = [(*row[:4], LATE_REPORT) if (row[0], row[2]) == (LATE_REGION, "2026-10-01") else row for row in running]
    corrected = [
        (r, c, m, str(int(n) + 7), "2026-10-20")
        for r, c, m, n, _ in running
        if r == CORRECTED_REGION and m == "2026-03-01"
    ]
    _write(folder / "koloskopi_2026.csv", running + corrected)


def _year(year: int, reported: str | None) -> list[tuple[str, str, str, str, str]]:
    rows = []
    for region in REGIONS:
        for month in range(1, 11):
            season = 55 if month == 7 else 96 + (month * 7 + int(region)) % 9
            operations = VOLUME[region] * season * (100 + 3 * (year - 2023)) // 10_000
            date = reported or f"{year}-{month + 1:02d}-10"
            rows.append((region, "colonoscopy", f"{year}-{month:02d}-01", str(operations), date))
    return rows


def _write(path: Path, rows: list[tuple[str, str, str, str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(rows)
