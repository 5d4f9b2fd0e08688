"""What `make lint` says of the project: nothing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from shared_dbt import dbt_settings, extract_of_nothing

from vardkoer.paths import PROJECT


def test_the_linters_find_nothing(tmp_path: Path) -> None:
    """In the environment that runs the tests, which make is not to install again."""
    answer = subprocess.run(
        ["make", "--silent", "--old-file=.venv/installed-test", "lint"],
        cwd=PROJECT,
        env=os.environ | dbt_settings(tmp_path, extract_of_nothing(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
