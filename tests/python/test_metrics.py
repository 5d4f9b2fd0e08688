"""The key figures of the semantic layer are the marts' own: MetricFlow's SQL, run on the published warehouse."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import duckdb
import pytest
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup
from shared_dbt import Dbt

from vardkoer import paths


class Case(NamedTuple):
    """Metrics, what they are grouped by, and the query that a mart answers the same with."""

    metrics: list[str]
    group_by: list[str]
    mart: str


CASES = {
    "operations": Case(
        ["operations"],
        ["settlement", "region", "category"],
        "select settlement_id, region_code, category_id, operations from marts.grant_earnings",
    ),
    "baseline and increase": Case(
        ["baseline_mean", "increase"],
        ["settlement", "region", "category"],
        "select settlement_id, region_code, category_id, baseline_mean, eligible_operations from marts.grant_earnings "
        "inner join marts.dim_settlement using (settlement_id) where allocation_model = 'increase'",
    ),
    "amounts": Case(
        ["earned_kr", "cap_kr", "performance_kr", "allocated_kr"],
        ["settlement", "region"],
        "select settlement_id, region_code, earned_kr, cap_kr, performance_kr, allocated_kr "
        "from marts.grant_allocations",
    ),
    "what the caps leave": Case(
        ["remaining_kr"],
        ["settlement", "region"],
        "select settlement_id, region_code, available_kr from marts.region_standing",
    ),
    "remaining funds of a round": Case(
        ["remaining_kr"],
        ["settlement"],
        "select distinct settlement_id, remaining_kr from marts.remaining_funds where remaining_kr is not null",
    ),
    "a sum with an unknown part is unknown": Case(
        ["allocated_kr"],
        ["settlement"],
        "select settlement_id, case when count(*) = count(allocated_kr) then sum(allocated_kr) end "
        "from marts.grant_allocations group by settlement_id",
    ),
}
# Printed with one decimal by the marts.
SHARES = {
    "share of the cap": Case(
        ["share_of_cap"],
        ["settlement", "region"],
        "select settlement_id, region_code, share_of_cap_percent from marts.region_standing "
        "where share_of_cap_percent is not null",
    ),
    "completeness": Case(
        ["expected_completeness"],
        ["metric_time__month", "settlement", "region", "category"],
        "select operation_month::timestamp, settlement_id, region_code, category_id, expected_completeness_percent "
        "from marts.count_quality where region_code != '00' and operations > 0 and expected_completeness_percent > 0",
    ),
}


class MetricStore:
    """The metrics of the project over the published warehouse."""

    def __init__(self, manifest: Path):
        """Read the semantic manifest, whose warehouse is named `warehouse`, and open the published one so."""
        parsed = parse_manifest_from_dbt_generated_manifest(manifest.read_text(encoding="utf-8"))
        client: Any = SimpleNamespace(sql_engine_type=SqlEngine.DUCKDB, sql_plan_renderer=DuckDbSqlPlanRenderer())
        self.engine = MetricFlowEngine(SemanticManifestLookup(parsed), client)
        self.connection = duckdb.connect()
        self.connection.execute(f"attach '{paths.warehouse_path()}' as warehouse (read_only)")
        self.connection.execute("use warehouse")

    def answer(self, case: Case) -> duckdb.DuckDBPyRelation:
        """What MetricFlow answers: the columns it groups by, then the metrics."""
        request = MetricFlowQueryRequest.create(metric_names=case.metrics, group_by_names=case.group_by)
        return self.connection.sql(self.engine.explain(request).sql_statement.sql)


@pytest.fixture(scope="module")
def metrics(dbt: Dbt) -> MetricStore:
    return MetricStore(dbt.target / "semantic_manifest.json")


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_metric_is_what_the_mart_holds(metrics: MetricStore, case: Case) -> None:
    mart = metrics.connection.sql(case.mart)
    assert len(mart) > 0
    assert mart.except_(metrics.answer(case)).fetchall() == []


@pytest.mark.parametrize("case", SHARES.values(), ids=SHARES)
def test_a_share_is_what_the_mart_holds_in_percent(metrics: MetricStore, case: Case) -> None:
    shares = {row[:-1]: row[-1] for row in metrics.answer(case).fetchall()}
    rows = metrics.connection.sql(case.mart).fetchall()
    assert rows
    for *key, percent in rows:
        assert 100 * shares[tuple(key)] == pytest.approx(float(percent), abs=0.0501)


def test_every_metric_is_compared_or_part_of_one_that_is(metrics: MetricStore) -> None:
    compared = {name for case in [*CASES.values(), *SHARES.values()] for name in case.metrics}
    names = {metric.name for metric in metrics.engine.list_metrics()}
    assert {name for name in names if not re.search("_(known|unknown|months|expected)$", name)} == compared
