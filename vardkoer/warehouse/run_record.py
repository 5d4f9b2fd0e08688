"""The record of a published build: what went in, by which rules and code, and what came out.

The record of a warehouse stands in its own table `records.run`, so that the two are published in one step, and as a
file beside it (`<warehouse>.records/`), each naming the hash of the one before. No value of a delivery is in it.

`python -m vardkoer record verify`            the warehouse is what its record says, and the chain is whole
`python -m vardkoer record compare OLD NEW`   which inputs, rules, code, tools and results differ (files or numbers)
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

from vardkoer import paths
from vardkoer.gate import DeliveredFile
from vardkoer.gate.coverage import ListFile
from vardkoer.gate.files import masked, public_names
from vardkoer.warehouse import seed_changes

CODE = ("dbt_project.yml", "profiles.yml", "selectors.yml", "models", "macros", "tests", "vardkoer")
TOOLS = ("dbt-core", "dbt-adapters", "dbt-duckdb", "duckdb", "great-expectations")
COMPARED = ("inputs", "region_reports", "second_lists", "seeds", "code", "tools", "marts")
Record = dict[str, Any]


def sha256_of(path: Path) -> str:
    """Hash of a file, as hexadecimal text."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def inputs_of(files: list[DeliveredFile]) -> dict[str, Record]:
    """Size, hash, layout, rows and figures of every file of the extract."""
    return {
        delivered.account.name: {
            "bytes": delivered.file.path.stat().st_size,
            "sha256": sha256_of(delivered.file.path),
            "layout": delivered.file.layout_id,
            "facts": delivered.file.statuses,
            "rows_delivered": delivered.account.rows,
            "rows_accepted": delivered.account.rows_accepted,
            "rows_quarantined": len(delivered.account.unreadable_rows),
            "figures": delivered.account.figures,
        }
        for delivered in files
    }


def reports_of(folder: Path | None) -> dict[str, Record]:
    """Size and hash of every file with region reports."""
    below = folder.rglob("*") if folder else []
    found = sorted(path for path in below if path.suffix.lower() == ".csv" and path.is_file())
    return {
        name: {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
        for name, path in zip(public_names(found, folder or Path()), found, strict=True)
    }


def lists_of(files: Sequence[ListFile]) -> dict[str, Record]:
    """Size, hash and rows of every file of a second list."""
    return {
        file.name: {
            "bytes": file.file.path.stat().st_size,
            "sha256": sha256_of(file.file.path),
            "rows_delivered": file.rows,
            "rows_quarantined": len(file.unreadable_rows),
        }
        for file in files
    }


def hashes_below(root: Path, *names: str) -> dict[str, str]:
    """The hash of every file below some folders, by its path; compiled Python is no source."""
    chosen = [
        path for name in names for path in ([root / name] if (root / name).is_file() else (root / name).rglob("*"))
    ]
    return {
        masked(str(path.relative_to(root))): sha256_of(path)
        for path in sorted(chosen)
        if path.is_file() and "__pycache__" not in path.parts
    }


def code_version() -> Record:
    """The commit, whether files differ from it, and the hash of every file that decides what is computed."""
    commit = _git("rev-parse", "HEAD")
    changed = _git("status", "--porcelain", "--", *CODE, "seeds")
    return {
        "commit": commit,
        "is_changed": None if changed is None else bool(changed),
        **hashes_below(paths.PROJECT, *CODE),
    }


def _git(*arguments: str) -> str | None:
    """What git answers, or None outside a repository."""
    try:
        answer = subprocess.run(
            ["git", *arguments], cwd=paths.PROJECT, capture_output=True, text=True, check=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()


def tool_versions() -> dict[str, str]:
    """Versions of what computes."""
    return {"python": platform.python_version(), **{name: importlib.metadata.version(name) for name in TOOLS}}


def test_results(target: Path) -> Record:
    """What dbt's last build tested, and how it ended."""
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    tests = {
        result["unique_id"].split(".", 1)[1]: result["status"]
        for result in results
        if result["unique_id"].startswith(("test.", "unit_test."))
    }
    return {"passed": sum(status == "pass" for status in tests.values()), "of": len(tests), "results": tests}


def table_contents(
    connection: duckdb.DuckDBPyConnection, schema: str, views_by_rows: bool = False
) -> dict[str, Record]:
    """What every table and view of a schema holds, by its name: the rows of a table and their hash; of a view, which
    may have ten times as many rows as what it is made of, the hash of its definition and of the tables that this reads.
    `views_by_rows`: views as tables, as records of versions before 2.1.0 have them.
    """
    contents = _Contents(connection, views_by_rows)
    return {name: contents.of(found, name) for found, name in contents.columns if found == schema}


class _Contents:
    """What the tables and views of a warehouse hold, each looked at once."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, views_by_rows: bool) -> None:
        self.connection = connection
        self.known: dict[tuple[str, str], Record] = {}
        columns = connection.execute("""
            select schema_name, table_name, list(column_name order by column_index)
            from duckdb_columns()
            where database_name = current_database() and not internal
            group by schema_name, table_name
            order by schema_name, table_name
        """).fetchall()
        views = connection.execute("""
            select schema_name, view_name, sql
            from duckdb_views()
            where database_name = current_database() and not internal
        """).fetchall()
        self.columns = {(schema, name): names for schema, name, names in columns}
        self.definitions = {} if views_by_rows else {(schema, name): sql for schema, name, sql in views}

    def of(self, schema: str, name: str) -> Record:
        """The entry of a table or view."""
        relation = schema, name
        if relation not in self.known:
            self.known[relation] = self._of_view(relation) if relation in self.definitions else self._of_table(relation)
        return self.known[relation]

    def _of_view(self, relation: tuple[str, str]) -> Record:
        statement = sqlglot.parse_one(self.definitions[relation], read="duckdb")
        read = {(table.db, table.name) for table in statement.find_all(exp.Table) if table.db} - {relation}
        made_of = {".".join(part): self.of(*part)["sha256"] for part in sorted(read)}
        return {"made_of": made_of, "sha256": _sha256_of_json([self.definitions[relation], made_of])}

    def _of_table(self, relation: tuple[str, str]) -> Record:
        """The hash is of the names of columns and the sums of both halves of the rows' hashes: the order of rows does
        not matter, every value does. Between the values of a row stands a character that no value has, another for
        NULL."""
        names = self.columns[relation]
        values = ", ".join(f'coalesce(cast("{column}" as varchar), chr(0))' for column in names)
        rows, *halves = self.connection.execute(f"""
            with hashed as (select md5_number(concat_ws(chr(31), {values})) as row_hash from {".".join(relation)})
            select
                count(*),
                sum(cast(row_hash >> 64 as hugeint)),
                sum(cast(row_hash & 18446744073709551615 as hugeint))
            from hashed
        """).fetchall()[0]
        return {"rows": rows, "sha256": _sha256_of_json([names, *map(str, halves)])}


def _sha256_of_json(content: Any) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def lineage_hash(columns: list[tuple[str, ...]]) -> str:
    """Hash of the column lineage."""
    return hashlib.sha256(json.dumps(sorted(columns)).encode()).hexdigest()


def stored_record(warehouse: Path) -> str | None:
    """The record that the warehouse itself holds, as its text; None when it was not published. Raises duckdb.Error when
    the file cannot be read: damaged, or open for writing elsewhere."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        try:
            return connection.execute("select record from records.run").fetchall()[0][0]
        except duckdb.CatalogException:
            return None


def newest_file(warehouse: Path) -> Path | None:
    """The newest record beside a warehouse."""
    return max(paths.records_folder(warehouse).glob("[0-9]*.json"), default=None)


def store(connection: duckdb.DuckDBPyConnection, text: str, columns: list[tuple[str, ...]]) -> None:
    """Put a record and the lineage of every column into the warehouse that they are about."""
    connection.execute("create schema if not exists records")
    connection.execute("create or replace table records.run (record varchar not null)")
    connection.execute("comment on table records.run is 'What this warehouse was built from: vardkoer.run_record.'")
    connection.execute("insert into records.run values (?)", [text])
    connection.execute("""
        create or replace table records.column_lineage (
            mart varchar not null,
            column_name varchar not null,
            kind varchar not null,
            from_relation varchar not null,
            from_column varchar not null
        )
    """)
    connection.execute(
        "comment on table records.column_lineage is 'Columns of seeds and register behind each column of a mart: those "
        "that its value comes from, and those that decide which rows it is made of.'"
    )
    # thousands of rows, as one statement
    connection.execute(
        "insert into records.column_lineage select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5)",
        [list(values) for values in zip(*columns, strict=True)],
    )


def write_file(warehouse: Path, text: str) -> Path:
    """Keep a record beside its warehouse, under its number."""
    path = record_path(warehouse, json.loads(text)["number"])
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def record_path(warehouse: Path, number: int) -> Path:
    """Where a record is kept."""
    return paths.records_folder(warehouse) / f"{number:05d}.json"


def as_text(record: Record) -> str:
    """A record as it is stored and hashed."""
    return json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False)


def verify(warehouse: Path) -> list[str]:
    """What does not hold; nothing when the warehouse is what its record says and the chain of records is whole."""
    try:
        text = stored_record(warehouse)
        if text is None:
            return [f"file={warehouse}: holds no record; publish it by a build"]
        record = json.loads(text)
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            by_rows = "rows" in record["marts"].get("contact_decisions", {})
            contents = {schema: table_contents(connection, schema, by_rows) for schema in ("marts", "seeds")}
            columns = connection.execute("select * from records.column_lineage").fetchall()
    except duckdb.Error:
        return [f"file={warehouse}: cannot be read; close what has it open for writing, or restore it"]
    recorded = {"marts": record["marts"], "seeds": record["seed_tables"]}
    faults = [
        f"file={warehouse} table={schema}.{name}: is not what was published; build again"
        for schema in contents
        for name in sorted({*recorded[schema], *contents[schema]})
        if recorded[schema].get(name) != contents[schema].get(name)
    ]
    if lineage_hash(columns) != record["lineage_sha256"]:
        faults.append(f"file={warehouse} table=records.column_lineage: is not what was published; build again")
    return faults + _chain_faults(warehouse, record, hashlib.sha256(text.encode()).hexdigest())


def _chain_faults(warehouse: Path, record: Record, sha256: str | None) -> list[str]:
    """The first record beside the warehouse that is missing or is not the one that is named."""
    for number in range(record["number"], 0, -1):
        path = record_path(warehouse, number)
        if not path.exists():
            return [f"file={path}: record missing; restore it from a backup"]
        if sha256_of(path) != sha256:
            return [f"file={path}: is not the record that is named by what came after; restore it from a backup"]
        sha256 = json.loads(path.read_text(encoding="utf-8"))["previous_sha256"]
    return []


def differences(warehouse: Path, older: Record, newer: Record) -> list[str]:
    """A line for each input, seed, file of code, tool or mart that differs, and for each row that does in a seed."""
    lines = []
    for part in COMPARED:
        before, after = older.get(part) or {}, newer.get(part) or {}
        for name in sorted({*before, *after}):
            if _content(before.get(name)) != _content(after.get(name)):
                kind = "added" if name not in before else "removed" if name not in after else "changed"
                lines.append(f"{part}: {name} {kind}")
                if (part, kind) == ("seeds", "changed") and name.endswith(".csv"):
                    lines += seed_changes.changed_rows(warehouse, before[name], after[name])
    return lines


def _content(entry: Any) -> Any:
    """What an entry says of content: a later version may record more figures of the same file."""
    return entry.get("sha256", entry) if isinstance(entry, dict) else entry


def _read(warehouse: Path, which: str) -> Record:
    path = record_path(warehouse, int(which)) if which.isdigit() else Path(which)
    return json.loads(path.read_text(encoding="utf-8"))


def print_faults(warehouse: Path) -> int:
    """Verify; 1 when something does not hold."""
    faults = verify(warehouse)
    print("\n".join(faults) or f"{warehouse} is what its record says, and the chain of records is whole.")
    return 1 if faults else 0


def print_differences(warehouse: Path, older: str, newer: str) -> int:
    """Compare two records of a warehouse, by number or file; 1 when one is missing."""
    try:
        lines = differences(warehouse, _read(warehouse, older), _read(warehouse, newer))
    except FileNotFoundError as error:
        print(f"file={error.filename}: no such record; the records are in {paths.records_folder(warehouse)}")
        return 1
    print("\n".join(lines) or "Nothing differs.")
    return 0
