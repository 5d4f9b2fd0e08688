"""The amounts of the contract (A1 to A8) settlement by settlement in plain Python: what the SQL must equal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

SeedRow = Mapping[str, Any]
Seeds = Mapping[str, Sequence[SeedRow]]


class Count(NamedTuple):
    """A row of `operation_counts`; operations are None where they are not known."""

    settlement_id: str
    region_code: str
    category_id: str
    operation_month: dt.date
    period_role: str
    operations: int | None


class Earning(NamedTuple):
    """A row of `grant_earnings`."""

    settlement_id: str
    region_code: str
    category_id: str
    operations: int | None
    baseline_mean: Fraction | None
    baseline_operations: int | None
    eligible_operations: int | None
    rate_kr: int | None
    earned_kr: int | None


class Allocation(NamedTuple):
    """A row of `grant_allocations`."""

    settlement_id: str
    region_code: str
    earned_kr: int | None
    cap_kr: int | None
    performance_kr: int | None
    bonus_kr: int | None
    allocated_kr: int | None
    cap_month: dt.date | None
    status: str


class PotShare(NamedTuple):
    """A row of `bonus_pots`."""

    settlement_id: str
    category_id: str
    region_code: str
    pot_kr: int
    rank: int
    bonus_kr: int


class Pot(NamedTuple):
    """A row of `remaining_funds`."""

    settlement_id: str
    category_id: str
    remaining_kr: int | None
    share_percent: int
    recipients: int
    pot_kr: int | None


@dataclass
class Grants:
    """The rows of the marts."""

    earnings: list[Earning] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    pots: list[Pot] = field(default_factory=list)
    pot_shares: list[PotShare] = field(default_factory=list)


def compute(counts: Iterable[Count], seeds: Seeds) -> Grants:
    """The marts of all settlements."""
    by_settlement: dict[str, list[Count]] = {}
    for row in counts:
        by_settlement.setdefault(row.settlement_id, []).append(row)
    grants = Grants()
    for settlement in seeds["settlements"]:
        (grant_round,) = [row for row in seeds["grant_rounds"] if row["round_id"] == settlement["round_id"]]
        if grant_round["allocation_model"] == "equal_share":
            settle_equal_shares(grants, settlement, grant_round, seeds)
        else:
            own = by_settlement.get(settlement["settlement_id"], [])
            settle_performance(grants, settlement, grant_round, own, seeds)
    return grants


def settle_equal_shares(grants: Grants, settlement: SeedRow, grant_round: SeedRow, seeds: Seeds) -> None:
    """A1: the same to each region, kronor left over first to the regions with the smallest caps of another round."""
    regions = region_codes(seeds)
    tie_weights = caps_of(grant_round["tie_break_round_id"], seeds) or dict.fromkeys(regions, 0)
    amounts = apportion(grant_round["appropriation_kr"], dict.fromkeys(regions, 1), tie_weights)
    status = final_or_not(is_provisional(grant_round))
    for region in regions:
        grants.allocations.append(
            Allocation(settlement["settlement_id"], region, None, None, None, None, amounts[region], None, status)
        )


def settle_performance(
    grants: Grants, settlement: SeedRow, grant_round: SeedRow, counts: list[Count], seeds: Seeds
) -> None:
    """A2 to A6 for a settlement whose amounts follow from operations."""
    settlement_id, round_id = settlement["settlement_id"], settlement["round_id"]
    regions, caps, rates = region_codes(seeds), caps_of(round_id, seeds), rates_of(round_id, seeds)
    categories = sorted(row["category_id"] for row in seeds["round_categories"] if row["round_id"] == round_id)
    by_cell = {(region, category): [] for region in regions for category in categories}
    for row in counts:
        by_cell[row.region_code, row.category_id].append(row)
    earnings = [earning_of(settlement, grant_round, cell, own, seeds) for cell, own in by_cell.items()]
    earned = {region: total(row.earned_kr for row in earnings if row.region_code == region) for region in regions}
    performance = {region: smaller(earned[region], caps[region]) for region in regions}
    paid = total(performance.values())
    is_interim = settlement.get("measured_through") is not None
    pots = pots_of(settlement_id, grant_round, None if is_interim else paid, seeds)
    divided = [shares_of(pot, grant_round, earnings, seeds) for pot in pots]
    shares = [share for of_pot in divided for share in of_pot or []]
    bonus = {
        # one pot that cannot be divided leaves the bonus of every region unknown, and so does its own performance
        region: None
        if None in divided or performance[region] is None
        else sum(share.bonus_kr for share in shares if share.region_code == region)
        for region in regions
    }
    allocated = {region: total([performance[region], bonus[region]]) for region in regions}
    of_all = (
        lacks_rule(settlement, grant_round, seeds)
        or lacks_time(settlement, seeds)
        or any(lacks_population(pot, grant_round, earnings, seeds) for pot in pots)
    )
    lacking = {
        region
        for region in regions
        if allocated[region] is None
        or any(is_provisional(row) for row in rows_of(round_id, "grant_caps", seeds) if row["region_code"] == region)
    }
    if of_all or (pots and lacking):
        lacking = set(regions)
    for region in regions:
        own = [row for row in counts if row.region_code == region and row.period_role == "measured"]
        volume = grant_round["allocation_model"] == "volume"
        grants.allocations.append(
            Allocation(
                settlement_id,
                region,
                earned[region],
                caps[region],
                performance[region],
                bonus[region],
                allocated[region],
                month_of_cap(own, rates, caps[region]) if volume else None,
                final_or_not(region in lacking),
            )
        )
    grants.earnings += earnings
    grants.pots += pots
    grants.pot_shares += shares


def earning_of(
    settlement: SeedRow, grant_round: SeedRow, cell: tuple[str, str], own: list[Count], seeds: Seeds
) -> Earning:
    """A2 and A3 for one cell, a region and a category, from its own counts."""
    operations = total(row.operations for row in own if row.period_role == "measured")
    mean = rounded = None
    eligible = operations
    if grant_round["allocation_model"] == "increase":
        mean = baseline_mean(settlement, cell, own, seeds)
        rounded = None if mean is None else half_up(mean)
        eligible = None if operations is None or rounded is None else max(0, operations - rounded)
    rate = rates_of(grant_round["round_id"], seeds).get(cell[1])
    earned = None if eligible is None or rate is None else eligible * rate
    return Earning(settlement["settlement_id"], *cell, operations, mean, rounded, eligible, rate, earned)


def baseline_mean(settlement: SeedRow, cell: tuple[str, str], own: list[Count], seeds: Seeds) -> Fraction | None:
    """A3: operations of the baseline periods by the number of these, or the published mean."""
    round_id = settlement["round_id"]
    if settlement["counts_from"] == "published":
        key = (round_id, settlement["cutoff_date"], *cell)
        for row in seeds["published_period_operations"]:
            if (row["round_id"], row["cutoff_date"], row["region_code"], row["category_id"]) == key:
                return Fraction(row["baseline_mean"])
        return None
    years = sum(row["round_id"] == round_id and row["period_role"] == "baseline" for row in seeds["round_periods"])
    operations = total(row.operations for row in own if row.period_role == "baseline")
    return None if operations is None else Fraction(operations, years)


def pots_of(settlement_id: str, grant_round: SeedRow, paid: int | None, seeds: Seeds) -> list[Pot]:
    """A4: what performance left of the appropriation, by category."""
    rules = [row for row in seeds["bonus_pot_shares"] if row["round_id"] == grant_round["round_id"]]
    remaining = None if paid is None else grant_round["appropriation_kr"] - paid
    percents = {row["category_id"]: row["share_percent"] for row in rules}
    amounts = dict.fromkeys(percents) if remaining is None or not rules else apportion(remaining, percents)
    return [
        Pot(
            settlement_id,
            row["category_id"],
            remaining,
            row["share_percent"],
            row["recipients"],
            amounts[row["category_id"]],
        )
        for row in rules
    ]


def shares_of(pot: Pot, grant_round: SeedRow, earnings: list[Earning], seeds: Seeds) -> list[PotShare] | None:
    """A4: who shares in a pot and how much they get; None when that is not known."""
    if pot.pot_kr is None:
        return None
    caps = caps_of(grant_round["round_id"], seeds)
    populations = populations_on(grant_round["population_date"], seeds)
    operations = {
        row.region_code: row.operations for row in earnings if row.category_id == pot.category_id and row.operations
    }
    if pot.pot_kr == 0 or not operations:
        return []
    if any(populations.get(region) is None for region in operations):
        return None
    sharing = ranking(operations, populations)[: pot.recipients]
    amounts = apportion(pot.pot_kr, {region: caps[region] for region in sharing})
    return [
        PotShare(pot.settlement_id, pot.category_id, region, pot.pot_kr, rank, amounts[region])
        for rank, region in enumerate(sharing, start=1)
    ]


def ranking(operations: Mapping[str, int], populations: Mapping[str, int]) -> list[str]:
    """A4: most operations per inhabitant first; ties: more operations, then lower region code."""
    return sorted(
        operations,
        key=lambda region: (-Fraction(operations[region], populations[region]), -operations[region], region),
    )


def month_of_cap(measured: list[Count], rates: Mapping[str, int | None], cap: int) -> dt.date | None:
    """A5: the first month in which the amount earned so far reaches the cap."""
    earned: int | None = 0
    for month in sorted({row.operation_month for row in measured}):
        for row in measured:
            if row.operation_month == month:
                earned = total([earned, product(row.operations, rates.get(row.category_id))])
        if earned is not None and earned >= cap:
            return month
    return None


def apportion(amount: int, weights: Mapping[str, int], tie_weights: Mapping[str, int] | None = None) -> dict[str, int]:
    """A1: whole kronor by weight; those left over to the largest fractions, then smaller tie weight, then lower key."""
    exact = {key: Fraction(amount * weight, sum(weights.values())) for key, weight in weights.items()}
    shares = {key: int(share) for key, share in exact.items()}
    order = sorted(weights, key=lambda key: (shares[key] - exact[key], (tie_weights or weights)[key], key))
    for key in order[: amount - sum(shares.values())]:
        shares[key] += 1
    return shares


def final_or_not(lacks_something: bool) -> str:
    """A8: the status of a row."""
    return "provisional" if lacks_something else "final"


def is_provisional(row: SeedRow) -> bool:
    """A8: whether a rule may still change; a seed that somebody brings need not say."""
    return row.get("status") == "provisional"


def lacks_rule(settlement: SeedRow, grant_round: SeedRow, seeds: Seeds) -> bool:
    """A8: whether a rule for all regions is provisional: the round, a period, a category, its rate or its codes."""
    round_id = grant_round["round_id"]
    rules = [
        grant_round,
        *(
            row
            for table in ("round_periods", "round_categories", "grant_rates")
            for row in rows_of(round_id, table, seeds)
        ),
    ]
    if settlement["counts_from"] == "par":
        definitions = {row.get("definition_id") for row in rows_of(round_id, "round_categories", seeds)}
        lists = {
            row[kind]
            for row in seeds["operation_definitions"]
            if row["definition_id"] in definitions
            for kind in ("procedure_list_id", "diagnosis_list_id")
        }
        periods = rows_of(round_id, "round_periods", seeds)
        rules += [
            code
            for table in ("procedure_codes", "diagnosis_codes")
            for code in seeds[table]
            if code["list_id"] in lists and any(is_used(code, period) for period in periods)
        ]
    return any(is_provisional(rule) for rule in rules)


def is_used(code: SeedRow, period: SeedRow) -> bool:
    """Whether a code is valid on a day of a period."""
    last = code["valid_to"] or dt.date.max
    return code["valid_from"] <= period["period_end"] and last >= period["period_start"]


def lacks_time(settlement: SeedRow, seeds: Seeds) -> bool:
    """A7 and A8: whether months are to come, or rows that the cut-off date lets through."""
    if settlement["counts_from"] != "par":
        return False
    ((received,),) = [row.values() for row in seeds["int_register_received"]]
    return settlement.get("measured_through") is not None or received < settlement["cutoff_date"]


def lacks_population(pot: Pot, grant_round: SeedRow, earnings: list[Earning], seeds: Seeds) -> bool:
    """A8: whether a pot is shared by a population that may still change."""
    ranked = {row.region_code for row in earnings if row.category_id == pot.category_id and row.operations}
    return bool(pot.pot_kr) and any(
        is_provisional(row)
        for row in seeds["region_populations"]
        if row["population_date"] == grant_round["population_date"] and row["region_code"] in ranked
    )


def rows_of(round_id: str, table: str, seeds: Seeds) -> list[SeedRow]:
    """The rows of a seed that are about a round."""
    return [row for row in seeds[table] if row["round_id"] == round_id]


def region_codes(seeds: Seeds) -> list[str]:
    """The regions that receive grants."""
    return sorted(row["region_code"] for row in seeds["regions"])


def caps_of(round_id: str | None, seeds: Seeds) -> dict[str, int]:
    """The caps of a round by region."""
    return {row["region_code"]: row["cap_kr"] for row in seeds["grant_caps"] if row["round_id"] == round_id}


def rates_of(round_id: str, seeds: Seeds) -> dict[str, int | None]:
    """The rates of a round by category."""
    return {row["category_id"]: row["rate_kr"] for row in seeds["grant_rates"] if row["round_id"] == round_id}


def populations_on(date: dt.date | None, seeds: Seeds) -> dict[str, int | None]:
    """The inhabitants of each region on a date."""
    rows = [row for row in seeds["region_populations"] if row["population_date"] == date]
    return {row["region_code"]: row["population"] for row in rows}


def half_up(number: Fraction) -> int:
    """The nearest whole number to one that is not negative, halves up."""
    return int(number + Fraction(1, 2))


def smaller(one: int | None, other: int) -> int | None:
    """The smaller number, unknown when the first is."""
    return None if one is None else min(one, other)


def product(one: int | None, other: int | None) -> int | None:
    """The product, unknown when a factor is."""
    return None if one is None or other is None else one * other


def total(numbers: Iterable[int | None]) -> int | None:
    """The sum, unknown when a number is or when there are none."""
    known = list(numbers)
    return None if None in known or not known else sum(number for number in known if number is not None)
