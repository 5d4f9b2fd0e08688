"""The dashboard for Superset that docs/connect.md offers: its queries are answered, and it names no machine."""

from __future__ import annotations

import zipfile
from typing import Any

import duckdb
import pytest
import yaml

from vardkoer import paths
from vardkoer.paths import PROJECT

BUNDLE = PROJECT / "docs" / "superset_dashboard.zip"


def parts() -> dict[str, dict[str, Any]]:
    with zipfile.ZipFile(BUNDLE) as bundle:
        return {name: yaml.safe_load(bundle.read(name)) for name in bundle.namelist()}


PARTS = parts()
DATASETS = [name for name in PARTS if "/datasets/" in name]


@pytest.mark.parametrize("name", DATASETS)
def test_a_query_of_the_dashboard_has_rows_and_the_columns_that_its_charts_show(name: str) -> None:
    dataset = PARTS[name]
    with duckdb.connect(str(paths.warehouse_path()), read_only=True) as connection:
        found = connection.execute(dataset["sql"])
        assert {column[0] for column in found.description} == {column["column_name"] for column in dataset["columns"]}
        assert found.fetchall()


def test_a_current_settlement_does_not_count_twice() -> None:
    """Summed over all that the query for amounts gives, each round is there once."""
    sql = next(PARTS[name]["sql"] for name in DATASETS if "Belopp" in name)
    with duckdb.connect(str(paths.warehouse_path()), read_only=True) as connection:
        connection.execute(f"create temp view amounts as {sql}")
        rows = connection.execute(
            'select "Omgång", count(*), count(distinct "Region") from amounts group by 1'
        ).fetchall()
    assert len(rows) == 4
    assert {row[1:] for row in rows} == {(21, 21)}


def test_the_bundle_is_whole_and_names_an_example() -> None:
    kinds = [name.split("/")[1] for name in PARTS]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "metadata.yaml": 1,
        "databases": 1,
        "datasets": 3,
        "charts": 3,
        "dashboards": 1,
    }
    (database,) = [part for name, part in PARTS.items() if "/databases/" in name]
    assert database["sqlalchemy_uri"] == "postgresql+psycopg2://vardkoer_reader@db.example.org/bi"
