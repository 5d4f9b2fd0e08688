"""Where every column of every mart comes from: the columns of seeds and of the register behind its value, and those
that decide which rows the value is made of.

`vardkoer.build` publishes it as `records.column_lineage`. Read from the SQL that dbt compiled
(`target/manifest.json` after a whole build), one model at a time; the columns of each model are those of its yml. Where
rows are counted or a constant is stated, the relations are shown whose rows these are.

What decides stands in the conditions of the queries on a column's way: joins, filters and what rows are grouped by. It
is found by the same search, in a copy of each query in which every column is computed from these too.
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
from sqlglot.schema import MappingSchema

EPHEMERAL = "__dbt__cte__"
DIALECT = "duckdb"
ROWS = "(rows)"
VALUE, CONDITION = "values from", "decided by"
# The parts of a query that decide about rows.
CONDITIONS = ("where", "group", "having", "qualify")


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

    @functools.cache  # noqa: B019 - one object lives as long as the command
    def origins(self, model: str, column: str, with_conditions: bool = False) -> frozenset[Origin]:
        """The columns of seeds and sources behind a column of a model, or also those that decide about its rows."""
        found: set[Origin] = set()
        for relation, of_column in self._parents(model)[with_conditions][column]:
            if relation not in self.models:
                found.add(Origin(self._public_name(relation), of_column))
            elif of_column == ROWS:
                found |= {Origin(origin, ROWS) for origin in self._row_origins(relation)}
            else:
                found |= self.origins(relation, of_column, with_conditions)
        return frozenset(found)

    def _public_name(self, relation: str) -> str:
        source = self.sources.get(relation)
        return f"{source['source_name']}.{source['name']}" if source else f"seeds.{relation}"

    @functools.cache  # noqa: B019
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
    def _schema(self) -> MappingSchema:
        return MappingSchema({name: dict.fromkeys(columns, "text") for name, columns in self.columns.items()})

    def _qualified(self, model: str) -> exp.Expression:
        """The statement of a model in which every column names its relation."""
        qualified = qualify(
            self._statement(model).copy(),
            dialect=DIALECT,
            schema=self._schema(),
            validate_qualify_columns=False,
            quote_identifiers=False,
        )
        _take_keys_from_the_left(qualified)
        return qualified

    @functools.cache  # noqa: B019
    def _parents(self, model: str) -> dict[bool, dict[str, set[tuple[str, str]]]]:
        """For each column the relations and columns that the model's own SQL computes it from: False as it stands, True
        when each query computes its columns from its conditions too."""
        statement = self._qualified(model)
        values = self._leaves(model, statement)
        _compute_from_conditions(statement)
        return {False: values, True: self._leaves(model, statement)}

    def _leaves(self, model: str, statement: exp.Expression) -> dict[str, set[tuple[str, str]]]:
        # what a tree shows of each query is not trimmed: that takes a copy of every query for each of its columns
        scope = build_scope(statement)
        trees = lineage(None, statement, self._schema(), dialect=DIALECT, scope=scope, trim_selects=False, copy=False)
        parents = {}
        for column in self.columns[model]:
            parents[column] = {
                parent
                for node in trees[column].walk()
                if not node.downstream
                for parent in self._behind(node, statement)
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


def _take_keys_from_the_left(statement: exp.Expression) -> None:
    """A key that `using` joins is the first relation's, unless rows of another one are kept without it."""
    for query in statement.find_all(exp.Select):
        if any(join.side in ("RIGHT", "FULL") for join in query.args.get("joins") or []):
            continue
        for key in [found for found in query.find_all(exp.Coalesce) if found.parent_select is query]:
            parts = [key.this, *key.expressions]
            if all(isinstance(part, exp.Column) for part in parts) and len({part.name for part in parts}) == 1:
                key.replace(key.this)


def _compute_from_conditions(statement: exp.Expression) -> None:
    """Add to every column of every query what the query's conditions are about.

    A left join decides about the columns that it brings and about no others: what it joins is one row or none.
    """
    for query in statement.find_all(exp.Select):
        joins = query.args.get("joins") or []
        left = {join.this.alias_or_name: _columns_in(join.args.get("on")) for join in joins if join.side == "LEFT"}
        inner = [join.args.get("on") for join in joins if join.side != "LEFT"]
        deciding = [column for part in CONDITIONS for column in _columns_in(query.args.get(part))]
        deciding += [column for condition in inner for column in _columns_in(condition)]
        query.set("expressions", [_with_what_decides(selected, deciding, left) for selected in query.selects])


def _with_what_decides(
    selected: exp.Expression, deciding: list[exp.Column], left: dict[str, list[exp.Column]]
) -> exp.Expression:
    columns, joined = [*_columns_in(selected), *deciding], dict(left)
    # grows while it is gone through: a join may be on what another one brings
    for column in columns:
        columns += joined.pop(column.table, [])
    once = {(column.table, column.name): column.copy() for column in columns}
    computed = exp.Coalesce(this=selected.unalias(), expressions=list(once.values()))
    return exp.Alias(this=computed, alias=exp.to_identifier(selected.alias_or_name))


def _columns_in(part: exp.Expression | None) -> list[exp.Column]:
    return list(part.find_all(exp.Column)) if part else []


def column_lineage(target: Path) -> list[tuple[str, str, str, str, str]]:
    """Mart, column, `values from` or `decided by`, and relation and column, for everything that dbt compiled.

    What a value comes from is not named again among what decides about it.
    """
    project = Lineage(json.loads((target / "manifest.json").read_text(encoding="utf-8")))
    return [
        (mart, column, kind, *origin)
        for mart in project.marts
        for column in project.columns[mart]
        for kind, origins in (
            (VALUE, project.origins(mart, column)),
            (CONDITION, project.origins(mart, column, True) - project.origins(mart, column)),
        )
        for origin in sorted(origins)
    ]
