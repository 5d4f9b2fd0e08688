"""Is an answer the warehouse's? `python -m bench.check WAREHOUSE ANSWER [TABLE]` fails unless every row is the same.

Compared is `operation_counts` as far as it is counted from PAR, or the table of another warehouse that is named. The
programs count what has come in and do not ask whether a month is delivered (A7): cells that are not are left out.
"""

from __future__ import annotations

import sys

import duckdb

KEY = ("settlement_id", "region_code", "category_id", "operation_month", "period_role")
PARTS = ("", "_home_region", "_other_region", "_unknown_region", "_private", "_public", "_unknown_ownership")


def differences(warehouse: str, answer: str, table: str | None = None) -> tuple[int, int]:
    """How many rows differ, and how many have operations."""
    columns = ", ".join([*KEY, *(f"operations{part}" for part in PARTS)])
    ours = f"from {table} where true" if table else "from marts.operation_counts where counts_from = 'par'"
    ours += " and operations is not null"
    known = f"(select {', '.join(KEY)} {ours})"
    sides = f"select {columns} {ours}", f"select {columns} from '{answer}' semi join {known} using ({', '.join(KEY)})"
    with duckdb.connect(warehouse, read_only=True) as connection:
        return connection.execute(
            f"select (select count(*) from (({sides[0]} except all {sides[1]}) union all "
            f"({sides[1]} except all {sides[0]}))), (select count(*) from ({sides[0]} and operations > 0))"
        ).fetchall()[0]


if __name__ == "__main__":
    differing, counted = differences(*sys.argv[1:])
    if differing or not counted:
        sys.exit(f"{differing} rows differ from the warehouse's operation_counts, in which {counted} have operations")
