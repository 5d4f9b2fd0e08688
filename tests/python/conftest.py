"""What several files of tests read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from compiled_project import CompiledProject, compile_project, run_dbt

from vardkoer import paths

# PySpark takes a process whose main module has no file, as a worker of pytest-xdist is, for a run of its own doctests.
sys.modules["__main__"].__file__ = getattr(sys.modules["__main__"], "__file__", __file__)


@pytest.fixture(scope="session")
def parsed_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The target folder of a dbt that has read the project and built nothing; its database is called `warehouse`."""
    work_dir = tmp_path_factory.mktemp("parsed")
    (work_dir / "par").mkdir()
    run_dbt(work_dir, work_dir / "par", "parse")
    return work_dir / "target"


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> CompiledProject:
    """The models behind counts and decisions, compiled once, to be run on many small extracts."""
    return compile_project(tmp_path_factory.mktemp("compiled"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the warehouse, written once by its own command."""
    folder = tmp_path_factory.mktemp("report") / "site"
    result = subprocess.run(
        [sys.executable, "-m", "vardkoer.report", "--output", str(folder)],
        cwd=paths.PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.strip().endswith((folder / "index.html").as_uri())
    return folder
