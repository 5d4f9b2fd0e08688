"""Generated PAR extracts: few contacts of few persons on few days, so that every rule meets its edges often."""

from __future__ import annotations

import csv
import itertools
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import duckdb
from hypothesis import strategies as st
from shared_dbt import COLUMNS

# A value that is missing is not in the row, or None.
Row = dict[str, str | None]
T = TypeVar("T")

# More than there are in the register.
PROCEDURE_DATES = tuple(f"opd{number}" for number in range(1, 41))
DATE_COLUMNS = {"inrapporterad", "indatum", "utdatum", *PROCEDURE_DATES}
TYPES = dict.fromkeys(DATE_COLUMNS, "date") | {"leverans_nr": "integer", "makulerad": "boolean"}


def identity(birth: str, serial: str = "123") -> str:
    """An identity number of 12 digits: birth date (8), serial (3) and the check digit that Luhn gives them.

    Nobody can have one of those below: who is born before 1836 had died when the first were given out, in 1947.
    """
    products = [int(digit) * (2 - place % 2) for place, digit in enumerate(birth[2:] + serial)]
    return birth + serial + str(-sum(product // 10 + product % 10 for product in products) % 10)


PERSONS = [
    *(identity(birth) for birth in ["18121212", "18121272", "18040229", "18040289", "18000131", "18351231"]),
    # Another person born on the same day.
    identity("18121212", "001"),
    # Unknown month, unknown day, both; with an unknown month any day up to 31.
    *(identity(birth) for birth in ["18120065", "18121260", "18120060", "18120091", "18040260"]),
    # Around the operations of the earlier century (see `years_back`): the day before, the day, the day after.
    *(identity(birth) for birth in ["18290614", "18290615", "18290616", "18290674", "18290675", "18290676"]),
    *(identity(birth) for birth in ["18290060", "18290660", "18291260", "18300060", "18300160", "18280289"]),
]
NOBODY = [
    "",
    "okänd",
    # Wrong check digit, serial 000, ten digits, eleven, thirteen twice, letters in place of digits, other digits.
    identity("18121212")[:-1] + str((int(identity("18121212")[-1]) + 1) % 10),
    identity("18121212", "000"),
    identity("18121212")[2:],
    identity("18121212")[:-1],
    "0" + identity("18121212"),
    identity("18121212") + "0",
    "18121212K12" + identity("18121212")[-1],
    "".join(chr(ord(digit) + 0xFEE0) for digit in identity("18121212")),
    # Another century, a reservnummer among them.
    *(century + identity("18121212")[2:] for century in ["17", "21", "99"]),
    # Days and months that there are not, as personnummer and as samordningsnummer.
    *(identity(birth) for birth in ["18050229", "18000229", "18120431", "18120132", "18120159", "18121200"]),
    *(identity(birth) for birth in ["18050289", "18000289", "18120491", "18120192", "18120199", "18120092"]),
    *(identity(birth) for birth in ["18120012", "18120000", "18121312", "18121372", "18121360", "18129960"]),
]
WRITTEN_IDENTITIES = ["{0}{1}", "{0}-{1}", "{0}+{1}", "{0} {1}", " {0} - {1} "]

RESIDENCES = ["0180", "01", "018001", "1280", "12", "128002", "2580", "098001"]
NO_RESIDENCES = [
    None,
    "",
    "0",
    "1",
    "019",
    "01800",
    "18001",
    "00",
    "02",
    "1180",
    "150000",
    "9900",
    "26",
    "0180012",
    "AB80",
    "018O",
    "-180",
]

HOSPITALS = ["10013", "10011", "12001", "12400", "41001", "104XX4"]
NO_HOSPITALS = [None, "", "99999", "1001"]

CONTACTS = [*(f"K{number}" for number in range(1, 14)), "k1", "Å5"]

# The residences of people who are counted, and some of them that have no operations.
COUNTIES = ["01", "09", "12", "25", "03"]

# First and last days of periods, the days beside them, and a day in the middle that birth dates lie around.
OPERATION_DAYS = [
    *("2025-06-15", "2025-06-16", "2025-02-01", "2025-01-31", "2025-06-01", "2025-05-31", "2025-10-31", "2025-11-01"),
    *("2026-01-01", "2025-12-31", "2026-10-31", "2026-11-01", "2024-02-29", "2024-06-01", "2023-10-31", "2023-01-01"),
    *("2022-06-01", "2022-05-31", "2022-10-31", "2025-02-28"),
]
# Cut-off days and the days after them, and days that some operations come after.
RECEIPT_DAYS = [
    *("2025-07-10", "2025-11-15", "2025-11-16", "2026-02-02", "2026-02-03", "2026-11-15", "2026-11-16"),
    *("2025-06-15", "2025-05-31", "2024-03-10", "2026-12-01"),
]
DELIVERY_NUMBERS = ["9", "10", "100", "11"]

DELIVERING_ROWS_PLACES = range(2 * len(COUNTIES) * len({day[:7] for day in OPERATION_DAYS}))

# In the place of a date; none of them is one without its dashes.
NO_DATES = ["1/11 2025", "2025-02-30", "okänt", "2025-13-01", "45848", "2025-06-15Z"]

LISTED_CODES = ["CJE20", "CJC00", "NFB49", "NFB09", "LEF00", "LEF97", "LCD10", "LCB00", "NGB49", "JAB30"]
UNLISTED_CODES = ["AAA99", "NFB4", "NFB499", "NFB59", "UJF32", "CJ", "-1", "0000", ".", "49", identity("18121212")]
SEPARATORS = [" ", "  ", ",", ";", "|", "/", "\t", "\u00a0", ", "]
WRITTEN_CODES = [str, str.lower, lambda code: f"{code[:3]}.{code[3:]}", lambda code: ".".join(code.swapcase()) + "."]
DIAGNOSES = [
    *(None, "S72.0", "N81.1", "H25.1", "s7200", "S72", "S724", "S32.4", "S73.0X", " s 72.3", "S7"),
    *("n81.4A", "N81", "N82.0", "N 81.9", "N81.7", "XS720", "XN811"),
]

# A row that counts in every settlement of 2025 once it has a contact and a person.
GOOD_ROW: Row = {
    "leverans_nr": "9",
    "inrapporterad": "2025-11-15",
    "makulerad": "false",
    "lkf": "0180",
    "sjukhus": "10013",
    "indatum": "2025-06-15",
    "op": "CJC00",
}


@dataclass(frozen=True)
class DeliveryFile:
    """Rows of one folder and how they are written. `order` shuffles columns and their case."""

    folder: str
    rows: list[Row]
    kind: str = "csv"
    delimiter: str = ";"
    compact_dates: bool = False
    order: int = 0


def rows_of(files: Iterable[DeliveryFile]) -> list[Row]:
    """The rows of all files."""
    return [row for file in files for row in file.rows]


def folders_of(files: Iterable[DeliveryFile]) -> dict[str, list[Row]]:
    """The rows of all files by the folder they are in."""
    return {folder: [row for file in files if file.folder == folder for row in file.rows] for folder in COLUMNS}


@st.composite
def extracts(draw: st.DrawFn, years_back: int = 0, ties: bool = False) -> list[DeliveryFile]:
    """The files of an extract, all its dates moved back by some years.

    Its months are delivered by contacts without a code (A7), but for a few that are left out. With `ties` a contact may
    have different rows of one day and delivery number, which the contract does not order.
    """
    contacts = CONTACTS[: draw(st.integers(1, len(CONTACTS)))]
    fields = few_values(draw)
    rows = [row for contact in contacts for row in draw(deliveries_of(contact, fields, ties))]
    if draw(st.booleans()):
        rows += draw(st.lists(st.sampled_from(rows), max_size=3))
    left_out = draw(st.sets(st.sampled_from(DELIVERING_ROWS_PLACES), max_size=12))
    if draw(st.booleans()):
        # the same of another person, or of the same one in another spelling
        for folder, row in draw(st.lists(st.sampled_from(rows), max_size=2)):
            rows.append((folder, row | {"personnummer": draw(written_identity(fields["person"]))}))
    rows += [row for place, row in enumerate(delivering_rows()) if place not in left_out]
    return draw(files_of([(folder, moved_back(row, years_back)) for folder, row in rows]))


def delivering_rows() -> list[tuple[str, Row]]:
    """A row of each folder for each month of operation and county, without a code."""
    months = sorted({day[:7] for day in OPERATION_DAYS})
    return [
        (
            folder,
            {
                "vardkontakt_id": f"D{folder}{county}{month}",
                "leverans_nr": "1",
                # after a first cut-off date, before a second
                "inrapporterad": "2025-03-16" if county == "25" else "2022-11-01",
                "lkf": county,
                "indatum": f"{month}-09",
            },
        )
        for folder, county, month in itertools.product(COLUMNS, COUNTIES, months)
    ]


def moved_back(row: Row, years: int) -> Row:
    """The row with all its dates so many years earlier."""
    return {
        column: f"{int(text[:4]) - years}{text[4:]}"
        if text and column in DATE_COLUMNS and text not in NO_DATES
        else text
        for column, text in row.items()
    }


def few_values(draw: st.DrawFn) -> dict[str, st.SearchStrategy[str | None]]:
    """For each field of a row what it is drawn from: few values, so that persons and days meet, and mostly good ones,
    so that a row seldom has more than one fault."""

    def few(pool: Sequence[T], size: int) -> st.SearchStrategy[T]:
        return st.sampled_from(draw(st.lists(st.sampled_from(pool), min_size=1, max_size=size)))

    def mostly(good: st.SearchStrategy[T], bad: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
        return st.one_of(*[good] * 7, bad)

    return {
        "person": mostly(few(PERSONS, 3), few(NOBODY, 3)),
        "lkf": mostly(few(RESIDENCES, 3), few(NO_RESIDENCES, 3)),
        "sjukhus": few(HOSPITALS, 3) | few(NO_HOSPITALS, 1),
        "hdia": few(DIAGNOSES, 3),
        "code": few(LISTED_CODES, 3),
        "junk": st.sampled_from(UNLISTED_CODES),
        "day": few(OPERATION_DAYS, 4),
        "received": few(RECEIPT_DAYS, 3),
    }


@st.composite
def deliveries_of(
    draw: st.DrawFn, contact: str, fields: dict[str, st.SearchStrategy[str | None]], ties: bool
) -> list[tuple[str, Row]]:
    """The rows of one contact with their folders: a first delivery and later ones that repeat, correct or withdraw."""
    version = st.tuples(fields["received"], st.sampled_from(DELIVERY_NUMBERS))
    versions = draw(st.lists(version, min_size=1, max_size=3, unique=not ties))
    row: Row = {"vardkontakt_id": contact}
    folder = draw(st.sampled_from(["sv", "ov"]))
    rows = []
    for received, number in sorted(versions, key=lambda version: (version[0], int(version[1]))):
        withdrawn = draw(st.sampled_from(["false", "false", "false", None, "true"]))
        row = row | {"inrapporterad": received, "leverans_nr": number, "makulerad": withdrawn}
        corrected = {"personnummer", "lkf", "sjukhus", "hdia", "op"}
        if rows:
            corrected = draw(st.sets(st.sampled_from(sorted(corrected)), max_size=2))
            folder = draw(st.sampled_from([folder] * 7 + ["sv", "ov"]))
        for column in sorted(corrected - {"personnummer", "op"}):
            row = row | {column: draw(fields[column])}
        if "personnummer" in corrected:
            row = row | {"personnummer": draw(written_identity(fields["person"]))}
        if "op" in corrected:
            row = row | draw(procedures(fields))
        rows.append((folder, {column: text for column, text in row.items() if text}))
    return rows


@st.composite
def written_identity(draw: st.DrawFn, person: st.SearchStrategy[str | None]) -> str | None:
    """An identity number as somebody may have typed it."""
    number = draw(person) or ""
    return draw(st.sampled_from(WRITTEN_IDENTITIES)).format(number[:-4], number[-4:]) if number else None


@st.composite
def procedures(draw: st.DrawFn, fields: dict[str, st.SearchStrategy[str | None]]) -> Row:
    """Codes and dates of a contact. Junk before the codes can push them to the last position that has a date."""
    code, junk, day = fields["code"], fields["junk"], fields["day"]
    before = ["-1"] * draw(st.sampled_from([0, 0, 0, 0, 0, 1, 28, 29, 30, 38, 39, 40]))
    codes = [draw(st.one_of(*[code] * 7, junk)), *draw(st.lists(code | junk, max_size=2))]
    written = [draw(st.sampled_from(WRITTEN_CODES))(listed or "") for listed in codes]
    no_date = st.sampled_from(NO_DATES)
    own_dates = [None] * len(before) + [draw(st.one_of(st.none(), st.none(), day, day, day, no_date)) for _ in codes]
    blank = draw(st.sampled_from(SEPARATORS))
    start = draw(st.one_of(*[day] * 7, st.none(), no_date))
    op = draw(st.sampled_from(["", blank])) + blank.join(before + written) + draw(st.sampled_from(["", blank]))
    # A corrected row keeps no date of the codes that it had before.
    dates = dict.fromkeys(PROCEDURE_DATES) | dict(zip(PROCEDURE_DATES, own_dates, strict=False))
    return {"indatum": start, "utdatum": start, "op": op, **dates}


@st.composite
def files_of(draw: st.DrawFn, rows: list[tuple[str, Row]]) -> list[DeliveryFile]:
    """The rows spread over files of different kinds, at least one file for each folder."""
    files = []
    for folder in COLUMNS:
        of_folder = [row for its_folder, row in rows if its_folder == folder]
        first_part = draw(st.integers(0, len(of_folder)))
        for part in (of_folder[first_part:], of_folder[:first_part]):
            if part or not files or files[-1].folder != folder:
                files.append(
                    DeliveryFile(
                        folder,
                        part,
                        draw(st.sampled_from(["csv", "parquet", "parquet_text"])),
                        draw(st.sampled_from([";", ","])),
                        draw(st.booleans()),
                        draw(st.integers(0, 9)),
                    )
                )
    return files


def systematic_rows() -> list[Row]:
    """Every value of the pools by itself, and every way in which two contacts of a person can meet."""
    return one_value_at_a_time() + contacts_of_one_person()


def one_value_at_a_time() -> list[Row]:
    """Contacts that would all count but for one value, each value of the pools once; of codes with days, with
    diagnoses and with each other every pair."""
    pools: dict[str, Iterable[str | None]] = {
        "personnummer": [
            style.format(number[:-4], number[-4:]) for number in PERSONS + NOBODY for style in WRITTEN_IDENTITIES
        ],
        "lkf": RESIDENCES + NO_RESIDENCES,
        "sjukhus": HOSPITALS + NO_HOSPITALS,
        "opd1": OPERATION_DAYS,
        "inrapporterad": RECEIPT_DAYS,
        "makulerad": ["true", None],
        "op": [write(code) for code in UNLISTED_CODES for write in WRITTEN_CODES],
    }
    changes: list[Row] = [{column: value} for column, pool in pools.items() for value in pool]
    changes += [{"op": code, "indatum": start} for code in LISTED_CODES for start in OPERATION_DAYS]
    changes += [
        {"op": write(code), "hdia": text} for code in LISTED_CODES for text in DIAGNOSES for write in WRITTEN_CODES
    ]
    changes += [
        {"op": f"{one} {other}", "hdia": text}
        for one, other in itertools.combinations(LISTED_CODES, 2)
        for text in ["N81.1", "S72.0", None]
    ]
    changes += [
        {"op": f"{one}{sign}{other}", "hdia": text, "opd1": "2025-02-30", "opd2": second}
        for one, other in itertools.permutations(["CJC00", "NFB49", "LCD10"], 2)
        for text in ["N81.1", "S72.0"]
        for second in [None, "1/11 2025", "2025-06-15", "2025-06-16"]
        for sign in SEPARATORS[:1]
    ]
    changes += [{"op": f"AAA99{sign}CJC00{sign}", "opd2": day} for sign in SEPARATORS for day in NO_DATES]
    # Junk holds its position: the date of the listed code behind it is the second.
    changes += [
        {"op": f"{junk} CJC00", "opd1": "2025-06-20", "opd2": "2025-07-21", "inrapporterad": "2025-08-10"}
        for junk in UNLISTED_CODES
    ]
    # A person for each contact, or they would exclude each other.
    return [
        GOOD_ROW | {"vardkontakt_id": f"E{number}", "personnummer": numbered_person(1000 + number)} | change
        for number, change in enumerate(changes)
    ]


def contacts_of_one_person() -> list[Row]:
    """Pairs of contacts of a person that differ in what decides which of the two counts, and in where it counts; in
    some the first was delivered again, between the cut-off days."""
    rows = []
    versions = list(itertools.product(["2025-07-10", "2025-11-15"], ["9", "10"]))
    operations = [("CJC00", "2025-06-15"), ("CJC05", "2025-06-15"), ("CJC00", "2025-06-16"), ("JAB30", "2025-06-15")]
    pairs = itertools.product(versions, versions, operations, [False, True])
    for number, (one, other, (op, start), again) in enumerate(pairs):
        first: Row = {"vardkontakt_id": f"P{number}-10", "inrapporterad": one[0], "leverans_nr": one[1]}
        second: Row = {"vardkontakt_id": f"P{number}-9", "inrapporterad": other[0], "leverans_nr": other[1]}
        second |= {"op": op, "indatum": start, "lkf": "1280", "sjukhus": "12400"}
        deliveries = [first, second, first | {"inrapporterad": "2025-11-16"}][: 3 if again else 2]
        person = {"personnummer": numbered_person(number)}
        rows += [GOOD_ROW | person | delivery for delivery in deliveries]
    return rows


def numbered_person(number: int) -> str:
    """A valid identity number that no pool has."""
    return identity(f"{1801 + number // 998}0101", f"{number % 998 + 1:03}")


def in_other_form(file: DeliveryFile) -> DeliveryFile:
    """The same rows, in reverse order, in a file of another kind."""
    kind = "csv" if file.kind.startswith("parquet") else "parquet"
    return replace(file, rows=file.rows[::-1], kind=kind, compact_dates=not file.compact_dates, order=file.order + 1)


def write_extract(files: Iterable[DeliveryFile], par_path: Path) -> Path:
    """Write the files, named by their order, into `sv/` and `ov/`, which are made also when they stay empty."""
    for folder in COLUMNS:
        (par_path / folder).mkdir(parents=True)
    for number, file in enumerate(files):
        write_file(file, par_path / file.folder / f"leverans_{number}")
    return par_path


def write_file(file: DeliveryFile, path: Path) -> None:
    """Write one file with its columns in any order and case and one column that nobody asked for."""
    chance = random.Random(file.order)
    dates = [column for column in PROCEDURE_DATES if any(row.get(column) for row in file.rows)]
    columns = [*(column for column in COLUMNS[file.folder] if column not in PROCEDURE_DATES), *dates, "extra"]
    chance.shuffle(columns)
    names = [chance.choice([str.lower, str.upper, str.title])(column) for column in columns]
    csv_path = path.with_suffix(".csv")
    with csv_path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=file.delimiter)
        writer.writerow(names)
        for row in file.rows:
            writer.writerow([written_value(column, row.get(column), file) for column in columns])
    if file.kind != "csv":
        types = {
            column: kind
            for column, kind in (TYPES.items() if file.kind == "parquet" else [])
            if not any(row.get(column) in NO_DATES for row in file.rows)
        }
        values = [
            f'cast("{name}" as {types[column]}) as "{name}"'
            if column in types
            else f'coalesce("{name}", \'\') as "{name}"'
            for column, name in zip(columns, names, strict=True)
        ]
        with duckdb.connect() as connection:
            connection.execute(
                f"copy (select {', '.join(values)} from read_csv('{csv_path}', header = true, "
                f"delim = '{file.delimiter}', quote = '\"', all_varchar = true)) "
                f"to '{path.with_suffix('.parquet')}' (format parquet)"
            )
        csv_path.unlink()


def written_value(column: str, text: str | None, file: DeliveryFile) -> str:
    """A value as text, its date format that of the file."""
    if text is None:
        return ""
    # A Parquet file with typed dates is made by way of dates that every reader knows.
    return text.replace("-", "") if column in DATE_COLUMNS and file.compact_dates and file.kind != "parquet" else text
