"""What the last build holds, on one screen."""

from __future__ import annotations

import datetime
from typing import NamedTuple

import duckdb

from vardkoer import paths
from vardkoer.reading import WarehouseError, open_warehouse

YEARS = """
select category_name, operation_year, operations, unknown_counts
from intermediate.int_years_counted
order by category_order, operation_year
"""
SETTLEMENTS = """
select
    settlement_id, round_id, contact_rows, measured_counts, flagged_counts, status, regions, final_regions,
    known_regions, allocated_kr
from intermediate.int_settlements_summed
order by settlement_id
"""
DECISIONS = """
select reason, contact_rows
from marts.table_decisions
where settlement_id = ?
order by reason_order desc
"""
GAPS = """
select gap, category_ids, lacking_regions, lacking_region_codes, first_date, last_date
from marts.table_gaps
where settlement_id = ? and region_code = '00'
order by gap
"""
EXPLANATIONS = ("exact", "rounding", "vintage", "inconsistency", "not_computed", "unexplained")
RECONCILIATION = f"""
select {", ".join(EXPLANATIONS)}
from marts.table_reconciliation_summary
where measure = 'total'
"""
GAP_TEXTS = {
    "rate": "no rate set",
    "cap": "no cap set",
    "population": "population needed for a pot and not set",
    "code_list": "code list stands in for the agency's own",
    "round": "round is provisional",
    "period": "period is provisional",
    "month": "month not reported by the region",
    "baseline": "no baseline published",
    "months_to_come": "months are to come",
    "not_delivered": "month not delivered",
    "baseline_not_delivered": "month of the baseline not delivered",
    "cutoff_not_reached": "reports end before the cut-off date",
    "vintage": "files do not say when rows were received or withdrawn",
    "identity": "files have serial numbers in the place of identity numbers",
    "residence": "files do not say where patients live",
    "operation_date": "files do not say when contacts began",
    "diagnosis": "files do not say the main diagnosis",
    "codes": "files do not say what was done",
}
SHOWN_GAPS = 25


class Settlement(NamedTuple):
    """A settlement of a whole round, and what it comes to."""

    name: str
    round: str
    contact_rows: int | None
    counts: int | None
    flagged: int | None
    status: str
    regions: int
    final: int
    known: int
    allocated: int | None


class Gap(NamedTuple):
    """What a settlement lacks, and of what."""

    gap: str
    categories: str | None
    regions: int
    region_codes: str | None
    first: datetime.date | None
    last: datetime.date | None

    @property
    def in_words(self) -> str:
        """One line."""
        where = f"{self.regions} regions" if self.regions > 1 else self.region_codes and f"region {self.region_codes}"
        when = str(self.first) if self.first == self.last else f"{self.first} to {self.last}"
        about = ", ".join(value for value in (self.categories, where, self.first and when) if value)
        return f"{GAP_TEXTS[self.gap]}{': ' if about else ''}{about}"


def number(value: int | None) -> str:
    """A whole number with blanks between thousands; two dots for unknown."""
    return ".." if value is None else f"{value:,}".replace(",", " ")


def print_counts(connection: duckdb.DuckDBPyConnection) -> None:
    """Operations by category and year."""
    rows = connection.execute(YEARS).fetchall()
    years = sorted({year for _, year, _, _ in rows})
    cells = {(category, year): f"{number(known)}{'*' if unknown else ''}" for category, year, known, unknown in rows}
    print("\nOperations in the months that a settlement looks at, newest cut-off")
    print(f"  {'':<16}" + "".join(f"{year:>10}" for year in years))
    for category in dict.fromkeys(category for category, *_ in rows):
        print(f"  {category:<16}" + "".join(f"{cells.get((category, year), ''):>10}" for year in years))
    if any(unknown for *_, unknown in rows):
        print("  * without the months of regions that were not delivered")


def print_warnings(settlements: list[Settlement]) -> None:
    """How many counts carry a warning, and where it stands."""
    print("\nMonthly counts that carry a warning, see marts.count_quality")
    for settlement in settlements:
        if settlement.counts:
            print(f"  {settlement.name}: {number(settlement.flagged)} of {number(settlement.counts)}")


def print_decisions(connection: duckdb.DuckDBPyConnection, settlements: list[Settlement]) -> None:
    """Contact rows with a listed code: counted and excluded by reason."""
    print("\nContact rows with a listed code = counted + excluded, by reason")
    for settlement in settlements:
        if reasons := connection.execute(DECISIONS, [settlement.name]).fetchall():
            print(f"  {settlement.name}: {number(settlement.contact_rows)} rows")
            print("    " + ", ".join(f"{reason} {number(rows)}" for reason, rows in reasons))


def print_grants(connection: duckdb.DuckDBPyConnection, settlements: list[Settlement]) -> None:
    """Amounts by settlement, and what is missing."""
    print("\nGrants, kronor")
    for settlement in settlements:
        known = f"known for {settlement.known} of {settlement.regions} regions"
        amount = known if settlement.allocated is None else number(settlement.allocated)
        partly = f", final for {settlement.final} of them" if settlement.status != "final" and settlement.final else ""
        print(f"  {settlement.name:<28}{amount:>26}  {settlement.status}{partly}")
    gaps = [
        f"  missing in {settlement.name} (round {settlement.round}): {Gap(*gap).in_words}"
        for settlement in settlements
        for gap in connection.execute(GAPS, [settlement.name]).fetchall()
    ]
    print("\n".join(gaps[:SHOWN_GAPS]), end="\n" if gaps else "")
    if len(gaps) > SHOWN_GAPS:
        print(f"  ... and {len(gaps) - SHOWN_GAPS} more in marts.settlement_gaps")
    print("  The interim settlements, one for each month of a round, are in marts.grant_allocations too.")


def print_summary() -> int:
    """Print the summary of the warehouse; 1 when there is none to read."""
    warehouse = paths.warehouse_path()
    try:
        connection = open_warehouse(warehouse)
    except WarehouseError as error:
        print(error)
        return 1
    with connection:
        settlements = [Settlement(*row) for row in connection.execute(SETTLEMENTS).fetchall()]
        print_counts(connection)
        print_warnings(settlements)
        print_decisions(connection, settlements)
        print_grants(connection, settlements)
        (counts,) = connection.execute(RECONCILIATION).fetchall()
    by_number = sorted(zip(EXPLANATIONS, counts, strict=True), key=lambda pair: -pair[1])
    figures = ", ".join(f"{explanation} {number(count)}" for explanation, count in by_number if count)
    print(f"\nPublished figures of 2025 beside ours: {figures}")
    if not paths.region_reports_path():
        print("\nNOTE: REGION_REPORTS_PATH is not set: what regions report themselves is unknown.")
    print(f"\nThe warehouse is {warehouse}. Look next at: marts.contact_decisions (why a contact counts or not),")
    print("marts.grant_allocations (what each region gets), marts.published_reconciliation (ours beside the report's).")
    return 0
