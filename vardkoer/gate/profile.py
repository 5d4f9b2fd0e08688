"""What a delivery looks like in figures, held against the seed `delivery_expectations`.

Two thresholds an expectation: what is unusual is a warning that goes with the build, and a file of which most is wrong
is refused, since it is then the file and not the people in it. A few rows are not most of it: `refused_from_rows`.
"""

from __future__ import annotations

import dataclasses
import datetime
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from vardkoer.gate.account import FIGURES, Account
from vardkoer.gate.layouts import BEFORE_EVERY_CUTOFF
from vardkoer.gate.seeds import read_rows

MONTHS_OF_HISTORY = 12
# A line of a profile: what it is about, its metrics by name, and how many rows these are shares of.
Line = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Finding:
    """A figure that is not as expected, as one line, and whether the delivery is refused for it."""

    line: str
    is_refusal: bool


def findings(accounts: list[Account], seeds: Path) -> list[Finding]:
    """What is not as expected, refusals first."""
    lines = profile_lines(accounts, seeds)
    found = [
        finding
        for rule in read_rows(seeds / "deliveries" / "delivery_expectations.csv")
        for line in lines[rule["profile"]]
        if (finding := _finding(rule, line))
    ]
    return sorted(found, key=lambda finding: not finding.is_refusal)


def profile_lines(accounts: list[Account], seeds: Path) -> dict[str, list[Line]]:
    """`file`: a line per file; `region_month`: one per home region and month of receipt that has a year before it."""
    regions = {row["region_code"] for row in read_rows(seeds / "reference" / "regions.csv")}
    return {
        "file": [_file_line(account) for account in accounts],
        "region_month": list(_region_months(accounts, regions)),
    }


def _file_line(account: Account) -> Line:
    rows = sum(month.rows for month in account.months)
    found = account.figures["rows_found"]
    return {
        "place": f"file={account.name}",
        "rows": found,
        "rows_accepted": rows,
        "rows_found": found,
        "quarantined_percent": _percent(len(account.unreadable_rows), account.rows),
        "months": len({month.start for month in account.months if month.start}),
        **{f"{name}_percent": _percent(account.figures[name], found) for name in FIGURES},
    }


def _region_months(accounts: Iterable[Account], regions: set[str]) -> Iterator[Line]:
    received: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for account in accounts:
        for month in account.months:
            if month.county in regions and month.received != BEFORE_EVERY_CUTOFF:
                received[month.county][month.received] += month.rows
    if not received:
        return
    months = _months_between(
        min(month for of_region in received.values() for month in of_region),
        max(month for of_region in received.values() for month in of_region),
    )
    for region, of_region in sorted(received.items()):
        rows = [of_region.get(month, 0) for month in months]
        for number in range(MONTHS_OF_HISTORY, len(months)):
            usual = statistics.fmean(rows[number - MONTHS_OF_HISTORY : number])
            yield {
                "place": f"region={region} month={months[number][:7]}",
                "rows": rows[number],
                "percent_of_history": 100 * rows[number] / usual if usual else None,
            }


def _months_between(first: str, last: str) -> list[str]:
    numbers = [date.year * 12 + date.month - 1 for date in map(datetime.date.fromisoformat, (first, last))]
    return [datetime.date(number // 12, number % 12 + 1, 1).isoformat() for number in range(numbers[0], numbers[1] + 1)]


def _percent(part: int, whole: int) -> float:
    return round(100 * part / max(whole, 1), 2)


def _finding(rule: dict[str, str], line: Line) -> Finding | None:
    figure = line[rule["metric"]]
    if figure is None:
        return None
    least, most, refused = (
        float(rule[name]) if rule[name] else None for name in ("min_value", "max_value", "refused_above")
    )
    is_refusal = refused is not None and figure > refused and line["rows"] >= int(rule["refused_from_rows"] or 0)
    if not is_refusal and (least is None or figure >= least) and (most is None or figure <= most):
        return None
    if is_refusal:
        bounds = f"more than {rule['refused_above']} is refused"
    else:
        named = (("least", "min_value"), ("most", "max_value"))
        bounds = " and ".join(f"at {word} {rule[bound]}" for word, bound in named if rule[bound]) + " is expected"
    return Finding(
        f"{line['place']} figure={rule['metric']}: {figure:g} where {bounds}; {rule['remedy_en']}", is_refusal
    )
