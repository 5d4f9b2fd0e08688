"""Documentation for auditors: `dbt.html`, dbt's docs, and `lineage.html`, the lineage of every column.

Both are of the published warehouse, and each is one file that needs no network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from vardkoer import paths
from vardkoer.docs.dbt_page import Artifacts, write_dbt_page
from vardkoer.docs.lineage_page import write_lineage_page
from vardkoer.gate.account import REQUIRED
from vardkoer.gate.files import FOLDERS

FAILED, ENVIRONMENT = 1, 5


NO_CONTACT = {"vardkontakt_id": "none", "leverans_nr": "1", "inrapporterad": "2025-01-01"}


def no_deliveries(folder: Path) -> dict[str, str]:
    """Settings under which dbt needs neither an extract nor its secret: the docs are of what was built already."""
    row = ";".join(NO_CONTACT.get(column, "") for column in REQUIRED)
    for care in FOLDERS:
        (folder / "par" / care).mkdir(parents=True)
        (folder / "par" / care / "one.csv").write_text(f"{';'.join(REQUIRED)}\n{row}\n", encoding="utf-8")
    (folder / "reports").mkdir()
    return {
        "PAR_PATH": str(folder / "par"),
        "REGION_REPORTS_PATH": str(folder / "reports"),
        "COVERAGE_PATH": "",
        "PERSON_KEY_SECRET": "the secret of nobody at all",
    }


def write_docs(output: Path) -> int:
    """Write both pages; one line on the screen says why not."""
    if not paths.warehouse_path().exists():
        print(f"file={paths.warehouse_path()}: there is no warehouse; make build makes one", file=sys.stderr)
        return ENVIRONMENT
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # dbt opens its database for writing, which the published one is not for
        copy = folder / paths.warehouse_path().name
        shutil.copyfile(paths.warehouse_path(), copy)
        settings = {
            "WAREHOUSE_PATH": str(copy),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            **no_deliveries(folder),
        }
        command = [*paths.DBT, "--quiet", "docs", "generate"]
        if subprocess.run(command, cwd=paths.PROJECT, env=os.environ | settings, check=False).returncode:
            return FAILED
        artifacts = Artifacts.read(folder / "target", copy)
        output.mkdir(parents=True, exist_ok=True)
        write_dbt_page(artifacts, output / "dbt.html")
        write_lineage_page(artifacts, output / "lineage.html")
    print(f"Written: {output / 'dbt.html'}, {output / 'lineage.html'}")
    return 0
