"""The counts of the contract (sections 3 and 4) row by row in plain Python: what the SQL must equal."""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

RawRow = Mapping[str, str | None]
SeedRow = dict[str, str]
# The first day on which both folders had a row of a region's month (A7), by region and first day of the month.
Delivered = Mapping[tuple[str, dt.date], dt.date]

UNREADABLE = "operation_date_unreadable"
NUMBERS = (
    "operations",
    "operations_home_region",
    "operations_other_region",
    "operations_unknown_region",
    "operations_private",
    "operations_public",
    "operations_unknown_ownership",
)


class Decision(NamedTuple):
    """What one settlement decides about one contact row, category and operation date."""

    settlement_id: str
    contact_key: str
    received_date: dt.date
    delivery_number: int
    category_id: str
    operation_date: dt.date
    region_code: str | None
    decision: str
    reason: str


class Cell(NamedTuple):
    """The key of `operation_counts`."""

    settlement_id: str
    region_code: str
    category_id: str
    operation_month: dt.date
    period_role: str


class Interval(NamedTuple):
    """Days from `first` to `last`, both included."""

    first: dt.date
    last: dt.date

    def covers(self, date: dt.date) -> bool:
        """Whether the date is one of the days."""
        return self.first <= date <= self.last


class Period(NamedTuple):
    """A measured or baseline period of a round."""

    role: str
    days: Interval


@dataclass(frozen=True)
class Settlement:
    """A settlement with all the rules that it counts by. `categories` holds the criteria of each, in their order, and
    `codes` the codes of each list with the days on which they are valid."""

    settlement_id: str
    cutoff: dt.date
    categories: dict[str, list[SeedRow]]
    periods: list[Period]
    codes: Mapping[str, Mapping[str, list[Interval]]]
    regions: set[str]
    hospitals: dict[str, SeedRow]


class DatedCode(NamedTuple):
    """A code, its date or that of the contact's start, and whether it has one of its own that cannot be read (R4)."""

    code: str
    date: dt.date | None
    is_unreadable: bool


@dataclass(frozen=True)
class ContactRow:
    """One delivery of one care contact: its values read, not yet judged."""

    contact: str
    delivery: int
    received: dt.date
    withdrawn: bool
    person: str
    lkf: str
    hospital: str
    diagnosis: str
    dated_codes: tuple[DatedCode, ...]

    @property
    def age(self) -> tuple[dt.date, int]:
        """What the rows of a contact are ordered by (R1)."""
        return self.received, self.delivery


def read_settlements(seeds: Path) -> list[Settlement]:
    """The settlements that are counted from PAR. Raises ValueError when a seed is not there exactly once."""
    codes: dict[str, dict[str, list[Interval]]] = defaultdict(lambda: defaultdict(list))
    for row in read_seed(seeds, "procedure_codes") + read_seed(seeds, "diagnosis_codes"):
        valid = Interval(day(row["valid_from"]), day(row["valid_to"] or "9999-12-31"))
        codes[row["list_id"]][plain(row["code"])].append(valid)
    criteria = sorted(read_seed(seeds, "operation_definitions"), key=lambda row: int(row["criterion"]))
    regions = {row["region_code"] for row in read_seed(seeds, "regions")}
    hospitals = {row["hospital_code"]: row for row in read_seed(seeds, "hospitals")}
    round_categories, round_periods = read_seed(seeds, "round_categories"), read_seed(seeds, "round_periods")
    settlements = []
    for settlement in read_seed(seeds, "settlements"):
        if settlement["counts_from"] != "par":
            continue
        categories = {
            category["category_id"]: [row for row in criteria if row["definition_id"] == category["definition_id"]]
            for category in round_categories
            if category["round_id"] == settlement["round_id"] and category["counts_from"] == "par"
        }
        periods = measured_so_far(
            [
                Period(period["period_role"], Interval(day(period["period_start"]), day(period["period_end"])))
                for period in round_periods
                if period["round_id"] == settlement["round_id"]
            ],
            settlement["measured_through"],
        )
        settlements.append(
            Settlement(
                settlement["settlement_id"],
                day(settlement["cutoff_date"]),
                categories,
                periods,
                codes,
                regions,
                hospitals,
            )
        )
    return settlements


def measured_so_far(periods: list[Period], measured_through: str) -> list[Period]:
    """The periods of a round as far as an interim settlement measures: of each year the same calendar months."""
    if not measured_through:
        return periods
    (measured,) = [period for period in periods if period.role == "measured"]
    kept = {month.month for month in months(Interval(measured.days.first, day(measured_through)))}
    shortened = []
    for period in periods:
        last = [month for month in months(period.days) if month.month in kept][-1]
        days_in_month = calendar.monthrange(last.year, last.month)[1]
        shortened.append(Period(period.role, Interval(period.days.first, last.replace(day=days_in_month))))
    return shortened


def read_seed(seeds: Path, name: str) -> list[SeedRow]:
    """The rows of one seed, wherever it lies below the folder. Raises ValueError when it is not there exactly once."""
    (path,) = seeds.rglob(f"{name}.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def day(text: str) -> dt.date:
    """YYYY-MM-DD as a date. Raises ValueError for anything else."""
    return dt.date.fromisoformat(text)


def day_or_none(text: str | None) -> dt.date | None:
    """YYYY-MM-DD as a date; None for anything else."""
    try:
        return dt.date.fromisoformat(text or "") if len(text or "") == len("YYYY-MM-DD") else None
    except ValueError:
        return None


def plain(code: str) -> str:
    """A code as it is compared (R2)."""
    return "".join(letter for letter in code if letter.isalnum()).upper()


def months_delivered(folders: Mapping[str, Iterable[RawRow]]) -> Delivered:
    """When the months of each region were delivered by both folders (A7)."""
    first: dict[str, dict[tuple[str, dt.date], dt.date]] = {}
    for folder, rows in folders.items():
        of_folder = first.setdefault(folder, {})
        for row in rows:
            county, start = county_of(row.get("lkf") or ""), day_or_none(row.get("indatum"))
            if county and start:
                key = county, start.replace(day=1)
                received = day(row.get("inrapporterad") or "")
                of_folder[key] = min(received, of_folder.get(key, received))
    inpatient, outpatient = first["sv"], first["ov"]
    return {key: max(inpatient[key], outpatient[key]) for key in inpatient.keys() & outpatient.keys()}


def count(
    raw_rows: Iterable[RawRow], settlements: Iterable[Settlement], delivered: Delivered
) -> tuple[Counter[Decision], dict[Cell, dict[str, int] | None]]:
    """All rows of `contact_decisions`, and of `operation_counts` for the categories that are counted from PAR.

    A month that was not delivered by the cut-off date has None (A7).
    """
    rows = of_one_person({read_row(raw) for raw in raw_rows})
    decisions: Counter[Decision] = Counter()
    cells: dict[Cell, dict[str, int] | None] = {}
    for settlement in settlements:
        cells.update(empty_cells(settlement, delivered))
        for row, decision in decide(rows, settlement):
            decisions[decision] += 1
            if decision.decision == "counted":
                add(row, decision, cells, settlement)
    return decisions, cells


def of_one_person(rows: set[ContactRow]) -> list[ContactRow]:
    """Rows that say the same of several persons are one, and nobody's (R1)."""
    persons = defaultdict(set)
    for row in rows:
        persons[replace(row, person="")].add(row.person)
    return [replace(row, person=of_row.pop() if len(of_row) == 1 else "") for row, of_row in persons.items()]


def read_row(raw: RawRow) -> ContactRow:
    """Type the values and give each code its own date, or `indatum` where it has none (R4)."""
    codes = [code for code in re.split(r"[\s,;|/]+", raw.get("op") or "") if code]
    dates = [raw.get(f"opd{position}") for position in range(1, len(codes) + 1)]
    start = day_or_none(raw.get("indatum"))
    return ContactRow(
        contact=raw.get("vardkontakt_id") or "",
        delivery=int(raw.get("leverans_nr") or ""),
        received=day(raw.get("inrapporterad") or ""),
        withdrawn=raw.get("makulerad") == "true",
        person=(raw.get("personnummer") or "").replace(" ", "").replace("-", "").replace("+", ""),
        lkf=raw.get("lkf") or "",
        hospital=raw.get("sjukhus") or "",
        diagnosis=plain(raw.get("hdia") or ""),
        dated_codes=tuple(
            DatedCode(plain(code), day_or_none(date) or start, bool(date) and not day_or_none(date))
            for code, date in zip(codes, dates, strict=True)
        ),
    )


def decide(rows: list[ContactRow], settlement: Settlement) -> Iterator[tuple[ContactRow, Decision]]:
    """Every decision of one settlement with the row it is about, in no particular order."""
    in_force = rows_in_force(rows, settlement.cutoff)
    qualified = defaultdict(list)
    for row in rows:
        for category, date, reason_of_codes in operations(row, settlement):
            reason = (
                reason_of_row(row, in_force, settlement.cutoff)
                or (reason_of_codes if reason_of_codes == UNREADABLE else None)
                or ("operation_date_after_receipt" if date > row.received else None)
                or reason_of_patient(row, date, settlement.regions)
                or reason_of_codes
            )
            if reason:
                yield row, decision_on(row, category, date, reason, settlement)
            else:
                qualified[row.person, category, date].append(row)
    for (_, category, date), same_day in qualified.items():
        # R7: the contact received first stands.
        first, *others = sorted(same_day, key=lambda row: (*row.age, row.contact))
        yield first, decision_on(first, category, date, "counted", settlement)
        for row in others:
            yield row, decision_on(row, category, date, "same_person_same_day", settlement)


def rows_in_force(rows: list[ContactRow], cutoff: dt.date) -> dict[str, ContactRow]:
    """For each contact the newest row received on or before the cut-off date (R1)."""
    newest: dict[str, ContactRow] = {}
    for row in rows:
        if row.received <= cutoff and (row.contact not in newest or row.age > newest[row.contact].age):
            newest[row.contact] = row
    return newest


def operations(row: ContactRow, settlement: Settlement) -> Iterator[tuple[str, dt.date, str | None]]:
    """Category and date of each operation that the row's codes name within the periods of the round, and the reason
    that they or the main diagnosis give against it, or None (R3, R4)."""
    for date in {code.date for code in row.dated_codes if code.date}:
        if period_role(date, settlement) is None:
            continue
        for category, criteria in settlement.categories.items():
            named = [
                (criterion, code.is_unreadable)
                for criterion in criteria
                for code in row.dated_codes
                if code.date == date and is_listed(code.code, criterion["procedure_list_id"], date, settlement)
            ]
            met = [pair for pair in named if diagnosis_fits(row.diagnosis, pair[0], date, settlement)]
            if named and all(is_unreadable for _, is_unreadable in met or named):
                yield category, date, UNREADABLE
            elif named:
                yield category, date, None if met else named[0][0]["reason_when_not_met"]


def period_role(date: dt.date, settlement: Settlement) -> str | None:
    """The role of the period that the date is in (R8); None outside all periods."""
    return next((period.role for period in settlement.periods if period.days.covers(date)), None)


def listed(list_id: str, date: dt.date, settlement: Settlement) -> set[str]:
    """The codes of a list that are valid on an operation date."""
    return {code for code in settlement.codes[list_id] if is_listed(code, list_id, date, settlement)}


def is_listed(code: str, list_id: str, date: dt.date, settlement: Settlement) -> bool:
    """Whether a list has the code and it is valid on an operation date."""
    return any(days.covers(date) for days in settlement.codes[list_id].get(code, []))


def diagnosis_fits(diagnosis: str, criterion: SeedRow, date: dt.date, settlement: Settlement) -> bool:
    """Whether the main diagnosis lets the criterion count; it matches a listed code as a prefix (R2, R3)."""
    if not criterion["diagnosis_list_id"]:
        return True
    prefixes = listed(criterion["diagnosis_list_id"], date, settlement)
    is_met = any(diagnosis.startswith(prefix) for prefix in prefixes)
    return is_met == (criterion["diagnosis_rule"] == "required")


def reason_of_row(row: ContactRow, in_force: dict[str, ContactRow], cutoff: dt.date) -> str | None:
    """The first reason against the row that lies in how it was delivered (R1)."""
    if row.received > cutoff:
        return "received_after_cutoff"
    if row != in_force[row.contact]:
        return "superseded"
    return "withdrawn" if row.withdrawn else None


def reason_of_patient(row: ContactRow, date: dt.date, regions: set[str]) -> str | None:
    """The first reason against the row that lies in who the patient is (R5, R6)."""
    if not is_valid_person(row.person, date):
        return "invalid_person_id"
    return None if home_region(row.lkf, regions) else "not_resident"


def is_valid_person(number: str, operation_date: dt.date) -> bool:
    """Whether an identity number, already without blanks, `-` and `+`, counts on the operation date (R5)."""
    if len(number) != 12 or not has_digits_only(number) or number[:2] not in ("18", "19", "20"):
        return False
    if number[8:11] == "000" or not has_luhn_digit(number[2:]):
        return False
    year, month, day_of_month = int(number[:4]), int(number[4:6]), int(number[6:8])
    is_coordination_number = day_of_month >= 60
    if is_coordination_number:
        day_of_month -= 60
    if month > 12 or day_of_month > (calendar.monthrange(year, month)[1] if month else 31):
        return False
    if month == 0 or day_of_month == 0:
        return is_coordination_number and year <= operation_date.year
    return dt.date(year, month, day_of_month) <= operation_date


def has_digits_only(text: str) -> bool:
    """Whether every character is one of 0 to 9."""
    return all(character in "0123456789" for character in text)


def has_luhn_digit(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit of those before it."""
    products = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(digits)]
    return sum(product // 10 + product % 10 for product in products) % 10 == 0


def home_region(lkf: str, regions: set[str]) -> str | None:
    """The region that the person is registered in; None when it is none of the 21 (R6)."""
    county = county_of(lkf)
    return county if county in regions else None


def county_of(lkf: str) -> str | None:
    """The county of a code of folkbokföring; None when it is no such code (R6, A7)."""
    return lkf[:2] if len(lkf) in (2, 4, 6) and has_digits_only(lkf) else None


def decision_on(row: ContactRow, category: str, date: dt.date, reason: str, settlement: Settlement) -> Decision:
    """The decision that follows from a reason."""
    return Decision(
        settlement.settlement_id,
        row.contact,
        row.received,
        row.delivery,
        category,
        date,
        home_region(row.lkf, settlement.regions),
        "counted" if reason == "counted" else "excluded",
        reason,
    )


def empty_cells(settlement: Settlement, delivered: Delivered) -> dict[Cell, dict[str, int] | None]:
    """A cell for each region, category and month of the round: zeros where it is delivered, None elsewhere."""
    never = settlement.cutoff + dt.timedelta(days=1)
    return {
        Cell(settlement.settlement_id, region, category, month, period.role): (
            dict.fromkeys(NUMBERS, 0) if delivered.get((region, month), never) <= settlement.cutoff else None
        )
        for region in settlement.regions
        for category in settlement.categories
        for period in settlement.periods
        for month in months(period.days)
    }


@functools.cache
def months(days: Interval) -> tuple[dt.date, ...]:
    """The first day of each month that has one of the days."""
    first, last = days.first, days.last
    return tuple(
        dt.date(number // 12, number % 12 + 1, 1)
        for number in range(12 * first.year + first.month - 1, 12 * last.year + last.month)
    )


def add(row: ContactRow, decision: Decision, cells: dict[Cell, dict[str, int] | None], settlement: Settlement) -> None:
    """Count one operation in its cell, if there is one, split by the hospital's region and ownership (R9)."""
    region = decision.region_code or ""
    month = decision.operation_date.replace(day=1)
    role = period_role(decision.operation_date, settlement) or ""
    numbers = cells[Cell(decision.settlement_id, region, decision.category_id, month, role)]
    if numbers is None:
        return
    hospital = settlement.hospitals.get(row.hospital)
    numbers["operations"] += 1
    if hospital is None:
        numbers["operations_unknown_region"] += 1
        numbers["operations_unknown_ownership"] += 1
    else:
        is_home = hospital["region_code"] == region
        numbers["operations_home_region" if is_home else "operations_other_region"] += 1
        numbers[f"operations_{hospital['ownership']}"] += 1
