"""A rule that is typed wrong stops the build with file, row, column and remedy; one that is typed as printed counts."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from project_copies import ROUND_2027, add

from vardkoer.gate.seed_rows import normalized_code
from vardkoer.gate.seeds import SeedError, check_seeds, read_rows
from vardkoer.paths import SEEDS

FILES = sorted(SEEDS.rglob("*.csv"))
BOM = b"\xef\xbb\xbf"

# What is typed wrong: file, what stands there, what is typed instead, and what the gate says.
FAULTS = {
    # numbers
    "blanks between thousands": (
        "rules/grant_caps.csv",
        ",84167924,",
        ",84 167 924,",
        r"row=2 column=cap_kr: .* whole number",
    ),
    "a decimal comma": ("rules/grant_rates.csv", ",19000,", ',"19000,00",', r"row=2 column=rate_kr: .* whole number"),
    "a leading zero": ("rules/grant_rates.csv", ",19000,", ",019000,", r"row=2 column=rate_kr: .* whole number"),
    "a negative cap": ("rules/grant_caps.csv", ",84167924,", ",-84167924,", r"row=2 column=cap_kr: .* at least 1"),
    "a rate of 20 digits": (
        "rules/grant_rates.csv",
        ",19000,",
        f",{'9' * 20},",
        r"row=2 column=rate_kr: .* out of range",
    ),
    "a rate of 15 digits": (
        "rules/grant_rates.csv",
        ",19000,",
        f",{'9' * 15},",
        r"row=2 column=rate_kr: .* more than round",
    ),
    "a rate of 0": ("rules/grant_rates.csv", ",19000,", ",0,", r"row=2 column=rate_kr: .* at least 1"),
    "an order beyond an integer": (
        "reference/categories.csv",
        ",Cataract surgery,1",
        f",Cataract surgery,{2**31}",
        r"row=2 column=category_order: .* out of range",
    ),
    "a place in a report's text without a settlement": (
        "exports/report_parts.csv",
        "{largest_allocation_kr 2025_block1}",
        "{largest_allocation_kr}",
        r"row=6 column=text_sv: .* braces hold a metric, a settlement",
    ),
    "too many decimals": (
        "deliveries/quarantine_limits.csv",
        ",0.1,",
        ",0.123,",
        r"row=2 column=max_percent: .* at most 2 decimals",
    ),
    "a percentage beyond its column": (
        "deliveries/quarantine_limits.csv",
        ",0.1,",
        ",1000,",
        r"row=2 column=max_percent: .* out of range",
    ),
    "no inhabitants": (
        "reference/region_populations.csv",
        "2024-11-01,,",
        "2024-11-01,0,",
        r"row=2 column=population: .* at least 1",
    ),
    # layouts
    "a layout that leaves out a fact": (
        "layouts/layouts.csv",
        "contract,Kontraktets",
        "new,Ny,,.csv,comma,utf-8,,contract,x\ncontract,Kontraktets",
        r"row=2 column=layout_id: the layout has no row in layout_columns\.csv for vardkontakt_id, leverans_nr",
    ),
    "a layout without residence": (
        "layouts/layout_columns.csv",
        "wide_codes,lkf,join,lan:2 kommun:2,,derived",
        "wide_codes,lkf,absent,,,absent",
        r"row=33 column=status: a layout without lkf cannot be counted",
    ),
    "a rule that is SQL": (
        "layouts/layout_columns.csv",
        "wide_codes,lkf,join,",
        "wide_codes,lkf,lan || kommun,",
        r"row=33 column=rule: .* use one of column, join",
    ),
    "a rule that cannot give the fact": (
        "layouts/layout_columns.csv",
        "wide_codes,hdia,column,hdia,",
        "wide_codes,hdia,gather,hdia*,",
        r"row=38 column=rule: gather cannot give hdia",
    ),
    "a join of one column": (
        "layouts/layout_columns.csv",
        "wide_codes,lkf,join,lan:2 kommun:2",
        "wide_codes,lkf,join,lan:2",
        r"row=33 column=source_columns: join reads 2 or more columns, here are 1",
    ),
    "a name that nobody has filled in": (
        "layouts/layout_columns.csv",
        "wide_codes,hdia,column,hdia,",
        "wide_codes,hdia,column,?hdia,",
        r"row=38 column=source_columns: '\?hdia' is not names",
    ),
    "a constant that is reported": (
        "layouts/layout_columns.csv",
        "wide_codes,makulerad,absent,,,absent",
        "wide_codes,makulerad,constant,,false,reported",
        r"row=31 column=status: reported is not what constant gives; write assumed",
    ),
    "a pattern with two groups": (
        "layouts/layout_columns.csv",
        "wide_codes,inrapporterad,absent,,,absent",
        "wide_codes,inrapporterad,file_name,,(a)(b),derived",
        r"row=30 column=argument: is not the argument of file_name",
    ),
    "a row called after an identity number": (
        "layouts/layout_columns.csv",
        "agency_research,personnummer,column,lopnr,,assumed",
        "agency_research,personnummer,column,lopnr,,reported",
        r"row=15 column=source_columns: the row would be called after lopnr, an identity number",
    ),
    "the contract's layout changed": (
        "layouts/layout_columns.csv",
        "contract,hdia,column,hdia",
        "contract,hdia,column,dia1",
        r"row=12 column=source_columns: hdia is not what the contract calls it",
    ),
    # dates and words
    "an impossible date": (
        "rules/round_periods.csv",
        "2025-02-01",
        "2025-02-30",
        r"row=2 column=period_start: .* not a date",
    ),
    "another date format": (
        "rules/settlements.csv",
        "2025-11-15",
        "15/11 2025",
        r"row=11 column=cutoff_date: .* not a date",
    ),
    "a blank at the end": (
        "rules/grant_rounds.csv",
        "2025_block2,",
        "2025_block2 ,",
        r"row=2 column=tie_break_round_id: .* blank",
    ),
    "an unknown model": (
        "rules/grant_rounds.csv",
        "volume",
        "volym",
        r"row=3 column=allocation_model: 'volym' .* use one of equal_share",
    ),
    "an unknown status": (
        "rules/round_categories.csv",
        ",par,final,",
        ",par,slutlig,",
        r"row=2 column=status: 'slutlig'",
    ),
    "a document that is not there": (
        "rules/grant_rates.csv",
        "anvisningar_2025",
        "anvisningar_2024",
        r"row=2 column=source_id: 'anvisningar_2024' is not in source_documents.csv",
    ),
    "a status left out": ("rules/procedure_codes.csv", ",final,", ",,", r"row=2 column=status: value missing"),
    "an unknown word for true": (
        "rules/grant_caps.csv",
        ",true,",
        ",ja,",
        r"row=2 column=is_derived: .* neither true nor false",
    ),
    "a value missing": ("rules/grant_caps.csv", ",84167924,", ",,", r"row=2 column=cap_kr: value missing"),
    "a value that could be a person": (
        "rules/grant_rates.csv",
        ",19000,",
        ",19121212-1212,",
        r"row=2 column=rate_kr: '\*' is not",
    ),
    "a region as Excel writes it": (
        "rules/grant_caps.csv",
        "2025_block2,01,",
        "2025_block2,1,",
        r"row=2 column=region_code: '1' is not in regions.csv",
    ),
    "an unknown region in a published table": (
        "published/published_monthly_operations.csv",
        "cataract,01,",
        "cataract,1,",
        r"row=2 column=region_code: '1' is not in",
    ),
    "a month that is a day": (
        "published/published_monthly_operations.csv",
        "2025-02-01",
        "2025-02-02",
        r"row=2 column=operation_month: .* first of a month",
    ),
    # rows
    "a row twice": (
        "rules/grant_caps.csv",
        "2025_block2,03,",
        "2025_block2,01,",
        r"row=3 column=round_id, region_code: same as row 2",
    ),
    "a hospital twice": ("reference/hospitals.csv", "10011,", "10010,", r"row=3 column=hospital_code: same as row 2"),
    "a hospital in no region": (
        "reference/hospitals.csv",
        "10011,S:t Görans sjukhus,01",
        "10011,S:t Görans sjukhus,02",
        r"row=3 column=region_code: '02' is not in regions.csv",
    ),
    "an unknown round": (
        "rules/settlements.csv",
        "2025_block1,2025_block1",
        "2025_block1,2024",
        r"row=2 column=round_id: '2024'",
    ),
    # columns and files
    "a missing column": ("rules/grant_rates.csv", "rate_kr,", "kr,", r"row=1 column=rate_kr: column missing"),
    "a doubled column": ("rules/grant_rates.csv", "quote,", "rate_kr,", r"row=1: 'rate_kr' stands 2 times"),
    "a doubled column with a blank": (
        "rules/grant_rates.csv",
        "quote,",
        "rate_kr ,",
        r"row=1: unknown column 'rate_kr '",
    ),
    "a misspelt column that may be left out": (
        "rules/grant_rates.csv",
        "valid_from",
        "valid_form",
        r"row=1: unknown column 'valid_form'",
    ),
    "a lost quote": (
        "rules/settlements.csv",
        '"Bilaga 3, tabell 4"',
        "Bilaga 3, tabell 4",
        r"row=\d+: 12 fields where the header has 11",
    ),
    "a quote that does not end": (
        "rules/settlements.csv",
        '"Bilaga 3, tabell 4"',
        '"Bilaga 3, tabell 4',
        r"row=\d+: a value does not end on its row",
    ),
    "a value of two lines": (
        "rules/settlements.csv",
        '"Bilaga 3, tabell 4"',
        '"Bilaga 3,\n tabell 4"',
        r"row=\d+: a value does not end on its row",
    ),
    "a NUL character": ("rules/settlements.csv", "2025-11-15", "2025-11-15\0", r"row=\d+: NUL character"),
    "Excel's first line": (
        "rules/grant_rates.csv",
        "round_id,",
        "sep=,\nround_id,",
        r"row=1: begins with Excel's line",
    ),
    "one line that ends otherwise": (
        "rules/grant_rates.csv",
        "2026-11-22\n",
        "2026-11-22\r\n",
        r"row=2: the line ends with another of LF and CRLF",
    ),
    # codes (C2)
    "a letter for a digit": (
        "rules/procedure_codes.csv",
        "CJE20",
        "CJE2O",
        r"row=21 column=code: 'CJE2O' is not a procedure code",
    ),
    "a digit for a letter": (
        "rules/procedure_codes.csv",
        "CJE20",
        "0JE20",
        r"row=21 column=code: '0JE20' is not a procedure code",
    ),
    "a letter of another alphabet": (
        "rules/procedure_codes.csv",
        "CJE20",
        "\u0421JE20",
        r"row=21 column=code: .* is not a procedure code",
    ),
    "a procedure code cut off": (
        "rules/procedure_codes.csv",
        "CJE20",
        "CJE2",
        r"row=21 column=code: 'CJE2' is not a procedure code",
    ),
    "a procedure code too long": (
        "rules/procedure_codes.csv",
        "CJE20",
        "CJE200",
        r"row=21 column=code: 'CJE200' is not a procedure code",
    ),
    "two codes in a cell": (
        "rules/procedure_codes.csv",
        "CJE20",
        "CJE20 CJE25",
        r"row=21 column=code: 'CJE20CJE25' is not a procedure code",
    ),
    "a range of codes": (
        "rules/diagnosis_codes.csv",
        "S720",
        "S72.0-S72.3",
        r"row=3 column=code: 'S720S723' is not a diagnosis code",
    ),
    "a procedure code among diagnoses": (
        "rules/diagnosis_codes.csv",
        "S720",
        "NFB29",
        r"row=3 column=code: 'NFB29' is not a diagnosis code",
    ),
    "a letter for a digit in a diagnosis": (
        "rules/diagnosis_codes.csv",
        "S720",
        "S7O0",
        r"row=3 column=code: 'S7O0' is not a diagnosis code",
    ),
    "a letter O at the end of a diagnosis": (
        "rules/diagnosis_codes.csv",
        "S720",
        "S72O",
        r"row=3 column=code: 'S72O' is not a diagnosis code",
    ),
    "no code": ("rules/procedure_codes.csv", "CJE20", "", r"row=21 column=code: value missing"),
    "nothing but signs for a code": ("rules/procedure_codes.csv", "CJE20", ".-", r"row=21 column=code: value missing"),
    "a code twice in a list": (
        "rules/procedure_codes.csv",
        "CJC05",
        "CJC00",
        r"row=3 column=list_id, code, valid_from: same as row 2",
    ),
    "a code twice, once as printed": (
        "rules/diagnosis_codes.csv",
        "S721",
        "S72.0",
        r"row=4 column=list_id, code, valid_from: same as row 3",
    ),
    "a code twice from another day": (
        "rules/procedure_codes.csv",
        "CJC05,Intrakapsulär kataraktextraktion med iridektomi eller iridotomi,2022-01-01",
        "CJC00,x,2023-01-01",
        r"row=3 column=valid_from: overlaps row 2",
    ),
    "a code in two lists of a definition": (
        "rules/procedure_codes.csv",
        "LCB00",
        "LEF00",
        r"row=44 column=list_id, code: LEF00 is in prolapse_procedures too",
    ),
    "a list that no definition has": (
        "rules/procedure_codes.csv",
        "cataract_procedures,CJE20",
        "cataract_procedure,CJE20",
        r"row=21 column=list_id: 'cataract_procedure' is not in operation_definitions.csv",
    ),
    "a diagnosis list that no definition has": (
        "rules/diagnosis_codes.csv",
        "hip_fracture_diagnoses,S720",
        "hip_fractures,S720",
        r"row=3 column=list_id: 'hip_fractures' is not in operation_definitions.csv",
    ),
    "a definition of a list without codes": (
        "rules/operation_definitions.csv",
        ",cataract_procedures,",
        ",cataracts,",
        r"row=2 column=procedure_list_id: 'cataracts' is not in procedure_codes.csv",
    ),
    "a definition that is not there": (
        "rules/round_categories.csv",
        ",cataract_2025,",
        ",cataract_2026,",
        r"row=2 column=definition_id: 'cataract_2026' is not in operation_definitions.csv",
    ),
    "a criterion under a misspelt definition": (
        "rules/operation_definitions.csv",
        "prolapse_2025,2",
        "prolapse_2O25,2",
        r"row=5 column=definition_id, criterion: definition prolapse_2O25 has a criterion 2 and 1 in all",
    ),
    "a diagnosis list without a rule": (
        "rules/operation_definitions.csv",
        ",excluded,",
        ",,",
        r"row=3 column=diagnosis_list_id.*: .* without the others",
    ),
    "a reason that is none for a diagnosis": (
        "rules/operation_definitions.csv",
        "fracture_main_diagnosis",
        "withdrawn",
        r"row=3 column=reason_when_not_met: 'withdrawn' is no reason",
    ),
    "a code of a day before its list ends": (
        "rules/diagnosis_codes.csv",
        "S324,Fraktur på acetabulum,2022-01-01,",
        "S324,Fraktur på acetabulum,2022-01-01,2021-12-31",
        r"row=2 column=valid_to: ends before it starts",
    ),
    # rounds
    "caps that do not add up": (
        "rules/grant_caps.csv",
        ",84167924,",
        ",84167925,",
        r"row=2 column=cap_kr: the caps of round 2025_block2 sum to 397000001",
    ),
    "a region that is none": (
        "rules/grant_caps.csv",
        "2025_block2,25,",
        "2025_additional,26,",
        r"row=22 column=region_code: '26' is not in",
    ),
    "pots that sum to more than 100": (
        "rules/bonus_pot_shares.csv",
        ",65,",
        ",66,",
        r"row=2 column=share_percent: the pots of round 2025_block2 sum to 101",
    ),
    "pots that sum to less than 100": (
        "rules/bonus_pot_shares.csv",
        ",65,",
        ",64,",
        r"row=2 column=share_percent: the pots of round 2025_block2 sum to 99",
    ),
    "a pot of a category that the round has not": (
        "rules/bonus_pot_shares.csv",
        "hip_prosthesis",
        "colonoscopy",
        r"row=2 column=category_id: round 2025_block2 does not count colonoscopy",
    ),
    "a rate of a category that the round has not": (
        "rules/grant_rates.csv",
        "2025_block2,cataract",
        "2025_block2,colonoscopy",
        r"row=2 column=category_id: round 2025_block2 does not count colonoscopy",
    ),
    "a rate that begins too late": (
        "rules/grant_rates.csv",
        "19000,2025-02-01",
        "19000,2025-02-02",
        r"row=2 column=valid_from, valid_to: does not pay for 2025-02-01",
    ),
    "a rate that ends too early": (
        "rules/grant_rates.csv",
        "2025-10-31,final",
        "2025-10-30,final",
        r"row=2 column=valid_from, valid_to: does not pay for",
    ),
    "a rate that changes inside a round": (
        "rules/grant_rates.csv",
        "2025_block2,prolapse,39000,2025-02-01",
        "2025_block2,cataract,20000,2025-06-01",
        r"row=3 column=valid_from: overlaps row 2",
    ),
    "periods that overlap": (
        "rules/round_periods.csv",
        "2023-06-01",
        "2022-10-01",
        r"row=5 column=period_start: overlaps row 4",
    ),
    "a period that ends first": (
        "rules/round_periods.csv",
        "2025-02-01",
        "2025-11-01",
        r"row=2 column=period_end: ends before",
    ),
    "a period that begins inside a month": (
        "rules/round_periods.csv",
        "2025-02-01",
        "2025-02-02",
        r"row=2 column=period_start: .* first of a month",
    ),
    "a period that ends inside a month": (
        "rules/round_periods.csv",
        "2025-10-31",
        "2025-10-30",
        r"row=2 column=period_end: 2025-10-30 is not the last day",
    ),
    "a baseline of other months": (
        "rules/round_periods.csv",
        "2022-06-01",
        "2022-05-01",
        r"row=4 column=period_start, period_end: is not the measured period",
    ),
    "a baseline after the measured period": (
        "rules/round_periods.csv",
        "2022-06-01,2022-10-31",
        "2027-06-01,2027-10-31",
        r"row=4 column=period_start, period_end: is not the measured period",
    ),
    "a baseline of a round by volume": (
        "rules/round_periods.csv",
        "2025_additional,baseline,2022-06-01,2022-10-31",
        "2025_block2,baseline,2024-02-01,2024-10-31",
        r"row=4 column=period_role: round 2025_block2 \(volume\) has no use",
    ),
    "two measured periods": (
        "rules/round_periods.csv",
        "2025_additional,baseline,2024",
        "2025_additional,measured,2024",
        r"row=6 column=period_role: round 2025_additional \(increase\) has no use",
    ),
    "a period of an equal share": (
        "rules/round_periods.csv",
        "2025_block2,measured",
        "2025_block1,measured",
        r"row=2 column=period_role: round 2025_block1 \(equal_share\) has no use",
    ),
    "PAR without a definition": (
        "rules/round_categories.csv",
        ",cataract_2025,par",
        ",,par",
        r"row=2 column=definition_id: cataract is counted from PAR",
    ),
    "reports with a definition": (
        "rules/round_categories.csv",
        ",cataract_2025,par",
        ",cataract_2025,region_reports",
        r"row=2 column=definition_id: cataract is counted from region reports",
    ),
    # settlements
    "no cut-off": (
        "rules/settlements.csv",
        "par,2025-11-15",
        "par,",
        r"row=11 column=cutoff_date: a settlement that counts has no cut-off",
    ),
    "counts for an equal share": (
        "rules/settlements.csv",
        "none,,",
        "par,2025-11-15,",
        r"row=2 column=counts_from: round 2025_block1",
    ),
    "no counts for a volume": (
        "rules/settlements.csv",
        "2025_block2_payment,2025_block2,Block 2 2025 vid utbetalning,par,2025-11-15",
        "2025_block2_payment,2025_block2,Block 2 2025 vid utbetalning,none,",
        r"row=11 column=counts_from: round 2025_block2",
    ),
    "an interim that ends inside a month": (
        "rules/settlements.csv",
        "2025-02-28",
        "2025-02-27",
        r"row=3 column=measured_through: 2025-02-27 is not",
    ),
    "an interim that ends after the period": (
        "rules/settlements.csv",
        "2025-03-15,2025-02-28",
        "2025-12-15,2025-11-30",
        r"row=3 column=measured_through: 2025-11-30 is not",
    ),
    "an interim known before it is over": (
        "rules/settlements.csv",
        "2025-03-15",
        "2025-02-28",
        r"row=3 column=measured_through: 2025-02-28 is not",
    ),
    "a comparison with another round": (
        "rules/settlements.csv",
        "2026-02-02,,2025_block2_payment",
        "2026-02-02,,2025_additional_payment",
        r"row=12 column=compared_with: 2025_additional_payment is not another settlement",
    ),
    # what is shown
    "a scenario of other years": (
        "scenarios/scenarios.csv",
        "2025-10-31,2022,2024,",
        "2025-10-31,2021,2024,",
        r"row=5 column=counts_settlement_id: 2025_additional_payment does not count all months",
    ),
    "a scenario without a baseline": (
        "scenarios/scenarios.csv",
        "2025-10-31,2022,2024,",
        "2025-10-31,,,",
        r"row=5 column=baseline_first_year",
    ),
    "a scenario of two years": (
        "scenarios/scenarios.csv",
        "2025-10-31,,,",
        "2026-10-31,,,",
        r"row=2 column=measured_end: does not end",
    ),
    "two disclosed settlements of the same months": (
        "disclosure/disclosed_settlements.csv",
        "2026_payment",
        "2025_additional_payment",
        r"row=3 column=settlement_id: measures months of 2025_block2_followup too",
    ),
}


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A copy of the rules, to be typed wrong."""
    return shutil.copytree(SEEDS, tmp_path / "seeds")


@pytest.fixture(scope="module")
def shared_seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the rules for tests that put back what they type wrong."""
    return shutil.copytree(SEEDS, tmp_path_factory.mktemp("rules") / "seeds")


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")


def refusal(seeds: Path) -> list[str]:
    with pytest.raises(SeedError) as caught:
        check_seeds(seeds)
    return str(caught.value).splitlines()


def test_the_rules_as_they_are_pass(seeds: Path) -> None:
    check_seeds(seeds)


@pytest.mark.parametrize(("file", "old", "new", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_named_with_its_place_and_a_remedy(
    shared_seeds: Path, file: str, old: str, new: str, message: str
) -> None:
    change(shared_seeds / file, old, new)
    try:
        first = refusal(shared_seeds)[0]
    finally:
        shutil.copy(SEEDS / file, shared_seeds / file)
    assert re.search(rf"file=\S+/{file.split('/')[1]} {message}", first), first
    assert re.search(r"; [a-z]", first), "a remedy follows"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("rules/diagnosis_codes.csv", "S720", "S72.0"),
        ("rules/diagnosis_codes.csv", "S720", "†s72-0"),
        ("rules/diagnosis_codes.csv", "S723,", '"S72,8",'),
        ("rules/diagnosis_codes.csv", "S720", "S72"),
        ("rules/diagnosis_codes.csv", "S720", "S72.0A"),
        ("rules/procedure_codes.csv", "CJE20", " cje 20 "),
        ("rules/procedure_codes.csv", "CJE20", "\u00a0CJE.20"),
        ("rules/procedure_codes.csv", "CJE20", "DV072"),
        ("rules/grant_rates.csv", ",19000,2025-02-01,2025-10-31", ",,2025-01-01,"),
        ("rules/grant_rates.csv", ",19000,2025-02-01,2025-10-31", ",19000,,"),
    ],
)
def test_what_is_typed_as_documents_print_it_passes(seeds: Path, file: str, old: str, new: str) -> None:
    change(seeds / file, old, new)
    check_seeds(seeds)


def test_a_round_with_caps_has_one_for_each_region(seeds: Path) -> None:
    path = seeds / "rules" / "grant_caps.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("2026,09,")), encoding="utf-8")
    assert re.search(r"row=44 column=cap_kr: round 2026 has caps and none for region 09; give every", refusal(seeds)[0])
    path.write_text("".join(line for line in lines if not line.startswith("2026,")), encoding="utf-8")
    check_seeds(seeds)


def test_a_rate_that_changes_inside_a_round_cannot_be_expressed(seeds: Path) -> None:
    change(seeds / "rules" / "grant_rates.csv", "19000,2025-02-01,2025-10-31", "19000,2025-02-01,2025-05-31")
    with (seeds / "rules" / "grant_rates.csv").open("a", encoding="utf-8") as stream:
        stream.write("2025_block2,cataract,20000,2025-06-01,2025-10-31,final,anvisningar_2025,x,,2026-11-22\n")
    found = [
        re.search(r"row=(\d+) column=valid_from, valid_to: .*cannot be expressed$", line) for line in refusal(seeds)
    ]
    assert [match and match[1] for match in found] == ["2", "14"]


def test_a_list_that_ends_inside_a_period_is_refused_and_one_that_goes_on_is_not(seeds: Path) -> None:
    path = seeds / "rules" / "diagnosis_codes.csv"
    text = path.read_text(encoding="utf-8")
    ended = text.replace("2022-01-01,,final", "2022-01-01,2025-06-30,final")
    path.write_text(ended, encoding="utf-8")
    found = [re.sub(r".*(row=\d+) column=definition_id: (.*), in .*", r"\1 \2", line) for line in refusal(seeds)]
    assert found[0] == "row=3 no code of prolapse_diagnoses is valid on 2025-07-01"
    assert found[1] == "row=4 no code of hip_fracture_diagnoses is valid on 2025-07-01"
    _, *going_on = ended.replace("2022-01-01,2025-06-30", "2025-07-01,").splitlines(keepends=True)
    path.write_text(ended + "".join(going_on), encoding="utf-8")
    check_seeds(seeds)


def test_codes_are_compared_by_their_letters_and_digits_in_upper_case() -> None:
    for text in ("S720", "s72.0", "S72,0", "†S72-0", "\u00a0S 72_0\t", "S\u00ad720"):
        assert normalized_code(text) == "S720"
    assert normalized_code("åäö1") == "ÅÄÖ1"


def test_all_of_what_is_wrong_is_told_at_once_up_to_twenty_lines(seeds: Path) -> None:
    change(seeds / "rules" / "grant_caps.csv", ",84167924,", ",eighty,")
    change(seeds / "rules" / "grant_rates.csv", ",19000,", ",nineteen,")
    assert [re.findall(r"/(\w+).csv row=2", line) for line in refusal(seeds)] == [["grant_caps"], ["grant_rates"]]
    path = seeds / "reference" / "hospitals.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",public,", ",state,"), encoding="utf-8")
    lines = refusal(seeds)
    assert len(lines) == 21 and re.fullmatch(r"\.\.\. and \d+ more", lines[-1])


# Files, as programs save them


def as_excel_saves_it(content: bytes) -> bytes:
    rows = list(csv.reader(content.decode().splitlines()))
    return "".join(";".join(row) + "\r\n" for row in rows).encode("utf-8-sig")


@pytest.mark.parametrize(
    ("save", "message"),
    [
        (as_excel_saves_it, r"row=1: the fields are separated by semicolons; save it with commas"),
        (lambda content: content.replace(b",", b"\t"), r"row=1: the fields are separated by tabs; save it with commas"),
        (
            lambda content: content.decode().encode("latin-1", "replace"),
            r"row=\d+: is not UTF-8 .*; save it as UTF-8",
        ),
        (lambda content: content.decode().encode("utf-16"), r"row=1: is encoded in UTF-16; save it as UTF-8"),
        (lambda _: b"", r"the file is empty; "),
        (lambda _: BOM, r"the file is empty; "),
    ],
)
def test_a_file_that_a_program_saved_in_its_own_way_is_refused(
    seeds: Path, save: Callable[[bytes], bytes], message: str
) -> None:
    path = seeds / "reference" / "regions.csv"
    path.write_bytes(save(path.read_bytes()))
    (line,) = refusal(seeds)
    assert re.search(rf"file=\S+/regions.csv:? ?{message}", line), line


def test_every_seed_reads_alike_with_a_byte_order_mark_and_other_line_ends(seeds: Path) -> None:
    before = {path.name: read_rows(path) for path in FILES}
    for number, path in enumerate(sorted(seeds.rglob("*.csv"))):
        content = path.read_bytes() + b"\n" * (number % 3)
        path.write_bytes(BOM + content.replace(b"\n", (b"\n", b"\r\n")[number % 2]))
    check_seeds(seeds)
    assert {path.name: read_rows(path) for path in seeds.rglob("*.csv")} == before


@pytest.mark.parametrize(
    ("name", "copy", "message"),
    [
        ("rules/grant_rates.csv", "rules/grant_rates (kopia).csv", r"grant_rates \(kopia\).csv: is none of the seeds"),
        (
            "rules/grant_rates.csv",
            "reference/grant_rates.csv",
            r"grant_rates.csv: is none of the seeds, or one of them twice",
        ),
        ("rules/grant_rates.csv", "rules/new/rates.CSV", r"rates.CSV: is none of the seeds"),
    ],
)
def test_a_file_that_is_no_seed_is_refused(seeds: Path, name: str, copy: str, message: str) -> None:
    (seeds / copy).parent.mkdir(exist_ok=True)
    shutil.copy(seeds / name, seeds / copy)
    assert re.search(message, refusal(seeds)[0])


def test_a_seed_that_is_gone_is_missed(seeds: Path) -> None:
    (seeds / "rules" / "grant_rates.csv").unlink()
    (seeds / "rules" / "settlements.csv").rename(seeds / "rules" / "settlements.xlsx")
    assert re.search(r": without grant_rates, settlements; restore", refusal(seeds)[0])


def test_seeds_that_others_replace_need_only_the_columns_of_the_contract(seeds: Path) -> None:
    (seeds / "reference/hospitals.csv").write_text("hospital_code,hospital_name,region_code,ownership\n1,A,01,public\n")
    (seeds / "reference/region_populations.csv").write_text("region_code,population_date,population\n01,2024-11-01,5\n")
    (seeds / "rules/grant_rates.csv").write_text("round_id,category_id,rate_kr\n2025_block2,cataract,19000\n")
    check_seeds(seeds)


# Half a round


def test_a_whole_round_with_a_new_category_and_pots_passes(seeds: Path) -> None:
    add(seeds, *ROUND_2027)
    check_seeds(seeds)


def test_a_round_may_be_announced_before_it_is_settled(seeds: Path) -> None:
    add(seeds, "rules/grant_rounds.csv")
    check_seeds(seeds)
    add(seeds, "rules/round_periods.csv", "rules/grant_caps.csv")
    check_seeds(seeds)


def test_half_a_round_says_what_is_missing_in_the_words_of_its_seeds(seeds: Path) -> None:
    """Rates, caps and populations are gaps and not asked for (A6)."""
    add(seeds, "rules/grant_rounds.csv", "rules/settlements.csv")
    missing = [re.sub(r".*column=(\w+): (.*); add it to (.*), or .*", r"\1|\2|\3", line) for line in refusal(seeds)]
    assert missing == [
        "round_id|round 2027 has no measured period|round_periods.csv",
        "round_id|round 2027 has no baseline period|round_periods.csv",
        "round_id|round 2027 has no category|round_categories.csv",
    ]
    add(seeds, "rules/round_periods.csv")
    assert "round 2027 has no category; add it to round_categories.csv" in refusal(seeds)[0]
    add(seeds, "rules/round_categories.csv")
    assert "'tonsillectomy' is not in categories.csv; add it there" in refusal(seeds)[0]
    add(seeds, "reference/categories.csv")
    assert "'tonsillectomy_2027' is not in operation_definitions.csv; add it there" in refusal(seeds)[0]
    add(seeds, "rules/operation_definitions.csv")
    assert "'tonsillectomies' is not in procedure_codes.csv; add it there" in refusal(seeds)[0]
    add(seeds, "rules/procedure_codes.csv")
    check_seeds(seeds)


# Whatever is typed


SPECS = {
    spec["name"]: spec
    for path in SEEDS.rglob("*.yml")
    for spec in yaml.safe_load(path.read_text(encoding="utf-8"))["seeds"]
}
JUNK = st.one_of(
    st.sampled_from(
        ["", " ", "0", "-1", "01", "1e3", "NULL", "2025-02-30", "0001-01-01", "9999-12-31", "9" * 30, '"', ","]
    ),
    st.sampled_from(sorted({value for path in FILES for row in read_rows(path) for value in row.values()})),
    st.text(max_size=12),
)


@settings(max_examples=100, deadline=None)
@given(path=st.sampled_from(FILES), place=st.tuples(st.integers(0), st.integers(0)), junk=JUNK)
@example(path=SEEDS / "scenarios" / "scenarios.csv", place=(1, 8), junk="2147483647")
def test_whatever_is_typed_is_taken_in_or_refused_in_lines(
    path: Path, place: tuple[int, int], junk: str, shared_seeds: Path
) -> None:
    """Never a traceback, and never more than a line for a fault."""
    damaged = shared_seeds / path.relative_to(SEEDS)
    with path.open(encoding="utf-8", newline="") as stream:
        table = list(csv.reader(stream))
    row = table[place[0] % len(table)]
    row[place[1] % len(row)] = junk
    try:
        with damaged.open("w", encoding="utf-8", newline="", errors="surrogatepass") as stream:
            csv.writer(stream, lineterminator="\n").writerows(table)
        check_seeds(shared_seeds)
    except SeedError as error:
        for line in str(error).splitlines():
            assert re.fullmatch(r"file=\S+( row=\d+)?( column=[^:]+)?: .+; .+|\.\.\. and \d+ more", line), line
    finally:
        shutil.copy(path, damaged)


# The words of the yml


def test_every_seed_says_in_its_yml_what_it_must_be() -> None:
    known = {"required", "unique", "values", "refers_to", "also", "pattern", "written_as", "least", "most", "is_code"}
    assert sorted(SPECS) == sorted(path.stem for path in FILES)
    for name, spec in SPECS.items():
        columns = {column["name"]: column.get("config", {}).get("meta", {}) for column in spec["columns"]}
        assert list(columns) == list(spec["config"]["column_types"]), name
        key = spec["config"].get("meta", {}).get("key", [])
        assert set(key) <= set(columns) and (key or any(meta.get("unique") for meta in columns.values())), name
        for column, meta in columns.items():
            assert set(meta) <= known | {"open_data"}, f"{name}.{column}"
            assert ("pattern" in meta) == ("written_as" in meta), f"{name}.{column}"
            if "refers_to" in meta:
                target, field = meta["refers_to"].split(".")
                assert field in SPECS[target]["config"]["column_types"], f"{name}.{column}"
