"""The gate for rules: every seed file against what its yml says, before dbt loads anything.

A seed says in the `meta` of its yml, and there only, what it must be; dbt has no tests of seeds.

Of a column: `required`; `unique`, and required; `values`, one of these; `refers_to`, a value of another seed's column,
and `also`, or one of these; `pattern`, and `written_as`, the same in words; `least` and `most` of a number, else 0 and
what its type holds; `is_code`, so that it is compared by R2 and may be typed as documents print it.
Of a seed: `key`, the columns that identify a row where no single one does; `optional_columns`, which a file put in the
place of ours may lack.

What several rows must be together is in `rules.py`, `code_rules.py`, `coverage_rules.py`, `disclosure_rules.py` and
`layout_rules.py`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from vardkoer.gate import code_rules, coverage_rules, disclosure_rules, layout_rules, rules
from vardkoer.gate.csv_tables import read_table
from vardkoer.gate.faults import RefusalError, fault_line, shown
from vardkoer.gate.seed_rows import Row, Seed, Seeds, meta_of, read_rows

__all__ = ["Row", "SeedError", "check_seeds", "read_rows"]

# The one in C, where there is one, takes a tenth of the time.
YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
WHOLE_NUMBERS = {"integer": 2**31 - 1, "bigint": 2**63 - 1}
SAVE_WITH_COMMAS = "save it with commas between the fields (Excel with Swedish settings writes semicolons)"


class SeedError(RefusalError):
    """One or more faults in seed files, one line each."""


def check_seeds(folder: Path) -> None:
    """Check every seed below a folder. Raises SeedError."""
    specs = {
        spec["name"]: spec
        for yml in sorted(folder.rglob("*.yml"))
        for spec in yaml.load(yml.read_text(encoding="utf-8"), YAML_LOADER).get("seeds", [])
    }
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".csv")
    stems = [path.stem for path in paths]
    faults = [
        fault_line(path, "is none of the seeds, or one of them twice", "correct its name or take it out of the folder")
        for path in paths
        if path.suffix != ".csv" or path.stem not in specs or stems.count(path.stem) > 1
    ]
    missing = ", ".join(name for name in specs if name not in stems)
    if missing:
        faults.append(fault_line(folder, f"without {missing}", "restore what is missing, each as a .csv file"))
    seeds = {}
    for path in paths if not faults else []:
        try:
            seeds[path.stem] = Seed.of(read_table(path, ",", SAVE_WITH_COMMAS), specs[path.stem])
        except RefusalError as error:
            faults += str(error).splitlines()
    # what rests on something that is wrong itself would be told as wrong too
    for find in (_file_faults, _value_faults, _key_faults, _reference_faults):
        faults = faults or [fault for seed in seeds.values() for fault in find(seed, seeds)]
    families = (rules, code_rules, coverage_rules, disclosure_rules, layout_rules)
    for rule in (rule for family in families for rule in family.RULES) if not faults else ():
        faults += rule(seeds)
    if faults:
        raise SeedError(faults)


def _file_faults(seed: Seed, _: Seeds) -> Iterator[str]:
    expected, optional = list(seed.types), meta_of(seed.spec).get("optional_columns", [])
    missing = [column for column in expected if column not in [*seed.header, *optional]]
    if missing:
        yield seed.fault(1, ", ".join(missing), "column missing", "add it to the header")
    for column in dict.fromkeys(seed.header):
        if seed.header.count(column) > 1:
            fault = f"{shown(column)} stands {seed.header.count(column)} times"
            yield seed.fault(1, None, fault, "keep one of the columns")
        elif column not in expected:
            fault = f"unknown column {shown(column)}"
            yield seed.fault(1, None, fault, f"remove it, or use one of {', '.join(expected)}")


def _value_faults(seed: Seed, _: Seeds) -> Iterator[str]:
    for column, meta in seed.columns.items():
        for number, row in seed.numbered:
            value = row[column]
            if not value:
                fault = ("value missing", "fill it in") if meta.get("required") or meta.get("unique") else None
            else:
                fault = _fault_of(value, meta)
                fault = fault and (f"{shown(value)} {fault[0]}", fault[1])
            if fault:
                yield seed.fault(number, column, *fault)


def _fault_of(value: str, meta: dict[str, Any]) -> tuple[str, str] | None:
    """What is the matter with a value that is there, and the remedy."""
    if value != value.strip():
        return "begins or ends with a blank", "remove it"
    if meta["type"] in WHOLE_NUMBERS or meta["type"].startswith("decimal"):
        return _fault_of_number(value, meta)
    if meta["type"] == "boolean" and value not in ("true", "false"):
        return "is neither true nor false", "write one of them"
    if meta["type"] == "date" and not _is_date(value):
        return "is not a date", "write YYYY-MM-DD"
    if "values" in meta and value not in meta["values"]:
        return "is none of the values that are known here", f"use one of {', '.join(meta['values'])}"
    if "pattern" in meta and not re.fullmatch(meta["pattern"], value, re.ASCII):
        return f"is not {meta['written_as']}", "correct it"
    return None


def _fault_of_number(value: str, meta: dict[str, Any]) -> tuple[str, str] | None:
    if meta["type"] in WHOLE_NUMBERS:
        if not re.fullmatch(r"-?(0|[1-9][0-9]*)", value):
            return "is not a whole number", "write digits only, without blanks, commas, decimals or leading zeros"
        most = meta.get("most", WHOLE_NUMBERS[meta["type"]])
    else:
        digits, decimals = map(int, re.findall("[0-9]+", meta["type"]))
        if not re.fullmatch(rf"-?(0|[1-9][0-9]*)(\.[0-9]{{1,{decimals}}})?", value):
            return "is not a number", f"write digits and, with a point, at most {decimals} decimals"
        most = meta.get("most", 10 ** (digits - decimals) - 1)
    least = meta.get("least", 0)
    if Decimal(value) < least:
        return "is out of range", f"write at least {least}"
    return ("is out of range", f"write at most {most}") if Decimal(value) > most else None


def _is_date(value: str) -> bool:
    try:
        return bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)) and bool(datetime.date.fromisoformat(value))
    except ValueError:
        return False


def _key_faults(seed: Seed, _: Seeds) -> Iterator[str]:
    for key in seed.keys:
        first: dict[tuple[str, ...], int] = {}
        for number, row in seed.numbered:
            values = tuple(row.get(column, "") for column in key)
            if values in first:
                yield seed.fault(number, ", ".join(key), f"same as row {first[values]}", "keep one of the rows")
            first.setdefault(values, number)


def _reference_faults(seed: Seed, seeds: Seeds) -> Iterator[str]:
    for column, meta in seed.columns.items():
        if "refers_to" not in meta:
            continue
        target, field = meta["refers_to"].split(".")
        known = {row.get(field) for row in seeds[target].rows} | set(meta.get("also", []))
        for number, row in seed.numbered:
            if row[column] and row[column] not in known:
                fault = f"{shown(row[column])} is not in {target}.csv"
                yield seed.fault(number, column, fault, f"add it there ({field}) or correct it here")
