"""Nothing is lost or changed between a file and a decision: what once was, file by file and value by value.

Each case is one of its kind. A good patient is in every extract; what a case changes is counted as the contract says,
stands in the account of rows with its outcome, or is refused.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import re
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from compiled_project import CompiledProject
from extracts import numbered_person
from shared_dbt import COLUMNS
from test_delivery_gate import HEADER, LINE, ROW, check, opened, write_csv

from vardkoer import gate
from vardkoer.gate.sources import DATABASE
from vardkoer.paths import SEEDS

SETTLEMENT = "2025_additional_payment"
# Who reads a file, and who writes one: no pattern, no partition, no part of a path may mean anything.
STRANGE_NAMES = [
    *("a[1]", "a1", "a*", "a?", "ab", "[a-z]", "{a,b}", "a'b", 'a"b', "a;b", "a#b", "a%20b", "a%b", "~a", "$HOME"),
    *("a b", " a ", "å", "a\u030a", "日本", "\U0001f984", "a\nb", "a\tb", "a\x1b[31mb", "lkf=14", "year=2025"),
    *("-a", "a.csv", "..a", "a=", "=a", "a&b"),
]
STRANGE_FOLDERS = ["lkf=14", "2025", "2025[1]", "a*", "x.parquet", "å b", "lkf=14/op=NFB29/file_name=x", "a/b/c/d/e/f"]


# To open one for each file would take longer than to write them.
WRITER = duckdb.connect()
WRITER.execute("set timezone = 'UTC'")


def rows_of(number: int, **values: str) -> dict[str, str]:
    """A row of a contact and person of its own."""
    return ROW | {"vardkontakt_id": f"c{number}", "personnummer": numbered_person(number)} | values


def write_parquet(path: Path, *rows: dict[str, str], **types: str) -> None:
    """Rows as a Parquet file; `types` gives the expression of a column, in which its own name is the text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    names = list(dict.fromkeys(name for row in rows for name in row))
    values = ", ".join("(" + ", ".join(_literal(row.get(name)) for name in names) + ")" for row in rows)
    columns = ", ".join(f'{types.get(name, name)} as "{name}"' for name in [*names, *(types.keys() - set(names))])
    relation = WRITER.sql(f"select {columns} from (values {values}) as texts ({', '.join(names)})")
    # a name that DuckDB cannot write is given afterwards
    relation.write_parquet(str(path.parent / "unnamed"))
    (path.parent / "unnamed").rename(path)


def _literal(value: str | None) -> str:
    return "cast(null as varchar)" if value is None else "'" + value.replace("'", "''") + "'"


@pytest.fixture
def par_path(tmp_path: Path) -> Path:
    """An extract of one good patient in each folder."""
    for number, folder in enumerate(COLUMNS):
        (tmp_path / "par" / folder).mkdir(parents=True)
        write_csv(tmp_path / "par" / folder / "good.csv", rows_of(9000 + number))
    return tmp_path / "par"


@contextlib.contextmanager
def built(project: CompiledProject, par_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with project.build(par_path) as connection:
        assert_account_closes(connection, par_path)
        yield connection


def assert_account_closes(connection: duckdb.DuckDBPyConnection, par_path: Path) -> None:
    """Every row of every file has one outcome; the rows of a file are counted here once more, by Python and pyarrow."""
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = {
        name: parquet.ParquetFile(path).metadata.num_rows
        if path.name.lower().endswith(".parquet")
        else len((gzip.decompress if path.name.lower().endswith(".gz") else bytes)(path.read_bytes()).splitlines()) - 1
        for _, path in gate.files.files_below(par_path)[0]
        for name in gate.files.public_names([path], par_path)
    }
    account = connection.execute(
        "select file_name, sum(rows) from warehouse.marts.row_account group by file_name"
    ).fetchall()
    assert {name: int(found) for name, found in account} == {name: number for name, number in rows.items() if number}


def reasons(connection: duckdb.DuckDBPyConnection, settlement: str = SETTLEMENT) -> dict[str, str]:
    """What a settlement decides about each contact."""
    return dict(
        connection.execute(
            "select contact_key, reason from warehouse.marts.contact_decisions where settlement_id = ?", [settlement]
        ).fetchall()
    )


def outcomes(connection: duckdb.DuckDBPyConnection, file: str) -> dict[str, int]:
    """How far the rows of a file came."""
    return dict(
        connection.execute(
            "select outcome, rows from warehouse.marts.row_account where file_name = ?", [file]
        ).fetchall()
    )


def refusals(par_path: Path) -> dict[str, str]:
    """What is said of each file that is refused, all of them and not only the first, each line with a remedy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gate.faults, "SHOWN_FAULTS", 1000)
        try:
            check(par_path)
        except gate.RefusalError as error:
            lines = str(error).splitlines()
        else:
            return {}
    said = [re.fullmatch(r"file=\S+/(\S+?):? ([^;]+?)(, in 1 of 1 rows [^;]+)?; .+", line) for line in lines]
    assert None not in said, lines
    found = {line[1]: line[2] for line in said if line}
    assert len(found) == len(lines)
    return found


# A. Files


def test_a1_a3_every_file_is_read_once_whatever_it_is_called(project: CompiledProject, par_path: Path) -> None:
    expected = {"c9000", "c9001"}
    for number, name in enumerate(STRANGE_NAMES):
        write_csv(par_path / "ov" / f"{name}.csv", rows_of(2 * number))
        write_parquet(par_path / "ov" / f"{name}.parquet", rows_of(2 * number + 1))
        expected |= {f"c{2 * number}", f"c{2 * number + 1}"}
    for number, suffix in enumerate([".CSV", ".Parquet", ".PARQUET", ".Csv.GZ", ".csv.gz"], start=5000):
        path = par_path / "ov" / f"suffix{suffix}"
        if "parquet" in suffix.lower():
            write_parquet(path, rows_of(number))
        else:
            write_csv(path, rows_of(number))
            if suffix.lower().endswith(".gz"):
                path.write_bytes(gzip.compress(path.read_bytes()))
        expected.add(f"c{number}")
    with built(project, par_path) as connection:
        assert reasons(connection) == dict.fromkeys(expected, "counted")
        files = connection.execute("select count(distinct file_name), count(*) from warehouse.marts.delivered_files")
        assert files.fetchall() == [(2 * len(STRANGE_NAMES) + 7,) * 2]


def test_a2_the_folder_that_is_named_is_read(par_path: Path) -> None:
    names = ["2025[1]", "x*", "x?", "lkf=14", "a'b", "å", "20251", "xy", "x"]
    for number, name in enumerate(names):
        for place, folder in enumerate(COLUMNS):
            (par_path.parent / name / folder).mkdir(parents=True)
            write_csv(par_path.parent / name / folder / "one.csv", rows_of(2 * number + place))
    for number, name in enumerate(names):
        with opened(par_path.parent / name) as connection:
            found = connection.execute(f"select vardkontakt_id from (from {DATABASE}.sv union all from {DATABASE}.ov)")
            assert sorted(found.fetchall()) == [(f"c{2 * number}",), (f"c{2 * number + 1}",)], name


def test_a4_a_folder_is_no_data(project: CompiledProject, par_path: Path) -> None:
    """Neither one above the extract nor one within it, at any depth."""
    place = par_path.parent.joinpath(*STRANGE_FOLDERS, "par")
    place.parent.mkdir(parents=True)
    par_path.rename(place)
    for number, folder in enumerate(STRANGE_FOLDERS):
        (place / "ov" / folder).mkdir(parents=True, exist_ok=True)
        write_parquet(place / "ov" / folder / "one.parquet", rows_of(2 * number, lkf="1280"))
        write_csv(place / "ov" / folder / "one.csv", rows_of(2 * number + 1, lkf="1280"))
    with built(project, place) as connection:
        found = connection.execute("select contact_key, region_code, reason from warehouse.marts.contact_decisions")
        expected = dict.fromkeys(["c9000", "c9001"], "01")
        expected |= {f"c{number}": "12" for number in range(2 * len(STRANGE_FOLDERS))}
        assert set(found.fetchall()) == {(contact, region, "counted") for contact, region in expected.items()}


def test_a5_a_file_that_is_not_read_is_named(par_path: Path) -> None:
    names = ["a.sas7bdat", "b.dta", "c.xlsx", "csv", "d.zip", "e.txt", "f.csv.zip", "g.parquet.tmp"]
    for name in names:
        (par_path / "sv" / name).write_text("data", encoding="utf-8")
    unread = [f"sv/{name}" for name in names]
    assert sorted(check(par_path).unread) == unread
    for path in par_path.rglob("good.csv"):
        path.unlink()
    with pytest.raises(gate.RefusalError) as caught:
        check(par_path)
    assert f"the extract has no row; not read: {', '.join(unread)}; put" in str(caught.value)


def test_a6_files_in_other_places_are_named(par_path: Path) -> None:
    write_csv(par_path / "sv" / "more.csv", rows_of(1))
    for place in ("in_the_root.csv", "SV/more.csv", "2025/sv/more.csv", "sv2/more.csv", f"x{numbered_person(1)}.csv"):
        (par_path / place).parent.mkdir(parents=True, exist_ok=True)
        (par_path / place).write_bytes(b"x")
    found = check(par_path)
    assert sorted(found.unread) == ["2025/sv/more.csv", "SV/more.csv", "in_the_root.csv", "sv2/more.csv", "x*.csv"]
    assert sorted(gate.warnings_of(found))[0] == "warning: not read: 2025/sv/more.csv"


def test_links_are_followed_once_and_never_for_ever(project: CompiledProject, par_path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "below").mkdir(parents=True)
    write_parquet(elsewhere / "below" / "one.parquet", rows_of(1))
    (elsewhere / "below" / "up").symlink_to(elsewhere)
    (par_path / "ov" / "linked").symlink_to(elsewhere)
    (par_path / "ov" / "file.csv").symlink_to(tmp_path / "file.csv")
    write_csv(par_path / "sv" / "moved.csv", rows_of(2))
    (par_path / "sv" / "moved.csv").rename(tmp_path / "file.csv")
    (par_path / "ov" / "round").symlink_to(par_path)
    (par_path / "ov" / "across").symlink_to(par_path / "sv")
    (par_path / "sv" / "again").symlink_to(elsewhere)
    (par_path / "sv" / "here").symlink_to(par_path / "sv")
    unread = ["ov/across", "ov/linked/below/up", "ov/round", "sv/again", "sv/here"]
    assert sorted(check(par_path).unread) == unread
    with built(project, par_path) as connection:
        assert reasons(connection) == dict.fromkeys(["c9000", "c9001", "c1", "c2"], "counted")


def test_a7_what_is_no_file_is_named_and_nobody_waits(par_path: Path) -> None:
    os.mkfifo(par_path / "sv" / "pipe.csv")
    os.mkfifo(par_path / "sv" / "pipe.parquet")
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as listening:
        listening.bind(str(par_path / "ov" / "s.csv"))
        with pytest.raises(gate.RefusalError) as caught:
            check(par_path)
    lines = str(caught.value).splitlines()
    assert [re.sub(r".*/par/|;.*", "", line) for line in lines] == [
        f"{name}: is not a file that holds data" for name in ("ov/s.csv", "sv/pipe.csv", "sv/pipe.parquet")
    ]


def test_a7_a_file_that_grows_is_named(par_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passed = check(par_path)
    assert gate.changed_files(passed, par_path) == []
    open_file = gate.files.open_file

    def growing(path: Path, *how: Any) -> gate.files.DataFile:
        opened = open_file(path, *how)
        if path.parent.name == "ov":
            path.write_text(path.read_text(encoding="utf-8") + LINE + "\n", encoding="utf-8")
        return opened

    monkeypatch.setattr(gate.files, "open_file", growing)
    with pytest.raises(gate.RefusalError, match=r"^file=\S+/ov/good\.csv: changes while it is read; [^\n]+$"):
        check(par_path)
    assert gate.changed_files(passed, par_path) == [par_path / "ov" / "good.csv"]


def test_a7_a_file_that_is_changed_and_looks_as_old_as_before_is_noticed(par_path: Path) -> None:
    passed = check(par_path)
    file = par_path / "ov" / "good.csv"
    before = file.stat()
    file.write_text(file.read_text(encoding="utf-8").replace("CJE20", "NFB29"), encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    write_csv(par_path / "sv" / "new.csv", rows_of(1))
    assert gate.changed_files(passed, par_path) == [file, par_path / "sv" / "new.csv"]


@pytest.mark.parametrize("place", [0.3, 0.6, 0.9])
def test_a7_a_damaged_page_is_named(par_path: Path, place: float) -> None:
    file = par_path / "ov" / "many.parquet"
    write_parquet(file, *(rows_of(number) for number in range(3000)))
    content = bytearray(file.read_bytes())
    at = int(place * len(content))
    content[at : at + 200] = os.urandom(200)
    file.write_bytes(content)
    try:
        damaged = [str(fault) for fault in gate.damaged_files(check(par_path))]
    except gate.RefusalError as error:
        damaged = str(error).splitlines()
    if damaged:
        (line,) = damaged
        assert re.match(r"file=\S+/ov/many\.parquet", line)


def test_a_packed_file_that_is_cut_off_is_named(par_path: Path) -> None:
    content = gzip.compress((par_path / "ov" / "good.csv").read_bytes())
    for name, bad in {
        "cut": content[:-12],
        "plain": b"a;b\n",
        "broken": content[:20] + b"xxxxx" + content[25:],
    }.items():
        (par_path / "ov" / f"{name}.csv.gz").write_bytes(bad)
    with pytest.raises(gate.RefusalError) as caught:
        check(par_path)
    lines = str(caught.value).splitlines()
    assert len(lines) == 3 and all("cannot be unpacked or read to its end" in line for line in lines)


def test_a8_a_relative_path_is_the_same_place_from_everywhere(par_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What reads from the extract works in another folder than who looked at it."""
    monkeypatch.chdir(par_path.parent)
    with opened(Path("par")) as connection:
        monkeypatch.chdir(SEEDS)
        assert connection.execute(f"select count(*) from {DATABASE}.ov").fetchall() == [(1,)]
        assert connection.execute(f"select file_name from {DATABASE}.files order by all").fetchall() == [
            ("ov/good.csv",),
            ("sv/good.csv",),
        ]


def test_a9_two_columns_of_a_name_are_refused(par_path: Path) -> None:
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    twice = {("lkf", "lkf"): "lkf", ("lkf", "LKF"): "lkf", ("lkf", " lkf"): "lkf", ("opd1", "opd01"): "opd1"}
    twice |= {("x", "X"): "x"}
    expected = {}
    for number, (names, name) in enumerate(twice.items()):
        columns = [*(column for column in ROW if column not in names), *names]
        values = [pa.array([ROW.get(column.strip().lower(), "")]) for column in columns]
        parquet.write_table(pa.Table.from_arrays(values, names=columns), par_path / "ov" / f"{number}.parquet")
        (par_path / "ov" / f"{number}.csv").write_text(";".join(columns) + "\n", encoding="utf-8")
        expected |= dict.fromkeys([f"{number}.csv", f"{number}.parquet"], f"column={name}: column occurs twice")
    assert refusals(par_path) == expected


def test_a_file_without_a_header_tells_nobody_what_is_in_it(par_path: Path) -> None:
    line = LINE.replace(ROW["vardkontakt_id"], ROW["personnummer"], 1)
    (par_path / "ov" / "bare.csv").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(gate.RefusalError) as caught:
        check(par_path)
    assert ROW["personnummer"] not in str(caught.value)


A10 = {
    "a_short_note": (f"sep=;\n{HEADER}\n{LINE}\n", "row=1: begins with Excel's line sep= and no header"),
    "tabs": (f"{HEADER}\n{LINE}\n".replace(";", "\t"), "row=1: columns are separated by tabs"),
    "crlf_after_lf": (
        f"{HEADER}\n{LINE}\r\n{LINE}\n",
        "row=2: the line ends with another of LF and CRLF than the header",
    ),
    "lf_after_crlf": (
        f"{HEADER}\r\n{LINE}\r\n{LINE}\n",
        "row=3: the line ends with another of LF and CRLF than the header",
    ),
}


def test_a10_what_it_is_and_what_to_do(par_path: Path) -> None:
    for name, (text, _) in A10.items():
        (par_path / "ov" / f"{name}.csv").write_bytes(text.encode())
    assert refusals(par_path) == {f"{name}.csv": message for name, (_, message) in A10.items()}


# B. Values: typed in a way that nobody meant, or stored in a type that nobody expects

TEXT_DATES = [
    "2025-07-10",
    "20250710",
    "2025-07-10T08:30",
    "2025-07-10 23:59:59.999",
    " 2025-07-10 ",
    "\u00a02025-07-10",
]
NO_DATES = [
    *("1/11 2025", "10/7 2025", "07/10/2025", "10.7.2025", "2025-7-1", "2025-02-30", "2025-13-01", "25-07-10", "45848"),
    *("2025-07-10T08:30Z", "2025-07-10 08:30:00+02", "2025-11-15T23:30:00-05:00", "okänt", "0", "-1", "99999-01-01"),
    *("2025-07", "2025", "0000-01-01", "00000101", "infinity", "today", "2025-07-10x", "２０２５-07-10"),
]
DAY = "date '2025-07-10'"
DATE_TYPES = {
    "DATE": DAY,
    "TIMESTAMP": "timestamp '2025-07-10 23:59:59'",
    "TIMESTAMP_S": "timestamp_s '2025-07-10 23:59:59'",
    "TIMESTAMP_MS": "timestamp_ms '2025-07-10 23:59:59'",
    "TIMESTAMP_NS": "timestamp_ns '2025-07-10 23:59:59'",
    "INTEGER": "20250710",
    "BIGINT": "20250710::bigint",
    "HUGEINT": "20250710::hugeint",
    "UBIGINT": "20250710::ubigint",
    "DOUBLE": "20250710::double",
    "DECIMAL": "20250710::decimal(12, 2)",
}
NO_DATE_TYPES = {
    "Excel's day": "45848",
    "Excel's day and hour": "45848.5::double",
    "FLOAT": "20250710::float",
    "BOOLEAN": "true",
    "UUID": "uuid()",
    "a date that never comes": "date 'infinity'",
    "a time that never was": "timestamp '-infinity'",
    "before the common era": "date '0044-03-15 (BC)'",
    "a year of five digits": "date '99999-01-01'",
    "a year of six": "timestamp '290000-01-01'",
    "infinite": "'infinity'::double",
    "not a number": "'nan'::double",
}
A_MOMENT = "is a moment whose day depends on the time zone"
UNREADABLE = "missing or unreadable value"
OTHER_TYPES = {
    "[1]": "is of type INTEGER[]",
    "{'a': 1}": "is of type STRUCT",
    "map {'a': 1}": "is of type MAP",
    "'x'::blob": "is of type BLOB",
    "interval 1 day": "is of type INTERVAL",
    "time '12:00'": "is of type TIME",
    "timestamptz '2025-07-10 12:00:00+00'": A_MOMENT,
    "timetz '12:00:00+00'": A_MOMENT,
    "['2025-07-10']": "is of type VARCHAR[]",
    "[{'a': 1}]": "is of type STRUCT",
}


def read(par_path: Path, column: str) -> dict[str, Any]:
    """The value of a column that the rules get for each outpatient contact."""
    with opened(par_path) as connection:
        return dict(connection.execute(f"select vardkontakt_id, {column} from {DATABASE}.ov").fetchall())


def read_or_refused(par_path: Path, columns: list[str], expressions: Iterable[str], value: str = "") -> dict[str, Any]:
    """What the rules get where some columns store an expression, or what is said of a file that does; a file for
    each."""
    contacts = {expression: f"c{number}" for number, expression in enumerate(expressions)}
    for number, (expression, contact) in enumerate(contacts.items()):
        types = dict.fromkeys(columns, expression)
        write_parquet(par_path / "ov" / f"{contact}.parquet", rows_of(number), **types)
    refused = refusals(par_path)
    for file in refused:
        (par_path / "ov" / file).unlink()
    found = read(par_path, value or columns[0])
    return {
        expression: refused.get(f"{contact}.parquet") or found.get(contact) for expression, contact in contacts.items()
    }


@pytest.fixture
def alone(par_path: Path) -> Path:
    """An extract in which the only outpatient file is still to be written."""
    (par_path / "ov" / "good.csv").unlink()
    return par_path


def test_b12_a_date_is_the_same_in_every_type(alone: Path) -> None:
    columns = ["indatum", "utdatum", "inrapporterad", "opd1"]
    types = DATE_TYPES.values()
    dates = read_or_refused(
        alone, columns, types, "[indatum::varchar, utdatum::varchar, inrapporterad::varchar, opd[1]]"
    )
    assert dates == dict.fromkeys(types, ["2025-07-10"] * 4)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_date_is_the_same_in_every_spelling(alone: Path, kind: str) -> None:
    rows = [rows_of(n, indatum=text, opd1=text, inrapporterad=text, op="CJE20") for n, text in enumerate(TEXT_DATES)]
    write_either(alone / "ov" / f"one.{kind}", rows)
    found = read(alone, "cast(indatum as varchar) || opd[1] || cast(inrapporterad as varchar)")
    assert found == {f"c{n}": "2025-07-10" * 3 for n in range(len(TEXT_DATES))}


def write_either(path: Path, rows: list[dict[str, str]]) -> None:
    if path.suffix == ".parquet":
        write_parquet(path, *rows)
        return
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = [";".join(columns), *(";".join(row.get(column, "") for column in columns) for row in rows)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_b1_b2_b4_what_is_no_date_is_never_another(project: CompiledProject, par_path: Path, kind: str) -> None:
    """The date of a code excludes it, the start leaves it without a date, both in the account; of receipt it is
    refused."""
    for place, column in {"own": "opd1", "start": "indatum"}.items():
        rows = [rows_of(n, vardkontakt_id=f"{place}{n}", **{column: text}) for n, text in enumerate(NO_DATES)]
        write_either(par_path / "ov" / f"{place}.{kind}", rows)
    with built(project, par_path) as connection:
        excluded = {f"own{n}": "operation_date_unreadable" for n in range(len(NO_DATES))}
        assert reasons(connection) == {"c9000": "counted", "c9001": "counted"} | excluded
        assert outcomes(connection, f"ov/own.{kind}") == {"decided": len(NO_DATES)}
        assert outcomes(connection, f"ov/start.{kind}") == {"no_operation_date": len(NO_DATES)}
    rows = [rows_of(n, inrapporterad=text) for n, text in enumerate(NO_DATES)]
    write_either(par_path / "ov" / f"received.{kind}", rows)
    (message,) = refusals(par_path).values()
    assert f"column=inrapporterad: {UNREADABLE}, in {len(rows)} of {len(rows)} rows" in message


def test_b4_no_type_makes_a_date_of_what_is_none(alone: Path) -> None:
    types = NO_DATE_TYPES.values()
    dates = read_or_refused(alone, ["opd1", "indatum"], types, "[opd[1], indatum::varchar]")
    assert dates == {expression: ["unreadable", None] for expression in types}
    received = read_or_refused(alone, ["inrapporterad"], types)
    assert received == dict.fromkeys(types, f"row=1 column=inrapporterad: {UNREADABLE}")


def test_a_type_without_an_answer_is_refused(alone: Path) -> None:
    expected = {}
    for column in [*ROW, "utdatum", "opd2"]:
        for number, (expression, message) in enumerate(OTHER_TYPES.items()):
            write_parquet(alone / "ov" / f"{column}{number}.parquet", ROW, **{column: expression})
            expected[f"{column}{number}.parquet"] = f"column={column}: {message}"
    no_rule_reads = {f"mvo{number}.parquet" for number in range(len(OTHER_TYPES))}
    assert refusals(alone) == {file: message for file, message in expected.items() if file not in no_rule_reads}


WITHDRAWALS = {
    **dict.fromkeys(
        ["1", "true", "1::tinyint", "1::hugeint", "1::double", "1::decimal(3, 1)", "'JA'", "' t '", "'1.0'"], True
    ),
    **dict.fromkeys(["0", "false", "0::double", "-0.0::double", "'nej'", "null", "null::varchar", "''"], False),
    **dict.fromkeys(
        ["-1", "2", "-1::tinyint", "0.5::double", "'nan'::double", "'x'", "'kanske'", "'-1'", "uuid()"],
        f"row=1 column=makulerad: {UNREADABLE}",
    ),
    **dict.fromkeys(["date '2025-07-10'", "255::utinyint", "'SANT'", "'10'"], f"row=1 column=makulerad: {UNREADABLE}"),
}


def test_b3_what_is_not_clearly_true_or_false_is_refused(alone: Path) -> None:
    assert read_or_refused(alone, ["makulerad"], WITHDRAWALS, "coalesce(makulerad, false)") == WITHDRAWALS


DELIVERIES = {
    **dict.fromkeys(
        ["7", "7::tinyint", "7::ubigint", "7::double", "7::float", "7::decimal(9, 2)", "'7'", "' 7.0 '", "'007'"], 7
    ),
    **dict.fromkeys(
        [
            *("7.5::double", "'7,0'", "'sju'", "''", "null", "1e300::double", "'nan'::double", "true"),
            *("7.01::decimal(9, 2)", "170141183460469231731687303715884105727::hugeint"),
            *("18446744073709551615::ubigint", "16777217::float * 2"),
        ],
        f"row=1 column=leverans_nr: {UNREADABLE}",
    ),
}


def test_a_delivery_number_is_whole(alone: Path) -> None:
    assert read_or_refused(alone, ["leverans_nr"], DELIVERIES) == DELIVERIES


# Of a number.
CONTACT_TYPES = [
    "{}",
    "{}::double",
    "{}::float",
    "{}::decimal(5, 1)",
    "{}::hugeint",
    "'{}'",
    "'{}.0'",
    "' {}\t'",
    "'\u00a0{}\ufeff'",
]
NO_CONTACTS = [
    "null",
    "null::bigint",
    "''",
    "' \u3000'",
    "1e17::double",
    "20000000000000001::double",
    "16777217::float * 2",
    "'nan'::double",
]
NO_CONTACTS += ["'infinity'::double", "'1,98001E+11'", "'1.98001e+11'", "'1E+15'", "3e9::float"]


def test_b5_a_contact_is_the_same_in_every_type(project: CompiledProject, alone: Path) -> None:
    """Delivered as text, and later withdrawn in a file of another type."""
    contacts = {str(number): rows_of(number, vardkontakt_id=str(number)) for number in range(len(CONTACT_TYPES))}
    contacts["K4"] = rows_of(10, vardkontakt_id="K4")
    write_csv(alone / "ov" / "first.csv", *contacts.values())
    later = {"leverans_nr": "2", "inrapporterad": "2025-09-10", "makulerad": "true"}
    for number, expression in enumerate(CONTACT_TYPES):
        path = alone / "ov" / f"later{number}.parquet"
        write_parquet(path, contacts[str(number)] | later, vardkontakt_id=expression.format(number))
    write_either(alone / "ov" / "tab.csv", [contacts["K4"] | later | {"vardkontakt_id": "K4\t"}])
    with built(project, alone) as connection:
        rows = connection.execute(
            "select contact_key, reason from warehouse.marts.contact_decisions where settlement_id = ? and "
            "contact_key != 'c9000' order by all",
            [SETTLEMENT],
        ).fetchall()
    assert rows == [(contact, reason) for contact in contacts for reason in ("superseded", "withdrawn")]


def test_a_contact_that_cannot_be_told_from_others_is_refused(alone: Path) -> None:
    found = read_or_refused(alone, ["vardkontakt_id"], NO_CONTACTS)
    assert found == dict.fromkeys(NO_CONTACTS, f"row=1 column=vardkontakt_id: {UNREADABLE}")


def test_b6_numbers_stored_as_numbers_are_read_or_refused(project: CompiledProject, par_path: Path) -> None:
    for place, kind in enumerate(["double", "decimal(18, 2)", "bigint", "hugeint"]):
        rows = [rows_of(12 * place + number, sjukhus="10013") for number in range(12)]
        types = {column: f"{column}::{kind}" for column in ("personnummer", "sjukhus")}
        write_parquet(par_path / "ov" / f"numbers{place}.parquet", *rows, **types)
    with built(project, par_path) as connection:
        assert reasons(connection) == dict.fromkeys([*(f"c{n}" for n in range(48)), "c9000", "c9001"], "counted")
        hospitals = connection.execute(
            "select distinct hospital_code from warehouse.marts.contact_decisions"
        ).fetchall()
        assert hospitals == [("10013",)]


def test_b6_numbers_that_do_not_fit_are_refused(par_path: Path) -> None:
    """Twelve digits are too many, and the file says of every person another."""
    rows = [rows_of(number) for number in range(12)]
    write_parquet(par_path / "ov" / "numbers.parquet", *rows, personnummer="personnummer::float")
    with pytest.raises(gate.RefusalError, match="figure=identity_unreadable_percent: 100 where more than 50"):
        gate.check(par_path, None, SEEDS)


def test_b7_a_residence_that_is_no_text_is_refused(alone: Path) -> None:
    expressions = ["180001", "180001::double", "true", "date '2025-01-01'", "uuid()", "1.5::float"]
    message = "column=lkf: is not text, so that leading zeros are lost"
    assert read_or_refused(alone, ["lkf"], expressions) == dict.fromkeys(expressions, message)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_b7_what_is_no_residence_delivers_no_month(alone: Path, kind: str) -> None:
    """A7 asks for the county of a row. One that cannot be read is of none, and so is one of which nothing is said."""
    residences = ["018001", "18001", "180.0", "０１80", "", " 14 ", "1480"]
    write_either(alone / "ov" / f"one.{kind}", [rows_of(number, lkf=lkf) for number, lkf in enumerate(residences)])
    (file,) = [file for file in check(alone).files if file.account.name == f"ov/one.{kind}"]
    assert {month.county: month.rows for month in file.account.months} == {"01": 1, "?": 3, None: 1, "14": 2}


VALUES = {
    # B7: a zero that was lost moves nobody to another county
    "lkf 18001": ({"lkf": "18001"}, "not_resident", "decided"),
    "lkf 180.0": ({"lkf": "180.0"}, "not_resident", "decided"),
    "lkf full width": ({"lkf": "０１80"}, "not_resident", "decided"),
    # B8
    "S72,0": ({"op": "NFB29", "hdia": "S72,0"}, "fracture_main_diagnosis", "decided"),
    "†S72-0": ({"op": "NFB29", "hdia": "†S72-0"}, "fracture_main_diagnosis", "decided"),
    "s 72 .0": ({"op": "NFB29", "hdia": " s 72 .0"}, "fracture_main_diagnosis", "decided"),
    "S72_0": ({"op": "NFB29", "hdia": "(S72_0)"}, "fracture_main_diagnosis", "decided"),
    # B9
    **{
        f"codes with {sign!a}": ({"op": f"ZXA10{sign}CJE20"}, "counted", "decided")
        for sign in (
            ",",
            ";",
            "|",
            "/",
            " ",
            ", ",
            " ; ",
            "\t",
            "\u00a0",
            "\u2009",
            "\u3000",
            "\u2028",
            "\ufeff",
            "\v",
            "\f",
        )
    },
    # B10
    **{
        code: ({"op": code}, None, "resembles_a_listed_code")
        for code in (
            "CJE20-V",
            "NFB29NFB49",
            "CJE200",
            "CJE2O",
            "XCJE20",
            "CJE_20_1",
            "cje20x",
            "NFB 29",
            "CJE\u200b20\u200b5",
        )
    },
    "another code": ({"op": "CJK10"}, None, "no_listed_code"),
    "no code": ({"op": ""}, None, "no_listed_code"),
    # B11
    "opd 1900": ({"opd1": "1900-01-01"}, None, "outside_every_period"),
    "opd 9999": ({"opd1": "9999-12-31"}, None, "outside_every_period"),
    "opd a year before": ({"opd1": "2021-07-01"}, None, "outside_every_period"),
    "no date at all": ({"indatum": ""}, None, "no_operation_date"),
}


def test_b_a_value_is_what_it_says(project: CompiledProject, par_path: Path) -> None:
    """Each of them as CSV and as Parquet, in a file with those of the same outcome."""
    rows: dict[str, list[dict[str, str]]] = {}
    for number, (change, _, outcome) in enumerate(VALUES.values()):
        quoted = {column: f'"{text}"' for column, text in change.items()}
        rows.setdefault(f"ov/{outcome}.csv", []).append(rows_of(2 * number, **quoted))
        rows.setdefault(f"ov/{outcome}.parquet", []).append(rows_of(2 * number + 1, **change))
    for file, of_file in rows.items():
        write_either(par_path / file, of_file)
    with project.build(par_path) as connection:
        found = reasons(connection)
        accounts = {file: outcomes(connection, file) for file in rows}
    contacts = {name: (f"c{2 * number}", f"c{2 * number + 1}") for number, name in enumerate(VALUES)}
    assert {name: [found.get(contact) for contact in contacts[name]] for name in VALUES} == {
        name: [reason, reason] for name, (_, reason, _) in VALUES.items()
    }
    assert accounts == {file: {Path(file).stem: len(of_file)} for file, of_file in rows.items()}


def test_b11_dates_outside_the_stay_are_warned_of(par_path: Path) -> None:
    write_either(
        par_path / "sv" / "dates.csv", [rows_of(1, utdatum="2025-07-02", opd1="2025-07-01", opd2="2025-07-03")]
    )
    lines = gate.warnings_of(check(par_path))
    assert any(
        "file=sv/dates.csv figure=procedure_date_outside_stay_percent: 100 where at most 5" in line for line in lines
    )


def test_b13_contradictory_rows_pay_the_same_for_every_secret(
    project: CompiledProject, par_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Contacts, each twice with the same day and delivery: other diagnoses, other days, another person."""
    rows = []
    for number in range(10):
        rows += [rows_of(number, op="NFB29", hdia=diagnosis) for diagnosis in ("M160", "S720")]
        rows += [rows_of(100 + number, opd1=day) for day in ("2025-07-03", "2025-06-03")]
        rows += [rows_of(200 + number), rows_of(200 + number, personnummer=numbered_person(300 + number))]
        rows += [
            rows_of(400 + number, vardkontakt_id=f"{numbered_person(500 + number)}-1", lkf=lkf) for lkf in ("01", "12")
        ]
    answers = set()
    for number, secret in enumerate(["the first of three", "the second of three", "and the third of them"]):
        order = rows if number < 2 else rows[::-1]
        for part in range(number + 1):
            write_parquet(par_path / "ov" / f"{number}{part}.parquet", *order[part :: number + 1])
        monkeypatch.setenv("PERSON_KEY_SECRET", secret)
        with project.with_secret(secret.encode()).build(par_path) as connection:
            counted = connection.execute("""
                select region_code, category_id, operation_month, operations from warehouse.marts.operation_counts
                where operations > 0 order by all
            """)
            decisions = connection.execute("""
                select settlement_id, reason, category_id, operation_date, region_code, count(*)
                from warehouse.marts.contact_decisions group by all order by all
            """)
            answers.add((str(counted.fetchall()), str(decisions.fetchall())))
            found = reasons(connection)
        for path in par_path.glob("ov/*.parquet"):
            path.unlink()
        assert {found[f"c{200 + number}"] for number in range(10)} == {"invalid_person_id"}
        assert not [key for key in found if "-1" in key], "a contact id with an identity is a pseudonym"
    assert len(answers) == 1


def test_b14_withdrawals_in_quarantine_are_said(par_path: Path) -> None:
    rows = [rows_of(number) for number in range(1100)]
    write_csv(par_path / "ov" / "many.csv", *rows, rows_of(5, leverans_nr="two", makulerad="true"))
    lines = gate.warnings_of(check(par_path))
    said = "file=ov/many.csv: 1 rows in quarantine, of which 1 withdraw a contact (unreadable_delivery_number 1); "
    assert [line for line in lines if line.startswith(f"warning: {said}")]


def test_a_row_is_the_same_in_files_with_other_columns(project: CompiledProject, par_path: Path) -> None:
    write_csv(par_path / "ov" / "none.csv", rows_of(1))
    for number in (1, 30, 40):
        dates = {f"opd{place}": "null::date" for place in range(1, number + 1)}
        write_parquet(par_path / "ov" / f"{number}.parquet", rows_of(1), **dates, other="1")
    with built(project, par_path) as connection:
        decisions = connection.execute(
            "select reason, count(*) from warehouse.marts.contact_decisions "
            "where contact_key = 'c1' and settlement_id = ? group by reason",
            [SETTLEMENT],
        ).fetchall()
    assert decisions == [("counted", 1)]
