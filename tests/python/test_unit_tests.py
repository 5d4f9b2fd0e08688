"""dbt's unit tests, on a copy of the warehouse, for they ask what columns its relations have."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from shared_dbt import Dbt, extract_of_nothing

from vardkoer import paths


def test_every_unit_test_of_dbt_passes(dbt: Dbt, tmp_path: Path) -> None:
    shutil.copyfile(paths.warehouse_path(), tmp_path / "warehouse.duckdb")
    dbt.run(tmp_path, extract_of_nothing(tmp_path), "test", "--select", "test_type:unit")
    results = json.loads((tmp_path / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    assert len(results) > 100
