"""The same contacts as people have them: invented extracts, written in each layout that is shipped."""

from __future__ import annotations

import csv
import gzip
import io
import random
import re
from collections.abc import Sequence
from pathlib import Path

import duckdb
from extracts import numbered_person
from shared_dbt import COLUMNS

Row = dict[str, str]
# Rows and the folder that they belong to.
Extract = dict[str, list[Row]]

DELIMITERS = {"semicolon": ";", "comma": ",", "tab": "\t", "pipe": "|"}
# How a file may be written: the end of its name, what separates its columns, its encoding.
FORMS = [
    (".csv", "semicolon", "utf-8"),
    (".txt", "tab", "latin-1"),
    (".csv.gz", "comma", "utf-8-sig"),
    (".TXT.gz", "pipe", "windows-1252"),
    (".parquet", "", ""),
]
CONTRACT_FORMS = [(".csv", "semicolon", "utf-8"), (".csv.gz", "comma", "utf-8-sig"), (".parquet", "", "")]
# The day after all contacts and before the cut-off dates that they are compared at.
RECEIVED = "2025-11-15"
MONTHS = [f"{year}-{month:02d}" for year in (2022, 2023, 2024, 2025) for month in range(6, 11)]
CODES = ["CJE20", "CJC00", "NFB49", "NFB09", "LEF00", "LCD10", "nfb 49", "ZXE10", "AAA99", "-1", "0000"]
DIAGNOSES = ["M160", "S72.0", "N811", "H25.1", "†S72-0", ""]
RESIDENCES = ["0180", "01", "128001", "1280", "9900", ""]
HOSPITALS = ["10013", "12001", "41001", "99999", ""]


def random_extract(chance: random.Random, contacts: int, has_vintage: bool) -> Extract:
    """Contacts of few persons. With a vintage some are delivered again, corrected or withdrawn, and some persons are
    none; without, each is one row that all settlements compared have seen, so that its other columns have nothing to
    say."""
    extract: Extract = {"sv": [], "ov": []}
    for number in range(contacts):
        row = _contact(chance, number)
        if has_vintage:
            row |= {"inrapporterad": chance.choice(["2025-10-20", "2025-11-15", "2025-11-16", "2026-02-02"])}
            row["personnummer"] = chance.choice([row["personnummer"]] * 9 + [row["personnummer"][:-1], "", "okänd"])
        else:
            # of two contacts of a day the lower id stands (R7), and these have none
            own = random.Random(row["personnummer"])
            row |= {"lkf": own.choice(RESIDENCES), "sjukhus": own.choice(HOSPITALS)}
        extract[chance.choice(["sv", "ov"])].append(row)
    for rows in extract.values() if has_vintage else []:
        for row in chance.sample(rows, len(rows) // 4):
            again = {"leverans_nr": "10", "inrapporterad": chance.choice(["2025-11-15", "2026-02-02", "2026-02-03"])}
            rows.append(row | again | {"makulerad": chance.choice(["true", "false"]), "op": chance.choice(CODES)})
    # each county delivers every month of both kinds of care, or hardly anything would be known
    for folder, rows in extract.items():
        for county in ("01", "12"):
            rows += [
                _contact(chance, 0) | {"vardkontakt_id": f"{folder}{county}{month}", "lkf": county, "op": "AAA99"}
                | {"indatum": f"{month}-01", "inrapporterad": "2025-10-20"} for month in MONTHS
            ]  # fmt: skip
    return extract


def _contact(chance: random.Random, number: int) -> Row:
    start = f"{chance.choice(MONTHS)}-{chance.choice(['01', '10', '30'])}"
    codes = [chance.choice(CODES) for _ in range(chance.choice([0, 1, 1, 2, 5, 30]))]
    dates = {f"opd{place}": chance.choice(["", start, start[:8] + "30"]) for place in range(1, len(codes) + 1)}
    return {
        "vardkontakt_id": f"K{number}",
        "leverans_nr": "9",
        "inrapporterad": RECEIVED,
        "makulerad": "false",
        "personnummer": numbered_person(chance.randrange(12)),
        "lkf": chance.choice(RESIDENCES),
        "sjukhus": chance.choice(HOSPITALS),
        "mvo": "511",
        "indatum": start,
        "hdia": chance.choice(DIAGNOSES),
        "op": " ".join(code.replace(" ", ".") for code in codes),
        **dates,
    }


def in_contract(row: Row) -> Row:
    """As it is."""
    return row


def in_agency_research(row: Row) -> Row:
    """A serial number for each person, county and municipality apart, no word of delivery."""
    return {
        "LopNr": _serial_number(row["personnummer"]),
        "LAN": row["lkf"][:2],
        "KOMMUN": row["lkf"][2:4],
        "SJUKHUS": row["sjukhus"],
        "MVO": row["mvo"],
        "INDATUM": row["indatum"].replace("-", ""),
        "HDIA": row["hdia"] or ".",
        "OP": row["op"],
        "ÅLDER": "BLANKED",
        **{name.upper(): value for name, value in row.items() if name.startswith("opd")},
    }


def in_wide_codes(row: Row) -> Row:
    """A column for each code, which may be empty, and the county without its zero."""
    codes = row["op"].split()
    return {
        "lpnr": _serial_number(row["personnummer"]),
        "lan": row["lkf"][:2].lstrip("0"),
        "kommun": row["lkf"][2:4],
        "sjukhus": row["sjukhus"],
        "INDATUMA": row["indatum"].replace("-", ""),
        "hdia": row["hdia"],
        # thirty, whatever they hold; junk is as good as nothing, and nothing keeps its place
        **{f"op{place + 1}": _code(codes, place) for place in range(30)},
        **{name: value for name, value in row.items() if name.startswith("opd")},
    }


def _code(codes: list[str], place: int) -> str:
    return codes[place].replace("-1", "") if place < len(codes) else ""


def in_region_split_identity(row: Row) -> Row:
    """The century beside the number, yes and no in Swedish."""
    person = row["personnummer"]
    century, number = (person[:2], f"{person[2:8]}-{person[8:]}") if re.match("[0-9]{2}.", person) else ("", person)
    words = {"true": "J", "false": "N"}
    return {
        "kontakt_id": row["vardkontakt_id"],
        "leverans_nr": row["leverans_nr"],
        "inrapporterad": row["inrapporterad"],
        "makulerad": words[row["makulerad"]],
        "sekel": century,
        "personnummer": number,
        "lan": row["lkf"][:2],
        "kommun": row["lkf"][2:4],
        "sjukhus": row["sjukhus"],
        "indatum": row["indatum"],
        "hdia": row["hdia"],
        "op": row["op"],
        "anmärkning": "å",
        **{name: value for name, value in row.items() if name.startswith("opd")},
    }


def _serial_number(person: str) -> str:
    """Serial numbers are not in the order of births."""
    return str(int(person) * 7919 % 1_000_003)


LAYOUTS = {
    "contract": in_contract,
    "agency_research": in_agency_research,
    "wide_codes": in_wide_codes,
    "region_split_identity": in_region_split_identity,
}


def write_extract_in(layout: str, extract: Extract, par_path: Path, forms: Sequence[tuple[str, str, str]]) -> Path:
    """The rows of each folder in several files, each form for a file of one of the folders."""
    for place, folder in enumerate(COLUMNS):
        (par_path / folder).mkdir(parents=True)
        rows = [LAYOUTS[layout](row) for row in extract[folder]]
        of_folder = forms[place :: len(COLUMNS)]
        for number, (suffix, delimiter, encoding) in enumerate(of_folder):
            path = par_path / folder / f"{folder}_{number}{suffix}"
            write_file(path, rows[number :: len(of_folder)], delimiter, encoding)
    return par_path


def write_file(path: Path, rows: list[Row], delimiter: str, encoding: str) -> None:
    """One file, with the columns of all its rows."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    if path.suffix.lower() == ".parquet":
        values = ", ".join("(" + ", ".join(_literal(row.get(name, "")) for name in columns) + ")" for row in rows)
        names = ", ".join(f'"{name}"' for name in columns)
        duckdb.sql(f"select * from (values {values}) as texts ({names})").write_parquet(str(path))
        return
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=DELIMITERS[delimiter], lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    text = stream.getvalue()
    content = (text if encoding.startswith("utf") else text.replace("†", "*")).encode(encoding)
    path.write_bytes(gzip.compress(content, mtime=0) if path.name.lower().endswith(".gz") else content)


def _literal(value: str) -> str:
    return "nullif('" + value.replace("'", "''") + "', '')"


# Twenty rows of each layout, as its files are called and written (tests/layouts).
EXAMPLES = {
    "contract": ("{0}.csv", "semicolon", "utf-8"),
    "agency_research": ("UT_R_PAR_{0}_2025.txt", "tab", "latin-1"),
    "wide_codes": ("patient_{0}.csv", "comma", "utf-8"),
    "region_split_identity": ("{0}.txt", "pipe", "windows-1252"),
}


def write_examples(folder: Path) -> None:
    """The same twenty contacts in each layout."""
    chance = random.Random(20)
    extract: Extract = {"sv": [], "ov": []}
    for number in range(20):
        row = _contact(chance, number)
        own = random.Random(row["personnummer"])
        places = {
            "lkf": own.choice(RESIDENCES[:4]),
            "sjukhus": own.choice(HOSPITALS[:3]),
            "hdia": row["hdia"] or "M160",
        }
        dates = {f"opd{place}": row.get(f"opd{place}", "") for place in range(1, 4)}
        codes = " ".join(row["op"].split()[:3])
        plain = {name: value for name, value in row.items() if not name.startswith("opd")}
        extract["sv" if number < 10 else "ov"].append(plain | places | {"op": codes} | dates)
    for layout, (name, delimiter, encoding) in EXAMPLES.items():
        for care, rows in extract.items():
            path = folder / layout / care / name.format(care.upper())
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, [LAYOUTS[layout](row) for row in rows], delimiter, encoding)
