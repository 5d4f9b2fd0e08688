"""Invented extracts of which all is known: some regions deliver every month that two rounds look at, others nothing."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extracts import GOOD_ROW, DeliveryFile, Row, numbered_person
from shared_dbt import COLUMNS

MONTHS = [
    *(f"{year}-{month:02d}" for year in (2022, 2023, 2024) for month in range(6, 11)),
    *(f"2025-{month:02d}" for month in range(2, 11)),
]
# What is operated in a folder, and the days of it: one month's last day leads into the next.
OPERATIONS = {"sv": ({"op": "NFB49", "hdia": "M160"}, {"op": "LCD10", "hdia": "N811"}), "ov": ({"op": "CJC00"},)}


@dataclass(frozen=True)
class Contact:
    """The deliveries of a contact and what they belong to: a folder, a county, and the months that they touch."""

    folder: str
    county: str
    months: frozenset[str]
    rows: tuple[Row, ...]

    @property
    def parts(self) -> set[tuple[str, str, str]]:
        """The parts of an extract that it is in."""
        return {(self.folder, self.county, month) for month in self.months}


def month_rows(county: str, months: Iterable[str] = MONTHS, received: str = "2025-02-15") -> Iterator[Contact]:
    """A contact without a code in each folder and month, which delivers the month (A7)."""
    for folder in COLUMNS:
        for month in months:
            row = GOOD_ROW | {"vardkontakt_id": f"D{folder}{county}{month}", "lkf": county, "op": None}
            row |= {"indatum": f"{month}-10", "inrapporterad": max(received, f"{month}-28")}
            yield Contact(folder, county, frozenset([month]), (row,))


def whole_extract(chance: random.Random, counties: Iterable[str]) -> list[Contact]:
    """Every month of some counties, with operations that are many or few, late, corrected, withdrawn, or of a stay that
    began the month before."""
    contacts: list[Contact] = []
    for county in counties:
        contacts += month_rows(county)
        for month in MONTHS:
            for folder, kinds in OPERATIONS.items():
                for _ in range(chance.choice([0, 0, 1, 2, 4])):
                    codes = chance.choice(kinds)
                    contacts.append(operation(chance, len(contacts), (folder, county, month), codes))
    return contacts


def operation(chance: random.Random, number: int, part: tuple[str, str, str], codes: Row) -> Contact:
    """A contact of a person of its own with one operation, in a folder, of a county and in a month."""
    folder, county, month = part
    first = dt.date.fromisoformat(f"{month}-01")
    start = first - dt.timedelta(days=1) if folder == "sv" and chance.random() < 0.2 else first
    received = first + dt.timedelta(days=chance.choice([35, 40, 60, 120]))
    row = GOOD_ROW | codes | {"vardkontakt_id": f"K{number}", "personnummer": numbered_person(number), "lkf": county}
    row |= {"indatum": start.isoformat(), "inrapporterad": received.isoformat(), "leverans_nr": "1"}
    if folder == "sv":
        row |= {"opd1": month + "-01"}
    rows = [row]
    if chance.random() < 0.3:
        later = {"inrapporterad": (received + dt.timedelta(days=chance.choice([1, 30, 90]))).isoformat()}
        rows.append(row | later | {"leverans_nr": "2"} | chance.choice([{"makulerad": "true"}, {"sjukhus": "12001"}]))
    return Contact(folder, county, frozenset([start.isoformat()[:7], month]), tuple(rows))


def without(contacts: Iterable[Contact], left_out: set[tuple[str, str, str]]) -> list[Contact]:
    """The contacts that do not touch what is left out. A stay over two months that is left out takes both with it."""
    kept, parts = list(contacts), set(left_out)
    while touched := [contact for contact in kept if contact.parts & parts]:
        kept = [contact for contact in kept if not contact.parts & parts]
        parts |= set().union(*(contact.parts for contact in touched))
    return kept


def left_out_of(chance: random.Random, counties: list[str]) -> set[tuple[str, str, str]]:
    """A few months, kinds of care, years or regions."""
    parts = {(folder, county, month) for folder in COLUMNS for county in counties for month in MONTHS}
    left_out: set[tuple[str, str, str]] = set()
    for _ in range(chance.randint(1, 2)):
        folder, county, month = chance.choice(sorted(parts))
        kind = chance.choice(["month", "folder and month", "region", "folder", "year", "year of a region"])
        left_out |= {
            part
            for part in parts
            if {
                "month": part[1:] == (county, month),
                "folder and month": part == (folder, county, month),
                "region": part[1] == county,
                "folder": part[0] == folder and part[1] == county,
                "year": part[2][:4] == month[:4],
                "year of a region": part[1] == county and part[2][:4] == month[:4],
            }[kind]
        }
    return left_out


def files_of(contacts: Iterable[Contact]) -> list[DeliveryFile]:
    """A file for each folder."""
    found = list(contacts)
    return [
        DeliveryFile(folder, [row for contact in found if contact.folder == folder for row in contact.rows])
        for folder in COLUMNS
    ]
