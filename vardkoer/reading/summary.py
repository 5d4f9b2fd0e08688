"""What the last build holds, on one screen."""

from __future__ import annotations

import duckdb

from vardkoer import paths
from vardkoer.reading import WarehouseError, open_warehouse

COUNTS_PER_YEAR = """
with newest as (
    select operation_month, category_id, max_by(settlement_id, cutoff_date) as settlement_id
    from (select distinct operation_month, category_id, settlement_id, cutoff_date
        from marts.operation_counts
        inner join seeds.settlements using (settlement_id)
        where settlements.counts_from = 'par')
    group by operation_month, category_id
)
select categories.category_name_sv, year(operation_month) as year, sum(operations) as operations
from newest
inner join marts.operation_counts using (operation_month, category_id, settlement_id)
inner join seeds.categories using (category_id)
group by all
order by any_value(category_order), year
"""

DECISIONS = """
select settlement_id, reason, count(*) as contact_rows
from marts.contact_decisions
inner join seeds.decision_reasons using (reason)
where settlement_id in (select settlement_id from seeds.settlements where measured_through is null)
group by settlement_id, reason
order by settlement_id, any_value(reason_order) desc
"""

GRANTS = """
select
    settlement_id,
    if(bool_and(status = 'final'), 'final', 'provisional') as status,
    count(*) filter (where status = 'final') as final,
    sum(allocated_kr) as allocated_kr,
    count(allocated_kr) as known,
    count(*) as regions
from marts.grant_allocations
where settlement_id in (select settlement_id from seeds.settlements where measured_through is null)
group by settlement_id
order by settlement_id
"""

# Where regions share pots a gap of one of them stands twice in the mart, once for all.
GAPS = """
select
    settlement_id,
    round_id,
    gap,
    string_agg(distinct category_id, ', ' order by category_id) as categories,
    count(distinct region_code) as regions,
    min(region_code) as region_code,
    min(gap_date) as first_date,
    max(gap_date) as last_date
from marts.settlement_gaps
where settlement_id in (select settlement_id from seeds.settlements where measured_through is null)
group by settlement_id, round_id, gap
order by settlement_id, gap
"""

WARNINGS = """
select count(flags) as flagged, count(*) as counts
from marts.count_quality
where period_role = 'measured' and region_code != '00'
"""

RECONCILIATION = """
select explanation, count(*) as figures
from marts.published_reconciliation
group by explanation
order by figures desc
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


def number(value: int | None) -> str:
    """A whole number with blanks between thousands; two dots for unknown."""
    return ".." if value is None else f"{value:,}".replace(",", " ")


def print_counts(connection: duckdb.DuckDBPyConnection) -> None:
    """Operations by category and year."""
    rows = connection.execute(COUNTS_PER_YEAR).fetchall()
    years = sorted({year for _, year, _ in rows})
    counts = {(category, year): operations for category, year, operations in rows}
    print("\nOperations in the months that a settlement looks at, newest cut-off")
    print(f"  {'':<16}" + "".join(f"{year:>10}" for year in years))
    for category in dict.fromkeys(category for category, _, _ in rows):
        cells = [number(counts[category, year]) if (category, year) in counts else "" for year in years]
        print(f"  {category:<16}" + "".join(f"{cell:>10}" for cell in cells))


def print_warnings(connection: duckdb.DuckDBPyConnection) -> None:
    """How many counts carry a warning, and where it stands."""
    for flagged, counts in connection.execute(WARNINGS).fetchall():
        print(f"  {number(flagged)} of {number(counts)} monthly counts carry a warning, see marts.count_quality.")


def print_decisions(connection: duckdb.DuckDBPyConnection) -> None:
    """Contact rows with a listed code: counted and excluded by reason."""
    by_settlement: dict[str, list[tuple[str, int]]] = {}
    for settlement, reason, rows in connection.execute(DECISIONS).fetchall():
        by_settlement.setdefault(settlement, []).append((reason, rows))
    print("\nContact rows with a listed code = counted + excluded, by reason")
    for settlement, reasons in by_settlement.items():
        print(f"  {settlement}: {number(sum(rows for _, rows in reasons))} rows")
        print("    " + ", ".join(f"{reason} {number(rows)}" for reason, rows in reasons))


def print_grants(connection: duckdb.DuckDBPyConnection) -> None:
    """Amounts by settlement, and what is missing."""
    print("\nGrants, kronor")
    for settlement, status, final, allocated, known, regions in connection.execute(GRANTS).fetchall():
        amount = number(allocated) if known == regions else f"known for {known} of {regions} regions"
        partly = f", final for {final} of them" if status == "provisional" and final else ""
        print(f"  {settlement:<28}{amount:>26}  {status}{partly}")
    gaps = connection.execute(GAPS).fetchall()
    for settlement, round_id, gap, categories, regions, region, first, last in gaps[:SHOWN_GAPS]:
        where = f"{regions} regions" if regions > 1 else region and f"region {region}"
        when = first and (f"{first} to {last}" if last > first else str(first))
        about = ", ".join(value for value in (categories, where, when) if value)
        print(f"  missing in {settlement} (round {round_id}): {GAP_TEXTS[gap]}{': ' + about if about else ''}")
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
        print_counts(connection)
        print_warnings(connection)
        print_decisions(connection)
        print_grants(connection)
        figures = ", ".join(
            f"{explanation} {number(count)}" for explanation, count in connection.execute(RECONCILIATION).fetchall()
        )
    print(f"\nPublished figures of 2025 beside ours: {figures}")
    if not paths.region_reports_path():
        print("\nNOTE: REGION_REPORTS_PATH is not set: what regions report themselves is unknown.")
    print(f"\nThe warehouse is {warehouse}. Look next at: marts.contact_decisions (why a contact counts or not),")
    print("marts.grant_allocations (what each region gets), marts.published_reconciliation (ours beside the report's).")
    return 0
