"""What each reading of the documents is worth, in plain Python: what `reading_effects` must equal.

Every settlement is counted anew as of its day, reading by reading, from the rows as they were delivered.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, NamedTuple

from reference_counts import (
    ContactRow,
    Delivered,
    RawRow,
    Settlement,
    day_or_none,
    home_region,
    is_valid_person,
    listed,
    months,
    of_one_person,
    plain,
    read_row,
)
from reference_grants import (
    SeedRow,
    Seeds,
    apportion,
    caps_of,
    half_up,
    populations_on,
    product,
    ranking,
    rates_of,
    region_codes,
    rows_of,
    smaller,
    total,
)

FAR = dt.date.max


class Place(NamedTuple):
    """Where an operation counts."""

    region_code: str
    category_id: str
    month: dt.date


class Effect(NamedTuple):
    """A row of `reading_effects`."""

    settlement_id: str
    reading_id: str
    region_code: str
    operations: int | None
    eligible_operations: Fraction | None
    earned_kr: int | None
    performance_kr: int | None
    bonus_kr: int | None


class Found(NamedTuple):
    """An operation that a row names: `part` tells apart what the reading counts as several of a day."""

    row: StatedRow
    category_id: str
    date: dt.date
    part: object


@dataclass(frozen=True)
class StatedRow:
    """A row as read, with what only readings ask for."""

    row: ContactRow
    folder: str
    start: dt.date | None
    is_undated: tuple[bool, ...]


# Numbers of operations by place; None where the month is not delivered.
Numbers = Mapping[Place, int | None]


def stated_rows(folders: Mapping[str, Iterable[RawRow]]) -> list[StatedRow]:
    """The rows of both folders, each once; rows that say the same of several persons are nobody's (R1)."""
    found: dict[StatedRow, None] = {}
    for folder, raw_rows in folders.items():
        for raw in raw_rows:
            row = read_row(raw)
            undated = tuple(not raw.get(f"opd{place}") for place in range(1, len(row.dated_codes) + 1))
            found[StatedRow(row, folder, day_or_none(raw.get("indatum")), undated)] = None
    of_one = set(of_one_person({stated.row for stated in found}))
    nobodys = {
        replace(stated, row=replace(stated.row, person="")): None for stated in found if stated.row not in of_one
    }
    return [stated for stated in found if stated.row in of_one] + list(nobodys)


def is_about(reading: SeedRow, settlement: SeedRow, seeds: Seeds) -> bool:
    """Whether a reading can be tried on a settlement."""
    (grant_round,) = rows_of(settlement["round_id"], "grant_rounds", seeds)
    model = grant_round["allocation_model"]
    return bool(
        reading["variant"]
        and reading["only_model"] in (None, model)
        and reading["only_round_id"] in (None, settlement["round_id"])
        and reading["only_cutoff_date"] in (None, settlement["cutoff_date"])
        and not (reading["needs_register"] and (model == "equal_share" or settlement["counts_from"] == "published"))
    )


def closing_days(reading: SeedRow, settlement: Settlement) -> dict[dt.date, dt.date]:
    """The day on which a reading closes each month of a settlement."""
    measured = {
        month.month: month
        for period in settlement.periods
        if period.role == "measured"
        for month in months(period.days)
    }
    days = {}
    for period in settlement.periods:
        for month in months(period.days):
            day = settlement.cutoff
            end_of_next = (month + dt.timedelta(days=62)).replace(day=1) - dt.timedelta(days=1)
            is_measured = period.role == "measured"
            if reading["variant"] == "cutoff":
                day = dt.date.fromisoformat(reading["variant_value"])
            elif reading["variant"] == "cutoff_of_earlier_months":
                if is_measured and month < max(measured.values()):
                    day = dt.date.fromisoformat(reading["variant_value"])
            elif reading["variant"] == "baseline_at_same_age":
                day = day.replace(year=day.year - (measured[month.month].year - month.year))
            elif reading["variant"] == "reported_in_month_after" or (
                reading["variant"] == "reported_in_month_after_measured" and is_measured
            ):
                day = min(day, end_of_next)
            days[month] = day
    return days


class Recount:
    """The operations that one reading finds in rows, whatever the day on which it looks at them."""

    def __init__(
        self, rows: Sequence[StatedRow], settlement: Settlement, variant: str, value: str, order: Mapping[str, int]
    ):
        """Count what the categories of a settlement have, by a variant; `order` is that of categories."""
        self._settlement, self._variant, self._value, self._order = settlement, variant, value, order
        self._lists: dict[tuple[str, dt.date], set[str]] = {}
        self._found = {stated: list(self._qualified(stated)) for stated in rows}

    def numbers(self, settlement: Settlement, reading: SeedRow, delivered: Delivered) -> dict[Place, int | None]:
        """The operations of each place, each month as known on the day on which the reading closes it (A7)."""
        closing = closing_days(reading, settlement)
        found: dict[Place, int] = defaultdict(int)
        for cutoff in set(closing.values()):
            for one in self.standing(cutoff):
                date = one.row.start if self._variant == "month_of_contact" else one.date
                month = date.replace(day=1) if date else FAR
                if closing.get(month) == cutoff:
                    region = home_region(one.row.row.lkf, settlement.regions) or ""
                    found[Place(region, one.category_id, month)] += 1
        return {
            place: found[place] if delivered.get((region, month), FAR) <= closing[month] else None
            for region in settlement.regions
            for category in settlement.categories
            for month in closing
            for place in [Place(region, category, month)]
        }

    def standing(self, cutoff: dt.date) -> Iterator[Found]:
        """The operations that count on a day, one of each that the reading takes for the same (R1, R7)."""
        newest: dict[str, StatedRow] = {}
        for stated in self._found:
            row = stated.row
            if row.received <= cutoff and (row.contact not in newest or row.age > newest[row.contact].row.age):
                newest[row.contact] = stated
        same: dict[tuple[object, ...], list[Found]] = defaultdict(list)
        for stated in newest.values():
            for one in self._found[stated]:
                kind = None if self._variant == "once_per_person_and_day" else one.category_id
                same[stated.row.person, kind, one.date, one.part].append(one)
        for several in same.values():
            several.sort(key=lambda one: (one.row.row.age, one.row.row.contact, self._order[one.category_id]))
            yield several[-1 if self._variant == "last_received" else 0]

    def _qualified(self, stated: StatedRow) -> Iterator[Found]:
        """What a row has that may count while it is in force (R3 to R6)."""
        row = stated.row
        if row.withdrawn or not home_region(row.lkf, self._settlement.regions):
            return
        if self._variant == "coordination_numbers_left_out" and row.person[6:8] >= "60":
            return
        dates = [
            date
            for date in sorted({code.date for code in row.dated_codes if code.date})
            if date <= row.received and is_valid_person(row.person, date)
        ]
        for category in self._settlement.categories:
            of_category = [
                Found(stated, category, date, part)
                for date in dates
                for part in self._parts_of_day(stated, category, date)
            ]
            yield from of_category[:1] if self._variant == "once_per_contact" else of_category

    def _parts_of_day(self, stated: StatedRow, category: str, date: dt.date) -> Iterator[object]:
        """The operations of a category on a date, each by what tells it apart; most readings know one at most."""
        row, variant = stated.row, self._variant
        groups: dict[object, list[tuple[bool, bool]]] = defaultdict(list)
        for criterion in self._settlement.categories[category]:
            if not self._fits(stated, criterion, date):
                continue
            times: dict[str, int] = defaultdict(int)
            for code, is_undated in zip(row.dated_codes, stated.is_undated, strict=True):
                if code.date != date or code.code not in self._listed(criterion["procedure_list_id"], date):
                    continue
                times[code.code] += 1
                part = {
                    "once_per_code": code.code,
                    "once_per_table": criterion["criterion"],
                    "once_per_side": min(times[code.code], 2),
                    "every_contact": row.contact,
                }.get(variant)
                groups[part].append((code.is_unreadable, is_undated or code.is_unreadable))
        for part, codes in groups.items():
            has_no_date = all(has_none for _, has_none in codes)
            if all(is_unreadable for is_unreadable, _ in codes):
                continue
            if not (variant == "undated_left_out" and stated.folder == "sv" and has_no_date):
                yield part

    def _fits(self, stated: StatedRow, criterion: SeedRow, date: dt.date) -> bool:
        """Whether the main diagnosis lets a criterion count."""
        diagnosis, rule, variant = stated.row.diagnosis, criterion["diagnosis_rule"], self._variant
        is_outpatient = stated.folder == "ov"
        if not rule:
            return True
        listed_here = self._listed(criterion["diagnosis_list_id"], date)
        if rule == "excluded" and variant == "excluded_diagnosis_exact":
            return diagnosis not in listed_here
        if rule == "excluded" and variant == "excluded_diagnosis_not_listed":
            listed_here = listed_here - {plain(self._value)}
        is_listed = any(diagnosis.startswith(prefix) for prefix in listed_here)
        if rule == "excluded":
            return not is_listed or (variant == "excluded_diagnosis_of_inpatients" and is_outpatient)
        return is_listed and not (variant == "required_diagnosis_of_inpatients" and is_outpatient)

    def _listed(self, list_id: str, date: dt.date) -> set[str]:
        if (list_id, date) not in self._lists:
            self._lists[list_id, date] = listed(list_id, date, self._settlement)
        return self._lists[list_id, date]


@dataclass(frozen=True)
class Price:
    """What a reading pays on a settlement for its numbers (A1 to A4). `roles` says what each month is, `produced` what
    the hospitals of a region did, as implemented."""

    settlement: SeedRow
    reading: SeedRow
    seeds: Seeds
    numbers: Numbers
    roles: Mapping[dt.date, str]
    produced: Mapping[tuple[str, str], int]

    def effects(self) -> list[Effect]:
        """The rows of every region."""
        if self._round["allocation_model"] == "equal_share":
            return [self._effect(region, performance_kr=share) for region, share in self._equal_shares().items()]
        rows = [self._performance(region) for region in region_codes(self.seeds)]
        if not self._rules("bonus_pot_shares"):
            return rows
        bonuses = self._bonuses(total(row.performance_kr for row in rows))
        return [row._replace(bonus_kr=bonuses and bonuses[row.region_code]) for row in rows]

    @property
    def _round(self) -> SeedRow:
        (grant_round,) = self._rules("grant_rounds")
        return grant_round

    @property
    def _variant(self) -> str:
        return self.reading["variant"]

    @property
    def _categories(self) -> list[str]:
        return sorted(row["category_id"] for row in self._rules("round_categories"))

    def _rules(self, table: str) -> list[SeedRow]:
        return rows_of(self.settlement["round_id"], table, self.seeds)

    def _caps(self) -> dict[str, int]:
        return caps_of(self.settlement["round_id"], self.seeds)

    def _effect(self, region: str, **known: Any) -> Effect:
        unknown = Effect(self.settlement["settlement_id"], self.reading["reading_id"], region, *[None] * 5)
        return unknown._replace(**known)

    def _equal_shares(self) -> dict[str, int]:
        regions = region_codes(self.seeds)
        ties = caps_of(self._round["tie_break_round_id"], self.seeds)
        if self._variant == "leftover_kronor_by_code" or not ties:
            ties = dict.fromkeys(regions, 0)
        return apportion(self._round["appropriation_kr"], dict.fromkeys(regions, 1), ties)

    def _performance(self, region: str) -> Effect:
        increases = {category: self._increase(region, category) for category in self._categories}
        if self._variant != "categories_net":
            increases = {key: None if number is None else max(number, Fraction(0)) for key, number in increases.items()}
        rates = rates_of(self.settlement["round_id"], self.seeds)
        if self._variant == "supplement_on_top":
            on_top = sum(row["amount_kr"] for row in self._rules("rate_supplements"))
            rates = {key: None if rate is None else rate + on_top for key, rate in rates.items()}
        earned = total(product(number, rates.get(category)) for category, number in increases.items())
        earned_kr = None if earned is None else int(max(earned, 0))
        cap = self._caps()[region]
        is_capped = self._variant != "published_caps_only" or any(
            (row["region_code"], row["amount_kr"]) == (region, cap) for row in self._rules("published_grants")
        )
        return self._effect(
            region,
            operations=total(self._operations(region, category) for category in self._categories),
            eligible_operations=total(increases.values()),
            earned_kr=earned_kr,
            performance_kr=smaller(earned_kr, cap) if is_capped else earned_kr,
        )

    def _operations(self, region: str, category: str) -> int | None:
        return total(
            self.numbers[Place(region, category, month)] for month, role in self.roles.items() if role == "measured"
        )

    def _increase(self, region: str, category: str) -> Fraction | None:
        """What a category has above its mean, or below it; by volume all that it has."""
        operations = self._operations(region, category)
        if operations is None:
            return None
        if self._round["allocation_model"] == "volume":
            return Fraction(operations)
        if self.settlement["counts_from"] == "published":
            mean = self._published_mean(region, category)
            return None if mean is None else Fraction(operations - mean)
        measured, baseline = self._by_calendar_month(region, category)
        numbers = [number for of_month in baseline.values() for number in of_month]
        if None in numbers:
            return None
        years = sum(row["period_role"] == "baseline" for row in self._rules("round_periods"))
        mean = Fraction(sum(numbers), years)
        if self._variant == "increase_by_month":
            above = (measured[month] - half_up(Fraction(sum(of_month), years)) for month, of_month in baseline.items())
            return Fraction(sum(max(number, 0) for number in above))
        if self._variant == "empty_months_left_out":
            filled = [[number for number in of_month if number] for of_month in baseline.values()]
            mean = sum((Fraction(sum(of_month), len(of_month)) for of_month in filled if of_month), Fraction(0))
        rounded = {
            "mean_unrounded": mean,
            "mean_rounded_down": Fraction(math.floor(mean)),
            "mean_rounded_up": Fraction(math.ceil(mean)),
        }
        return operations - rounded.get(self._variant, Fraction(half_up(mean)))

    def _published_mean(self, region: str, category: str) -> int | None:
        key = (self.settlement["cutoff_date"], region, category)
        for row in self._rules("published_period_operations"):
            if (row["cutoff_date"], row["region_code"], row["category_id"]) == key:
                return row["baseline_mean"]
        return None

    def _by_calendar_month(self, region: str, category: str) -> tuple[dict[int, Any], dict[int, list[Any]]]:
        """The measured number of each calendar month, and those of the baseline years."""
        measured: dict[int, Any] = {}
        baseline: dict[int, list[Any]] = defaultdict(list)
        for month, role in self.roles.items():
            number = self.numbers[Place(region, category, month)]
            if role == "measured":
                measured[month.month] = number
            else:
                baseline[month.month].append(number)
        return measured, baseline

    def _bonuses(self, paid: int | None) -> dict[str, int] | None:
        """A4; None while a pot or its sharing is not known."""
        if paid is None or self.settlement["measured_through"] is not None:
            return None
        pots = self._rules("bonus_pot_shares")
        percents = {row["category_id"]: row["share_percent"] for row in pots}
        amounts = apportion(self._round["appropriation_kr"] - paid, percents)
        date = self._round["population_date"]
        if self._variant == "population_date":
            date = dt.date.fromisoformat(self.reading["variant_value"])
        populations = populations_on(date, self.seeds)
        bonuses = dict.fromkeys(region_codes(self.seeds), 0)
        for pot in pots:
            done = {region: self._done(region, pot["category_id"]) for region in bonuses}
            candidates = {region: number for region, number in done.items() if number}
            if not amounts[pot["category_id"]] or not candidates:
                continue
            if any(populations.get(region) is None for region in candidates):
                return None
            sharing = ranking(candidates, populations)[: pot["recipients"]]
            shares = apportion(amounts[pot["category_id"]], {region: self._caps()[region] for region in sharing})
            for region, share in shares.items():
                bonuses[region] += share
        return bonuses

    def _done(self, region: str, category: str) -> int | None:
        if self._variant == "pots_by_producing_region":
            return self.produced[region, category]
        return self._operations(region, category)
