"""The gate for rules: every seed file against what its yml says, before dbt loads anything.

Types, required values, keys, allowed values and references stand in the yml of the seeds once; dbt runs them as tests,
and this module finds the row, so that the message can name file, row, column and remedy. Sums and overlaps, which
concern several rows, are checked here as well.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

SHOWN_FAULTS = 20
Row = dict[str, str]


class SeedError(Exception):
    """One or more faults in seed files, one line each."""


@dataclasses.dataclass
class Seed:
    """A seed file and its yml. `rows` are in the order of the file; the first data row is row 2."""

    name: str
    path: Path
    spec: dict[str, Any]
    header: list[str]
    rows: list[Row]

    @property
    def types(self) -> dict[str, str]:
        """Column types as dbt loads them."""
        return self.spec.get("config", {}).get("column_types", {})

    @property
    def optional_columns(self) -> list[str]:
        """Columns that a file put in the place of ours may lack."""
        return self.spec.get("config", {}).get("meta", {}).get("optional_columns", [])

    @property
    def numbered(self) -> Iterator[tuple[int, Row]]:
        """Rows with their number in the file, the header being row 1."""
        return enumerate(self.rows, start=2)

    def column_tests(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Columns with a data test of one kind, and its arguments."""
        for column in self.spec.get("columns", []):
            for test in column.get("data_tests", []):
                if test == kind:
                    yield column["name"], {}
                elif isinstance(test, dict) and kind in test:
                    yield column["name"], test[kind].get("arguments", {})

    def constrained(self, kind: str) -> list[str]:
        """Columns with a constraint of one kind."""
        return [
            column["name"]
            for column in self.spec.get("columns", [])
            if any(constraint["type"] == kind for constraint in column.get("constraints", []))
        ]

    @property
    def keys(self) -> list[tuple[str, ...]]:
        """Column combinations that identify a row."""
        single = [(column,) for column in self.constrained("unique")]
        tests = [test for test in self.spec.get("data_tests", []) if "unique_combination" in test]
        return single + [tuple(test["unique_combination"]["arguments"]["columns"]) for test in tests]


def read_rows(path: Path) -> list[Row]:
    """The rows of a seed file that has been checked."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def check_seeds(folder: Path) -> None:
    """Check every seed below a folder. Raises SeedError with at most twenty lines."""
    seeds = _read(folder)
    faults = [fault for seed in seeds.values() for fault in _faults(seed, seeds)] or list(_rule_faults(seeds))
    if faults:
        more = [f"... and {len(faults) - SHOWN_FAULTS} more"] if len(faults) > SHOWN_FAULTS else []
        raise SeedError("\n".join(faults[:SHOWN_FAULTS] + more))


def _read(folder: Path) -> dict[str, Seed]:
    specs = {}
    for yml in sorted(folder.rglob("*.yml")):
        for spec in yaml.safe_load(yml.read_text(encoding="utf-8")).get("seeds", []):
            specs[spec["name"]] = spec
    seeds = {}
    for path in sorted(folder.rglob("*.csv")):
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                lines = [line for line in csv.reader(stream, strict=True) if line]
        except (UnicodeDecodeError, csv.Error):
            raise SeedError(f"file={path}: is not a comma-separated UTF-8 file; save it as one") from None
        header = lines[0] if lines else []
        for number, line in enumerate(lines[1:], start=2):
            if len(line) != len(header):
                raise SeedError(
                    f"file={path} row={number}: {len(line)} fields where the header has {len(header)}; "
                    "correct the row, mind commas and quotes"
                )
        rows = [dict(zip(header, line, strict=True)) for line in lines[1:]]
        seeds[path.stem] = Seed(path.stem, path, specs.get(path.stem, {}), header, rows)
    return seeds


def _faults(seed: Seed, seeds: dict[str, Seed]) -> Iterator[str]:
    missing = [column for column in seed.types if column not in seed.header + seed.optional_columns]
    if missing:
        yield f"file={seed.path} column={', '.join(missing)}: column missing; add it to the header"
        return
    yield from _type_faults(seed)
    for kind in ("not_null", "unique"):
        for column in seed.constrained(kind):
            for number, row in seed.numbered:
                if not row[column]:
                    yield f"file={seed.path} row={number} column={column}: value missing; fill it in"
    for key in seed.keys:
        yield from _key_faults(seed, key)
    for column, arguments in seed.column_tests("accepted_values"):
        allowed = [str(value) for value in arguments["values"]]
        for number, row in seed.numbered:
            if row.get(column) and row[column] not in allowed:
                yield (
                    f"file={seed.path} row={number} column={column}: unknown value '{row[column]}'; "
                    f"use one of {', '.join(allowed)}"
                )
    for column, arguments in seed.column_tests("relationships"):
        yield from _reference_faults(seed, column, arguments, seeds)


def _key_faults(seed: Seed, key: tuple[str, ...]) -> Iterator[str]:
    first: dict[tuple[str, ...], int] = {}
    for number, row in seed.numbered:
        values = tuple(row[column] for column in key)
        if values in first:
            yield (
                f"file={seed.path} row={number} column={', '.join(key)}: same as row {first[values]}; "
                "keep one of the rows"
            )
        first.setdefault(values, number)


def _reference_faults(seed: Seed, column: str, arguments: dict[str, Any], seeds: dict[str, Seed]) -> Iterator[str]:
    target = seeds[re.sub(r"ref\('(\w+)'\)", r"\1", arguments["to"])]
    known = {row[arguments["field"]] for row in target.rows}
    for number, row in seed.numbered:
        if row[column] and row[column] not in known:
            yield (
                f"file={seed.path} row={number} column={column}: '{row[column]}' is not in {target.path.name}; "
                "add it there or correct it here"
            )


def _type_faults(seed: Seed) -> Iterator[str]:
    signed = [c["name"] for c in seed.spec.get("columns", []) if c.get("config", {}).get("meta", {}).get("signed")]
    for column, kind in seed.types.items():
        if column not in seed.header:
            continue
        for number, row in seed.numbered:
            fault = _value_fault(row[column], kind, column in signed) if row[column] else None
            if fault:
                yield f"file={seed.path} row={number} column={column}: '{row[column]}' {fault}"


def _value_fault(value: str, kind: str, is_signed: bool) -> str | None:
    if kind in ("integer", "bigint") and not re.fullmatch(r"-?[0-9]+", value):
        return "is not a whole number; write digits only, without blanks, commas or decimals"
    if kind in ("integer", "bigint") and value.startswith("-") and not is_signed:
        return "is negative; write 0 or more"
    if kind.startswith("decimal") and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        return "is not a number; write digits and a decimal point"
    if kind == "boolean" and value not in ("true", "false"):
        return "is neither true nor false; write one of them"
    if kind == "date" and not _is_date(value):
        return "is not a date; write YYYY-MM-DD"
    return "begins or ends with a blank; remove it" if value != value.strip() else None


def _is_date(value: str) -> bool:
    try:
        return bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)) and bool(datetime.date.fromisoformat(value))
    except ValueError:
        return False


def _rule_faults(seeds: dict[str, Seed]) -> Iterator[str]:
    """What several rows must be together. Runs only on files that are sound one by one."""
    rounds = {row["round_id"]: row for row in seeds["grant_rounds"].rows}
    caps: dict[str, int] = defaultdict(int)
    for row in seeds["grant_caps"].rows:
        caps[row["round_id"]] += int(row["cap_kr"])
    for round_id, total in caps.items():
        appropriation = int(rounds[round_id]["appropriation_kr"])
        if total != appropriation:
            yield (
                f"file={seeds['grant_caps'].path} column=cap_kr: the caps of round {round_id} sum to {total}, "
                f"its appropriation is {appropriation}; correct the caps or grant_rounds.csv"
            )
    shares: dict[str, int] = defaultdict(int)
    for row in seeds["bonus_pot_shares"].rows:
        shares[row["round_id"]] += int(row["share_percent"])
    for round_id, total in shares.items():
        if total != 100:
            yield (
                f"file={seeds['bonus_pot_shares'].path} column=share_percent: the pots of round {round_id} sum to "
                f"{total} percent; make them 100"
            )
    yield from _overlaps(seeds["round_periods"], ("round_id",), "period_start", "period_end")
    for name in ("procedure_codes", "diagnosis_codes"):
        yield from _overlaps(seeds[name], ("list_id", "code"), "valid_from", "valid_to")


def _overlaps(seed: Seed, key: tuple[str, ...], start: str, end: str) -> Iterator[str]:
    """Rows of one key whose dates overlap, or that end before they start."""
    by_key: dict[tuple[str, ...], list[tuple[str, str, int]]] = defaultdict(list)
    for number, row in seed.numbered:
        first, last = row[start] or "0001-01-01", row[end] or "9999-12-31"
        if last < first:
            yield f"file={seed.path} row={number} column={end}: ends before it starts; correct one of the dates"
        by_key[tuple(row[column] for column in key)].append((first, last, number))
    for spans in by_key.values():
        spans.sort()
        for earlier, later in itertools.pairwise(spans):
            if later[0] <= earlier[1]:
                yield (
                    f"file={seed.path} row={later[2]} column={start}: overlaps row {earlier[2]}; "
                    "let one end the day before the other starts"
                )
