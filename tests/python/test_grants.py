"""The project's SQL makes the same money of invented counts and rules as the reference."""

from __future__ import annotations

import csv
import datetime as dt
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference_grants import Allocation, Count, Earning, Pot, PotShare, compute
from shared_dbt import Dbt

from vardkoer.paths import PROJECT

FOLDERS = ("models/marts/grants/", "models/intermediate/grants/")
MARTS = {
    "grant_earnings": Earning,
    "grant_allocations": Allocation,
    "remaining_funds": Pot,
    "bonus_pots": PotShare,
}
# What others replace has these columns and need have no others (contract section 4); the last is NULL where they have
# it not.
CONTRACT_COLUMNS = {
    "grant_rates": {"round_id", "category_id", "rate_kr", "status"},
    "region_populations": {"region_code", "population_date", "population", "status"},
}
MODELS = ["equal_share", "volume", "increase"]
YEARS_OF_NEW_ROUND = [("measured", 2027), ("baseline", 2024), ("baseline", 2025), ("baseline", 2026)]
REGIONS = ["01", "03", "04", "05", "06", "07", "08", "09", "10", "12"]
CATEGORIES = ["cataract", "hip_prosthesis", "prolapse"]
CUTOFFS = {"payment": dt.date(2025, 11, 15), "published": dt.date(2026, 2, 2)}
POPULATION_DATE = dt.date(2024, 11, 1)
# Every cut-off date is reached, if nothing else is said.
RECEIVED = {"received_through": dt.date(2027, 5, 1)}
# Rules that say whether they are final.
RULES = ["grant_rounds", "round_periods", "round_categories", "grant_rates", "grant_caps", "region_populations"]

SeedRow = dict[str, Any]
Months = list[tuple[str, dt.date]]


@dataclass(frozen=True)
class NewRound:
    """What the seed rows of a round are made of: caps by region, rates by category, the months of its periods."""

    round_id: str
    model: str
    caps: Mapping[str, int]
    rates: Mapping[str, int | None]
    months: Months


@dataclass(frozen=True)
class Case:
    """Counts and rules that amounts follow from."""

    counts: list[Count]
    seeds: dict[str, list[SeedRow]]


class GrantModels:
    """The models of the grants on an in-memory database whose seeds and `operation_counts` a test fills."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self.models: list[Mapping[str, Any]] = []
        self.inputs: dict[str, Mapping[str, Any]] = {}
        for node in manifest["nodes"].values():
            if node["name"] in (*MARTS, "settlement_gaps") and node["resource_type"] == "model":
                self._add(node, manifest["nodes"])
        self.connection = duckdb.connect(config={"threads": 1})
        nodes = [*self.models, *self.inputs.values()]
        for database in sorted({node["database"] for node in nodes}):
            self.connection.execute(f"attach ':memory:' as \"{database}\"")
            self.connection.execute(f'use "{database}"')
        for database, schema in sorted({(node["database"], node["schema"]) for node in nodes}):
            self.connection.execute(f'create schema "{database}"."{schema}"')
        for name, node in self.inputs.items():
            columns = ", ".join(f'"{column}" {kind}' for column, kind in self.types(name).items())
            self.connection.execute(f"create table {node['relation_name']} ({columns})")

    def _add(self, node: Mapping[str, Any], nodes: Mapping[str, Any]) -> None:
        if not node["original_file_path"].startswith(FOLDERS):
            self.inputs[node["name"]] = node
        elif node not in self.models:
            for parent in node["depends_on"]["nodes"]:
                self._add(nodes[parent], nodes)
            self.models.append(node)

    def types(self, name: str) -> dict[str, str]:
        """The columns of an input table and their types."""
        node = self.inputs[name]
        types = node["config"].get("column_types") or {
            column: spec["data_type"] for column, spec in node["columns"].items()
        }
        kept = CONTRACT_COLUMNS.get(name, types)
        return {column: kind for column, kind in types.items() if column in kept}

    def committed_seed(self, name: str) -> list[SeedRow]:
        """The rows of a seed of the project, typed."""
        reads = {"date": dt.date.fromisoformat, "integer": int, "bigint": int, "boolean": "true".__eq__}
        types = self.types(name)
        with (PROJECT / self.inputs[name]["original_file_path"]).open(encoding="utf-8", newline="") as stream:
            return [
                {
                    column: reads.get(types[column], str)(text) if text else None
                    for column, text in row.items()
                    if column in types
                }
                for row in csv.DictReader(stream)
            ]

    def run(self, case: Case) -> dict[str, list[Any]]:
        """The rows of the marts of a case."""
        sources = {settlement["settlement_id"]: settlement["counts_from"] for settlement in case.seeds["settlements"]}
        counts = [row._asdict() | {"counts_from": sources[row.settlement_id]} for row in case.counts]
        for name, node in self.inputs.items():
            rows = counts if name == "operation_counts" else case.seeds.get(name, [])
            self.connection.execute(f"truncate {node['relation_name']}")
            if rows:
                types = self.types(name)
                table = [{column: row.get(column) for column in types} for row in rows]
                # a statement with a value for each is parsed for seconds
                values = {"rows": json.dumps(table, default=str), "types": json.dumps([types])}
                self.connection.execute(
                    f"insert into {node['relation_name']} "
                    "select unnest(from_json_strict($rows, $types), recursive := true)",
                    values,
                )
        for model in self.models:
            self.connection.execute(f"create or replace table {model['relation_name']} as {model['compiled_code']}")
        return {mart: self._rows(mart, kind) for mart, kind in MARTS.items()}

    def _rows(self, mart: str, kind: Any) -> list[Any]:
        (relation,) = [model["relation_name"] for model in self.models if model["name"] == mart]
        names = ", ".join(f'"{column}"' for column in kind._fields)
        return [kind(*row) for row in self.connection.execute(f"select {names} from {relation}").fetchall()]

    def gaps(self) -> list[tuple[str, str | None]]:
        """The settlements and regions that the last run says lack something."""
        (gaps,) = [model["relation_name"] for model in self.models if model["name"] == "settlement_gaps"]
        return self.connection.execute(f"select distinct settlement_id, region_code from {gaps}").fetchall()


@pytest.fixture(scope="session")
def models(dbt: Dbt) -> GrantModels:
    return GrantModels(dbt.read())


def generated(examples: int) -> settings:
    """The same examples in every run; drawing and running one takes longer than hypothesis expects of a test."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=examples, derandomize=True, deadline=None, database=None, suppress_health_check=slow)


# Rules and counts


def new_case(regions: Iterable[str]) -> Case:
    """A case of some regions without rounds."""
    seeds = {"regions": [{"region_code": region} for region in regions], "int_register_received": [RECEIVED]}
    return Case([], defaultdict(list) | seeds)


def add_round(case: Case, new: NewRound) -> SeedRow:
    """Add the seed rows of a round, which is all that a round is; gives its row in `grant_rounds`."""
    key = {"round_id": new.round_id}
    grant_round = key | {
        "allocation_model": new.model,
        "appropriation_kr": sum(new.caps.values()),
        "tie_break_round_id": None,
        "population_date": POPULATION_DATE,
    }
    case.seeds["grant_rounds"].append(grant_round)
    if new.model == "equal_share":
        return grant_round
    case.seeds["grant_caps"] += [key | {"region_code": region, "cap_kr": cap} for region, cap in new.caps.items()]
    case.seeds["round_categories"] += [
        key | {"category_id": category, "counts_from": "par", "status": "final"} for category in new.rates
    ]
    case.seeds["grant_rates"] += [
        key | {"category_id": category, "rate_kr": rate} for category, rate in new.rates.items()
    ]
    for role, year in sorted({(role, month.year) for role, month in new.months}):
        of_year = [month for its_role, month in new.months if (its_role, month.year) == (role, year)]
        end = dt.date(year, max(of_year).month + 1, 1) - dt.timedelta(days=1)
        case.seeds["round_periods"].append(key | {"period_role": role, "period_start": min(of_year), "period_end": end})
    return grant_round


def add_pots(case: Case, round_id: str, percents: Mapping[str, int], recipients: int) -> None:
    """Add the seed rows that make pots of what a round has left."""
    case.seeds["bonus_pot_shares"] += [
        {"round_id": round_id, "category_id": category, "share_percent": percent, "recipients": recipients}
        for category, percent in percents.items()
    ]


def add_settlement(case: Case, settlement_id: str, round_id: str, counts_from: str, cutoff: dt.date | None) -> None:
    """Add the seed row of a settlement."""
    case.seeds["settlements"].append(
        {
            "settlement_id": settlement_id,
            "round_id": round_id,
            "counts_from": counts_from,
            "cutoff_date": cutoff,
            "measured_through": None,
        }
    )


def add_counts(
    case: Case, settlement_id: str, categories: Iterable[str], months: Months, operations: Iterator[int | None]
) -> None:
    """Add counts of all regions, categories and months; the baseline of published tables has none by month."""
    (settlement,) = [row for row in case.seeds["settlements"] if row["settlement_id"] == settlement_id]
    published = settlement["counts_from"] == "published"
    for region in case.seeds["regions"]:
        for category in categories:
            case.counts.extend(
                Count(
                    settlement_id,
                    region["region_code"],
                    category,
                    month,
                    role,
                    None if published and role == "baseline" else next(operations),
                )
                for role, month in months
            )


def months_of(model: str, number: int, years: int) -> Months:
    """The first months of a year and, for the model that compares, of the years before."""
    measured = [("measured", dt.date(2025, month, 1)) for month in range(1, number + 1)]
    baseline = [
        ("baseline", dt.date(2025 - back, month.month, 1)) for back in range(1, years + 1) for _, month in measured
    ]
    return measured + (baseline if model == "increase" else [])


@st.composite
def cases(draw: st.DrawFn, complete: bool = False, distinct: bool = False) -> Case:
    """A round of each model with one or two settlements; few regions and small numbers, so that ties are common.

    A `complete` case lacks nothing; in a `distinct` one no two regions have the same cap or population.
    """
    regions = sorted(draw(st.lists(st.sampled_from(REGIONS), min_size=2, max_size=8, unique=True)))
    case = new_case(regions)
    size = {"min_size": len(regions), "max_size": len(regions), "unique": distinct}
    populations = draw(st.lists(st.integers(1, 40 if distinct else 6), **size))
    for region, population in zip(regions, populations, strict=True):
        for date, number in [(POPULATION_DATE, population), (dt.date(2025, 11, 1), 41 - population)]:
            case.seeds["region_populations"].append(
                {"region_code": region, "population_date": date, "population": number}
            )
    # small caps: fractions that tie
    largest = st.sampled_from([5, 60])
    for model in MODELS:
        caps = dict(
            zip(regions, draw(st.lists(st.integers(1, 60 if distinct else draw(largest)), **size)), strict=True)
        )
        categories = draw(st.lists(st.sampled_from(CATEGORIES), min_size=1, unique=True))
        rates: dict[str, int | None] = {category: draw(st.integers(1, 7)) for category in categories}
        months = months_of(model, draw(st.integers(1, 3)), draw(st.integers(1, 4)))
        grant_round = add_round(case, NewRound(model, model, caps, rates, months))
        if model == "equal_share":
            grant_round["appropriation_kr"] = draw(st.integers(0, 99))
            grant_round["tie_break_round_id"] = "volume" if distinct else draw(st.sampled_from(["volume", None]))
            add_settlement(case, "equal_share", model, "none", None)
            continue
        if model == "volume" or draw(st.booleans()):
            add_pots(case, model, draw(percents_of(categories)), draw(st.integers(1, 5)))
        for source in ["payment", "published"][: draw(st.integers(1, 2))]:
            counts_from = "published" if source == "published" else "par"
            add_settlement(case, f"{model}_{source}", model, counts_from, CUTOFFS[source])
            size_of_counts = len(regions) * len(categories) * len(months)
            operations = draw(
                st.lists(st.just(0) | st.integers(0, 6), min_size=size_of_counts, max_size=size_of_counts)
            )
            add_counts(case, f"{model}_{source}", categories, months, iter(operations))
        if model == "increase":
            for region in regions:
                for category in categories:
                    add_published_means(case, category, region, draw(st.integers(0, 6)))
    return case if complete else draw(with_gaps(case))


@st.composite
def percents_of(draw: st.DrawFn, categories: list[str]) -> dict[str, int]:
    """Percents of pots, 100 together."""
    cuts = st.lists(st.integers(0, 100), min_size=len(categories) - 1, max_size=len(categories) - 1)
    ends = [0, *sorted(draw(cuts)), 100]
    return {category: ends[place + 1] - ends[place] for place, category in enumerate(categories)}


def add_published_means(case: Case, category: str, region: str, mean: int) -> None:
    """Add a published mean and another one that was published at another time."""
    case.seeds["published_period_operations"] += [
        {
            "round_id": "increase",
            "cutoff_date": cutoff,
            "category_id": category,
            "region_code": region,
            "baseline_mean": mean + later,
        }
        for later, cutoff in enumerate([CUTOFFS["published"], dt.date(2026, 5, 1)])
    ]


@st.composite
def with_gaps(draw: st.DrawFn, case: Case) -> Case:
    """The case, mostly without something that its amounts need."""
    if draw(st.booleans()):
        rows = case.seeds[draw(st.sampled_from(RULES))]
        place = draw(st.integers(0, len(rows) - 1))
        rows[place] = rows[place] | {"status": draw(st.sampled_from(["provisional", "final"]))}
    received = draw(
        st.sampled_from([RECEIVED["received_through"]] * 3 + [dt.date(2025, 11, 15), dt.date(2025, 11, 14)])
    )
    case.seeds["int_register_received"] = [{"received_through": received}]
    tables = ["counts", "grant_rates", "region_populations", "published_period_operations"]
    for table in draw(st.sets(st.sampled_from(tables), max_size=2)):
        rows = case.counts if table == "counts" else case.seeds[table]
        used = [
            place
            for place, row in enumerate(rows)
            if table != "published_period_operations" or row["cutoff_date"] == CUTOFFS["published"]
        ]
        places = st.sets(st.sampled_from(used), min_size=1, max_size=3 if table == "counts" else 1)
        for place in draw(places):
            if table == "counts":
                case.counts[place] = case.counts[place]._replace(operations=None)
            elif table == "published_period_operations" or draw(st.booleans()):
                del rows[place]
            else:
                rows[place] = rows[place] | {"rate_kr" if table == "grant_rates" else "population": None}
    return case


# What the SQL gives


def expected(case: Case) -> dict[str, list[Any]]:
    """What the reference gives, in the form of the marts."""
    grants = compute(case.counts, case.seeds)
    earnings = [
        row if row.baseline_mean is None else row._replace(baseline_mean=decimal_of(row.baseline_mean))
        for row in grants.earnings
    ]
    return dict(zip(MARTS, [earnings, grants.allocations, grants.pots, grants.pot_shares], strict=True))


def decimal_of(number: Fraction) -> Decimal:
    """The number to six decimals."""
    return Decimal(round(number * 10**6)) / 10**6


def assert_equal_to_reference(models: GrantModels, case: Case) -> dict[str, list[Any]]:
    """Fails with the rows that differ; gives the rows of the marts."""
    found, wanted = models.run(case), expected(case)
    for mart in MARTS:
        assert len(found[mart]) == len(wanted[mart]), mart
        assert set(found[mart]) - set(wanted[mart]) == set(), f"{mart}: in the mart, not in the reference"
        assert set(wanted[mart]) - set(found[mart]) == set(), f"{mart}: in the reference, not in the mart"
    return found


def total_of(rows: Iterable[Any], column: str) -> int:
    """The sum of a column."""
    return sum(getattr(row, column) for row in rows)


@generated(120)
@given(case=cases())
def test_marts_equal_the_reference(models: GrantModels, case: Case) -> None:
    """Whatever the reference says, amounts lie between zero and the cap, and a row is provisional exactly when a gap is
    named: what the build's summary names is what keeps an amount from being final (A6, A8)."""
    allocations = assert_equal_to_reference(models, case)["grant_allocations"]
    gaps = set(models.gaps())
    for row in allocations:
        amounts = [row.earned_kr, row.performance_kr, row.bonus_kr, row.allocated_kr]
        assert all(amount is None or amount >= 0 for amount in amounts)
        assert row.performance_kr is None or row.performance_kr <= row.cap_kr
        named = {(row.settlement_id, row.region_code), (row.settlement_id, None)} & gaps
        assert (row.status == "provisional") == bool(named)
        assert row.allocated_kr is not None or named


@generated(30)
@given(case=cases(complete=True))
def test_totals_are_exact(models: GrantModels, case: Case) -> None:
    """Every krona that is not handed out lies in a pot of a category in which no region did an operation."""
    marts = models.run(case)
    rounds = {row["round_id"]: row for row in case.seeds["grant_rounds"]}
    with_pots = {row["round_id"] for row in case.seeds["bonus_pot_shares"]}
    for settlement in case.seeds["settlements"]:
        allocations, pots, shares = (
            [row for row in marts[mart] if row.settlement_id == settlement["settlement_id"]]
            for mart in ("grant_allocations", "remaining_funds", "bonus_pots")
        )
        appropriation = rounds[settlement["round_id"]]["appropriation_kr"]
        if settlement["round_id"] == "equal_share":
            assert total_of(allocations, "allocated_kr") == appropriation
            continue
        remaining = appropriation - total_of(allocations, "performance_kr")
        assert total_of(pots, "pot_kr") == (remaining if settlement["round_id"] in with_pots else 0)
        shared = [pot for pot in pots if pot.category_id in {share.category_id for share in shares}]
        assert total_of(shares, "bonus_kr") == total_of(shared, "pot_kr") == total_of(allocations, "bonus_kr")
        done = {
            row.category_id
            for row in case.counts
            if row.settlement_id == settlement["settlement_id"] and row.period_role == "measured" and row.operations
        }
        assert {pot.category_id for pot in pots if pot.pot_kr and pot.category_id in done} == {
            pot.category_id for pot in shared
        }


@generated(25)
@given(case=cases(distinct=True), data=st.data())
def test_other_codes_for_the_regions_move_the_money_with_them(
    models: GrantModels, case: Case, data: st.DataObject
) -> None:
    """Where caps and populations differ, the code of a region decides nothing."""
    regions = [row["region_code"] for row in case.seeds["regions"]]
    other = dict(zip(regions, data.draw(st.permutations(regions)), strict=True))
    renamed = Case(
        [row._replace(region_code=other[row.region_code]) for row in case.counts],
        {
            name: [row | {"region_code": other[row["region_code"]]} if "region_code" in row else row for row in rows]
            for name, rows in case.seeds.items()
        },
    )
    marts, marts_renamed = models.run(case), models.run(renamed)
    for mart in ("grant_earnings", "grant_allocations", "bonus_pots"):
        moved = {row._replace(region_code=other[row.region_code]) for row in marts[mart]}
        assert set(marts_renamed[mart]) == moved


def settled_again(case: Case, settlement_id: str, changed: Count, operations: int | None) -> Case:
    """The case with a settlement in it twice, the second time as `again`, where one of its counts is another."""
    (settlement,) = [row for row in case.seeds["settlements"] if row["settlement_id"] == settlement_id]
    again = copy_of(case)
    again.seeds["settlements"].append(settlement | {"settlement_id": "again"})
    again.counts.extend(
        row._replace(settlement_id="again", operations=operations if row == changed else row.operations)
        for row in case.counts
        if row.settlement_id == settlement_id
    )
    return again


def by_region(allocations: Iterable[Allocation], settlement_id: str) -> dict[str, Allocation]:
    """The rows of a settlement."""
    return {row.region_code: row for row in allocations if row.settlement_id == settlement_id}


@generated(30)
@given(case=cases(), data=st.data())
def test_one_more_operation_never_lowers_what_a_region_earned(
    models: GrantModels, case: Case, data: st.DataObject
) -> None:
    known = [row for row in case.counts if row.period_role == "measured" and row.operations is not None]
    changed = data.draw(st.sampled_from(known))
    again = settled_again(case, changed.settlement_id, changed, changed.operations + 1)
    allocations = models.run(again)["grant_allocations"]
    before, after = by_region(allocations, changed.settlement_id), by_region(allocations, "again")
    assert before.keys() == after.keys()
    for region, row in before.items():
        if region == changed.region_code and row.earned_kr is not None:
            assert after[region].earned_kr >= row.earned_kr
            assert after[region].performance_kr >= row.performance_kr
            assert row.cap_month is None or after[region].cap_month <= row.cap_month
        else:
            assert after[region].earned_kr == row.earned_kr
            assert after[region].cap_month == row.cap_month


@generated(25)
@given(case=cases(complete=True), data=st.data())
def test_an_unknown_month_makes_amounts_unknown_and_not_smaller(
    models: GrantModels, case: Case, data: st.DataObject
) -> None:
    volume = [place for place, row in enumerate(case.counts) if row.settlement_id == "volume_payment"]
    hidden = case.counts[data.draw(st.sampled_from(volume))]
    allocations = models.run(settled_again(case, "volume_payment", hidden, None))["grant_allocations"]
    before, after = by_region(allocations, "volume_payment"), by_region(allocations, "again")
    assert before.keys() == after.keys()
    for region, row in after.items():
        assert (row.status, row.bonus_kr, row.allocated_kr) == ("provisional", None, None)
        if region != hidden.region_code:
            assert row.performance_kr == before[region].performance_kr
            assert row.cap_month == before[region].cap_month
            continue
        assert (row.earned_kr, row.performance_kr) == (None, None)
        month = before[region].cap_month
        # whether the cap was reached in the hidden month or a later one nobody can tell
        assert row.cap_month == (month if month and month < hidden.operation_month else None)


# A new round or settlement is data


@pytest.fixture(scope="session")
def committed(models: GrantModels) -> Case:
    """The committed rules with invented counts for all their settlements."""
    seeds = {
        name: models.committed_seed(name) for name, node in models.inputs.items() if node["resource_type"] == "seed"
    }
    case = Case([], seeds | {"int_register_received": [RECEIVED]})
    for settlement in seeds["settlements"]:
        categories, months = shape_of(case, settlement["round_id"])
        add_counts(case, settlement["settlement_id"], categories, months, invented_operations())
    return case


@pytest.fixture(scope="session")
def committed_marts(models: GrantModels, committed: Case) -> dict[str, list[Any]]:
    return models.run(committed)


def invented_operations() -> Iterator[int]:
    """Endless numbers, the same in every run."""
    chance = random.Random(1)
    while True:
        yield chance.randrange(60)


def shape_of(case: Case, round_id: str) -> tuple[list[str], Months]:
    """The categories and months of a round."""
    categories = [row["category_id"] for row in case.seeds["round_categories"] if row["round_id"] == round_id]
    months = [
        (row["period_role"], dt.date(row["period_start"].year, month, 1))
        for row in case.seeds["round_periods"]
        if row["round_id"] == round_id
        for month in range(row["period_start"].month, row["period_end"].month + 1)
    ]
    return categories, months


def copy_of(case: Case) -> Case:
    """The case, to be added to."""
    return Case(list(case.counts), {name: list(rows) for name, rows in case.seeds.items()})


def assert_only_added(models: GrantModels, marts_before: Mapping[str, list[Any]], case: Case) -> None:
    """Fails unless the SQL gives the settlement `new` the amounts of the reference and leaves all others alone."""
    marts = assert_equal_to_reference(models, case)
    added = {row.region_code for row in marts["grant_allocations"] if row[0] == "new" and row.allocated_kr is not None}
    assert added == {row["region_code"] for row in case.seeds["regions"]}
    for mart, rows in marts.items():
        assert set(marts_before[mart]) == {row for row in rows if row.settlement_id != "new"}


def test_committed_rules_equal_the_reference(models: GrantModels, committed: Case) -> None:
    marts = assert_equal_to_reference(models, committed)
    statuses = {(row.settlement_id, row.status) for row in marts["grant_allocations"]}
    assert len(statuses) == len(committed.seeds["settlements"])
    assert ("2026_payment", "provisional") in statuses


@pytest.mark.parametrize("model", MODELS)
def test_a_round_is_added_by_seed_rows_alone(
    models: GrantModels, committed: Case, committed_marts: Mapping[str, list[Any]], model: str
) -> None:
    case = copy_of(committed)
    regions = [row["region_code"] for row in case.seeds["regions"]]
    caps = {region: 900_000 + 31_337 * place for place, region in enumerate(regions)}
    rates: dict[str, int | None] = {"hip_prosthesis": 101_000, "colonoscopy": 7_000}
    months = [(role, dt.date(year, month, 1)) for role, year in YEARS_OF_NEW_ROUND for month in (1, 2, 3)]
    if model != "increase":
        months = [(role, month) for role, month in months if role == "measured"]
    grant_round = add_round(case, NewRound("new", model, caps, rates, months))
    if model == "equal_share":
        grant_round["tie_break_round_id"] = "2026"
    if model == "volume":
        grant_round["population_date"] = dt.date(2026, 11, 1)
        add_pots(case, "new", {"hip_prosthesis": 71, "colonoscopy": 29}, recipients=4)
        case.seeds["region_populations"] += [
            {"region_code": region, "population_date": dt.date(2026, 11, 1), "population": 60_000 + 7 * place}
            for place, region in enumerate(regions)
        ]
    add_settlement(case, "new", "new", "none" if model == "equal_share" else "par", dt.date(2027, 5, 1))
    if model != "equal_share":
        add_counts(case, "new", rates, months, invented_operations())
    assert_only_added(models, committed_marts, case)


@pytest.mark.parametrize("round_id", ["2025_block1", "2025_block2", "2025_additional"])
def test_a_settlement_is_added_by_a_seed_row_alone(
    models: GrantModels, committed: Case, committed_marts: Mapping[str, list[Any]], round_id: str
) -> None:
    case = copy_of(committed)
    add_settlement(case, "new", round_id, "none" if round_id == "2025_block1" else "par", dt.date(2026, 6, 30))
    categories, months = shape_of(case, round_id)
    add_counts(case, "new", categories, months, (20 * number for number in invented_operations()))
    assert_only_added(models, committed_marts, case)
