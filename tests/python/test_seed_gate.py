"""A rule that is typed wrong stops the build with file, row, column and remedy."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from vardkoer.paths import SEEDS
from vardkoer.seed_files import SeedError, check_seeds

FAULTS = {
    "blanks between thousands": (
        "rules/grant_caps.csv",
        "84167924",
        "84 167 924",
        r"row=2 column=cap_kr: .* whole number",
    ),
    "a decimal comma": ("rules/grant_rates.csv", ",19000,", ',"19000,00",', r"row=2 column=rate_kr: .* whole number"),
    "a negative cap": ("rules/grant_caps.csv", "84167924", "-84167924", r"row=2 column=cap_kr: .* is negative"),
    "caps that do not add up": ("rules/grant_caps.csv", "84167924", "84167925", r"column=cap_kr: the caps of round"),
    "a row twice": (
        "rules/grant_caps.csv",
        "2025_block2,03,",
        "2025_block2,01,",
        r"row=3 column=round_id, region_code: same",
    ),
    "a missing cap": ("rules/grant_caps.csv", "84167924", "", r"row=2 column=cap_kr: value missing"),
    "an unknown region": (
        "rules/grant_caps.csv",
        "2025_block2,01,",
        "2025_block2,02,",
        r"row=2 column=region_code: '02' is not in",
    ),
    "an impossible date": (
        "rules/round_periods.csv",
        "2025-02-01",
        "2025-02-30",
        r"row=2 column=period_start: .* not a date",
    ),
    "another date format": ("rules/settlements.csv", "2025-11-15", "15/11 2025", r"column=cutoff_date: .* not a date"),
    "periods that overlap": (
        "rules/round_periods.csv",
        "2023-06-01",
        "2022-10-31",
        r"row=5 column=period_start: overlaps row 4",
    ),
    "a period that ends first": (
        "rules/round_periods.csv",
        "2025-02-01",
        "2025-11-01",
        r"row=2 column=period_end: ends before",
    ),
    "codes that overlap": ("rules/procedure_codes.csv", "CJC05", "CJC00", r"row=3 column=valid_from: overlaps row 2"),
    "pots that do not sum to 100": (
        "rules/bonus_pot_shares.csv",
        ",65,",
        ",66,",
        r"column=share_percent: the pots of round",
    ),
    "an unknown model": (
        "rules/grant_rounds.csv",
        "volume",
        "volym",
        r"row=3 column=allocation_model: unknown value 'volym'",
    ),
    "an unknown round": (
        "rules/settlements.csv",
        "2025_block1,2025_block1",
        "2025_block1,2024",
        r"row=2 column=round_id: '2024'",
    ),
    "a hospital twice": ("reference/hospitals.csv", "10011,", "10010,", r"row=3 column=hospital_code: same as row 2"),
    "a hospital in no region": (
        "reference/hospitals.csv",
        "10011,S:t Görans sjukhus,01",
        "10011,S:t Görans sjukhus,02",
        r"row=3 column=region_code: '02' is not in regions.csv",
    ),
    "a missing column": ("rules/grant_rates.csv", "rate_kr,", "kr,", r"column=rate_kr: column missing"),
    "a lost quote": (
        "rules/settlements.csv",
        '"Bilaga 3, tabell 4"',
        "Bilaga 3, tabell 4",
        r"row=\d+: 12 fields where",
    ),
    "a blank at the end": (
        "rules/grant_rounds.csv",
        "2025_block2,",
        "2025_block2 ,",
        r"row=2 column=tie_break_round_id: .* blank",
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_in_a_seed_is_named(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    seeds = tmp_path / "seeds"
    shutil.copytree(SEEDS, seeds)
    check_seeds(seeds)
    text = (seeds / file).read_text(encoding="utf-8")
    assert old in text
    (seeds / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SeedError) as caught:
        check_seeds(seeds)
    first = str(caught.value).splitlines()[0]
    assert re.search(rf"file=\S+/{file.split('/')[1]} .*{message}", first), first
    assert re.search(r"; .+", first) or "is negative" in first, "a remedy follows"


def test_seeds_that_others_replace_need_only_the_columns_of_the_contract(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    shutil.copytree(SEEDS, seeds)
    (seeds / "reference/hospitals.csv").write_text("hospital_code,hospital_name,region_code,ownership\n1,A,01,public\n")
    (seeds / "reference/region_populations.csv").write_text("region_code,population_date,population\n01,2024-11-01,5\n")
    (seeds / "rules/grant_rates.csv").write_text("round_id,category_id,rate_kr\n2025_block2,cataract,19000\n")
    check_seeds(seeds)
