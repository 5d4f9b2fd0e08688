"""What tables may be shown beside each other: nobody is to count back what a hidden cell holds."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from vardkoer.gate.rules import months_counted
from vardkoer.gate.seed_rows import Seeds


def disclosed_settlements_do_not_overlap(seeds: Seeds) -> Iterator[str]:
    """Two tables of overlapping periods, or of one period at two cut-offs, could be subtracted from each other."""
    seed, counted = seeds["disclosed_settlements"], months_counted(seeds)
    measured = {
        settlement_id: {month for month, role in months.items() if role == "measured"}
        for settlement_id, months in counted.items()
    }
    for (_, one), (number, other) in itertools.combinations(seed.numbered, 2):
        if measured[one["settlement_id"]] & measured[other["settlement_id"]]:
            fault = f"measures months of {one['settlement_id']} too, so that hidden counts could be subtracted"
            yield seed.fault(number, "settlement_id", fault, "disclose one of them")


def producing_counties_are_not_told_beside_hospitals(seeds: Seeds) -> Iterator[str]:
    """The home county's sum less its hospitals that are shown would tell the one that is hidden."""
    seed, disclosed = seeds["workbook_tables"], {row["settlement_id"] for row in seeds["disclosed_settlements"].rows}
    for number, row in seed.numbered:
        if row["table_kind"] == "producing_county" and row["settlement_id"] in disclosed:
            fault = "hospitals are disclosed for this settlement, and both tables together tell what is hidden"
            yield seed.fault(number, "settlement_id", fault, "leave it out here or in disclosed_settlements.csv")


RULES: tuple[Callable[[Seeds], Iterator[str]], ...] = (
    disclosed_settlements_do_not_overlap,
    producing_counties_are_not_told_beside_hospitals,
)
