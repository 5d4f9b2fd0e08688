"""The account of a reduced extract (`vardkoer.reduce`): what its files were before most of their rows were left out."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from pathlib import Path
from typing import Any

from vardkoer.gate.account import Account, Month
from vardkoer.gate.files import DeliveryError
from vardkoer.gate.search import code_begins

ACCOUNT = "account.json"
REMEDY = "reduce the extract again"


def accounts_in(par_path: Path, seeds: Path) -> dict[str, dict[str, Any]] | None:
    """What the account of an extract says of each of its files; None when it is whole. Raises DeliveryError."""
    path = par_path / ACCOUNT
    if not path.exists():
        return None
    try:
        account = json.loads(path.read_text(encoding="utf-8"))
        begins, accounts = set(account["code_begins"]), {file["file"]: file for file in account["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        raise DeliveryError(path, "is not the account of a reduced extract", REMEDY) from None
    if not set(code_begins(seeds)) <= begins:
        raise DeliveryError(path, "the code lists ask for more than the extract was reduced to", REMEDY)
    return accounts


def as_delivered(account: Account, whole: dict[str, Any] | None, path: Path) -> Account:
    """The account of the file that a reduced one was made of. Raises DeliveryError when it was not made of one."""
    if whole is None:
        raise DeliveryError(path, f"is not in {ACCOUNT}", f"take it away, or {REMEDY}")
    if Counter(row.fault for row in account.unreadable_rows) != whole["unreadable_rows"]:
        raise DeliveryError(path, f"has not the unreadable rows that {ACCOUNT} tells of", REMEDY)
    months = tuple(Month(**month) for month in whole["months"])
    return dataclasses.replace(account, name=whole["name"], rows=whole["rows"], months=months)


def is_gone(path: Path) -> DeliveryError:
    """A file that the account tells of and that is not there."""
    return DeliveryError(path, f"is in {ACCOUNT} and not in the folder", REMEDY)
