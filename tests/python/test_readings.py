"""What each reading of the documents is worth equals the reference, on generated extracts and on the sample."""

from __future__ import annotations

import csv
import datetime as dt
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from compiled_project import CompiledProject
from extracts import DeliveryFile, Row, folders_of, identity, numbered_person, write_extract
from reference_counts import Delivered, Settlement, months, months_delivered, read_seed, read_settlements
from reference_grants import SeedRow, Seeds, half_up
from reference_readings import Effect, Place, Price, Recount, StatedRow, is_about, stated_rows
from shared_dbt import COLUMNS

from vardkoer import paths
from vardkoer.paths import PROJECT

SETTLEMENTS = [
    *("2025_block1", "2025_block2_through_06", "2025_block2_payment", "2025_block2_followup"),
    *("2025_additional_payment", "2026_payment"),
]
SEEDS = [
    *("settlements", "grant_rounds", "round_periods", "round_categories", "grant_rates", "grant_caps", "regions"),
    *("bonus_pot_shares", "region_populations", "rate_supplements", "published_grants", "published_period_operations"),
    *("categories", "readings", "hospitals"),
]
CODES = ["CJC00", "CJE20", "NFB49", "NFB29", "LEF00", "LEF10", "LCD10", "LCD00"]
OF_CONTACTS = {
    *("coordination_numbers_left_out", "every_contact", "excluded_diagnosis_exact", "excluded_diagnosis_not_listed"),
    *("excluded_diagnosis_of_inpatients", "last_received", "month_of_contact", "once_per_code", "once_per_contact"),
    *("once_per_person_and_day", "once_per_side", "once_per_table", "required_diagnosis_of_inpatients"),
    *("undated_left_out",),
}
OF_AMOUNTS = {
    *("as_implemented", "categories_net", "empty_months_left_out", "increase_by_month", "leftover_kronor_by_code"),
    *("mean_rounded_down", "mean_rounded_up", "mean_unrounded", "population_date", "published_caps_only"),
    *("supplement_on_top",),
}
# Readings of the implemented text.
WITHOUT_EFFECT = {"as_implemented", "first_of_february"}
FIRST_MONTH, LAST_MONTH = dt.date(2022, 6, 1), dt.date(2026, 10, 1)
PAYMENT = "2025_additional_payment"
# What an independent recount of the sample gave, kronor.
RECOUNTED = {
    "baseline_at_same_age": 65_433_789,
    "reported_in_time": -117_150_012,
    "categories_net": -29_061_468,
    "mean_unrounded": 13_000,
    "mean_rounded_down": 186_000,
    "mean_rounded_up": -147_000,
}


@pytest.fixture(scope="module")
def warehouse() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(paths.warehouse_path()), read_only=True)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seeds with caps that are reached, pots that are left, inhabitants, and a rate for all that 2026 counts."""
    root = tmp_path_factory.mktemp("readings")
    shutil.copytree(PROJECT / "seeds", root / "seeds")
    appropriation = sum(cap_of(row["region_code"]) for row in read_seed(root, "regions"))
    rewrite(root, "settlements", lambda row: row if row["settlement_id"] in SETTLEMENTS else None)
    rewrite(root, "grant_caps", lambda row: row | {"cap_kr": str(cap_of(row["region_code"]))})
    rewrite(
        root,
        "grant_rounds",
        lambda row: row if row["round_id"] == "2025_block1" else row | {"appropriation_kr": str(appropriation)},
    )
    rewrite(root, "round_categories", lambda row: None if row["category_id"] == "colonoscopy" else row)
    rewrite(root, "grant_rates", lambda row: None if row["category_id"] == "colonoscopy" else row)
    rewrite(root, "grant_rates", lambda row: row | {"rate_kr": row["rate_kr"] or "15001"})
    populations = read_seed(root, "region_populations")
    write(
        root,
        "region_populations",
        [
            row | {"population_date": date, "population": str(inhabitants + step * int(row["region_code"]))}
            for date, inhabitants, step in [("2024-11-01", 1000, 50), ("2025-11-01", 3000, -50)]
            for row in populations
        ],
    )
    return root


def cap_of(region: str) -> int:
    """A cap that some regions reach, the smaller the higher the code."""
    return 600_000 - 1_000 * int(region)


def rewrite(root: Path, name: str, change: Any) -> None:
    """Change the rows of a seed; a row that becomes None goes."""
    write(root, name, [changed for row in read_seed(root, name) if (changed := change(row))])


def write(root: Path, name: str, rows: list[dict[str, str]]) -> None:
    """Replace the rows of a seed below a folder."""
    (path,) = root.rglob(f"{name}.csv")
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("seed", range(2))
def test_readings_equal_the_reference(project: CompiledProject, rules: Path, seed: int) -> None:
    """On contacts that meet what readings are about all the time, each reading but those without effect changes
    something. Region 25 delivers the baseline late, region 24 a month never."""
    contacts = invented_contacts(random.Random(seed))
    files = [DeliveryFile(folder, contacts[folder] + delivering(folder)) for folder in COLUMNS]
    folders = folders_of(files)
    with TemporaryDirectory() as folder:
        par_path = write_extract(files, Path(folder) / "par")
        with project.build(par_path, rules, ("reading_effects",)) as connection:
            columns = ", ".join(Effect._fields)
            found = connection.execute(f"select {columns} from warehouse.marts.reading_effects").fetchall()
            seeds = {name: typed(connection, f"warehouse.seeds.{name}") for name in SEEDS}
    rows = [row for row in stated_rows(folders) if row.row.dated_codes]
    expected = list(effects(rows, months_delivered(folders), read_settlements(rules / "seeds"), seeds))
    assert_same(expected, [Effect(*row) for row in found])
    implemented = {key_of(row): amounts_of(row) for row in expected if row.reading_id == "as_implemented"}
    changing = {row.reading_id for row in expected if amounts_of(row) != implemented[key_of(row)]}
    assert {row["reading_id"] for row in seeds["readings"] if row["variant"]} - changing == WITHOUT_EFFECT


def effects(
    rows: list[StatedRow], delivered: Delivered, settlements: list[Settlement], seeds: Seeds
) -> Iterator[Effect]:
    """The effects of every reading on every settlement."""
    order = {row["category_id"]: row["category_order"] for row in seeds["categories"]}
    counted = {settlement.settlement_id: settlement for settlement in settlements}
    recounts: dict[tuple[str, ...], Recount] = {}

    def recount(settlement: Settlement, reading: SeedRow) -> Recount:
        variant = reading["variant"] if reading["variant"] in OF_CONTACTS else "as_implemented"
        key = (variant, reading["variant_value"] or "", *settlement.categories)
        if key not in recounts:
            recounts[key] = Recount(rows, settlement, *key[:2], order)
        return recounts[key]

    for settlement in seeds["settlements"]:
        own = counted.get(settlement["settlement_id"])
        for reading in seeds["readings"]:
            if not is_about(reading, settlement, seeds):
                continue
            if own is None:
                yield from Price(settlement, reading, seeds, {}, {}, Counter()).effects()
                continue
            roles = {month: period.role for period in own.periods for month in months(period.days)}
            numbers = recount(own, reading).numbers(own, reading, delivered)
            implemented = recount(own, {"variant": "as_implemented", "variant_value": None})
            produced = Counter(
                (own.hospitals[one.row.row.hospital]["region_code"], one.category_id)
                for one in implemented.standing(own.cutoff)
                if roles.get(one.date.replace(day=1)) == "measured" and one.row.row.hospital in own.hospitals
            )
            yield from Price(settlement, reading, seeds, numbers, roles, produced).effects()


def invented_contacts(chance: random.Random) -> dict[str, list[Row]]:
    """Contacts of few people on few days, most delivered twice, some corrected, moved or withdrawn."""
    rows: dict[str, list[Row]] = {folder: [] for folder in COLUMNS}
    people = [numbered_person(number) for number in range(60)]
    people += [identity(f"18{number}0175") for number in range(10, 25)]
    days = [
        dt.date(year, month, day)
        for year in (2022, 2023, 2024, 2025, 2025, 2025, 2026, 2026, 2026)
        for month in (1, 2, 5, 6, 7, 8, 9, 10)
        for day in (1, 2, 15)
    ]
    for number in range(1200):
        day, folder = chance.choice(days), chance.choice(["sv", "ov"])
        kind = chance.choice(["CJC", "NFB", "NFB", "LEF", "LCD", "LCD"])
        codes = chance.choices([code for code in CODES if code.startswith(kind)], k=chance.choice([1, 1, 1, 2, 2, 3]))
        codes += chance.choices(CODES, k=chance.choice([0, 0, 0, 1]))
        start = day - dt.timedelta(days=chance.choice([0, 0, 0, 1, 2]))
        dates = [chance.choice([day, day, day, day, None, start, day + dt.timedelta(days=1)]) for _ in codes]
        received = day + dt.timedelta(days=chance.choice([3, 20, 33, 40, 100, 400]))
        row: Row = {
            "vardkontakt_id": f"K{number:04}",
            "leverans_nr": "1",
            "inrapporterad": received.isoformat(),
            "personnummer": chance.choice(people),
            "lkf": chance.choice(["0180", "12", "2580", "2401", "09", "01", "03", "04"]),
            "sjukhus": chance.choice(["10013", "12400", "99999"]),
            "indatum": start.isoformat(),
            "hdia": chance.choice(["S72.0", "S7200", "S73.0", "S730A", "N81.1", "N81.1", "N812", "M161"]),
            "op": " ".join(codes),
            **{f"opd{place}": date.isoformat() for place, date in enumerate(dates, start=1) if date and folder == "sv"},
        }
        rows[folder].append(row)
        later = {"leverans_nr": "2", "inrapporterad": (received + dt.timedelta(days=30)).isoformat()}
        corrections = [{}, {}, {"makulerad": "true"}, {"lkf": "12"}, {"hdia": "N81.1"}, {"op": codes[0]}]
        change = chance.choice([None, *corrections])
        if change is not None:
            rows[folder].append(row | later | change)
    return rows


def delivering(folder: str) -> list[Row]:
    """A row without a code for each month and region, received in the month after, of region 25 late; one never."""
    rows = []
    month = FIRST_MONTH
    regions = [row["region_code"] for row in read_seed(PROJECT / "seeds", "regions")]
    while month <= LAST_MONTH:
        following = (month + dt.timedelta(days=31)).replace(day=1)
        for region in regions:
            received = following + dt.timedelta(days=4)
            if region == "25" and month.year < LAST_MONTH.year - 1:
                received = month.replace(year=month.year + 1)
            if (region, month) != ("24", dt.date(LAST_MONTH.year, 1, 1)) or folder == "sv":
                rows.append(
                    {
                        "vardkontakt_id": f"D{folder}{region}{month}",
                        "leverans_nr": "1",
                        "inrapporterad": received.isoformat(),
                        "lkf": region,
                        "indatum": month.isoformat(),
                    }
                )
        month = following
    return rows


def typed(connection: duckdb.DuckDBPyConnection, relation: str) -> list[dict[str, Any]]:
    """The rows of a table with its types."""
    found = connection.execute(f"from {relation}")
    columns = [column[0] for column in found.description]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def assert_same(expected: list[Effect], found: list[Effect]) -> None:
    """Fails with the rows that are on one side only."""
    sides = [{in_decimals(row) for row in rows} for rows in (expected, found)]
    differences = [f"{row} expected" for row in sides[0] - sides[1]] + [f"{row} found" for row in sides[1] - sides[0]]
    assert not differences, "\n".join(sorted(differences))


def in_decimals(row: Effect) -> Effect:
    """The row with its operations to six decimals, halves up."""
    eligible = row.eligible_operations
    return row._replace(eligible_operations=None if eligible is None else half_up(Fraction(eligible) * 10**6))


def key_of(row: Effect) -> tuple[str, str]:
    """What the amounts of readings are compared for."""
    return row.settlement_id, row.region_code


def amounts_of(row: Effect) -> tuple[Any, ...]:
    """What a reading says of it."""
    return row[3:]


def test_the_sample_is_worth_what_was_recounted(warehouse: duckdb.DuckDBPyConnection) -> None:
    question = "select reading_id, sum(difference_kr) from marts.reading_effects where settlement_id = ? group by all"
    found = dict(warehouse.execute(question, [PAYMENT]).fetchall())
    assert {reading: found[reading] for reading in RECOUNTED} == RECOUNTED


def test_amounts_of_the_sample_equal_the_reference(warehouse: duckdb.DuckDBPyConnection) -> None:
    """What needs no contacts, from the counts that the warehouse has, for every settlement and published tables too."""
    seeds = {name: typed(warehouse, f"seeds.{name}") for name in SEEDS}
    counts = warehouse.execute(
        "select settlement_id, region_code, category_id, operation_month, period_role, operations "
        "from marts.operation_counts"
    ).fetchall()
    columns = ", ".join(Effect._fields)
    found = {
        row[:3]: row
        for row in map(Effect._make, warehouse.execute(f"select {columns} from marts.reading_effects").fetchall())
    }
    expected = []
    for settlement in seeds["settlements"]:
        own = [row[1:] for row in counts if row[0] == settlement["settlement_id"]]
        numbers = {Place(*row[:3]): row[4] for row in own}
        roles = {row[2]: row[3] for row in own}
        for reading in seeds["readings"]:
            if is_about(reading, settlement, seeds) and reading["variant"] in OF_AMOUNTS:
                expected += Price(settlement, reading, seeds, numbers, roles, Counter()).effects()
    assert len(expected) > 1000
    assert_same(expected, [found[row[:3]] for row in expected])
