"""What is not known is not 0 (A6 to A8): an extract that lacks something gives an amount of the whole one, or none."""

from __future__ import annotations

import csv
import datetime as dt
import random
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from compiled_project import GRANT_MARTS, MARTS, CompiledProject
from extracts import GOOD_ROW, DeliveryFile, Row, folders_of, numbered_person, rows_of, write_extract
from partial_extracts import MONTHS, Contact, files_of, left_out_of, month_rows, whole_extract, without
from reference_counts import count, months_delivered, read_settlements
from reference_grants import Allocation, Count, compute

from vardkoer.paths import PROJECT

COUNTIES = ["01", "09", "13"]
AFTER_ALL = "2026-02-02"
SEEDS_OF_GRANTS = (
    *("regions", "settlements", "grant_rounds", "round_periods", "round_categories", "grant_rates", "grant_caps"),
    *("bonus_pot_shares", "region_populations", "operation_definitions", "procedure_codes", "diagnosis_codes"),
)
PAYMENT, BLOCK_2 = "2025_additional_payment", "2025_block2_payment"

Answer = dict[tuple[str, str], Allocation]
Gaps = set[tuple[Any, ...]]


@pytest.fixture
def settle(project: CompiledProject, tmp_path: Path) -> Callable[..., duckdb.DuckDBPyConnection]:
    """Builds the marts of some files."""

    def build(files: Iterable[DeliveryFile], seeds: Path = PROJECT) -> duckdb.DuckDBPyConnection:
        par_path = write_extract(files, tmp_path / f"par_{len(list(tmp_path.iterdir()))}")
        return project.build(par_path, seeds, (*MARTS, *GRANT_MARTS))

    return build


def amounts_in(connection: duckdb.DuckDBPyConnection) -> Answer:
    """The rows of `grant_allocations` by settlement and region."""
    columns = ", ".join(Allocation._fields)
    rows = connection.execute(f"select {columns} from warehouse.marts.grant_allocations").fetchall()
    return {(row[0], row[1]): Allocation(*row) for row in rows}


def all_gaps_in(connection: duckdb.DuckDBPyConnection) -> dict[str, Gaps]:
    """What each settlement lacks: gap, category, region and date."""
    gaps: dict[str, Gaps] = defaultdict(set)
    for settlement_id, *gap in connection.execute(
        "select settlement_id, gap, category_id, region_code, gap_date from warehouse.marts.settlement_gaps"
    ).fetchall():
        gaps[settlement_id].add(tuple(gap))
    return gaps


def gaps_in(connection: duckdb.DuckDBPyConnection, settlement_id: str) -> Gaps:
    """What a settlement lacks."""
    return all_gaps_in(connection)[settlement_id]


def assert_every_reason_is_a_gap(connection: duckdb.DuckDBPyConnection) -> None:
    """Fails unless a row is provisional exactly when a gap names its region or all of them."""
    gaps = all_gaps_in(connection)
    for (settlement_id, region), row in amounts_in(connection).items():
        lacking = {gap for gap in gaps[settlement_id] if gap[2] in (None, region)}
        assert (row.status == "provisional") == bool(lacking), (settlement_id, region)
        assert row.allocated_kr is not None or lacking, (settlement_id, region)


def reference_amounts(connection: duckdb.DuckDBPyConnection, files: list[DeliveryFile]) -> Answer:
    """What the reference gives for the settlements of 2025 that are counted from the register."""
    _, cells = count(rows_of(files), read_settlements(PROJECT / "seeds"), months_delivered(folders_of(files)))
    counts = [Count(*cell, None if numbers is None else numbers["operations"]) for cell, numbers in cells.items()]
    seeds: dict[str, list[dict[str, Any]]] = {}
    for name in SEEDS_OF_GRANTS:
        found = connection.execute(f"from warehouse.seeds.{name}")
        columns = [column[0] for column in found.description]
        seeds[name] = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    seeds["settlements"] = [
        row for row in seeds["settlements"] if row["counts_from"] == "par" and row["round_id"].startswith("2025")
    ]
    received = max(dt.date.fromisoformat(row["inrapporterad"] or "") for row in rows_of(files))
    seeds["int_register_received"] = [{"received_through": received}]
    return {(row.settlement_id, row.region_code): row for row in compute(counts, seeds).allocations}


@pytest.mark.parametrize("seed", range(8))
def test_an_amount_is_that_of_the_whole_extract_or_unknown(
    settle: Callable[..., duckdb.DuckDBPyConnection], seed: int
) -> None:
    """Never another number; and known where nothing of the region was left out and nothing is shared."""
    chance = random.Random(seed)
    whole = whole_extract(chance, COUNTIES)
    part = without(whole, left_out_of(chance, COUNTIES))
    # the deliveries go on, so that every cut-off date is reached
    files = [*files_of(part), last_delivery()]
    with settle(files) as connection:
        expected = reference_amounts(connection, [*files_of(whole), last_delivery()])
        found = amounts_in(connection)
        assert {key: found[key] for key in expected} == reference_amounts(connection, files)
        assert_every_reason_is_a_gap(connection)
    complete = [county for county in COUNTIES if parts_of(part, county) == parts_of(whole, county)]
    for key, row in expected.items():
        for amount in ("earned_kr", "performance_kr", "bonus_kr", "allocated_kr", "cap_month"):
            assert getattr(found[key], amount) in (getattr(row, amount), None), (key, amount)
        if key[1] in complete:
            assert found[key].performance_kr == row.performance_kr is not None
            assert found[key].status == ("final" if key[0] in FINAL_ALONE else "provisional")
        elif key[1] not in COUNTIES:
            assert (found[key].allocated_kr, found[key].status) == (None, "provisional")


# Block 2 has pots that all regions share; interims are never final.
FINAL_ALONE = (PAYMENT, "2025_additional_followup")


def parts_of(contacts: Iterable[Contact], county: str) -> set[tuple[str, str, str]]:
    """What an extract holds of a county."""
    return {part for contact in contacts for part in contact.parts if part[1] == county}


def last_delivery(received: str = AFTER_ALL) -> DeliveryFile:
    """A row of nobody and of no time, which was received on a day."""
    return DeliveryFile(
        "ov", [GOOD_ROW | {"vardkontakt_id": "last", "lkf": "", "indatum": None, "inrapporterad": received}]
    )


# Cases that went wrong once


def hips(county: str, month: str, number: int, received: str) -> list[Row]:
    """So many hips."""
    return [
        GOOD_ROW
        | {"vardkontakt_id": f"{county}{month}{place}", "personnummer": numbered_person(place), "lkf": county}
        | {"op": "NFB49", "hdia": "M160", "indatum": f"{month}-10", "inrapporterad": received}
        for place in range(number)
    ]


def test_e1_reports_to_august_of_one_region(settle: Callable[..., duckdb.DuckDBPyConnection]) -> None:
    """24 contacts of Stockholm gave 21 regions final amounts."""
    files = [
        DeliveryFile("sv", hips("01", "2025-07", 12, "2025-08-10")),
        DeliveryFile(
            "ov",
            [
                row | {"vardkontakt_id": f"o{row['vardkontakt_id']}", "op": "CJC00"}
                for row in hips("01", "2025-07", 12, "2025-08-10")
            ],
        ),
    ]
    with settle(files) as connection:
        amounts, gaps = amounts_in(connection), gaps_in(connection, PAYMENT)
        july = connection.execute(
            "select category_id, operations from warehouse.marts.operation_counts where settlement_id = ? "
            "and region_code = '01' and operation_month = '2025-07-01' order by all",
            [PAYMENT],
        ).fetchall()
        assert_every_reason_is_a_gap(connection)
    assert july == [("cataract", 12), ("hip_prosthesis", 12), ("prolapse", 0)]
    for region in ("01", "03", "25"):
        assert amounts[PAYMENT, region][2:] == (
            None,
            amounts[PAYMENT, region].cap_kr,
            None,
            None,
            None,
            None,
            "provisional",
        )
    months = [dt.date(2025, month, 1) for month in range(6, 11)]
    assert {("not_delivered", None, "03", month) for month in months} <= gaps
    assert {gap[3] for gap in gaps if gap[0] == "not_delivered" and gap[2] == "01"} == set(months) - {
        dt.date(2025, 7, 1)
    }
    assert ("cutoff_not_reached", None, None, dt.date(2025, 11, 15)) in gaps
    assert amounts["2025_block1", "03"].status == amounts["2025_additional_published", "03"].status == "final"


def test_e2_a_region_s_own_extract(settle: Callable[..., duckdb.DuckDBPyConnection]) -> None:
    """Complete for itself: its row is final, the others are unknown; what all share is not known."""
    files = [*files_of(month_rows("13")), DeliveryFile("sv", hips("13", "2025-07", 6, "2025-08-10")), last_delivery()]
    with settle(files) as connection:
        amounts, gaps = amounts_in(connection), gaps_in(connection, PAYMENT)
        assert_every_reason_is_a_gap(connection)
    assert (amounts[PAYMENT, "13"].allocated_kr, amounts[PAYMENT, "13"].status) == (6 * 108_000, "final")
    assert {row.allocated_kr for key, row in amounts.items() if key[0] == PAYMENT and key[1] != "13"} == {None}
    assert not [gap for gap in gaps if gap[2] in (None, "13")]
    own = amounts[BLOCK_2, "13"]
    assert (own.performance_kr, own.bonus_kr, own.allocated_kr, own.status) == (6 * 108_000, None, None, "provisional")


def test_e3_a_round_whose_months_lie_in_the_future(
    settle: Callable[..., duckdb.DuckDBPyConnection], tmp_path: Path
) -> None:
    seeds = copy_of_seeds(tmp_path / "rules")
    add_row(seeds, "grant_rounds", "2025_additional", round_id="2027")
    add_row(seeds, "settlements", PAYMENT, settlement_id="2027_payment", round_id="2027", cutoff_date="2027-11-15")
    for name in ("round_categories", "grant_rates", "grant_caps"):
        for row in [row for row in rows_in(seeds, name) if row["round_id"] == "2025_additional"]:
            write_rows(seeds, name, [*rows_in(seeds, name), row | {"round_id": "2027"}])
    periods = [("measured", 2027), ("baseline", 2024), ("baseline", 2025)]
    for role, year in periods:
        period = {
            "round_id": "2027",
            "period_role": role,
            "period_start": f"{year}-06-01",
            "period_end": f"{year}-10-31",
        }
        write_rows(
            seeds, "round_periods", [*rows_in(seeds, "round_periods"), rows_in(seeds, "round_periods")[0] | period]
        )
    files = [*files_of(month_rows("13")), last_delivery("2026-11-18")]
    with settle(files, seeds) as connection:
        amounts, gaps = amounts_in(connection), gaps_in(connection, "2027_payment")
        assert_every_reason_is_a_gap(connection)
    assert {(row.allocated_kr, row.status) for key, row in amounts.items() if key[0] == "2027_payment"} == {
        (None, "provisional")
    }
    assert ("not_delivered", None, "13", dt.date(2027, 6, 1)) in gaps
    assert ("cutoff_not_reached", None, None, dt.date(2027, 11, 15)) in gaps


def test_e4_no_row_of_the_baseline(settle: Callable[..., duckdb.DuckDBPyConnection]) -> None:
    months = [month for month in MONTHS if month.startswith("2025")]
    files = [
        *files_of(month_rows("13", months)),
        DeliveryFile("sv", hips("13", "2025-07", 6, "2025-08-10")),
        last_delivery(),
    ]
    with settle(files) as connection:
        amounts, gaps = amounts_in(connection), gaps_in(connection, PAYMENT)
    assert (amounts[PAYMENT, "13"].earned_kr, amounts[PAYMENT, "13"].status) == (None, "provisional")
    assert {gap[0] for gap in gaps if gap[2] == "13"} == {"baseline_not_delivered"}
    assert len([gap for gap in gaps if gap[2] == "13"]) == 15


def test_e5_rates_alone_do_not_settle_a_round(settle: Callable[..., duckdb.DuckDBPyConnection], tmp_path: Path) -> None:
    seeds = copy_of_seeds(tmp_path / "rules")
    rates = [
        row | ({"rate_kr": "10000", "status": "final"} if row["round_id"] == "2026" else {})
        for row in rows_in(seeds, "grant_rates")
    ]
    write_rows(seeds, "grant_rates", rates)
    with settle([*files_of(month_rows("13")), last_delivery("2026-11-18")], seeds) as connection:
        gaps = gaps_in(connection, "2026_payment")
    reasons = {gap[:2] for gap in gaps if gap[2] is None}
    categories = ("cataract", "prolapse", "hip_prosthesis", "knee_prosthesis", "inguinal_hernia", "colonoscopy")
    assert reasons == {("round", None), *(("code_list", category) for category in categories)}


def test_e6_one_kind_of_care_is_missing(settle: Callable[..., duckdb.DuckDBPyConnection]) -> None:
    """No inpatient care, so no hips: not 0 of them."""
    contacts = [contact for contact in month_rows("13") if contact.folder == "ov"]
    with settle([*files_of(contacts), last_delivery()]) as connection:
        amounts, gaps = amounts_in(connection), gaps_in(connection, PAYMENT)
        known = connection.execute(
            "select count(operations) from warehouse.marts.operation_counts where counts_from = 'par'"
        ).fetchall()
    assert known == [(0,)]
    assert (amounts[PAYMENT, "13"].allocated_kr, amounts[PAYMENT, "13"].status) == (None, "provisional")
    assert ("not_delivered", None, "13", dt.date(2025, 6, 1)) in gaps


def copy_of_seeds(root: Path) -> Path:
    """The seeds, to be changed."""
    shutil.copytree(PROJECT / "seeds", root / "seeds")
    return root


def rows_in(root: Path, name: str) -> list[dict[str, str]]:
    """The rows of a seed."""
    (path,) = root.rglob(f"{name}.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write_rows(root: Path, name: str, rows: list[dict[str, str]]) -> None:
    """Replace the rows of a seed."""
    (path,) = root.rglob(f"{name}.csv")
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def add_row(root: Path, name: str, like: str, **values: str) -> None:
    """Add a row to a seed that is like another but for some values."""
    rows = rows_in(root, name)
    key = next(iter(rows[0]))
    (model,) = [row for row in rows if row[key] == like]
    write_rows(root, name, [*rows, model | values])
