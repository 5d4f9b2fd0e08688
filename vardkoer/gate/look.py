"""What an extract is, in seconds and before anything is built: the way in for somebody with a file of their own.

`python -m vardkoer look FOLDER` names the layout of each file, what it derives, assumes and lacks, what that costs, and
the first faults. A file of no known layout is shown with the rows that would make it known.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from collections import Counter
from pathlib import Path

from vardkoer import paths
from vardkoer.gate import csv_files, files, layouts
from vardkoer.gate.account import FIGURES, Account, account_of
from vardkoer.gate.faults import SHOWN_FAULTS, RefusalError, masked, on_one_line
from vardkoer.gate.files import DataFile, DeliveryError
from vardkoer.gate.layouts import Layout, Layouts, Rule
from vardkoer.gate.limits import read_limits, refuse_beyond_limits
from vardkoer.gate.profile import findings
from vardkoer.gate.seed_rows import Row, read_rows
from vardkoer.gate.seeds import check_seeds

REFUSED = 3
ROWS_LOOKED_AT = 100_000
# What a program for statistics writes, which `vardkoer convert` makes Parquet of.
CONVERTED = (".sas7bdat", ".dta", ".sav")
OWN = "my_layout"
OWN_NAME = "Vårt eget system"
STATUSES = ("derived", "assumed", "absent")


@dataclasses.dataclass(frozen=True)
class Looked:
    """A file that can be read, how many rows it has, and the account of the first of them."""

    file: DataFile
    rows: int
    account: Account


def look(folder: Path, seeds: Path = paths.SEEDS) -> int:
    """Print what is in a folder; 3 when a build would refuse it."""
    try:
        check_seeds(seeds)
        found, unread = files.files_below(folder)
    except RefusalError as error:
        print(error)
        return REFUSED
    limits = read_limits(seeds)
    known = layouts.read_layouts(seeds)
    names = files.public_names((path for _, path in found), folder)
    looked: list[Looked] = []
    refused: list[tuple[Path, DeliveryError]] = []
    for (care, path), name in zip(found, names, strict=True):
        try:
            looked.append(_look_at(path, care, name, known, limits))
        except DeliveryError as error:
            refused.append((path, error))
    facts = read_rows(seeds / layouts.FOLDER / "register_facts.csv")
    _print_files(looked, unread)
    for layout in known.known:
        _print_layout(layout, [one.file for one in looked if one.file.layout_id == layout.layout_id], facts)
    is_refused = _print_faults(looked, [error for _, error in refused], seeds)
    _print_what_to_type([path for path, _ in refused], known)
    if not found or is_refused or refused:
        return REFUSED
    _print_next(folder, looked, facts)
    return 0


def _look_at(path: Path, care: str, name: str, known: Layouts, limits: dict[str, Row]) -> Looked:
    file = layouts.open_file(path, care, known, ROWS_LOOKED_AT)
    rows = file.rows
    if file.delimiter is not None and rows >= ROWS_LOOKED_AT:
        try:
            rows = csv_files.count_lines(path) - csv_files.HEADER_ROW
        except csv_files.CsvError as error:
            raise DeliveryError(path, error.fault, error.remedy) from None
    file = dataclasses.replace(file, rows=min(rows, ROWS_LOOKED_AT))
    account = layouts.checked(account_of(file, name, "", known.listed_codes), file)
    refuse_beyond_limits(file, account, limits)
    return Looked(file, rows, account)


def _print_files(looked: list[Looked], unread: list[str]) -> None:
    print("Files")
    width = max((len(one.account.name) for one in looked), default=0)
    for one in looked:
        form = "Parquet"
        if one.file.delimiter is not None:
            sign = next(name for name, sign in csv_files.DELIMITERS.items() if sign == one.file.delimiter)
            form = f"{sign}, {csv_files.NAMES[one.file.encoding]}"
        print(f"  {one.account.name:<{width}}  {_number(one.rows):>11} rows  {one.file.layout_id} ({form})")
    for name in unread:
        hint = ": vardkoer convert makes Parquet of it" if name.lower().endswith(CONVERTED) else ""
        print(f"  not read: {name}{hint}")


def _number(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _print_layout(layout: Layout, of_layout: list[DataFile], facts: list[Row]) -> None:
    """What the layout makes of the columns, and which rules that touches."""
    if not of_layout:
        return
    print(f"\nLayout {layout.layout_id}")
    rules = {rule.column: rule for rule in layout.rules}
    said = False
    for status in STATUSES:
        for fact in facts:
            if not fact["rules"]:
                continue
            files_so = [file for file in of_layout if file.statuses[fact["column_name"]] == status]
            if files_so:
                said = True
                rule = rules[fact["column_name"]]
                some = "" if len(files_so) == len(of_layout) else f" in {len(files_so)} of {len(of_layout)} files"
                print(f"  {status:<8} {fact['column_name']}{some}{_origin(rule, status)}{_cost(fact, status)}")
    if not said:
        print("  every fact that the rules need is there")


def _origin(rule: Rule, status: str) -> str:
    if status == "absent" or not (rule.sources or rule.argument):
        return ""
    return f" from {', '.join(map(layouts.plain_name, rule.sources)) or rule.argument}"


def _cost(fact: Row, status: str) -> str:
    if status == "derived":
        return ""
    rules = f" ({', '.join(fact['rules'].split())})" if fact["rules"] else ""
    return f": {fact['lacking_en']}{rules}"


def _print_faults(looked: list[Looked], refused: list[DeliveryError], seeds: Path) -> bool:
    """Print what a build would refuse or warn of, in the first rows; whether it would refuse."""
    print(f"\nFaults in the first {_number(ROWS_LOOKED_AT)} rows of each file")
    lines = [str(error) for error in refused]
    for one in looked:
        of_kind = Counter(row.fault for row in one.account.unreadable_rows)
        first = {row.fault: row.row for row in reversed(one.account.unreadable_rows)}
        lines += [
            f"file={one.account.name} row={first[fault]}: {fault}, in {number} rows"
            for fault, number in of_kind.items()
        ]
    unusual = [
        finding
        for finding in findings([one.account for one in looked], seeds)
        if any(name in finding.line for name in (*FIGURES, "quarantined"))
    ]
    lines += [finding.line for finding in unusual]
    for line in lines[:SHOWN_FAULTS] or ["none"]:
        print(f"  {line}")
    if len(lines) > SHOWN_FAULTS:
        print(f"  ... and {len(lines) - SHOWN_FAULTS} more")
    return any(finding.is_refusal for finding in unusual)


def _print_what_to_type(refused: list[Path], known: Layouts) -> None:
    """The rows that would make the layout of the first unknown file a known one."""
    for path in refused:
        try:
            header = files.open_header(path)
        except DeliveryError:
            continue
        if any(not lacking for lacking in known.lacking(header).values()):
            continue
        print(f"\n{on_one_line(masked(path.name))} has no known layout. Its columns that no rule reads are")
        nearest = known.nearest(header)
        rows = proposal(nearest, known.lacking(header)[nearest])
        read = {
            column
            for rule in nearest.rules
            for source in rule.sources
            for column in layouts.columns_of(source, header.columns)
        }
        print(f"  {', '.join(on_one_line(masked(name)) for name in header.columns if name not in read) or 'none'}")
        print("Write its own name in the place of each ?name, or use another rule (docs/layouts.md). An assumed")
        print("personnummer is a serial number; of an identity number write reported, and leave it out of row_id.")
        print("Then add to seeds/layouts/layouts.csv\n")
        print(_as_csv(rows["layouts"]))
        print("and to seeds/layouts/layout_columns.csv\n")
        print(_as_csv(rows["layout_columns"]))
        return


def proposal(nearest: Layout, lacking: list[str]) -> dict[str, list[list[str]]]:
    """Rows of the two seeds that are those of the nearest layout, with `?name` where a file lacks a column."""
    missing = set(map(layouts.plain_name, lacking))

    def own(source: str) -> str:
        return f"?{re.sub('[|][^*:]*', '', source)}" if layouts.plain_name(source) in missing else source

    form = ["semicolon tab comma pipe", "utf-8 windows-1252", ". NULL"]
    reference = ["contract", "own layout"]
    return {
        "layouts": [[OWN, OWN_NAME, "", ".csv .txt .parquet", *form, *reference]],
        "layout_columns": [
            [OWN, rule.column, rule.rule, " ".join(map(own, rule.sources)), rule.argument, rule.status, *reference]
            for rule in nearest.rules
        ],
    }


def _as_csv(rows: list[list[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def _print_next(folder: Path, looked: list[Looked], facts: list[Row]) -> None:
    gaps = {
        fact["gap"]: None
        for fact in facts
        for one in looked
        if fact["gap"] and one.file.statuses[fact["column_name"]] in ("assumed", "absent")
    }
    if gaps:
        print(f"\nAmounts that count from these files are provisional: {', '.join(gaps)} (marts.settlement_gaps)")
    print(f"\nNext: PAR_PATH={folder} PERSON_KEY_SECRET=... make build")
    if any(one.file.statuses["inrapporterad"] == "absent" for one in looked):
        print("and PAR_RECEIVED_THROUGH=<the day on which the extract was drawn>, since no file says it")
