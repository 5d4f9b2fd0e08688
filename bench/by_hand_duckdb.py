"""The best hand-written DuckDB program: `python -m bench.by_hand_duckdb EXTRACT SEEDS RESULT` (see by_hand.sql)."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from bench.measure import print_work
from vardkoer.sample import PROCEDURE_DATES

COLUMNS = (
    *("vardkontakt_id", "leverans_nr", "inrapporterad", "makulerad", "personnummer"),
    *("lkf", "sjukhus", "indatum", "hdia", "op"),
)
VALIDITY = {"valid_from": "date", "valid_to": "date"}
# Seeds that the counts depend on; columns are text but for those named.
SEED_TABLES: dict[str, dict[str, str]] = {
    "procedure_codes": VALIDITY,
    "diagnosis_codes": VALIDITY,
    "operation_definitions": {},
    "round_categories": {},
    "round_periods": {"period_start": "date", "period_end": "date"},
    "settlements": {"cutoff_date": "date", "measured_through": "date"},
    "regions": {},
    "hospitals": {},
}


def count(extract: Path, seeds: Path, result: Path) -> None:
    """Write the counts as a Parquet file."""
    connection = duckdb.connect(config={"threads": 2})
    for name, types in SEED_TABLES.items():
        (path,) = seeds.rglob(f"{name}.csv")
        dates = ", ".join(f"cast({column} as {kind}) as {column}" for column, kind in types.items())
        replaced = f"select * replace ({dates})" if types else "select *"
        connection.execute(f"create table {name} as {replaced} from read_csv('{path}', all_varchar = true)")
    (prefixes,) = connection.execute("""
        select list(distinct left(code, 3)) from procedure_codes
        where list_id in (select procedure_list_id from operation_definitions)
    """).fetchall()[0]
    script = Path(__file__).with_name("by_hand.sql").read_text(encoding="utf-8")
    connection.execute(
        script.format(
            columns=", ".join(COLUMNS),
            dates=", ".join(PROCEDURE_DATES),
            sv=f"read_parquet('{extract}/sv/*.parquet')",
            ov=f"read_parquet('{extract}/ov/*.parquet')",
            pattern="(?i)" + "|".join(r"\.*".join(prefix) for prefix in prefixes),
        )
    )
    connection.execute(f"copy operation_counts to '{result}' (format parquet)")


if __name__ == "__main__":
    print_work(count, *map(Path, sys.argv[1:]))
