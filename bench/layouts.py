"""What it takes to read an extract in another layout: `python -m bench.layouts EXTRACT FOLDER`.

EXTRACT is one of `bench.extract`; the same contacts are written into FOLDER in each layout, as Parquet files of a year.
Of each the gate is timed, and what the first model reads of it: the rows that the search finds, and every delivery. The
difference to the contract's own layout is what mapping costs; it is compared with floor B, the time to decode every
needed column. All in seconds of processors, which other work on the machine disturbs least.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from bench.by_hand_duckdb import COLUMNS
from vardkoer import gate
from vardkoer.gate import sources
from vardkoer.gate.files import FOLDERS, text_literal
from vardkoer.gate.search import search_pattern
from vardkoer.paths import SEEDS
from vardkoer.sample import PROCEDURE_DATES

RUNS = 3
PARTS_READ = ("gate", "rows found", "deliveries")
CODES = 30
OPS = ", ".join(f"string_split(op, ' ')[{number}] as op{number}" for number in range(1, CODES + 1))
SERIAL_NUMBER = "hash(personnummer) % 10000000 as lopnr"
SHARED = "sjukhus, mvo, indatum, hdia"
COUNTY = "left(lkf, 2) as lan, substr(lkf, 3, 2) as kommun"
# What each has before the dates of codes.
WRITTEN = {
    "contract": f"vardkontakt_id, leverans_nr, inrapporterad, makulerad, personnummer, lkf, {SHARED}, op",
    "agency_research": f"{SERIAL_NUMBER}, {COUNTY}, {SHARED}, op",
    "wide_codes": f"{SERIAL_NUMBER}, {COUNTY}, {SHARED}, {OPS}",
    "region_split_identity": f"""
        vardkontakt_id as kontakt_id, leverans_nr, inrapporterad, if(makulerad, 'J', 'N') as makulerad,
        left(personnummer, 2) as sekel, substr(personnummer, 3, 6) || '-' || right(personnummer, 4) as personnummer,
        {COUNTY}, {SHARED}, op
    """,
}
# As `int_contact_rows_read`: R1 needs all deliveries, but for those that are contacts of their own.
FOUND = """
    select count(*), max(vardkontakt_id), max(personnummer), max(lkf), max(sjukhus), max(indatum), max(hdia),
        max(cast(opd as varchar))
    from ({rows}) where regexp_full_match(op, {pattern})
"""
DELIVERIES = """
    select max(vardkontakt_id), max(leverans_nr), max(inrapporterad) from ({rows}) where not is_own_contact
"""


def write(extract: Path, folder: Path) -> None:
    """The extract in each layout, a file for each year as they come."""
    for layout, columns in WRITTEN.items():
        for care in FOLDERS:
            (folder / layout / care).mkdir(parents=True, exist_ok=True)
            dates = ", ".join(PROCEDURE_DATES[:-1]) if care == "sv" else "null as opd1"
            for year in sorted({path.stem[3:7] for path in (extract / care).glob("*.parquet")}):
                source, target = extract / care / f"*_{year}_*.parquet", folder / layout / care / f"{year}.parquet"
                duckdb.execute(
                    f"copy (select {columns}, {dates} from read_parquet({text_literal(str(source))})) "
                    f"to {text_literal(str(target))} (format parquet, compression zstd)"
                )


def seconds(work: Callable[[], object]) -> float:
    """The least of some runs."""
    taken = []
    for _ in range(RUNS):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def floor_b(extract: Path) -> float:
    """To decode every needed column of the contract's layout and do nothing with it."""
    connection = duckdb.connect(config={"threads": 2})

    def decode() -> None:
        for folder, names in (("*", COLUMNS), ("sv", PROCEDURE_DATES)):
            values = ", ".join(f"count({name}), max({name})" for name in names)
            connection.execute(f"select {values} from read_parquet('{extract}/{folder}/*.parquet')").fetchall()

    return seconds(decode)


def reading(par_path: Path) -> tuple[float, float, float]:
    """Seconds of the gate, of the rows found and of the deliveries."""
    passed = gate.check_extract(par_path, SEEDS)
    connection = duckdb.connect(config={"threads": 2})
    for statement in sources.statements(passed):
        connection.execute(statement)
    rows = " union all ".join(f"select * from {sources.DATABASE}.{folder}" for folder in FOLDERS)
    found = FOUND.format(rows=rows, pattern=text_literal(search_pattern(SEEDS)))
    return (
        seconds(lambda: gate.check_extract(par_path, SEEDS)),
        seconds(lambda: connection.execute(found).fetchall()),
        seconds(lambda: connection.execute(DELIVERIES.format(rows=rows)).fetchall()),
    )


def main(extract: Path, folder: Path) -> None:
    """Write, measure and print, one line a layout."""
    write(extract, folder)
    floor = floor_b(extract)
    print(f"floor B {floor:.2f} s")
    parts = {layout: reading(folder / layout) for layout in WRITTEN}
    for layout, taken in parts.items():
        said = ", ".join(f"{what} {part:.2f}" for what, part in zip(PARTS_READ, taken, strict=True))
        mapping = (sum(taken) - sum(parts["contract"])) / floor
        print(f"{layout}: {said}, in all {sum(taken):.2f} s; mapping {mapping:+.2f} x floor B")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
