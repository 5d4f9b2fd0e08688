"""The published file opens in the oldest DuckDB that BI tools may ship (docs/connect.md), views included."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb

from vardkoer import paths
from vardkoer.paths import PROJECT

OLDEST = "1.1.3"
READ_ALL = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
connection.execute("set enable_progress_bar = false")
marts = connection.execute("select table_name from information_schema.tables where table_schema = 'marts'").fetchall()
for (mart,) in marts:
    connection.execute(f"select * from marts.{mart} limit 1").fetchall()
total = "select sum(allocated_kr) from marts.grant_allocations where settlement_id = '2025_additional_payment'"
print(duckdb.__version__, len(marts), connection.execute(total).fetchone()[0])
"""


def test_every_mart_can_be_read_by_the_oldest_duckdb(tmp_path: Path) -> None:
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(tmp_path)]
    subprocess.run([*install, f"duckdb=={OLDEST}"], check=True)
    answer = subprocess.run(
        [sys.executable, "-c", READ_ALL, str(paths.warehouse_path())],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    with duckdb.connect(str(paths.warehouse_path()), read_only=True) as connection:
        marts = connection.execute(
            "select count(*) from information_schema.tables where table_schema = 'marts'"
        ).fetchall()[0][0]
    assert answer.stdout == f"{OLDEST} {marts} 243277012\n", answer.stderr


def test_the_page_names_the_oldest() -> None:
    assert re.search(rf"tried: {re.escape(OLDEST)}", (PROJECT / "docs" / "connect.md").read_text(encoding="utf-8"))
