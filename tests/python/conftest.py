"""What several files of tests read."""

from __future__ import annotations

from pathlib import Path

import pytest
from compiled_project import run_dbt


@pytest.fixture(scope="session")
def parsed_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The target folder of a dbt that has read the project and built nothing; its database is called `warehouse`."""
    work_dir = tmp_path_factory.mktemp("parsed")
    (work_dir / "par").mkdir()
    run_dbt(work_dir, work_dir / "par", "parse")
    return work_dir / "target"
