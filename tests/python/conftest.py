"""What several files of tests read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from build_place import Place
from compiled_project import CompiledProject, compiled_project
from shared_dbt import Dbt, once

from vardkoer import paths

# PySpark takes a process whose main module has no file, as a worker of pytest-xdist is, for a run of its own doctests.
sys.modules["__main__"].__file__ = getattr(sys.modules["__main__"], "__file__", __file__)


# Files that take longest begin first, so that no worker is left alone with one at the end.
LONGEST = (
    "test_build",
    # needs nothing that the first one makes
    "test_exports",
    "test_linters",
    "test_counts_against_reference",
    "test_round_2026",
    "test_own_extract",
    "test_privacy",
    "test_reduce",
    "test_report",
    "test_grants",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of this run that all its workers have."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder


@pytest.fixture(scope="session")
def dbt(shared: Path) -> Dbt:
    """dbt, which has compiled the project once for all workers of this run."""
    return Dbt(shared / "dbt")


@pytest.fixture(scope="session")
def project(dbt: Dbt) -> CompiledProject:
    """The SQL behind the counts, to be run without dbt."""
    return compiled_project(dbt)


@pytest.fixture(scope="session")
def place(shared: Path, dbt: Dbt) -> Place:
    """A place with a first published build, made once for all workers; test_build.py builds there again."""
    here = Place(shared / "place")
    once(here.folder, lambda: here.build_first(dbt))
    return here


@pytest.fixture(scope="session")
def site(shared: Path) -> Path:
    """The report of the warehouse, written once for all workers by its own command."""
    folder = shared / "site"
    once(folder, lambda: write_site(folder))
    return folder


def write_site(folder: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "vardkoer.report", "--output", str(folder)],
        cwd=paths.PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.strip().endswith((folder / "index.html").as_uri())
