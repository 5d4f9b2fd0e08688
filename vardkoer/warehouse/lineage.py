"""Where every column of every mart comes from: the columns of seeds and of the register behind its value.

`vardkoer.build` publishes it as `records.column_lineage`. Read from the SQL that dbt compiled
(`target/manifest.json` after a whole build), one model at a time; the columns of each model are those of its yml. Where
rows are counted or a constant is stated, the relations are shown whose rows these are.
"""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope

EPHEMERAL = "__dbt__cte__"
DIALECT = "duckdb"
ROWS = "(rows)"


class Origin(NamedTuple):
    """A column of a seed or source, or `(rows)` for the rows themselves."""

    relation: str
    column: str


class Lineage:
    """The columns of one compiled project and what they come from."""

    def __init__(self, manifest: dict[str, Any]):
        """Take the models, and the columns of everything that they read."""
        nodes = [node for node in manifest["nodes"].values() if node["resource_type"] in ("model", "seed")]
        self.models = {node["name"]: node for node in nodes if node["resource_type"] == "model"}
        self.columns = {node["name"]: list(node["columns"]) for node in nodes}
        self.sources = {source["identifier"]: source for source in manifest["sources"].values()}
        self.columns |= {name: list(source["columns"]) for name, source in self.sources.items()}

    @property
    def marts(self) -> list[str]:
        """The public models."""
        return sorted(name for name, node in self.models.items() if node["schema"] == "marts")

    def origins(self, model: str, column: str) -> set[Origin]:
        """The columns of seeds and sources behind a column of a model."""
        found: set[Origin] = set()
        for relation, of_column in self._parents(model)[column]:
            if relation not in self.models:
                found.add(Origin(self._public_name(relation), of_column))
            elif of_column == ROWS:
                found |= {Origin(origin, ROWS) for origin in self._row_origins(relation)}
            else:
                found |= self.origins(relation, of_column)
        return found

    def _public_name(self, relation: str) -> str:
        source = self.sources.get(relation)
        return f"{source['source_name']}.{source['name']}" if source else f"seeds.{relation}"

    @functools.cache  # noqa: B019 - one object lives as long as the command
    def _row_origins(self, model: str) -> frozenset[str]:
        found: set[str] = set()
        for relation in self._relations(model):
            found |= self._row_origins(relation) if relation in self.models else {self._public_name(relation)}
        return frozenset(found)

    def _relations(self, model: str) -> set[str]:
        tables = self._statement(model).find_all(exp.Table)
        return {table.name for table in tables if table.name in self.columns}

    @functools.cache  # noqa: B019
    def _statement(self, model: str) -> exp.Expression:
        """The compiled SQL with ephemeral models and sources as tables like any other."""
        sql = re.sub(r"\b(" + "|".join(self.sources) + r")\(\)", r"\1", self.models[model]["compiled_code"])
        statement = sqlglot.parse_one(sql, dialect=DIALECT)
        with_ = statement.args.get("with_") or statement.args.get("with")
        for cte in list(with_.expressions if with_ else []):
            if cte.alias.startswith(EPHEMERAL):
                cte.pop()
        for table in statement.find_all(exp.Table):
            table.set("db", None)
            table.set("catalog", None)
            table.set("this", exp.to_identifier(table.name.removeprefix(EPHEMERAL)))
        return statement

    @functools.cache  # noqa: B019
    def _parents(self, model: str) -> dict[str, set[tuple[str, str]]]:
        """For each column the relations and columns that the model's own SQL computes it from."""
        schema = {name: dict.fromkeys(columns, "text") for name, columns in self.columns.items()}
        qualified = qualify(
            self._statement(model).copy(),
            dialect=DIALECT,
            schema=schema,
            validate_qualify_columns=False,
            quote_identifiers=False,
        )
        scope = build_scope(qualified)
        parents = {}
        for column in self.columns[model]:
            tree = lineage(column, qualified, schema, dialect=DIALECT, scope=scope)
            parents[column] = {
                parent for node in tree.walk() if not node.downstream for parent in self._behind(node, qualified)
            }
            if not parents[column]:
                parents[column] = {(relation, ROWS) for relation in self._relations(model)}
        return parents

    def _behind(self, leaf: Any, statement: exp.Expression) -> set[tuple[str, str]]:
        """The column that a leaf of the lineage stands for, or the rows that it counts; a constant has neither."""
        if isinstance(leaf.expression, exp.Table):
            relation, column = leaf.expression.name, leaf.name.split(".")[-1].strip('"')
            return {(relation, column)} if column in self.columns.get(relation, []) else set()
        if any(isinstance(count.this, exp.Star) for count in leaf.expression.find_all(exp.Count)):
            return {(relation, ROWS) for relation in self._read_by(leaf.source, statement, frozenset())}
        return set()

    def _read_by(self, query: exp.Expression, statement: exp.Expression, seen: frozenset[str]) -> set[str]:
        """The relations that a query reads, through the common table expressions of its statement."""
        ctes = {cte.alias: cte.this for cte in statement.find_all(exp.CTE)}
        found = set()
        for table in query.find_all(exp.Table):
            if table.name in ctes and table.name not in seen:
                found |= self._read_by(ctes[table.name], statement, seen | {table.name})
            elif table.name in self.columns:
                found.add(table.name)
        return found


def column_lineage(target: Path) -> list[tuple[str, str, str, str]]:
    """Mart, column, relation and column that it comes from, for everything that dbt compiled into a target folder."""
    project = Lineage(json.loads((target / "manifest.json").read_text(encoding="utf-8")))
    return [
        (mart, column, *origin)
        for mart in project.marts
        for column in project.columns[mart]
        for origin in sorted(project.origins(mart, column))
    ]
