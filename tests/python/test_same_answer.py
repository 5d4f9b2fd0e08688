"""Nothing but what the rows say decides: the same answer for every secret, order, split, name, type, thread and place.

Generated files of hostile kinds give either what the reference counts or a refusal, never another number.
"""

from __future__ import annotations

import functools
import gzip
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from compiled_project import CompiledProject
from extracts import DeliveryFile, extracts, in_other_form, numbered_person, write_extract
from hypothesis import given
from hypothesis import strategies as st
from reference_counts import Decision, Settlement, count, read_settlements
from shared_dbt import COLUMNS
from test_counts_against_reference import assert_same_rows, generated
from test_delivery_gate import ROW, write_csv
from test_doors import DATE_TYPES, NO_DATES, STRANGE_FOLDERS, STRANGE_NAMES, write_parquet

from vardkoer import gate
from vardkoer.paths import PROJECT, SEEDS

ANSWERS = (
    "select * exclude (operation_key) from warehouse.marts.contact_decisions",
    "from warehouse.marts.operation_counts",
)
SECRETS = [b"a secret of sixteen bytes or more", b"and another one, which is longer than a block of the hash " * 2]
PLACES: list[dict[str, str]] = [
    {"TZ": "UTC", "LC_ALL": "C"},
    {"TZ": "America/New_York", "LC_ALL": "tr_TR.UTF-8"},
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "7"},
]
READ_ELSEWHERE = """
import sys
from pathlib import Path
from test_delivery_gate import opened
with opened(Path(sys.argv[1])) as connection:
    for name in ("sv", "ov", "months", "files", "unreadable_rows"):
        print(sorted(map(str, connection.execute(f'from "/delivered".{name}').fetchall())))
"""


@generated(4)
@given(files=extracts(ties=True), chance=st.integers(0, 1000))
def test_secret_order_split_names_and_threads_change_nothing(
    project: CompiledProject, files: list[DeliveryFile], chance: int
) -> None:
    shuffled = random.Random(chance)
    parts = []
    for file in map(in_other_form, files):
        rows = shuffled.sample(file.rows, len(file.rows))
        parts += [DeliveryFile(file.folder, rows[part::3], file.kind, file.delimiter) for part in range(3)]
    answers = []
    for number, (extract, secret) in enumerate(zip((files, parts), SECRETS, strict=True)):
        with TemporaryDirectory() as folder:
            par_path = write_extract(extract, Path(folder) / "par")
            if number:
                rename_strangely(par_path)
            with project.with_secret(secret).build(par_path, threads=1 + 3 * number) as connection:
                answers.append([Counter(connection.execute(query).fetchall()) for query in ANSWERS])
    for one, other in zip(*answers, strict=True):
        assert_same_rows(one, other)


def rename_strangely(par_path: Path) -> None:
    for number, path in enumerate(sorted(path for path in par_path.rglob("*") if path.is_file())):
        folder = path.parent / STRANGE_FOLDERS[number % len(STRANGE_FOLDERS)]
        folder.mkdir(parents=True, exist_ok=True)
        path.rename(folder / f"{STRANGE_NAMES[number % len(STRANGE_NAMES)]}{path.suffix.upper()}")


def test_time_zone_and_language_change_nothing(tmp_path: Path) -> None:
    for folder in COLUMNS:
        (tmp_path / "par" / folder).mkdir(parents=True)
        rows = [ROW | {"vardkontakt_id": f"{folder}{n}", "opd1": text} for n, text in enumerate(NO_DATES)]
        write_csv(tmp_path / "par" / folder / "İı.csv", *rows)
        for number, kind in enumerate(DATE_TYPES.values()):
            types = dict.fromkeys(("indatum", "inrapporterad"), kind)
            write_parquet(tmp_path / "par" / folder / f"{number}.parquet", ROW, **types)
    answers = {
        subprocess.run(
            [sys.executable, "-c", READ_ELSEWHERE, str(tmp_path / "par")],
            cwd=PROJECT / "tests" / "python",
            env=os.environ | place | {"PYTHONPATH": str(PROJECT)},
            capture_output=True,
            check=True,
        ).stdout
        for place in PLACES
    }
    assert len(answers) == 1


@dataclass(frozen=True)
class HostileFile:
    """Rows as somebody may store them. `types` is how DuckDB makes the columns of a Parquet file, `encoding` and `end`
    are those of a CSV file, `cut` is the part of its bytes that is there."""

    name: str
    rows: list[dict[str, str]]
    kind: str
    types: dict[str, str]
    delimiter: str
    encoding: str
    end: str
    cut: float


COLUMN_TYPES = {
    "vardkontakt_id": ["vardkontakt_id::double", "vardkontakt_id::decimal(12, 2)", "' ' || vardkontakt_id"],
    "leverans_nr": ["leverans_nr", "leverans_nr::tinyint", "leverans_nr::double", "leverans_nr || '.0'"],
    "inrapporterad": ["inrapporterad", "inrapporterad::date", "inrapporterad::timestamp", "inrapporterad::timestamptz"],
    "makulerad": ["makulerad", "makulerad::boolean", "makulerad::boolean::int", "-(makulerad::boolean::int)"],
    "personnummer": ["personnummer", "personnummer::bigint", "personnummer::double"],
    "lkf": ["lkf", "lkf::int", "lkf::uuid"],
    "sjukhus": ["sjukhus", "sjukhus::int", "sjukhus::double", "sjukhus::decimal(8, 1)"],
    "indatum": ["indatum", "indatum::date", "indatum::timestamp_ns", "replace(indatum, '-', '')::int"],
    "hdia": ["hdia", "hdia || ' '", "lower(hdia)", "[hdia]"],
    "op": ["op", "lower(op)", "op || ' ,-1'", "op || ';'", "{'op': op}"],
    "opd1": ["opd1", "null::int", "opd1::date"],
}


@st.composite
def hostile_files(draw: st.DrawFn) -> list[HostileFile]:
    """Few files of few good contacts; each is strange in one or two ways."""
    files, number = [], 0
    names = draw(st.lists(st.sampled_from(STRANGE_NAMES), min_size=1, max_size=4, unique=True))
    for name in names:
        rows = []
        for _ in range(draw(st.integers(1, 3))):
            number += 1
            rows.append(
                ROW
                | {"vardkontakt_id": str(number), "personnummer": numbered_person(number)}
                | {"op": draw(st.sampled_from(["CJE20", "NFB29", "LCD10", "CJE20 NFB29"]))}
                | {"hdia": draw(st.sampled_from(["H251", "S720", "N811"]))}
                | {"makulerad": draw(st.sampled_from(["false", "false", "true"]))}
                | {"opd1": draw(st.sampled_from(["", "2025-07-03", "2025-06-30"]))}
            )
        strange = draw(st.sets(st.sampled_from(sorted(COLUMN_TYPES)), max_size=2))
        files.append(
            HostileFile(
                name,
                rows,
                draw(st.sampled_from(["csv", "csv.gz", "CSV", "parquet", "parquet", "Parquet"])),
                {column: draw(st.sampled_from(COLUMN_TYPES[column])) for column in sorted(strange)},
                draw(st.sampled_from([";", ";", ",", "\t", "|"])),
                draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"])),
                draw(st.sampled_from(["\n", "\n", "\r\n", "\r"])),
                draw(st.sampled_from([1, 1, 1, 0.9, 0.5, 0])),
            )
        )
    return files


def write_hostile(file: HostileFile, folder: Path) -> None:
    path = folder / f"{file.name}.{file.kind}"
    if file.kind.lower() == "parquet":
        write_parquet(path, *file.rows, **file.types)
        content = path.read_bytes()
    else:
        columns = [*ROW, "opd1", "å"]
        lines = [file.delimiter.join(row.get(column, "") for column in columns) for row in file.rows]
        text = file.end.join([file.delimiter.join(columns), *lines, ""])
        content = text.encode(file.encoding)
        if file.kind.endswith(".gz"):
            content = gzip.compress(content)
    path.write_bytes(content[: int(file.cut * len(content))])


def is_whole(file: HostileFile) -> bool:
    """A text that was cut off is another text, which nobody can tell from a whole one."""
    return file.cut == 1 or file.kind.lower() in ("parquet", "csv.gz")


@pytest.fixture(scope="module")
def settlements() -> list[Settlement]:
    return read_settlements(SEEDS)


@pytest.fixture(scope="module")
def seeds_checked_once() -> Iterator[None]:
    """The gate takes the seeds for sound once it has looked at them: no example changes them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gate, "check_seeds", functools.cache(gate.check_seeds))
        yield


@pytest.mark.usefixtures("seeds_checked_once")
@generated(40)
@given(files=hostile_files().filter(lambda files: all(map(is_whole, files))))
def test_hostile_files_give_the_answer_of_the_reference_or_none(
    project: CompiledProject, settlements: list[Settlement], files: list[HostileFile]
) -> None:
    with TemporaryDirectory() as folder:
        par_path = Path(folder) / "par"
        for care in COLUMNS:
            (par_path / care).mkdir(parents=True)
        try:
            for file in files:
                write_hostile(file, par_path / "ov")
        except (duckdb.Error, UnicodeEncodeError):
            return
        try:
            gate.check(par_path, None, SEEDS)
        except gate.RefusalError as error:
            assert all("file=" in line or line.startswith("... and") for line in str(error).splitlines())
            return
        with project.build(par_path) as connection:
            columns = ", ".join(Decision._fields)
            found = connection.execute(f"select {columns} from warehouse.marts.contact_decisions").fetchall()
            rows = connection.execute("select sum(rows) from warehouse.marts.row_account").fetchall()
    decisions, _ = count([row for file in files for row in file.rows], settlements, {})
    assert_same_rows(Counter(found), Counter(decisions))
    assert rows == [(sum(len(file.rows) for file in files),)]
