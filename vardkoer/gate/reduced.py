"""The account of a reduced extract (`vardkoer.reduce`): what its files were before most of their rows were left out."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from pathlib import Path
from typing import Any

from vardkoer.gate.account import Account, Month
from vardkoer.gate.files import DataFile, DeliveryError
from vardkoer.gate.search import code_begins

ACCOUNT = "account.json"
# A column of every reduced file, so that none is ever taken for a whole one.
MARK = "is_reduced"
REMEDY = "reduce the extract again"
# What the account says of each file, by the name that the file has in the reduced extract.
Wholes = dict[str, dict[str, Any]]


def wholes_in(par_path: Path, seeds: Path) -> Wholes | None:
    """The account of an extract; None when it is not a reduced one. Raises DeliveryError."""
    path = par_path / ACCOUNT
    if not path.exists():
        return None
    try:
        account = json.loads(path.read_text(encoding="utf-8"))
        begins, wholes = set(account["code_begins"]), {file["file"]: file for file in account["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        raise DeliveryError(path, "is not the account of a reduced extract", REMEDY) from None
    if not begins.issuperset(code_begins(seeds)):
        raise DeliveryError(path, "the code lists ask for more than the extract was searched for", REMEDY)
    return wholes


def as_delivered(file: DataFile, account: Account, name: str, wholes: Wholes | None) -> Account:
    """The account of the file that this one was made of, which is this one in a whole extract. Raises DeliveryError."""
    if wholes is None:
        if MARK in file.columns:
            raise DeliveryError(
                file.path, f"is of a reduced extract, without its {ACCOUNT}", f"copy that too, or {REMEDY}"
            )
        return account
    if name not in wholes:
        raise DeliveryError(file.path, f"is not in {ACCOUNT}", f"take it away, or {REMEDY}")
    whole = wholes[name]
    if Counter(row.fault for row in account.unreadable_rows) != whole["unreadable_rows"]:
        raise DeliveryError(file.path, f"has not the unreadable rows that {ACCOUNT} tells of", REMEDY)
    months = tuple(Month(**month) for month in whole["months"])
    return dataclasses.replace(account, name=whole["name"], rows=whole["rows"], months=months)


def missing_files(par_path: Path, names: list[str], wholes: Wholes | None) -> list[DeliveryError]:
    """A fault for each file that the account tells of and that is not there."""
    missing = sorted((wholes or {}).keys() - names)
    return [DeliveryError(par_path / name, f"is in {ACCOUNT} and not in the folder", REMEDY) for name in missing]
