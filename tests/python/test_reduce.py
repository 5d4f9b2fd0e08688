"""A reduced extract is as good as the whole one."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import pytest
from compiled_project import GRANT_MARTS, MARTS, CompiledProject
from extracts import DeliveryFile, extracts, numbered_person, rows_of, systematic_rows, write_extract
from hypothesis import Phase, find, settings
from pysail.spark import SparkConnectServer
from pyspark.sql import SparkSession
from shared_dbt import Dbt

from vardkoer import gate, paths
from vardkoer.gate.account import FAULTS, account_of
from vardkoer.gate.files import RefusedDeliveryError, files_below, open_file, public_names
from vardkoer.gate.reduced import ACCOUNT
from vardkoer.gate.search import search_pattern
from vardkoer.reduce import reduce_extract
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
    "vardkontakt_id": [
        None,
        "",
        " ",
        "\u00a0",
        "77",
        " 77",
        "77.0",
        "077.00",
        "7.70",
        "K1\u2003",
        "\ufeff",
        "1E+17",
        "nan",
    ],
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
# Files that know more types than text: what their ids, delivery numbers, dates of receipt and withdrawals are.
TYPED = [
    ("4711", "9", "date '2025-11-15'", "true"),
    ("4711::double", "cast('9' as double)", "timestamp '2025-11-15 10:11:12'", "1.0"),
    ("vardkontakt_id", "cast('9.5' as double)", "null::date", "null::boolean"),
    ("vardkontakt_id", "cast(9 as decimal(9, 2))", "date '12025-01-01'", "0::tinyint"),
    ("1e17::double", "9::utinyint", "20251115", "0::float"),
    ("vardkontakt_id", "1e17::double", "20251115::double", "7::utinyint"),
    ("'nan'::float", "9::bigint", "date '2025-11-15'", "false"),
    ("vardkontakt_id", "'inf'::float", "20251115::float", "false"),
]


@pytest.fixture(scope="module")
def remote() -> Iterator[str]:
    """A Sail server of its own, or the server that SPARK_REMOTE names."""
    if remote := os.environ.get("SPARK_REMOTE"):
        yield remote
        return
    server = SparkConnectServer()
    server.start()
    yield f"sc://127.0.0.1:{server.listening_address[1]}"
    server.stop()


@pytest.fixture(scope="module")
def spark(remote: str) -> Iterator[SparkSession]:
    """A session, which ends before the server, since that would wait for it."""
    session = SparkSession.builder.remote(remote).create()
    yield session
    session.stop()


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
        columns = ("vardkontakt_id", "leverans_nr", "inrapporterad", "makulerad")
        good = "leverans_nr = '9' and inrapporterad = '2025-11-15' and makulerad = 'false'"
        for number, typed in enumerate(TYPED):
            replaced = ", ".join(f"{value} as {column}" for value, column in zip(typed, columns, strict=True))
            path = par_path / "sv" / f"{number}.parquet"
            connection.execute(f"copy (select * replace ({replaced}) from rows where {good}) to '{path}'")
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


@pytest.fixture
def small_extract(tmp_path: Path) -> Path:
    """A contact that counts, and a file of which nothing is kept."""
    unlisted = GOOD_ROW | {"vardkontakt_id": "K2", "op": "AAA99"}
    return write_extract(
        [DeliveryFile("sv", [GOOD_ROW], "parquet"), DeliveryFile("ov", [unlisted] * 9)], tmp_path / "par"
    )


def test_the_gate_takes_nothing_less_than_what_was_reduced(
    spark: SparkSession, small_extract: Path, tmp_path: Path
) -> None:
    output = tmp_path / "reduced"
    reduce(spark, small_extract, paths.SEEDS, output)
    passed = gate.check_extract(output, paths.SEEDS)
    whole = gate.check_extract(small_extract, paths.SEEDS)
    assert [file.account.name for file in passed.files] == ["ov/leverans_1.csv", "sv/leverans_0.parquet"]
    assert [file.account.rows for file in passed.files] == [9, 1]
    assert [file.file.rows for file in passed.files] == [0, 1]
    assert [file.account.months for file in passed.files] == [file.account.months for file in whole.files]
    assert passed.unread == []

    kept, account = output / "sv" / "leverans_0.parquet", output / ACCOUNT
    text = account.read_text(encoding="utf-8")
    account.unlink()
    assert refusal(output).endswith(
        "is of a reduced extract, without its account.json; copy that too, or reduce the extract again"
    )
    account.write_text(text.replace('"CJC"', '"CJX"'), encoding="utf-8")
    assert "the code lists ask for more than the extract was searched for" in refusal(output)
    account.write_text(
        text.replace('"unreadable_rows": {}', '"unreadable_rows": {"no_contact_id": 1}'), encoding="utf-8"
    )
    assert "has not the unreadable rows that account.json tells of" in refusal(output)
    account.write_text("{}", encoding="utf-8")
    assert "is not the account of a reduced extract" in refusal(output)
    account.write_text(text, encoding="utf-8")
    shutil.copy(kept, output / "sv" / "another.parquet")
    assert refusal(output).endswith(
        "another.parquet: is not in account.json; take it away, or reduce the extract again"
    )
    (output / "sv" / "another.parquet").unlink()
    kept.unlink()
    assert refusal(output).endswith(
        "leverans_0.parquet: is in account.json and not in the folder; reduce the extract again"
    )


def refusal(par_path: Path) -> str:
    """The last line with which the gate refuses an extract."""
    with pytest.raises(RefusedDeliveryError) as refused:
        gate.check_extract(par_path, paths.SEEDS)
    return str(refused.value).splitlines()[-1]


@pytest.mark.parametrize("fields", ["K9;1", ";".join([GOOD_ROW["personnummer"]] * 60)])
def test_rows_that_spark_cannot_tell_apart_are_refused_without_being_shown(
    fields: str, spark: SparkSession, small_extract: Path, tmp_path: Path
) -> None:
    with (small_extract / "ov" / "leverans_1.csv").open("a", encoding="utf-8") as stream:
        stream.write(f"{fields}\n")
    with pytest.raises(RefusedDeliveryError) as refused:
        reduce(spark, small_extract, paths.SEEDS, tmp_path / "reduced")
    assert "leverans_1.csv: rows without the fields of the header; correct" in str(refused.value)
    assert GOOD_ROW["personnummer"] not in str(refused.value)
    assert not (tmp_path / "reduced").exists()


def test_the_command_writes_a_new_folder_and_says_what_it_read(
    remote: str,
    small_extract: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PAR_PATH", str(small_extract))
    output = tmp_path / "reduced"
    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    assert reduce_extract(output) == 5
    assert "SPARK_REMOTE is not set" in capsys.readouterr().err
    monkeypatch.setenv("SPARK_REMOTE", remote)
    assert reduce_extract(output) == 0
    assert capsys.readouterr().out == f"{output}: what can count of 10 rows in 2 files\n"
    assert reduce_extract(output) == 5
    assert "is there already" in capsys.readouterr().err


def extract_with_everything(par_path: Path) -> Path:
    """Every value that the rules tell apart, a generated extract, contacts whose later rows withdraw them or have lost
    the code, rows that no rule can be applied to, and a file of which nothing is kept."""
    once = settings(max_examples=200, derandomize=True, database=None, phases=[Phase.generate], deadline=None)
    generated = find(extracts(), lambda files: len(rows_of(files)) > 12, settings=once)
    rows = [GOOD_ROW | {"vardkontakt_id": "4711"}, *systematic_rows()]
    later = {"inrapporterad": "2026-01-20", "leverans_nr": "12"}
    withdrawn = [
        row | later | {"vardkontakt_id": f"\u00a0{row['vardkontakt_id']} ", "makulerad": "true", "op": None}
        for row in (GOOD_ROW | {"vardkontakt_id": "4711.0"}, *rows[1::7])
    ]
    corrected = [row | later | {"op": "AAA99"} for row in rows[3::7]]
    unlisted = [
        GOOD_ROW | {"vardkontakt_id": f"U{number}", "personnummer": numbered_person(number), "op": "AAA99 UJF32"}
        for number in range(5000)
    ]
    unreadable = [
        rows[0] | fault
        for fault in (
            {"vardkontakt_id": " "},
            {"leverans_nr": "12.5"},
            {"inrapporterad": "2025-02-30"},
            {"makulerad": "kanske"},
            {"inrapporterad": None, "makulerad": "true", "op": None},
        )
    ]
    files = [
        *generated,
        DeliveryFile("sv", rows, "csv", ",", compact_dates=True, order=1),
        DeliveryFile("ov", [*withdrawn, *unlisted, *unreadable], "csv", order=2),
        DeliveryFile("sv", corrected, "parquet", order=3),
        DeliveryFile("ov", [row | {"inrapporterad": "2025-11-20"} for row in rows[5::40]], "parquet", order=6),
        DeliveryFile("ov", [*unlisted, *unreadable[:3]], "parquet_text", order=4),
        DeliveryFile("ov", unlisted[:9], "parquet", order=5),
    ]
    return write_extract(files, par_path)


def test_marts_of_the_reduced_extract_are_those_of_the_whole(
    dbt: Dbt, project: CompiledProject, spark: SparkSession, tmp_path: Path
) -> None:
    """Row by row all models that read the extract, from which every other is made; and the marts that matter most."""
    par_path = extract_with_everything(tmp_path / "par")
    accounts = reduce(spark, par_path, paths.SEEDS, tmp_path / "reduced")
    assert {fault for account in accounts for fault in account["unreadable_rows"]} == set(FAULTS.values())
    marts = (*models_that_read_the_extract(dbt.read()["nodes"]), *MARTS, *GRANT_MARTS)
    assert {"int_contact_rows_read", "int_months_delivered", "quarantined_rows"} < set(marts)
    with (
        project.build(par_path, marts=marts) as whole,
        project.build(tmp_path / "reduced", marts=marts) as less,
    ):
        for mart in marts:
            # where a row in quarantine stands is told of the reduced file
            columns = "* exclude (row_in_file)" if mart == "quarantined_rows" else "*"
            statement = f"select {columns} from {project.node(mart)['relation_name']}"
            rows, others = (Counter(map(str, connection.execute(statement).fetchall())) for connection in (whole, less))
            assert rows == others, mart
        ((decided, reasons),) = whole.execute(
            "select count(*), count(distinct reason) from warehouse.marts.contact_decisions"
        ).fetchall()
    assert decided > 1000
    assert reasons > 8


def models_that_read_the_extract(nodes: dict[str, Any]) -> list[str]:
    """Tables and views that read one of its sources, themselves or through a model that is part of their query."""

    def read(node: dict[str, Any]) -> Iterator[str]:
        for parent in node["depends_on"]["nodes"]:
            if parent in nodes and nodes[parent]["config"]["materialized"] == "ephemeral":
                yield from read(nodes[parent])
            else:
                yield parent

    stored = [node for node in nodes.values() if node["config"]["materialized"] in ("table", "view")]
    return [node["name"] for node in stored if any(name.startswith("source.vardkoer.par.") for name in read(node))]


# All that models read of an extract, and from which every mart is made.
READ = ("int_contact_rows_read", "int_register_received", "row_account")


def test_a_part_of_the_sample_is_read_as_it_was_before_it_was_reduced(
    project: CompiledProject, spark: SparkSession, tmp_path: Path
) -> None:
    """Row by row, its first years."""
    for folder, files in (("ov", "ov_2022.parquet"), ("sv", "sv_202[23].parquet")):
        (tmp_path / "par" / folder).mkdir(parents=True)
        for path in (paths.SAMPLE / "par" / folder).glob(files):
            (tmp_path / "par" / folder / path.name).symlink_to(path)
    reduce(spark, tmp_path / "par", paths.SEEDS, tmp_path / "reduced")
    with (
        project.build(tmp_path / "par", marts=READ, threads=2) as whole,
        project.build(tmp_path / "reduced", marts=READ, threads=2) as less,
    ):
        for mart in READ:
            rows, others = (
                connection.execute(
                    f"select count(*), sum(hash(rows)::hugeint) from {project.node(mart)['relation_name']} as rows"
                ).fetchall()
                for connection in (whole, less)
            )
            assert rows == others, mart
