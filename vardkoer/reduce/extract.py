"""The work of `vardkoer.reduce`: what is searched, what is counted, what is kept."""

from __future__ import annotations

import json
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import broadcast, expr

from vardkoer.gate import csv_files
from vardkoer.gate.account import OPTIONAL, REQUIRED, Month, check_columns, procedure_dates
from vardkoer.gate.files import (
    FOLDERS,
    DataFile,
    DeliveryError,
    RefusedDeliveryError,
    file_literal,
    files_below,
    in_memory,
    open_header,
    public_names,
)
from vardkoer.gate.reduced import ACCOUNT, MARK
from vardkoer.gate.search import any_of, code_begins
from vardkoer.reduce import values

PATTERN_CHARACTERS = frozenset("[]{}*?")
# DuckDB's names of types that Spark has none for.
UNKNOWN_TO_SPARK = ("UUID", "TIMESTAMP_NS")
Account = dict[str, Any]


def reduce(session: SparkSession, par_path: Path, seeds: Path, output: Path) -> list[Account]:
    """Write what is kept of an extract, and the account of it, into a new folder, which is there when all is written.

    Returns the account of each file. Raises RefusedDeliveryError when the extract cannot be taken in.
    """
    # a moment is the same text whatever the time zone of the cluster
    session.conf.set("spark.sql.session.timeZone", "UTC")
    files = _open_files(session, par_path)
    begins = code_begins(seeds)
    unfinished = output.absolute().with_name(f"{output.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for folder in FOLDERS:
        (unfinished / folder).mkdir(parents=True)

    _say(f"[1/2] Search {len(files)} files for listed codes, and count their rows")
    _searched(session, files, begins).write.parquet(f"{unfinished}/searched")
    searched = session.read.parquet(f"{unfinished}/searched")
    accounts = _accounts(searched, files)
    _say(f"[2/2] Write what is kept of {sum(account['rows'] for account in accounts)} rows")
    contacts = searched.where("contact_id is not null").select("contact_id").distinct()
    for kept in _kept(session, files, contacts, [bool(account["unreadable_rows"]) for account in accounts]):
        kept.repartition("file").write.mode("append").partitionBy("file").parquet(f"{unfinished}/kept")

    names = public_names([file.path for file in files], par_path)
    for number, (name, account) in enumerate(zip(names, accounts, strict=True)):
        place = name if name.lower().endswith(".parquet") else f"{name}.parquet"
        account |= {"name": name, "file": place}
        _put_in_place(unfinished / "kept" / f"file={number}", unfinished / place)
    shutil.rmtree(unfinished / "searched")
    shutil.rmtree(unfinished / "kept", ignore_errors=True)
    (unfinished / ACCOUNT).write_text(json.dumps({"code_begins": begins, "files": accounts}), encoding="utf-8")
    unfinished.rename(output)
    return accounts


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def _open_files(session: SparkSession, par_path: Path) -> list[DataFile]:
    """The files of an extract, in types that Spark has too. Raises RefusedDeliveryError."""
    files, faults = [], []
    for _, path in files_below(par_path)[0]:
        try:
            file = open_header(path)
            check_columns(file, REQUIRED, [*OPTIONAL, *procedure_dates(file)])
            if PATTERN_CHARACTERS & set(str(path.absolute())):
                raise DeliveryError(path, "the name is a pattern to Spark", "rename the file or folder")
            for column in REQUIRED:
                if file.columns[column][1] in UNKNOWN_TO_SPARK:
                    raise DeliveryError(path, "is of a type that Spark has not", "deliver it as text", column=column)
            if file.delimiter and not _has_whole_rows(session, file):
                raise DeliveryError(path, "rows without the fields of the header", "correct it; a build names the rows")
            files.append(file)
        except DeliveryError as fault:
            faults.append(fault)
    if faults:
        raise RefusedDeliveryError(faults)
    return files


def _has_whole_rows(session: SparkSession, file: DataFile) -> bool:
    """True when Spark can tell the rows and fields of a CSV file apart. Its own message would show the row."""
    try:
        _open(session, file).count()
    except PySparkException:
        return False
    return True


def _open(session: SparkSession, file: DataFile) -> DataFrame:
    path = str(file.path.absolute())
    if file.delimiter is None:
        return session.read.parquet(path)
    columns = ", ".join(f"{name} string" for name in csv_files.column_names(file.width))
    # who reads some columns only does not see that a row has too few or too many
    reader = session.read.option("columnPruning", False)
    return reader.csv(path, columns, sep=file.delimiter, header=True, escape='"', multiLine=True, mode="FAILFAST")


def _searched(session: SparkSession, files: list[DataFile], begins: list[str]) -> DataFrame:
    """Number of rows by file, fault, county and months; of those with what may be a listed code, by contact too."""
    rows = []
    for number, file in enumerate(files):
        contact_id, op = values.text(*file.columns["vardkontakt_id"]), values.stored(*file.columns["op"])
        asked = {
            "file": str(number),
            "fault": values.fault(file),
            "county": values.county(*file.columns["lkf"]),
            "start_day": values.day(*file.columns["indatum"]),
            "day": values.day(*file.columns["inrapporterad"]),
            "contact_id": f"if({op} rlike '(?iu){any_of(begins)}', {contact_id}, null)",
        }
        rows.append(_open(session, file).selectExpr(*(f"{value} as {name}" for name, value in asked.items())))
    return (
        _union(rows)
        .selectExpr(
            "*", f"{values.first_of_month('start_day')} as start", f"{values.first_of_month('day')} as received"
        )
        .groupBy("file", "fault", "county", "start", "received", "contact_id")
        .agg(expr("min(day) as first_received"), expr("max(day) as last_received"), expr("count(*) as rows"))
    )


def _union(frames: list[DataFrame]) -> DataFrame:
    """In halves: a plan must not be nested as deep as there are files."""
    middle = len(frames) // 2
    return _union(frames[:middle]).union(_union(frames[middle:])) if middle else frames[0]


def _accounts(searched: DataFrame, files: list[DataFile]) -> list[Account]:
    """The account of each file. Raises RefusedDeliveryError when Spark has not read as many rows as a file has."""
    accounts: list[Account] = [{"rows": 0, "unreadable_rows": {}, "months": []} for _ in files]
    counted = searched.groupBy("file", "fault", "county", "start", "received").agg(
        expr("min(first_received) as first"), expr("max(last_received) as last"), expr("sum(rows) as rows")
    )
    for file, fault, county, start, received, first, last, rows in sorted(counted.collect(), key=str):
        account = accounts[file]
        account["rows"] += rows
        if fault:
            account["unreadable_rows"][fault] = account["unreadable_rows"].get(fault, 0) + rows
        else:
            month = Month(county, start and str(start), str(received), str(first), str(last), rows)
            account["months"].append(asdict(month))
    faults = [
        DeliveryError(file.path, "Spark does not read the rows that it has", "deliver the whole file again")
        for file, account in zip(files, accounts, strict=True)
        if file.delimiter is None and account["rows"] != file.rows
    ]
    if faults:
        raise RefusedDeliveryError(faults)
    return accounts


def _kept(
    session: SparkSession, files: list[DataFile], contacts: DataFrame, have_faults: list[bool]
) -> Iterator[DataFrame]:
    """The rows of contacts that may have a listed code, and those that cannot be read, in the contract's columns; files
    that have the same of these are read at once."""
    kept: dict[tuple[str, ...], list[DataFrame]] = defaultdict(list)
    for number, (file, has_faults) in enumerate(zip(files, have_faults, strict=True)):
        columns = tuple(name for name in (*REQUIRED, *OPTIONAL, *procedure_dates(file)) if name in file.columns)
        texts = (f"{values.stored(*file.columns[column])} as {column}" for column in columns)
        is_of_contact = expr(f"{values.text(*file.columns['vardkontakt_id'])} = contact_id")
        is_kept = "contact_id is not null" + (f" or {values.fault(file)} is not null" if has_faults else "")
        rows = _open(session, file).join(broadcast(contacts), is_of_contact, "left").where(is_kept)
        kept[columns].append(rows.selectExpr(f"{number} as file", f"true as {MARK}", *texts))
    return map(_union, kept.values())


def _put_in_place(written: Path, place: Path) -> None:
    """Give what Spark has written of a file that file's name. Where no row is kept, Spark has written nothing."""
    place.parent.mkdir(parents=True, exist_ok=True)
    parts = list(written.glob("*.parquet"))
    if parts:
        (part,) = parts
        part.rename(place)
    else:
        nothing = ", ".join(f"cast(null as varchar) as {column}" for column in (MARK, *REQUIRED))
        in_memory().execute(f"copy (select {nothing} where false) to {file_literal(place)} (format parquet)")
