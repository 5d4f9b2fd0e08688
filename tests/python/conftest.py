"""What several test modules share."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from vardkoer import paths


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
