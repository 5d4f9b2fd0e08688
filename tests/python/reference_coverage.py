"""Which operation of the register a row of a second list is, in plain Python: what the SQL must equal."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from reference_counts import (
    ContactRow,
    Decision,
    Interval,
    Period,
    SeedRow,
    Settlement,
    decide,
    home_region,
    is_valid_person,
    read_seed,
)

EVER = [Period("measured", Interval(dt.date.min, dt.date.max))]
NOT_IN_FORCE = ("received_after_cutoff", "superseded")


@dataclass(frozen=True)
class ListRow:
    """A row of a list as read; `number` is its row in the file."""

    number: int
    list_id: str
    person: str
    category_id: str
    date: dt.date
    hospital: str
    lkf: str


class Operation(NamedTuple):
    """An operation of the register."""

    person: str
    category_id: str
    date: dt.date


class Outcome(NamedTuple):
    """The row of `coverage_decisions` that a row of a list has in a settlement."""

    settlement_id: str
    number: int
    region_code: str | None
    period_role: str
    outcome: str
    reason: str | None
    days_apart: int | None


class Cell(NamedTuple):
    """The key of `coverage_counts`, but for the settlement's own list."""

    settlement_id: str
    list_id: str
    category_id: str
    region_code: str | None
    month: dt.date
    hospital: str


@dataclass(frozen=True)
class ListRules:
    """Days of tolerance of each list, what they claim, and the places of the reasons in their order."""

    tolerance: dict[str, int]
    claims: list[SeedRow]
    reasons: dict[str, int]


def read_list_rules(seeds: Path) -> ListRules:
    """What the seeds say of lists."""
    return ListRules(
        {row["list_id"]: int(row["tolerance_days"]) for row in read_seed(seeds, "coverage_lists")},
        read_seed(seeds, "coverage_claims"),
        {row["reason"]: int(row["reason_order"]) for row in read_seed(seeds, "decision_reasons")},
    )


def outcomes(
    rows: list[ContactRow], list_rows: list[ListRow], settlement: Settlement, rules: ListRules
) -> tuple[Counter[Outcome], dict[Cell, Counter[str]], Counter[tuple[str, Operation]]]:
    """What a settlement sees of every row; the numbers of every cell; and the operations that a list has not."""
    seen = register_seen(rows, settlement, rules.reasons)
    first_rows = set(once_a_day(list_rows, settlement))
    matched: dict[ListRow, Operation] = {}
    for list_id, tolerance in rules.tolerance.items():
        matched |= pairs([row for row in first_rows if row.list_id == list_id], seen, tolerance)
    found: Counter[Outcome] = Counter()
    cells: dict[Cell, Counter[str]] = defaultdict(Counter)
    for row in list_rows:
        region = region_of(row, settlement)
        role = role_of(row.date, settlement)
        if (
            role
            and row.category_id in settlement.categories
            and is_claimed(rules.claims, row.list_id, row.category_id, region, row.date)
        ):
            outcome = outcome_of(row, row in first_rows, matched.get(row), seen)
            found[Outcome(settlement.settlement_id, row.number, region, role, *outcome)] += 1
            cell = Cell(
                settlement.settlement_id, row.list_id, row.category_id, region, row.date.replace(day=1), row.hospital
            )
            cells[cell][outcome[0]] += 1
    alone: Counter[tuple[str, Operation]] = Counter()
    paired = {(row.list_id, operation) for row, operation in matched.items()}
    for list_id in {row.list_id for row in list_rows}:
        for operation, decision in seen.items():
            is_counted = decision.reason == "counted" and role_of(operation.date, settlement)
            if is_counted and is_claimed(
                rules.claims, list_id, operation.category_id, decision.region_code, operation.date
            ):
                month = operation.date.replace(day=1)
                hospital = hospital_of(decision, rows)
                cell = Cell(
                    settlement.settlement_id, list_id, operation.category_id, decision.region_code, month, hospital
                )
                is_paired = (list_id, operation) in paired
                cells[cell]["in_both" if is_paired else "register_only"] += 1
                if not is_paired:
                    alone[list_id, operation] += 1
    return found, dict(cells), alone


def register_seen(
    rows: list[ContactRow], settlement: Settlement, reasons: Mapping[str, int]
) -> dict[Operation, Decision]:
    """The operations of the register, each with the decision that came furthest."""
    seen: dict[Operation, Decision] = {}
    for row, decision in decide(rows, replace(settlement, periods=EVER)):
        if is_valid_person(row.person, dt.date.max):
            operation = Operation(row.person, decision.category_id, decision.operation_date)
            before = seen.get(operation)
            if before is None or reasons[decision.reason] > reasons[before.reason]:
                seen[operation] = decision
    return seen


def region_of(row: ListRow, settlement: Settlement) -> str | None:
    """The home region, or else that of the hospital."""
    return home_region(row.lkf, settlement.regions) or settlement.hospitals.get(row.hospital, {}).get("region_code")


def once_a_day(list_rows: Iterable[ListRow], settlement: Settlement) -> Iterator[ListRow]:
    """The rows that stand for a person, category and day (R7), of those with a valid identity."""
    found: dict[tuple[str, Operation], list[ListRow]] = defaultdict(list)
    for row in list_rows:
        if is_valid_person(row.person, row.date):
            found[row.list_id, Operation(row.person, row.category_id, row.date)].append(row)
    for same_day in found.values():
        yield min(same_day, key=lambda row: (row.hospital, region_of(row, settlement) or "last", row.number))


def pairs(list_rows: Iterable[ListRow], seen: Mapping[Operation, Decision], tolerance: int) -> dict[ListRow, Operation]:
    """One to one: what is in force first, then the nearest day, then the earlier in the register."""
    candidates = []
    for row in list_rows:
        for days in range(-tolerance, tolerance + 1):
            operation = Operation(row.person, row.category_id, row.date + dt.timedelta(days))
            if operation in seen:
                is_later = seen[operation].reason in NOT_IN_FORCE
                candidates.append((is_later, abs(days), days, row.number, row, operation))
    taken: dict[ListRow, Operation] = {}
    for *_, row, operation in sorted(candidates, key=lambda candidate: candidate[:4]):
        if row not in taken and operation not in taken.values():
            taken[row] = operation
    return taken


def outcome_of(
    row: ListRow, is_first: bool, operation: Operation | None, seen: Mapping[Operation, Decision]
) -> tuple[str, str | None, int | None]:
    """Outcome, reason and days apart."""
    if not is_valid_person(row.person, row.date):
        return "invalid_person_id", None, None
    if not is_first:
        return "same_person_same_day", None, None
    if operation is None:
        return "not_in_register", None, None
    reason, days = seen[operation].reason, (operation.date - row.date).days
    if reason == "counted":
        return "another_day" if days else "counted", reason, days
    return reason if reason == "received_after_cutoff" else "excluded", reason, days


def is_claimed(claims: list[SeedRow], list_id: str, category_id: str, region: str | None, date: dt.date) -> bool:
    """Whether a list claims to hold what was done there and then."""
    return any(
        (claim["list_id"], claim["category_id"]) == (list_id, category_id)
        and claim["region_code"] in ("", region)
        and claim["period_start"] <= str(date) <= claim["period_end"]
        for claim in claims
    )


def role_of(date: dt.date, settlement: Settlement) -> str | None:
    """The role of the period that a date is in."""
    return next((period.role for period in settlement.periods if period.days.covers(date)), None)


def hospital_of(decision: Decision, rows: list[ContactRow]) -> str:
    """The hospital of the row that counts."""
    (hospital,) = {
        row.hospital
        for row in rows
        if (row.contact, row.received, row.delivery)
        == (decision.contact_key, decision.received_date, decision.delivery_number)
    }
    return hospital
