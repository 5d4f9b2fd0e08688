"""The committed seeds: every rule can be traced to a document, and together they are the rules of the contract."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path

import pytest

from vardkoer.gate.seed_rows import normalized_code, read_rows
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
    return read_rows(FILES[name])


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def by_round(name: str) -> dict[str, list[SeedRow]]:
    grouped = defaultdict(list)
    for row in rows(name):
        grouped[row["round_id"]].append(row)
    return grouped


# Provenance


@pytest.mark.parametrize("name", WITH_SOURCE)
def test_every_row_names_a_document_and_a_place_in_it(name: str) -> None:
    documents = {row["source_id"] for row in rows("source_documents")}
    # our own words of a report's draft are of no document
    sourced = [row for row in rows(name) if name != "report_parts" or row["source_id"] or row["source_ref"]]
    assert sourced
    assert [row for row in sourced if row["source_id"] not in documents or not row["source_ref"].strip()] == []


@pytest.mark.parametrize("name", RULES_OF_ROUNDS)
def test_every_rule_was_checked_on_a_day_after_its_document(name: str) -> None:
    dated = {row["source_id"]: row["document_date"] for row in rows("source_documents")}
    for row in rows(name):
        assert day(row["checked_on"]) >= day(dated[row["source_id"]] or "2025-01-01"), row


@pytest.mark.parametrize("name", RULES_OF_ROUNDS)
def test_every_rule_quotes_its_document_unless_it_is_our_choice(name: str) -> None:
    assert [row for row in rows(name) if bool(row["quote"]) == (row["source_id"] == "contract")] == []


@pytest.mark.parametrize("name", FILES)
def test_quotes_are_short(name: str) -> None:
    assert [row for row in rows(name) if len(row.get("quote", "")) > QUOTE_LENGTH] == []


def test_every_derived_cap_says_how_and_no_stated_one_does() -> None:
    for row in rows("grant_caps"):
        assert (row["is_derived"] == "true") == bool(row["derivation_sv"]), row
        # Of the caps of 2025 only one stands in a document: the decision of its own region.
        is_stated = row["round_id"] == "2026" or (row["round_id"], row["region_code"]) == ("2025_block2", "23")
        assert (row["is_derived"] == "true") != is_stated, row


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


# Codes


def test_every_code_of_a_source_table_is_in_its_list_and_no_other() -> None:
    """The tables were typed from the document for this test, code by code as it prints them, and not from the seeds."""
    lists = {
        "Bilaga 1, tabell 1": "cataract_procedures",
        "Bilaga 1, tabell 2a": "hip_prosthesis_procedures",
        "Bilaga 1, tabell 2b": "hip_fracture_diagnoses",
        "Bilaga 1, tabell 3": "prolapse_procedures",
        "Bilaga 1, tabell 4a": "prolapse_diagnoses",
        "Bilaga 1, tabell 4b": "prolapse_related_procedures",
    }
    printed = {
        (row["source_id"], row["source_ref"], lists[row["source_ref"]], normalized_code(row["code"]))
        for row in read_rows(Path(__file__).with_name("source_tables.csv"))
    }
    codes = rows("procedure_codes") + rows("diagnosis_codes")
    ours = {
        (row["source_id"], row["source_ref"], row["list_id"], normalized_code(row["code"]))
        for row in codes
        if row["list_id"] in lists.values()
    }
    assert ours == printed
    assert {source_ref for _, source_ref, _, _ in printed} == set(lists)
    assert {row["status"] for row in codes if row["list_id"] in lists.values()} == {"final"}


def test_no_code_is_in_two_lists() -> None:
    """So the list that a code was found in says which table it is of."""
    codes = [normalized_code(row["code"]) for row in rows("procedure_codes") + rows("diagnosis_codes")]
    assert [code for code, times in Counter(codes).items() if times > 1] == []


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
        ("2026_followup", "2026", "par", "2027-02-02"),
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


def test_caps_of_block_2_are_the_published_amounts() -> None:
    caps = {row["region_code"]: row["cap_kr"] for row in by_round("grant_caps")["2025_block2"]}
    amounts = by_round("published_grants")["2025_block2"]
    published = {row["region_code"]: row["amount_kr"] for row in amounts if row["region_code"] != NATIONAL_ROW}
    assert caps == published


def test_pots_are_65_23_and_12_percent_for_five_regions_each() -> None:
    pots = {row["category_id"]: (row["share_percent"], row["recipients"]) for row in rows("bonus_pot_shares")}
    assert pots == {"hip_prosthesis": ("65", "5"), "prolapse": ("23", "5"), "cataract": ("12", "5")}
    assert set(by_round("bonus_pot_shares")) == {"2025_block2"}


def test_derived_caps_are_in_proportion_to_block_2() -> None:
    """Whole kronor, those left over to the largest fractions (A1): a slip in one would show nowhere else."""
    weights = {row["region_code"]: int(row["cap_kr"]) for row in by_round("grant_caps")["2025_block2"]}
    (total,) = [int(row["appropriation_kr"]) for row in rows("grant_rounds") if row["round_id"] == "2025_additional"]
    exact = {region: Fraction(total * weight, sum(weights.values())) for region, weight in weights.items()}
    expected = {region: int(share) for region, share in exact.items()}
    by_fraction = sorted(exact, key=lambda region: (int(exact[region]) - exact[region], weights[region], region))
    for region in by_fraction[: total - sum(expected.values())]:
        expected[region] += 1
    derived = by_round("grant_caps")["2025_additional"]
    assert {row["region_code"]: int(row["cap_kr"]) for row in derived} == expected
    assert {row["is_derived"] for row in derived} == {"true"}


def test_rates_are_those_of_the_documents_and_none_is_invented() -> None:
    of_2025 = {"hip_prosthesis": "108000", "prolapse": "39000", "cataract": "19000"}
    for row in rows("grant_rates"):
        wanted = "" if row["round_id"] == "2026" else of_2025[row["category_id"]]
        assert row["rate_kr"] == wanted, row
        assert row["status"] == ("final" if wanted else "provisional"), row
    supplements = [(row["round_id"], row["supplement"], row["amount_kr"]) for row in rows("rate_supplements")]
    assert supplements == [("2026", "travel", "4000")]


def test_a_candidate_code_list_is_provisional_and_so_is_every_category_of_2026() -> None:
    """No source says by which codes 2026 counts, not even where the lists of 2025 are at hand (choice)."""
    statuses = {row["list_id"]: row["status"] for row in rows("procedure_codes") + rows("diagnosis_codes")}
    candidates = {
        row["definition_id"]
        for row in rows("operation_definitions")
        if "provisional" in (statuses[row["procedure_list_id"]], statuses.get(row["diagnosis_list_id"]))
    }
    assert candidates == {"knee_prosthesis_2026_candidate", "inguinal_hernia_2026_candidate"}
    for row in rows("round_categories"):
        assert row["status"] == ("provisional" if row["round_id"] == "2026" else "final"), row
        assert row["round_id"] == "2026" or row["definition_id"] not in candidates, row


# The published tables


def test_starred_regions_are_those_with_a_change_of_journal_system() -> None:
    starred = {
        row["region_code"] for row in rows("published_period_operations") if row["journal_system_change"] == "true"
    }
    known = {row["region_code"] for row in rows("known_reporting_issues") if row["flag_id"] == "journal_system_change"}
    assert starred == known and starred
