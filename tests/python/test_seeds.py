"""The committed seeds: every rule can be traced to a document, and together they are the rules of the contract."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from vardkoer.paths import SEEDS

SeedRow = dict[str, str]

FILES = {path.stem: path for path in sorted(SEEDS.rglob("*.csv"))}
# The list of documents itself, our names of categories, our remarks on published figures, and what nobody decided.
WITHOUT_SOURCE = {"source_documents", "categories", "published_differences", "published_measures", "scenarios"}
# Choices about deliveries: no document speaks of them.
WITHOUT_SOURCE |= {"delivery_expectations"}
# Who publishes is for the authority to set.
WITHOUT_SOURCE |= {"publication"}
WITH_SOURCE = sorted(set(FILES) - WITHOUT_SOURCE)
RULES_OF_ROUNDS = [
    *("bonus_pot_shares", "grant_caps", "grant_rates", "grant_rounds", "rate_supplements"),
    *("round_categories", "round_periods", "settlements"),
]
REGIONS = [
    *("01", "03", "04", "05", "06", "07", "08", "09", "10", "12", "13"),
    *("14", "17", "18", "19", "20", "21", "22", "23", "24", "25"),
]
NATIONAL_ROW = "00"
ABOUT_THE_NATION = {name for name in FILES if name.startswith("published")} | {"known_reporting_issues"}
QUOTE_LENGTH = 200


def rows(name: str) -> list[SeedRow]:
    return read(FILES[name])


def read(path: Path) -> list[SeedRow]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def days(first: str, last: str) -> list[dt.date]:
    return [day(first) + dt.timedelta(days=after) for after in range((day(last) - day(first)).days + 1)]


def by_round(name: str) -> dict[str, list[SeedRow]]:
    grouped = defaultdict(list)
    for row in rows(name):
        grouped[row["round_id"]].append(row)
    return grouped


# Provenance


@pytest.mark.parametrize("name", WITH_SOURCE)
def test_every_row_names_a_document_and_a_place_in_it(name: str) -> None:
    documents = {row["source_id"] for row in rows("source_documents")}
    assert rows(name)
    assert [row for row in rows(name) if row["source_id"] not in documents or not row["source_ref"].strip()] == []


@pytest.mark.parametrize("name", RULES_OF_ROUNDS)
def test_every_rule_was_checked_on_a_day_after_its_document(name: str) -> None:
    dated = {row["source_id"]: row["document_date"] for row in rows("source_documents")}
    for row in rows(name):
        assert day(row["checked_on"]) >= day(dated[row["source_id"]] or "2025-01-01"), row


@pytest.mark.parametrize("name", RULES_OF_ROUNDS)
def test_every_rule_quotes_its_document_unless_it_is_our_choice(name: str) -> None:
    assert [row for row in rows(name) if bool(row["quote"]) == (row["source_id"] == "contract_v1")] == []


@pytest.mark.parametrize("name", FILES)
def test_quotes_are_short(name: str) -> None:
    assert [row for row in rows(name) if len(row.get("quote", "")) > QUOTE_LENGTH] == []


def test_every_derived_cap_says_how_and_no_stated_one_does() -> None:
    for row in rows("grant_caps"):
        assert (row["is_derived"] == "true") == bool(row["derivation"]), row
        assert (row["is_derived"] == "true") == (row["round_id"] != "2026"), row


def test_every_hospital_says_what_its_ownership_rests_on() -> None:
    bases = {"public": set(), "private": set()}
    for row in rows("hospitals"):
        assert re.fullmatch(r"[1-9][0-9X]{4,5}", row["hospital_code"]), row
        assert row["hospital_name"].strip() and row["region_code"] in REGIONS, row
        assert row["source_id"] == "hospital_codes_2017", row
        bases[row["ownership"]].add(row["ownership_basis"])
    assert bases["public"] and bases["private"] and not bases["public"] & bases["private"]
    assert all(len(basis) > 10 for both in bases.values() for basis in both)


def test_a_population_that_no_document_gives_stays_empty_and_says_so() -> None:
    populations = rows("region_populations")
    assert sorted(row["region_code"] for row in populations) == REGIONS
    dates = {row["population_date"] for row in rows("grant_rounds")} - {""}
    assert {row["population_date"] for row in populations} == dates
    assert [row for row in populations if not row["population"] and not row["note"]] == []


# Keys


def test_region_codes_are_the_21_of_the_contract() -> None:
    assert sorted(row["region_code"] for row in rows("regions")) == REGIONS


@pytest.mark.parametrize("name", FILES)
def test_region_codes_have_two_digits(name: str) -> None:
    allowed = {*REGIONS, NATIONAL_ROW, ""} if name in ABOUT_THE_NATION else set(REGIONS)
    assert {row["region_code"] for row in rows(name) if "region_code" in row} <= allowed


@pytest.mark.parametrize(
    ("name", "pattern"), [("procedure_codes", r"[A-Z]{3}[0-9]{2}"), ("diagnosis_codes", r"[A-Z][0-9]{2,3}")]
)
def test_codes_are_written_as_they_are_compared(name: str, pattern: str) -> None:
    """Upper case without dots or blanks (R2), and in one list only."""
    codes = [row["code"] for row in rows(name)]
    assert [code for code in codes if not re.fullmatch(pattern, code)] == []
    assert [code for code, times in Counter(codes).items() if times > 1] == []


@pytest.mark.parametrize(
    ("list_id", "number"),
    [
        ("cataract_procedures", 22),
        ("hip_prosthesis_procedures", 7),
        ("prolapse_procedures", 13),
        ("prolapse_related_procedures", 31),
        ("hip_fracture_diagnoses", 6),
        ("prolapse_diagnoses", 9),
    ],
)
def test_code_lists_are_as_long_as_the_tables_of_the_instructions(list_id: str, number: int) -> None:
    codes = [row for row in rows("procedure_codes") + rows("diagnosis_codes") if row["list_id"] == list_id]
    assert len(codes) == number
    assert {row["status"] for row in codes} == {"final"}


# The rounds of the contract (section 3)


def test_rounds_distribute_what_was_decided() -> None:
    rounds = {row["round_id"]: (row["allocation_model"], int(row["appropriation_kr"])) for row in rows("grant_rounds")}
    assert rounds == {
        "2025_block1": ("equal_share", 100_000_000),
        "2025_block2": ("volume", 397_000_000),
        "2025_additional": ("increase", 507_500_000),
        "2026": ("increase", 750_000_000),
    }


def test_settlements_of_whole_rounds_are_those_of_the_contract() -> None:
    columns = ("settlement_id", "round_id", "counts_from", "cutoff_date")
    whole = [row for row in rows("settlements") if not row["measured_through"]]
    assert {tuple(row[column] for column in columns) for row in whole} == {
        ("2025_block1", "2025_block1", "none", ""),
        ("2025_block2_payment", "2025_block2", "par", "2025-11-15"),
        ("2025_block2_followup", "2025_block2", "par", "2026-02-02"),
        ("2025_block2_published", "2025_block2", "published", "2026-02-02"),
        ("2025_additional_payment", "2025_additional", "par", "2025-11-15"),
        ("2025_additional_followup", "2025_additional", "par", "2026-02-02"),
        ("2025_additional_published", "2025_additional", "published", "2026-02-02"),
        ("2026_payment", "2026", "par", "2026-11-15"),
    }


def test_each_month_of_a_round_but_the_last_has_an_interim_settlement() -> None:
    """It sees what was received by the 15th of the month after; the last month is measured by the payment."""
    interims = {
        (row["round_id"], row["settlement_id"][-2:], row["measured_through"][5:7], row["cutoff_date"][5:])
        for row in rows("settlements")
        if row["measured_through"]
    }
    first_months = {"2025_block2": 2, "2025_additional": 6, "2026": 1}
    assert interims == {
        (round_id, f"{month:02d}", f"{month:02d}", f"{month + 1:02d}-15")
        for round_id, first in first_months.items()
        for month in range(first, 10)
    }


def test_periods_are_those_of_the_contract() -> None:
    columns = ("round_id", "period_role", "period_start", "period_end")
    baseline = [("2025_additional", year, "06") for year in (2022, 2023, 2024)]
    baseline += [("2026", year, "01") for year in (2023, 2024, 2025)]
    assert {tuple(row[column] for column in columns) for row in rows("round_periods")} == {
        ("2025_block2", "measured", "2025-02-01", "2025-10-31"),
        ("2025_additional", "measured", "2025-06-01", "2025-10-31"),
        ("2026", "measured", "2026-01-01", "2026-10-31"),
        *((round_id, "baseline", f"{year}-{month}-01", f"{year}-10-31") for round_id, year, month in baseline),
    }


def test_categories_are_those_of_the_contract() -> None:
    of_2025 = {"cataract", "prolapse", "hip_prosthesis"}
    of_2026 = of_2025 | {"knee_prosthesis", "inguinal_hernia", "colonoscopy"}
    categories = {
        round_id: {row["category_id"] for row in of_round}
        for round_id, of_round in by_round("round_categories").items()
    }
    assert categories == {"2025_block2": of_2025, "2025_additional": of_2025, "2026": of_2026}
    reported = {row["category_id"] for row in rows("round_categories") if row["counts_from"] == "region_reports"}
    assert reported == {"colonoscopy"}


@pytest.mark.parametrize("round_id", ["2025_block2", "2025_additional", "2026"])
def test_caps_sum_to_the_appropriation(round_id: str) -> None:
    (appropriation,) = [int(row["appropriation_kr"]) for row in rows("grant_rounds") if row["round_id"] == round_id]
    caps = {row["region_code"]: int(row["cap_kr"]) for row in by_round("grant_caps")[round_id]}
    assert sorted(caps) == REGIONS
    assert sum(caps.values()) == appropriation


def test_caps_of_block_2_are_the_published_amounts() -> None:
    caps = {row["region_code"]: row["cap_kr"] for row in by_round("grant_caps")["2025_block2"]}
    amounts = by_round("published_grants")["2025_block2"]
    published = {row["region_code"]: row["amount_kr"] for row in amounts if row["region_code"] != NATIONAL_ROW}
    assert caps == published


def test_pots_are_65_23_and_12_percent_for_five_regions_each() -> None:
    pots = {row["category_id"]: (row["share_percent"], row["recipients"]) for row in rows("bonus_pot_shares")}
    assert pots == {"hip_prosthesis": ("65", "5"), "prolapse": ("23", "5"), "cataract": ("12", "5")}
    assert set(by_round("bonus_pot_shares")) == {"2025_block2"}


def test_rates_cover_each_day_of_each_measured_period_once() -> None:
    covered = Counter(
        (row["round_id"], row["category_id"], date)
        for row in rows("grant_rates")
        for date in days(row["valid_from"], row["valid_to"])
    )
    measured = {
        (period["round_id"], category["category_id"], date)
        for period in rows("round_periods")
        if period["period_role"] == "measured"
        for category in by_round("round_categories")[period["round_id"]]
        for date in days(period["period_start"], period["period_end"])
    }
    assert measured
    assert covered == Counter(measured)


def test_rates_are_those_of_the_documents_and_none_is_invented() -> None:
    of_2025 = {"hip_prosthesis": "108000", "prolapse": "39000", "cataract": "19000"}
    for row in rows("grant_rates"):
        wanted = "" if row["round_id"] == "2026" else of_2025[row["category_id"]]
        assert row["rate_kr"] == wanted, row
        assert row["status"] == ("final" if wanted else "provisional"), row
    supplements = [(row["round_id"], row["supplement"], row["amount_kr"]) for row in rows("rate_supplements")]
    assert supplements == [("2026", "travel", "4000")]


def test_a_candidate_code_list_makes_its_category_provisional() -> None:
    statuses = {row["list_id"]: row["status"] for row in rows("procedure_codes") + rows("diagnosis_codes")}
    candidates = {
        row["definition_id"]
        for row in rows("operation_definitions")
        if "provisional" in (statuses[row["procedure_list_id"]], statuses.get(row["diagnosis_list_id"]))
    }
    assert candidates
    for row in rows("round_categories"):
        is_final = row["definition_id"] not in candidates and row["counts_from"] == "par"
        assert row["status"] == ("final" if is_final else "provisional"), row
