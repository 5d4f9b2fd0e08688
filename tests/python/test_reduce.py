"""A reduced extract is as good as the whole one."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import duckdb
import pytest
from pysail.spark import SparkConnectServer
from pyspark.sql import SparkSession

from vardkoer import paths
from vardkoer.gate.account import account_of
from vardkoer.gate.files import files_below, open_file, public_names
from vardkoer.gate.search import search_pattern
from vardkoer.reduce.extract import reduce

GOOD_ROW = {
    "vardkontakt_id": "K1",
    "leverans_nr": "9",
    "inrapporterad": "2025-11-15",
    "makulerad": "false",
    "personnummer": "181212121212",
    "lkf": "0180",
    "sjukhus": "10013",
    "indatum": "2025-06-15",
    "hdia": "H25.1",
    "op": "CJC00",
}
# Values of which not one reader would say the same as another.
ODD_TEXTS = {
    "vardkontakt_id": [None, "", " ", "\u00a0", "77", " 77", "77.0", "077.00", "7.70", "K1\u2003", "Å5", "\ufeff"],
    "leverans_nr": [
        *(None, "", "12", " 12 ", "12.0", "12.5", "1e3", "-3", "+3", "1_000", "0x1F", "٣"),
        *("9223372036854775807", "9223372036854775808", "12\u00a0", "12,0", "--1", "12."),
    ],
    "inrapporterad": [
        *(None, "", "20251115", "2025-11-15", " 2025-11-15 ", "2025-11-15 10:11", "2025-11-15T10:11:12.5"),
        *("2025-11-15 x", "2025-02-30", "20250230", "2025-2-3", "15/11/2025", "0000-01-01", "00000101"),
        *("0001-01-01", "9999-12-31", "2025-11-15Z", "2025-11-15 10:11:12+01:00", "20251115.0", "202511150"),
        *("2024-02-29", "2025-02-29"),
    ],
    "makulerad": [None, "", "true", "TRUE", " True ", "false", "1", "0", "1.0", "ja", "Nej", "j", "maybe", "2", "on"],
    "lkf": [None, "", "01", "0180", "018001", "018", "01800", "1", " 01 ", "01.0", "0180.00", "AB", "٠١", "01\n"],
    "indatum": [None, "", "20250615", "2025-06-15", "2025-06-31", "x", "2025-06-15 23:59", "0999-01-01"],
    "op": [None, "", "cjc00", "c.j-C 00", "CJ\u00a0C00", "AAA00", "CJ", "xxNF\nB49", "NF\u0130B", "ſ"],
}
# Columns of files that know more types than text, as DuckDB writes them.
TYPED = [
    "cast(inrapporterad as date) as inrapporterad, cast(leverans_nr as bigint) as leverans_nr, true as makulerad",
    "cast(inrapporterad as timestamp) as inrapporterad, cast(leverans_nr as double) as leverans_nr, 1.0 as makulerad",
    "null::date as inrapporterad, cast('9.5' as double) as leverans_nr, null::boolean as makulerad",
    "date '12025-01-01' as inrapporterad, cast(9.00 as decimal(9, 2)) as leverans_nr, 0::tinyint as makulerad",
    "20251115 as inrapporterad, 1e17::double as leverans_nr, 7::utinyint as makulerad",
    "20251115.0::double as inrapporterad, 'nan'::float as leverans_nr, 0::float as makulerad",
]


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    """A session on a Sail server of its own, or on the server that SPARK_REMOTE names."""
    server = None if os.environ.get("SPARK_REMOTE") else SparkConnectServer()
    if server:
        server.start()
    remote = f"sc://127.0.0.1:{server.listening_address[1]}" if server else os.environ["SPARK_REMOTE"]
    session = SparkSession.builder.remote(remote).getOrCreate()
    yield session
    # before the server, which the session would wait for
    session.stop()
    if server:
        server.stop()


@pytest.fixture
def odd_extract(tmp_path: Path) -> Path:
    """Every odd text by itself in an otherwise good row, and every odd type, in CSV and in Parquet."""
    rows = [GOOD_ROW | {column: text} for column, texts in ODD_TEXTS.items() for text in texts]
    par_path = tmp_path / "par"
    (par_path / "ov" / "lkf=01").mkdir(parents=True)
    (par_path / "sv").mkdir()
    with duckdb.connect() as connection:
        connection.execute(f"create table rows ({', '.join(f'{column} varchar' for column in GOOD_ROW)})")
        places = ", ".join("?" * len(GOOD_ROW))
        connection.executemany(f"insert into rows values ({places})", [list(row.values()) for row in rows])
        for number, delimiter in enumerate(";,"):
            path = par_path / "ov" / "lkf=01" / f"{number} år.csv"
            connection.execute(f"copy rows to '{path}' (header, delimiter '{delimiter}')")
        connection.execute(f"copy rows to '{par_path / 'ov' / 'texts.parquet'}'")
        for number, columns in enumerate(TYPED):
            good = "leverans_nr = '9' and inrapporterad = '2025-11-15' and makulerad = 'false'"
            path = par_path / "sv" / f"{number}.parquet"
            connection.execute(f"copy (select * replace ({columns}) from rows where {good}) to '{path}'")
    return par_path


def test_spark_counts_what_the_gate_counts(spark: SparkSession, odd_extract: Path, tmp_path: Path) -> None:
    """The account is that of the whole file; all that the gate would find in it is also in what is kept."""
    accounts = reduce(spark, odd_extract, paths.SEEDS, tmp_path / "reduced")
    found = [path for _, path in files_below(odd_extract)[0]]
    for account, path, name in zip(accounts, found, public_names(found, odd_extract), strict=True):
        whole = account_of(open_file(path), name, "", search_pattern(paths.SEEDS))
        assert account["name"] == name
        assert account["rows"] == whole.rows
        assert account["unreadable_rows"] == Counter(row.fault for row in whole.unreadable_rows), name
        assert sorted(account["months"], key=str) == sorted(map(asdict, whole.months), key=str), name
        kept = account_of(open_file(tmp_path / "reduced" / account["file"]), name, "", search_pattern(paths.SEEDS))
        assert kept.figures == whole.figures, name
        assert Counter(row.fault for row in kept.unreadable_rows) == account["unreadable_rows"], name
