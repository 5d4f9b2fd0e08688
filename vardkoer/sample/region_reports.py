"""Invented region reports of colonoscopies (contract 2.2): volumes, corrections, and a region that is late."""

from __future__ import annotations

import csv
from pathlib import Path

HEADER = ("region_code", "category_id", "operation_month", "operations", "reported_date")
# Roughly the size of a region, per month.
VOLUME = {
    "01": 1900, "03": 330, "04": 260, "05": 400, "06": 320, "07": 170, "08": 220,
    "09": 55, "10": 130, "12": 1150, "13": 290, "14": 1450, "17": 250, "18": 270,
    "19": 240, "20": 250, "21": 250, "22": 210, "23": 110, "24": 230, "25": 210,
}  # fmt: skip
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
    for region, volume in VOLUME.items():
        for month in range(1, 11):
            season = 55 if month == 7 else 96 + (month * 7 + int(region)) % 9
            operations = volume * season * (100 + 3 * (year - 2023)) // 10_000
            date = reported or f"{year}-{month + 1:02d}-10"
            rows.append((region, "colonoscopy", f"{year}-{month:02d}-01", str(operations), date))
    return rows


def _write(path: Path, rows: list[tuple[str, str, str, str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(rows)
