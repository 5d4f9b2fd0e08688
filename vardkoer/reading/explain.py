"""Answers for an auditor, from the published warehouse.

`python -m vardkoer explain contact CONTACT_ID`             why it counts or not, at every settlement
`python -m vardkoer explain amount SETTLEMENT REGION`       which rows and sentences made this amount
`python -m vardkoer explain operations SETTLEMENT REGION`   the contacts that are its operations, as CSV
`python -m vardkoer explain excluded SETTLEMENT REGION`     the contacts that are not counted, and why, as CSV
`python -m vardkoer explain column MART COLUMN`             what its values come from, and what decides about them
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import sys
from collections.abc import Callable
from decimal import Decimal
from itertools import groupby

import duckdb

from vardkoer import paths
from vardkoer.reading import WarehouseError, open_warehouse
from vardkoer.reading.summary import GAP_TEXTS, number

CONTACT = """
select
    settlement_id, cutoff_date, category_id, operation_date, received_date, delivery_number, decision, rule, reason_sv,
    document_name, source_ref, counted_contact_key, codes
from intermediate.int_decisions_explained
where contact_key in (?, ?)
order by all
"""
AMOUNT = """
select
    step, category_id, baseline_year, figure, rule_id, decided_by, derivation_sv, document_name, diary_number,
    source_ref, quote_sv
from marts.amount_explanations
where settlement_id = ? and region_code = ?
order by step_order, category_id, baseline_year
"""
STATUS = """
select status, allocated_kr
from marts.grant_allocations
where settlement_id = ? and region_code = ?
"""
AMOUNT_GAPS = """
select gap, category_id, region_code, gap_date
from marts.settlement_gaps
where settlement_id = $1 and (region_code is null or region_code = $2)
order by all
"""
COLUMN = """
select kind, from_relation, from_column
from records.column_lineage
where mart = ? and column_name = ?
order by kind desc, from_relation, from_column
"""
OPERATIONS = """
select category_id, operation_month, operation_date, contact_key, received_date, delivery_number, hospital_code
from marts.contact_decisions
where settlement_id = ? and region_code = ? and decision = 'counted' and period_role = 'measured'
order by all
"""
EXCLUDED = """
select
    reason, category_id, would_count, operation_date, contact_key, received_date, delivery_number, hospital_code
from intermediate.int_contacts_not_counted
where settlement_id = $1 and region_code = $2 and ($3 = '' or reason = $3)
order by all
"""


def answer(question: Callable[..., int], *about: str) -> int:
    """Put one question to the published warehouse; 1 when there is nothing to answer with."""
    try:
        connection = open_warehouse(paths.warehouse_path())
    except WarehouseError as error:
        print(error)
        return 1
    with connection:
        return question(connection, *about)


def explain_contact(connection: duckdb.DuckDBPyConnection, contact: str) -> int:
    """Every decision about a contact, under its id or, where that holds an identity number, its pseudonym."""
    contact = contact.strip()
    try:
        pseudonym = hmac.new(paths.person_key_secret(), f"contact {contact}".encode(), hashlib.sha256).hexdigest()
    except paths.SetupError:
        pseudonym = None
    rows = connection.execute(CONTACT, [contact, pseudonym]).fetchall()
    if not rows:
        print(
            "No settlement has a decision about this contact: it is not in the extract, carries no listed code, or has "
            "no operation date in a measured or baseline period. An id that holds an identity number is found only "
            "with the PERSON_KEY_SECRET of the build."
        )
        return 1
    for (
        settlement,
        cutoff,
        category,
        date,
        received,
        delivery,
        decision,
        rule,
        reason,
        document,
        place,
        other,
        codes,
    ) in rows:
        print(f"{settlement}, reports by {cutoff}: {category} on {date}, {decision.upper()}")
        print(f"    {rule}: {reason} ({document}, {place})")
        print(
            f"    row received {received or 'on a day that nobody knows'}, delivery {delivery}; listed codes: {codes}"
        )
        if other:
            print(f"    contact {other} stands for this person and date")
    return 0


def explain_amount(connection: duckdb.DuckDBPyConnection, settlement: str, region: str) -> int:
    """The steps to an amount and what each rests on."""
    rows = connection.execute(AMOUNT, [settlement, region]).fetchall()
    if not rows:
        print(f"There is no settlement {settlement} with a region {region}; marts.grant_allocations lists them.")
        return 1
    for step, category, year, value, rule, decided_by, derivation, document, diary_number, place, quote in rows:
        about = "".join((f" of {category}" if category else "", f" in {year}" if year else ""))
        print(f"{step}{about}: {_figure(value)}   [{rule}: {decided_by}]")
        if derivation:
            print(f"    {derivation}")
        if not document:
            continue
        numbered = f" ({diary_number})" if diary_number else ""
        words = f": “{quote}”" if quote else " (a choice)"
        print(f"    {document}{numbered}, {place}{words}")
    for status, allocated in connection.execute(STATUS, [settlement, region]).fetchall():
        print(f"{status}: {number(allocated)}")
    for gap, *about in connection.execute(AMOUNT_GAPS, [settlement, region]).fetchall():
        where = ", ".join(str(value) for value in about if value)
        print(f"    {GAP_TEXTS[gap]}{': ' + where if where else ''}")
    return 0


def explain_column(connection: duckdb.DuckDBPyConnection, mart: str, column: str) -> int:
    """What a column is computed from, and what decides which rows are."""
    try:
        rows = connection.execute(COLUMN, [mart, column]).fetchall()
    except duckdb.CatalogException:
        print("This warehouse was not published by make build, which writes the lineage into it.")
        return 1
    if not rows:
        print(f"There is no column {column} in a mart {mart}; records.column_lineage lists them.")
        return 1
    for kind, of_kind in groupby(rows, key=lambda row: row[0]):
        print(f"{kind}:")
        for relation, columns in groupby(of_kind, key=lambda row: row[1]):
            print(f"    {relation}: {', '.join(column for *_, column in columns)}")
    return 0


def list_operations(connection: duckdb.DuckDBPyConnection, settlement: str, region: str) -> int:
    """The contacts that are counted, as CSV."""
    _print_csv(connection.execute(OPERATIONS, [settlement, region]))
    return 0


def list_excluded(connection: duckdb.DuckDBPyConnection, settlement: str, region: str, reason: str) -> int:
    """The contacts of a region that are not counted, as CSV, for the region to look into."""
    found = connection.execute(EXCLUDED, [settlement, region, reason])
    if _print_csv(found) == 0:
        return 0
    print(
        "No contact: the settlement is none of a whole round or of the one under way (marts.table_settlements), the "
        "region is not in it, or nothing is excluded for this reason (seeds.decision_reasons).",
        file=sys.stderr,
    )
    return 1


def _print_csv(found: duckdb.DuckDBPyConnection) -> int:
    """Print what was found below its columns; 1 when that is nothing."""
    writer = csv.writer(sys.stdout)
    writer.writerow([column[0] for column in found.description])
    rows = found.fetchall()
    writer.writerows(rows)
    return 0 if rows else 1


def _figure(value: Decimal | None) -> str:
    return number(value if value is None else int(value)) if value is None or value == int(value) else f"{value:.2f}"
