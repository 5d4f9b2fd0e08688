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


RULES: tuple[Callable[[Seeds], Iterator[str]], ...] = (disclosed_settlements_do_not_overlap,)
