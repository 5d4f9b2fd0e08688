"""Files that are not what the contract says: one line that names file, row, column and remedy, and nothing written."""

from __future__ import annotations

import datetime
import gzip
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from extracts import identity
from shared_dbt import COLUMNS, UNTESTED, Dbt

from vardkoer import gate
from vardkoer.gate import sources
from vardkoer.gate.sources import DATABASE
from vardkoer.paths import SEEDS

ROW = {
    "vardkontakt_id": "a",
    "leverans_nr": "1",
    "inrapporterad": "2025-08-10",
    "makulerad": "false",
    "personnummer": identity("18200229"),
    "lkf": "0180",
    "sjukhus": "10013",
    "mvo": "511",
    "indatum": "2025-07-01",
    "hdia": "H25.9",
    "op": "CJE20",
}


def check(par_path: Path) -> gate.Passed:
    return gate.check_extract(par_path, SEEDS)


def opened(par_path: Path, database: str = ":memory:") -> duckdb.DuckDBPyConnection:
    """A session with the sources of an extract."""
    connection = duckdb.connect(database)
    for statement in sources.statements(check(par_path)):
        connection.execute(statement)
    return connection


def write_csv(path: Path, *rows: dict[str, str], without: str = "", delimiter: str = ";") -> None:
    columns = [column for column in COLUMNS.get(path.parent.name, COLUMNS["ov"]) if column != without]
    lines = [delimiter.join(columns)] + [delimiter.join(row.get(column, "") for column in columns) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def par_path(tmp_path: Path) -> Path:
    """An extract with one row in each folder."""
    for folder in COLUMNS:
        (tmp_path / "par" / folder).mkdir(parents=True)
        write_csv(tmp_path / "par" / folder / "one.csv", ROW)
    return tmp_path / "par"


def broken_text(old: str, new: str) -> Callable[[Path], None]:
    def change(par_path: Path) -> None:
        file = par_path / "ov" / "one.csv"
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    return change


def broken_bytes(content: bytes, name: str = "one.csv") -> Callable[[Path], None]:
    return lambda par_path: (par_path / "ov" / name).write_bytes(content) and None


def as_parquet(par_path: Path, select: str = "*") -> Path:
    source, target = par_path / "ov" / "one.csv", par_path / "ov" / "one.parquet"
    duckdb.execute(f"copy (select {select} from read_csv('{source}', all_varchar = true)) to '{target}'")
    source.unlink()
    return target


def truncated_parquet(par_path: Path) -> None:
    file = as_parquet(par_path)
    file.write_bytes(file.read_bytes()[:-20])


HEADER = ";".join(COLUMNS["ov"])
LINE = ";".join(ROW.get(column, "") for column in COLUMNS["ov"])
RECEIVED = datetime.date(2025, 8, 10)
FAULTS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a missing folder": (lambda par_path: shutil.rmtree(par_path / "ov"), r"file=\S+/ov: the folder does not exist"),
    "an empty file": (broken_bytes(b""), r"one\.csv: the file is empty"),
    "a missing column": (
        lambda par_path: write_csv(par_path / "sv" / "one.csv", ROW, without="hdia"),
        r"sv/one\.csv column=hdia: column missing",
    ),
    "several missing columns": (broken_text("hdia;op", "x;y"), r"column=hdia, op: column missing"),
    "tabs between columns": (broken_text(";", "\t"), r"row=1: columns are separated by tabs"),
    "another delimiter": (broken_text(";", ":"), r"column=vardkontakt_id, .*: column missing"),
    "a note to Excel": (broken_text(HEADER, f"sep=;\n{HEADER}"), r"row=1: begins with Excel's line sep="),
    "LF and CRLF": (
        broken_bytes(f"{HEADER}\n{LINE}\r\n".encode()),
        r"row=2: the line ends with another of LF and CRLF",
    ),
    "a column twice": (broken_text("mvo", "LKF"), r"column=lkf: column occurs twice"),
    "a Parquet file named CSV": (
        lambda par_path: as_parquet(par_path).rename(par_path / "ov" / "one.csv") and None,
        r"one\.csv: is a Parquet file",
    ),
    "a CSV file named Parquet": (
        lambda par_path: (par_path / "ov" / "one.csv").rename(par_path / "ov" / "one.parquet") and None,
        r"one\.parquet: is not a Parquet file",
    ),
    "a Parquet file cut off": (truncated_parquet, r"one\.parquet: the Parquet file is damaged"),
    "a Parquet file without a column": (
        lambda par_path: as_parquet(par_path, "* exclude (personnummer)") and None,
        r"one\.parquet column=personnummer: column missing",
    ),
    "a list in a Parquet file": (
        lambda par_path: as_parquet(par_path, "* replace ([op] as op)") and None,
        r"column=op: is of type VARCHAR",
    ),
    "a lkf without its zeros": (
        lambda par_path: as_parquet(par_path, "* replace (cast(lkf as integer) as lkf)") and None,
        r"one\.parquet column=lkf: is not text",
    ),
    "moments instead of days": (
        lambda par_path: (
            as_parquet(par_path, "* replace (cast(inrapporterad as timestamptz) as inrapporterad)") and None
        ),
        r"column=inrapporterad: is a moment whose day depends on the time zone",
    ),
    "a date that never comes": (
        lambda par_path: as_parquet(par_path, "* replace (date 'infinity' as inrapporterad)") and None,
        r"row=1 column=inrapporterad: missing or unreadable value",
    ),
    "a year of five digits": (
        lambda par_path: as_parquet(par_path, "* replace (date '99999-01-01' as inrapporterad)") and None,
        r"row=1 column=inrapporterad: missing or unreadable value",
    ),
    "half a delivery": (
        lambda par_path: as_parquet(par_path, "* replace (1.5 as leverans_nr)") and None,
        r"row=1 column=leverans_nr: missing or unreadable value",
    ),
    "lone carriage returns": (broken_bytes(f"{HEADER}\r{LINE}\r".encode()), r"row=1: lines end with a lone carriage"),
    "a zipped file": (broken_bytes(gzip.compress(HEADER.encode())), r"row=1: is not UTF-8"),
    "a link to nowhere": (
        lambda par_path: (par_path / "ov" / "x.csv").symlink_to(par_path / "nowhere"),
        r"x\.csv: cannot be read",
    ),
    "Latin-1": (broken_bytes(f"{HEADER}\n{LINE}\nå".encode("latin-1")), r"row=3: is not UTF-8"),
    "UTF-16": (broken_bytes(f"{HEADER}\n{LINE}\n".encode("utf-16")), r"is encoded in UTF-16"),
    "a NUL character": (broken_text("CJE20", "CJE20\0"), r"row=2: NUL character"),
    "a short row": (broken_text(";CJE20", ""), r"row=2: not the 11 fields of the header, in 1 of 1 rows"),
    "a long row": (broken_text("CJE20", "CJE20;x"), r"row=2: not the 11 fields of the header"),
    "an open quote": (broken_text("H25.9", '"H25.9'), r"row=2: (quotes do not match|not the 11 fields)"),
    "no contact id": (broken_text("\na;", "\n ;"), r"row=2 column=vardkontakt_id: missing or unreadable"),
    "a delivery number in words": (broken_text(";1;", ";first;"), r"row=2 column=leverans_nr: missing or unreadable"),
    "no date of receipt": (broken_text("2025-08-10", ""), r"row=2 column=inrapporterad: missing or unreadable"),
    "an impossible date of receipt": (broken_text("2025-08-10", "20250230"), r"row=2 column=inrapporterad"),
    "an unclear withdrawal": (broken_text("false", "perhaps"), r"row=2 column=makulerad: missing or unreadable"),
}


@pytest.mark.parametrize(("break_it", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_named(par_path: Path, break_it: Callable[[Path], None], message: str) -> None:
    break_it(par_path)
    with pytest.raises(gate.RefusalError) as caught:
        check(par_path)
    line = str(caught.value)
    assert re.search(message, line), line
    assert re.fullmatch(r"file=\S+[^\n]*: [^\n]+; [^\n]+", line), "one line: place, fault; remedy"
    assert ROW["personnummer"] not in line


def test_files_of_different_types_and_like_names_are_read_together(par_path: Path) -> None:
    """Each is fine by itself; names that look like identity numbers are masked and told apart."""
    first = as_parquet(par_path, "* replace (cast(inrapporterad as date) as inrapporterad)")
    first.rename(par_path / "ov" / "ov_20250131120000.parquet")
    write_csv(par_path / "ov" / "one.csv", ROW)
    second = as_parquet(par_path, "* replace (20250810 as inrapporterad)")
    second.rename(par_path / "ov" / "ov_20250228120000.parquet")
    write_csv(par_path / "ov" / "one.csv", ROW | {"vardkontakt_id": "b"})
    with opened(par_path) as connection:
        rows = connection.execute(f"select vardkontakt_id, inrapporterad from {DATABASE}.ov order by all").fetchall()
        names = connection.execute(f"select file_name from {DATABASE}.files order by all").fetchall()
    assert rows == [("a", RECEIVED), ("a", RECEIVED), ("b", RECEIVED)]
    assert names == [("ov/one.csv",), ("ov/ov_*00.parquet",), ("ov/ov_*00.parquet#2",), ("sv/one.csv",)]


def test_every_file_with_a_fault_has_its_line(par_path: Path) -> None:
    broken_text("hdia", "x")(par_path)
    broken_bytes(b"", "two.csv")(par_path)
    write_csv(par_path / "sv" / "one.csv", ROW, without="hdia")
    with pytest.raises(gate.RefusalError) as caught:
        check(par_path)
    lines = str(caught.value).splitlines()
    assert [re.sub(r".*/par/|;.*", "", line) for line in lines] == [
        "ov/one.csv column=hdia: column missing",
        "ov/two.csv: the file is empty",
        "sv/one.csv column=hdia: column missing",
    ]


HARMLESS: dict[str, Callable[[Path], None]] = {
    "a byte order mark": broken_bytes(b"\xef\xbb\xbf" + f"{HEADER}\n{LINE}\n".encode()),
    "CRLF": broken_bytes(f"{HEADER}\r\n{LINE}\r\n".encode()),
    "no newline at the end": broken_bytes(f"{HEADER}\n{LINE}".encode()),
    "commas": broken_text(";", ","),
    "a blank before the contact id": broken_text("\na;", "\n a;"),
    "a blank after the contact id": broken_text("\na;", "\na ;"),
    "a no-break space before the contact id": broken_text("\na;", "\n\u00a0a;"),
    "an ideographic space after the contact id": broken_text("\na;", "\na\u3000;"),
    "upper case and blanks in the header": broken_text("hdia;op", " HDIA;Op "),
    "more columns": broken_bytes(f"{HEADER};x\n{LINE};y\n".encode()),
    "quoted fields": broken_text("H25.9", '"H25.9"'),
    "only a header": broken_text(LINE + "\n", ""),
    "moments in a column that nobody reads": lambda par_path: (
        as_parquet(par_path, "*, cast('2025-01-01' as timestamptz) as sparad") and None
    ),
    "a column without values, of another type": lambda par_path: (
        as_parquet(par_path, "* replace (cast(null as integer) as lkf)") and None
    ),
    "a folder named CSV": lambda par_path: (par_path / "ov" / "x.csv").mkdir(),
    "other files beside": lambda par_path: (par_path / "ov" / "README.txt").write_text("hello") and None,
}


@pytest.mark.parametrize("change_it", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_is_harmless_passes(par_path: Path, change_it: Callable[[Path], None]) -> None:
    change_it(par_path)
    with opened(par_path) as connection:
        rows = connection.execute(f"select vardkontakt_id, hdia, op from {DATABASE}.ov").fetchall()
    assert rows in ([("a", "H25.9", "CJE20")], [])
    assert rows or (par_path / "ov" / "one.csv").read_text(encoding="utf-8").strip() == HEADER


def test_a_warehouse_keeps_no_source_whatever_it_is_called(par_path: Path, tmp_path: Path) -> None:
    """The views of the sources hold the paths of the files."""
    for name in ("warehouse", DATABASE.strip('"/')):
        warehouse = str(tmp_path / f"{name}.duckdb")
        with opened(par_path, warehouse) as connection:
            assert connection.execute(f"select count(*) from {DATABASE}.ov").fetchall() == [(1,)]
        with duckdb.connect(warehouse, read_only=True) as connection:
            assert connection.execute("select * from duckdb_views() where not internal").fetchall() == []
            assert connection.execute("select * from duckdb_tables()").fetchall() == []


def test_after_a_fault_the_earlier_warehouse_still_answers(dbt: Dbt, par_path: Path, tmp_path: Path) -> None:
    """Also where dbt writes into it itself; a build of ours has a file of its own (test_build.py)."""
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("create schema marts; create table marts.contact_decisions as select 'earlier' as reason")
    broken_text("hdia", "x")(par_path)
    with pytest.raises(RuntimeError, match=r"one\.csv column=hdia: column missing"):
        dbt.run(tmp_path, par_path, "build", "--select", "+contact_decisions", *UNTESTED)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.execute("from marts.contact_decisions").fetchall() == [("earlier",)]
        tables = connection.execute("select table_schema || '.' || table_name from information_schema.tables")
        assert tables.fetchall() == [("marts.contact_decisions",)]
