"""What is kept from build to build is what a build from nothing would keep, in whatever order files come and go."""

from __future__ import annotations

import csv
import os
import random
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest
from compiled_project import (
    CompiledProject,
    build_settings,
    compile_project,
    dbt_settings,
    environment,
    open_extract,
    run_dbt,
)
from extracts import LISTED_CODES, PERSONS, Row, write_file
from extracts import DeliveryFile as File

from vardkoer import kept_files
from vardkoer.delivery_files import DeliveryFile
from vardkoer.par_extract import COLUMNS, CheckedFile
from vardkoer.paths import PROJECT, SEEDS
from vardkoer.session_macros import ATTACH, DATABASE

READING_MODELS = {
    "int_contact_rows_kept": "par_rows_kept_of",
    "int_deliveries_without_listed_code": "par_deliveries_kept_of",
}
RUN = ("run", "--select", *READING_MODELS, "int_contact_rows")
SEQUENCES, STEPS = 12, 8
MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]


@dataclass
class Register:
    """A folder of monthly files that grows, is corrected and loses files, by chance but always the same chance."""

    par_path: Path
    chance: random.Random
    contacts: dict[str, Row] = field(default_factory=dict)
    delivered: dict[str, list[Row]] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    number: int = 0

    def month(self, received_in: str) -> list[Row]:
        """A month's rows: new contacts, and old ones again, corrected, withdrawn, or with a code lost or gained."""
        rows = []
        for _ in range(self.chance.randint(1, 6)):
            known = sorted(self.contacts)
            contact = self.chance.choice([*known, f"K{len(known)}", f"K{len(known)}"])
            row = self.contacts.get(contact, {"vardkontakt_id": contact, "lkf": "0180", "sjukhus": "10013"})
            self.number += 1
            row = row | {
                "leverans_nr": str(self.number),
                "inrapporterad": f"{received_in}-{self.chance.randint(1, 28):02d}",
                "makulerad": self.chance.choice(["false"] * 5 + ["true"]),
                "personnummer": self.chance.choice(PERSONS[:4]),
                "indatum": f"{received_in}-01",
                "op": self.chance.choice([*LISTED_CODES[:4], *["AAA99"] * 4, ""]),
            }
            self.contacts[contact] = row
            rows += [row] * self.chance.choice([1, 1, 1, 2])
        return rows

    def step(self, months: Iterator[str]) -> str:
        """One thing that happens between two builds."""
        kind = self.chance.choice(["month"] * 4 + ["month comes late", "late file", "removed", "replaced", "nothing"])
        if kind.startswith("month"):
            month = next(months)
            self.delivered[month] = self.month(month)
            if kind == "month comes late":
                self.waiting.append(month)
                return kind
            self.write(month)
        elif kind == "late file" and self.waiting:
            self.write(self.waiting.pop(0))
        elif kind in ("removed", "replaced") and self.written():
            path = self.chance.choice(self.written())
            path.unlink()
            if kind == "replaced":
                self.delivered[path.stem] = self.month(path.stem)
                self.write(path.stem, path.parent.name)
        return kind

    def write(self, month: str, folder: str | None = None) -> None:
        """Put a month's file in place."""
        folder = folder or self.chance.choice(["sv", "ov"])
        kind = self.chance.choice(["csv", "parquet", "parquet_text"])
        write_file(File(folder, self.delivered[month], kind), self.par_path / folder / month)

    def written(self) -> list[Path]:
        """The files that are there."""
        return sorted(self.par_path.glob("*/*.*"))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> CompiledProject:
    return compile_project(tmp_path_factory.mktemp("compiled"))


@pytest.fixture
def par_path(tmp_path: Path) -> Path:
    path = tmp_path / "par"
    for folder in COLUMNS:
        (path / folder).mkdir(parents=True)
    return path


class Warehouse:
    """The models that read and the one that follows, built again and again as dbt does it (macros/kept_files.sql)."""

    def __init__(self, project: CompiledProject, par_path: Path):
        """Build from nothing."""
        self.project = project
        self.par_path = par_path
        self.connection = project.build(par_path)
        self.kept = self.kept_files()

    def kept_files(self) -> kept_files.Kept:
        """What the next build is told."""
        rows = self.connection.execute(
            f"select file_name, file_version, account from {DATABASE}.par_kept_files()"
        ).fetchall()
        return kept_files.Kept({name: (version, account) for name, version, account in rows}, is_usable=True)

    def build(self) -> None:
        """Build on what is kept."""
        open_extract(self.connection, self.par_path, self.kept, SEEDS)
        for model, kept in READING_MODELS.items():
            table = self.project.node(model)["relation_name"]
            self.connection.execute(f"delete from {table} where not list_contains(getvariable('{kept}'), file_name)")
            self.connection.execute(f"insert into {table} {self.project.node(model)['compiled_code']}")
        rows = self.project.node("int_contact_rows")
        self.connection.execute(f"create or replace table {rows['relation_name']} as {rows['compiled_code']}")
        self.kept = self.kept_files()

    def rows_in_force(self) -> list[tuple]:
        """What all later models rest on."""
        table = self.project.node("int_contact_rows")["relation_name"]
        return self.connection.execute(f"from {table} order by all").fetchall()

    def variable(self, name: str) -> list[str]:
        """A list that the session was told."""
        return self.connection.execute(f"select getvariable('{name}')").fetchall()[0][0]


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_what_is_kept_is_what_a_first_build_would_keep(seed: int, project: CompiledProject, par_path: Path) -> None:
    register = Register(par_path, random.Random(seed))
    months = iter(MONTHS)
    register.step(months)
    warehouse = Warehouse(project, par_path)
    for _ in range(STEPS):
        happened = register.step(months)
        warehouse.build()
        assert warehouse.rows_in_force() == Warehouse(project, par_path).rows_in_force(), happened


def test_a_new_month_is_the_only_file_that_is_read(project: CompiledProject, par_path: Path) -> None:
    register = Register(par_path, random.Random(1))
    for month in MONTHS[:3]:
        register.delivered[month] = register.month(month)
        register.write(month)
    warehouse = Warehouse(project, par_path)
    before = set(warehouse.kept.files)
    register.delivered[MONTHS[3]] = register.month(MONTHS[3])
    register.write(MONTHS[3])
    warehouse.build()
    assert len(before) == 3
    assert set(warehouse.variable("par_rows_kept_of")) == set(warehouse.variable("par_deliveries_kept_of")) == before


def test_files_that_came_after_a_late_one_are_read_again(project: CompiledProject, par_path: Path) -> None:
    register = Register(par_path, random.Random(1))
    for month in (MONTHS[0], MONTHS[2], MONTHS[1]):
        register.delivered[month] = register.month(month)
    register.write(MONTHS[0], "sv")
    register.write(MONTHS[2], "sv")
    warehouse = Warehouse(project, par_path)
    register.write(MONTHS[1], "ov")
    warehouse.build()
    assert [Path(name).stem for name in warehouse.variable("par_deliveries_kept_of")] == [MONTHS[0]]
    assert [Path(name).stem for name in warehouse.variable("par_rows_kept_of")] == [MONTHS[0], MONTHS[2]]


def test_dbt_builds_on_what_is_kept_after_a_kill_too(project: CompiledProject, par_path: Path, tmp_path: Path) -> None:
    register = Register(par_path, random.Random(4))
    run_dbt(tmp_path, par_path, "seed", "--select", "regions")
    for happening in ("first build", "new month and a kill", "late file", "removed"):
        if happening == "removed":
            register.written()[0].unlink()
        for month in {"first build": MONTHS[0:2], "new month and a kill": MONTHS[3:4], "late file": MONTHS[2:3]}.get(
            happening, []
        ):
            register.delivered[month] = register.month(month)
            register.write(month)
        if happening == "new month and a kill":
            kill_dbt_at("OK created sql incremental model intermediate.int_contact_rows_kept", tmp_path, par_path)
        run_dbt(tmp_path, par_path, *RUN)
        with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as connection:
            rows = connection.execute("from intermediate.int_contact_rows order by all").fetchall()
        assert rows == Warehouse(project, par_path).rows_in_force(), happening
    with environment(build_settings(par_path, tmp_path)):
        assert len(kept_files.kept_in(tmp_path / "warehouse.duckdb").files) == 3
    with environment(build_settings(par_path, tmp_path) | {"PERSON_KEY_SECRET": "another secret"}):
        assert kept_files.kept_in(tmp_path / "warehouse.duckdb") == kept_files.NOTHING_KEPT


def kill_dbt_at(line: str, work_dir: Path, par_path: Path) -> None:
    """Start dbt and kill it when a line of its output holds some words."""
    with subprocess.Popen(
        ["dbt", *RUN],
        cwd=PROJECT,
        env=os.environ | dbt_settings(work_dir, par_path),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        assert any(line in shown for shown in process.stdout), f"never reached: {line}"
        os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.parametrize(("codes", "is_kept"), [(["CJC00"], True), (["CJC00", "CJC05"], True), (["XYZ00"], False)])
def test_only_a_code_that_begins_like_no_other_is_looked_for_again(
    codes: list[str], is_kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute(ATTACH)
        connection.execute(kept_files.macro_statement([checked_file()], SEEDS))
        connection.execute("create schema intermediate")
        connection.execute(f"create table intermediate.kept_files as from {DATABASE}.par_kept_files()")
    rules = tmp_path / "seeds" / "rules"
    shutil.copytree(SEEDS / "rules", rules)
    with (rules / "procedure_codes.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["list_id", "code"])
        writer.writeheader()
        writer.writerows({"list_id": "cataract_procedures", "code": code} for code in codes)
    monkeypatch.setattr(kept_files.paths, "SEEDS", tmp_path / "seeds")
    assert kept_files.kept_in(tmp_path / "warehouse.duckdb").is_usable == is_kept


def checked_file() -> CheckedFile:
    """A file that nobody opens."""
    file = DeliveryFile(Path("a.parquet"), {column: (column, "VARCHAR") for column in COLUMNS["ov"]}, 1)
    return CheckedFile(file, "ov", "ov/a.parquet", "1", (), 1, "2025-01-01", "2025-01-31", has_padded_ids=False)
