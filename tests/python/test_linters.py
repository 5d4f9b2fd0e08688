"""What `make lint` says of the project: nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from shared_dbt import Dbt, dbt_settings

from vardkoer.paths import PROJECT


def test_the_linters_find_nothing(dbt: Dbt, tmp_path: Path) -> None:
    """In the environment that runs the tests, which make is not to install again."""
    # dbt takes what it has parsed for the same warehouse, in a folder of its own that nobody else reads
    compiled = dbt.target.parent
    settings = dbt_settings(compiled, compiled / "extract_of_nothing") | {
        "DBT_TARGET_PATH": str(tmp_path),
        "DBT_LOG_PATH": str(tmp_path),
    }
    shutil.copy(dbt.target / "partial_parse.msgpack", tmp_path)
    answer = subprocess.run(
        ["make", "--silent", "--old-file=.venv/installed-test", "lint"],
        cwd=PROJECT,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
