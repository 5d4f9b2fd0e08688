"""What second lists and their claims must be together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vardkoer.gate.seed_rows import PERIOD, Seeds, ends_a_month, overlap, overlaps, span


def claims_are_whole_months(seeds: Seeds) -> Iterator[str]:
    """Counts are by month (R8)."""
    claims = seeds["coverage_claims"]
    for number, row in claims.numbered:
        if not row["period_start"].endswith("-01"):
            yield claims.fault(number, "period_start", "is not the first day of a month", "claim whole months")
        if not ends_a_month(row["period_end"]):
            yield claims.fault(number, "period_end", "is not the last day of a month", "claim whole months")


def claims_do_not_overlap(seeds: Seeds) -> Iterator[str]:
    """A month that two claims of a list had would be compared twice; a claim for all regions is one for each."""
    claims = seeds["coverage_claims"]
    yield from overlaps(claims, ("list_id", "category_id", "region_code"), PERIOD)
    for_all = [(number, row) for number, row in claims.numbered if not row["region_code"]]
    for number, row in claims.numbered:
        for other, claim in for_all if row["region_code"] else []:
            is_same = (row["list_id"], row["category_id"]) == (claim["list_id"], claim["category_id"])
            if is_same and overlap(span(row, PERIOD), span(claim, PERIOD)):
                remedy = "leave one of them out"
                yield claims.fault(number, "region_code", f"row {other} claims the period for all regions", remedy)


RULES: tuple[Callable[[Seeds], Iterator[str]], ...] = (claims_are_whole_months, claims_do_not_overlap)
