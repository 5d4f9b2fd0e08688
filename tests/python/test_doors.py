"""Nothing is lost or changed between a file and a decision: what once was, file by file and value by value.

Each case is one of its kind. A good patient is in every extract; what a case changes is counted as the contract says,
stands in the account of rows with its outcome, or is refused.
"""

from __future__ import annotations

import contextlib
import datetime
import gzip
import os
import re
import socket
from collections.abc import Iterator
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


def rows_of(number: int, **values: str) -> dict[str, str]:
    """A row of a contact and person of its own."""
    return ROW | {"vardkontakt_id": f"c{number}", "personnummer": numbered_person(number)} | values


def write_parquet(path: Path, *rows: dict[str, str], **types: str) -> None:
    """Rows as a Parquet file; `types` gives the expression of a column, in which its own name is the text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    names = list(dict.fromkeys(name for row in rows for name in row))
    values = ", ".join("(" + ", ".join(_literal(row.get(name)) for name in names) + ")" for row in rows)
    columns = ", ".join(f'{types.get(name, name)} as "{name}"' for name in [*names, *(types.keys() - set(names))])
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        relation = connection.sql(f"select {columns} from (values {values}) as texts ({', '.join(names)})")
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


@pytest.mark.parametrize("name", ["2025[1]", "x*", "x?", "lkf=14", "a'b", "å"])
def test_a2_the_folder_that_is_named_is_read(project: CompiledProject, par_path: Path, name: str) -> None:
    for beside in ("20251", "xy", "x"):
        for folder in COLUMNS:
            (par_path.parent / beside / folder).mkdir(parents=True)
            write_csv(par_path.parent / beside / folder / "other.csv", rows_of(1))
    par_path.rename(par_path.parent / name)
    with built(project, par_path.parent / name) as connection:
        assert reasons(connection) == {"c9000": "counted", "c9001": "counted"}


@pytest.mark.parametrize("folder", STRANGE_FOLDERS)
def test_a4_a_folder_is_no_data(project: CompiledProject, par_path: Path, folder: str) -> None:
    """Neither one above the extract nor one within it, at any depth."""
    place = par_path.parent / folder / "par"
    place.parent.mkdir(parents=True)
    par_path.rename(place)
    (place / "ov" / folder).mkdir(parents=True)
    write_parquet(place / "ov" / folder / "one.parquet", rows_of(1, lkf="1280"))
    write_csv(place / "ov" / folder / "one.csv", rows_of(2, lkf="1280"))
    with built(project, place) as connection:
        assert reasons(connection) == dict.fromkeys(["c9000", "c9001", "c1", "c2"], "counted")
        regions = connection.execute("select distinct region_code from warehouse.marts.contact_decisions").fetchall()
        assert sorted(regions) == [("01",), ("12",)]


@pytest.mark.parametrize(
    "name", ["a.sas7bdat", "b.dta", "c.xlsx", "d.zip", "e.txt", "f.csv.zip", "g.parquet.tmp", "csv"]
)
def test_a5_a_file_that_is_not_read_is_named(par_path: Path, name: str) -> None:
    (par_path / "sv" / name).write_text("data", encoding="utf-8")
    assert check(par_path).unread == [f"sv/{name}"]
    for path in par_path.rglob("good.csv"):
        path.unlink()
    with pytest.raises(gate.RefusalError) as caught:
        check(par_path)
    assert f"the extract has no row; not read: sv/{name}; put" in str(caught.value)


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


@pytest.mark.parametrize("names", [("lkf", "lkf"), ("lkf", "LKF"), ("lkf", " lkf"), ("opd1", "opd01"), ("x", "X")])
def test_a9_two_columns_of_a_name_are_refused(par_path: Path, names: tuple[str, str]) -> None:
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    columns = [*(name for name in ROW if name not in names), *names]
    values = [pa.array([ROW.get(name.strip().lower(), "")]) for name in columns]
    parquet.write_table(pa.Table.from_arrays(values, names=columns), par_path / "ov" / "two.parquet")
    (par_path / "ov" / "two.csv").write_text(";".join(columns) + "\n", encoding="utf-8")
    with pytest.raises(gate.RefusalError) as caught:
        check(par_path)
    lines = str(caught.value).splitlines()
    assert len(lines) == 2
    assert all(re.search(r"two\.\w+ column=(lkf|opd1|x): column occurs twice", line) for line in lines)


def test_a_file_without_a_header_tells_nobody_what_is_in_it(par_path: Path) -> None:
    line = LINE.replace(ROW["vardkontakt_id"], ROW["personnummer"], 1)
    (par_path / "ov" / "bare.csv").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(gate.RefusalError) as caught:
        check(par_path)
    assert ROW["personnummer"] not in str(caught.value)


A10 = {
    "a short note": (f"sep=;\n{HEADER}\n{LINE}\n", r"row=1: begins with Excel's line sep="),
    "tabs": (f"{HEADER}\n{LINE}\n".replace(";", "\t"), r"row=1: columns are separated by tabs"),
    "CRLF after LF": (f"{HEADER}\n{LINE}\r\n{LINE}\n", r"row=2: the line ends with another of LF and CRLF"),
    "LF after CRLF": (f"{HEADER}\r\n{LINE}\r\n{LINE}\n", r"row=3: the line ends with another of LF and CRLF"),
}


@pytest.mark.parametrize("name", A10)
def test_a10_what_it_is_and_what_to_do(par_path: Path, name: str) -> None:
    text, message = A10[name]
    (par_path / "ov" / "bad.csv").write_bytes(text.encode())
    with pytest.raises(gate.RefusalError, match=rf"^file=\S+/ov/bad\.csv {message}[^\n]*; [^\n]+$"):
        check(par_path)


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
OTHER_TYPES = [
    *("[1]", "{'a': 1}", "map {'a': 1}", "'x'::blob", "interval 1 day", "time '12:00'"),
    *("timestamptz '2025-07-10 12:00:00+00'", "timetz '12:00:00+00'", "['2025-07-10']", "[{'a': 1}]"),
]


def read(par_path: Path, column: str) -> list[object]:
    """The values of a column as the rules get them."""
    with opened(par_path) as connection:
        return [value for (value,) in connection.execute(f"select {column} from {DATABASE}.ov").fetchall()]


@pytest.fixture
def alone(par_path: Path) -> Path:
    """An extract in which the only outpatient file is still to be written."""
    (par_path / "ov" / "good.csv").unlink()
    return par_path


@pytest.mark.parametrize("expression", DATE_TYPES.values(), ids=DATE_TYPES)
@pytest.mark.parametrize("column", ["indatum", "utdatum", "inrapporterad", "opd1"])
def test_b12_a_date_is_the_same_in_every_type(alone: Path, expression: str, column: str) -> None:
    write_parquet(alone / "ov" / "one.parquet", rows_of(1), **{column: expression})
    expected = "2025-07-10" if column == "opd1" else datetime.date(2025, 7, 10)
    assert read(alone, "opd[1]" if column == "opd1" else column) == [expected]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_date_is_the_same_in_every_spelling(alone: Path, kind: str) -> None:
    rows = [rows_of(n, indatum=text, opd1=text, inrapporterad=text, op="CJE20") for n, text in enumerate(TEXT_DATES)]
    write_either(alone / "ov" / f"one.{kind}", rows)
    found = read(alone, "cast(indatum as varchar) || opd[1] || cast(inrapporterad as varchar)")
    assert found == ["2025-07-10" * 3] * len(TEXT_DATES)


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
    for place, texts in ("own", NO_DATES), ("start", NO_DATES):
        column = {"own": "opd1", "start": "indatum"}[place]
        for part in range(0, len(texts), 9):
            rows = [rows_of(n, vardkontakt_id=f"{place}{n}", **{column: text}) for n, text in enumerate(texts)]
            write_either(par_path / "ov" / f"{place}{part}.{kind}", rows[part : part + 9])
    with built(project, par_path) as connection:
        unreadable = {f"own{n}": "operation_date_unreadable" for n in range(len(NO_DATES))}
        assert reasons(connection) == {"c9000": "counted", "c9001": "counted"} | unreadable
        assert outcomes(connection, f"ov/own0.{kind}") == {"decided": 9}
        assert outcomes(connection, f"ov/start0.{kind}") == {"no_operation_date": 9}
    for text in NO_DATES:
        write_either(par_path / "ov" / f"own0.{kind}", [rows_of(1, inrapporterad=text)])
        with pytest.raises(gate.RefusalError, match="column=inrapporterad: missing or unreadable value"):
            check(par_path)


@pytest.mark.parametrize("expression", NO_DATE_TYPES.values(), ids=NO_DATE_TYPES)
def test_b4_no_type_makes_a_date_of_what_is_none(alone: Path, expression: str) -> None:
    write_parquet(alone / "ov" / "one.parquet", rows_of(1), opd1=expression, indatum=expression)
    assert read(alone, "[opd[1], cast(indatum as varchar)]") == [["unreadable", None]]
    write_parquet(alone / "ov" / "one.parquet", rows_of(1), inrapporterad=expression)
    with pytest.raises(gate.RefusalError, match="row=1 column=inrapporterad: missing or unreadable value"):
        check(alone)


@pytest.mark.parametrize("expression", OTHER_TYPES)
@pytest.mark.parametrize("column", [*ROW, "utdatum", "opd2"])
def test_a_type_without_an_answer_is_refused(alone: Path, expression: str, column: str) -> None:
    write_parquet(alone / "ov" / "one.parquet", ROW, **{column: expression})
    if column == "mvo":
        check(alone)
        return
    with pytest.raises(
        gate.RefusalError, match=rf"^file=\S+/one\.parquet column={column}: is (of type|a moment)[^\n]*$"
    ):
        check(alone)


WITHDRAWALS = {
    **dict.fromkeys(
        ["1", "true", "1::tinyint", "1::hugeint", "1::double", "1::decimal(3, 1)", "'JA'", "' t '", "'1.0'"], True
    ),
    **dict.fromkeys(["0", "false", "0::double", "-0.0::double", "'nej'", "null", "null::varchar", "''"], False),
    **dict.fromkeys(
        ["-1", "2", "-1::tinyint", "0.5::double", "'nan'::double", "'x'", "'kanske'", "'-1'", "uuid()"], None
    ),
    **dict.fromkeys(["date '2025-07-10'", "255::utinyint", "'SANT'", "'10'"], None),
}


@pytest.mark.parametrize("expression", WITHDRAWALS)
def test_b3_what_is_not_clearly_true_or_false_is_refused(alone: Path, expression: str) -> None:
    write_parquet(alone / "ov" / "one.parquet", rows_of(1), makulerad=expression)
    expected = WITHDRAWALS[expression]
    if expected is None:
        with pytest.raises(gate.RefusalError, match="row=1 column=makulerad: missing or unreadable value"):
            check(alone)
    else:
        assert read(alone, "coalesce(makulerad, false)") == [expected]


DELIVERIES = {
    **dict.fromkeys(
        ["7", "7::tinyint", "7::ubigint", "7::double", "7::float", "7::decimal(9, 2)", "'7'", "' 7.0 '", "'007'"], 7
    ),
    **dict.fromkeys(
        ["7.5::double", "'7,0'", "'sju'", "''", "null", "1e300::double", "'nan'::double", "true", "7.01::decimal(9, 2)"]
    ),
    **dict.fromkeys(
        ["170141183460469231731687303715884105727::hugeint", "18446744073709551615::ubigint", "16777217::float * 2"]
    ),
}


@pytest.mark.parametrize("expression", DELIVERIES)
def test_a_delivery_number_is_whole(alone: Path, expression: str) -> None:
    write_parquet(alone / "ov" / "one.parquet", rows_of(1), leverans_nr=expression)
    expected = DELIVERIES[expression]
    if expected is None:
        with pytest.raises(gate.RefusalError, match="row=1 column=leverans_nr: missing or unreadable value"):
            check(alone)
    else:
        assert read(alone, "leverans_nr") == [expected]


SEVENTY_SEVEN = [
    "77",
    "77::double",
    "77::float",
    "77::decimal(5, 1)",
    "77::hugeint",
    "'77'",
    "'77.0'",
    "' 77\t'",
    "'\u00a077\ufeff'",
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


@pytest.mark.parametrize("expression", SEVENTY_SEVEN)
def test_b5_a_contact_is_the_same_in_every_type(project: CompiledProject, alone: Path, expression: str) -> None:
    write_csv(alone / "ov" / "first.csv", rows_of(1, vardkontakt_id="77"), rows_of(2, vardkontakt_id="K4"))
    later = {"leverans_nr": "2", "inrapporterad": "2025-09-10", "makulerad": "true"}
    write_parquet(alone / "ov" / "later.parquet", rows_of(1, **later), vardkontakt_id=expression)
    write_either(alone / "ov" / "tab.csv", [rows_of(2, vardkontakt_id="K4\t", **later)])
    with built(project, alone) as connection:
        rows = connection.execute(
            "select contact_key, reason from warehouse.marts.contact_decisions where settlement_id = ? and "
            "contact_key in ('77', 'K4') order by all",
            [SETTLEMENT],
        ).fetchall()
    assert rows == [("77", "superseded"), ("77", "withdrawn"), ("K4", "superseded"), ("K4", "withdrawn")]


@pytest.mark.parametrize("expression", NO_CONTACTS)
def test_a_contact_that_cannot_be_told_from_others_is_refused(alone: Path, expression: str) -> None:
    write_parquet(alone / "ov" / "one.parquet", rows_of(1), vardkontakt_id=expression)
    with pytest.raises(gate.RefusalError, match="row=1 column=vardkontakt_id: missing or unreadable value"):
        check(alone)


@pytest.mark.parametrize("kind", ["double", "decimal(18, 2)", "bigint", "hugeint", "float"])
def test_b6_numbers_stored_as_numbers_are_read_or_refused(project: CompiledProject, par_path: Path, kind: str) -> None:
    rows = [rows_of(number, sjukhus="10013") for number in range(12)]
    types = {column: f"{column}::{kind}" for column in ("personnummer", "sjukhus")}
    write_parquet(par_path / "ov" / "numbers.parquet", *rows, **types)
    if kind == "float":
        # twelve digits do not fit, and the file says of every person another
        with pytest.raises(gate.RefusalError, match="figure=identity_unreadable_percent: 100 where more than 50"):
            gate.check(par_path, None, SEEDS)
        return
    with built(project, par_path) as connection:
        assert reasons(connection) == dict.fromkeys([*(f"c{n}" for n in range(12)), "c9000", "c9001"], "counted")
        hospitals = connection.execute(
            "select distinct hospital_code from warehouse.marts.contact_decisions"
        ).fetchall()
        assert hospitals == [("10013",)]


@pytest.mark.parametrize(
    "expression", ["180001", "180001::double", "true", "date '2025-01-01'", "uuid()", "1.5::float"]
)
def test_b7_a_residence_that_is_no_text_is_refused(alone: Path, expression: str) -> None:
    write_parquet(alone / "ov" / "one.parquet", rows_of(1), lkf=expression)
    with pytest.raises(gate.RefusalError, match=r"column=lkf: is not text, so that leading zeros are lost; deliver"):
        check(alone)


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


@pytest.fixture(scope="module")
def decided(project: CompiledProject, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Every one of the values in a file of its own, both as CSV and as Parquet."""
    par_path = tmp_path_factory.mktemp("values") / "par"
    for folder in COLUMNS:
        (par_path / folder).mkdir(parents=True)
    for number, (change, _, _) in enumerate(VALUES.values()):
        quoted = {column: f'"{text}"' for column, text in change.items()}
        write_either(par_path / "ov" / f"{number}.csv", [rows_of(2 * number, **quoted)])
        write_either(par_path / "ov" / f"{number}.parquet", [rows_of(2 * number + 1, **change)])
    with project.build(par_path) as connection:
        yield connection


@pytest.mark.parametrize("name", VALUES)
def test_b_a_value_is_what_it_says(decided: duckdb.DuckDBPyConnection, name: str) -> None:
    number = list(VALUES).index(name)
    _, reason, outcome = VALUES[name]
    found = reasons(decided)
    assert [found.get(f"c{2 * number}"), found.get(f"c{2 * number + 1}")] == [reason, reason]
    assert outcomes(decided, f"ov/{number}.csv") == outcomes(decided, f"ov/{number}.parquet") == {outcome: 1}


def test_b11_dates_outside_the_stay_are_warned_of(par_path: Path) -> None:
    write_either(par_path / "sv" / "dates.csv", [rows_of(1, utdatum="2025-07-02", opd1="2025-07-03")])
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
