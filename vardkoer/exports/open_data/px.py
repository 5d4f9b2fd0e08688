"""PX files for the statistics database (PX-Win, PxWeb): operations by county, category and month of a settlement.

After SCB's specification, AXIS-VERSION 2013: text in windows-1252, lines ended by CR LF, texts without quotation marks
and at most 256 characters in a line, unknown figures as two dots.
"""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Sequence
from pathlib import Path

from vardkoer.exports.workbooks import tables
from vardkoer.reading.release import Release, Settlement

ENCODING = "windows-1252"
UNKNOWN = '".."'
LONGEST_TEXT = 200


def write_px(release: Release, folder: Path) -> dict[Path, str]:
    """A file for each settlement whose months are published: those of reports, and the newest; with titles."""
    reported = release.select("seeds.workbook_tables", ("settlement_id",), table_kind="monthly_operations")
    chosen = {settlement_id for (settlement_id,) in reported} | {newest.settlement_id for newest in release.newest}
    folder.mkdir()
    written = {}
    for settlement_id in sorted(chosen):
        path = folder / f"operationer_{settlement_id}.px"
        settlement = release.settlements[settlement_id]
        text = "".join(f"{line}\r\n" for line in px_lines(release, settlement))
        path.write_bytes(text.encode(ENCODING, errors="replace"))
        written[path] = _title(settlement)
    return written


def px_lines(release: Release, settlement: Settlement) -> list[str]:
    """The file, line by line: keywords in the recommended order, then the figures, a line for each row of the stub."""
    found = release.select(
        "table_operations",
        ("region_code", "category_id", "operation_month", "operations"),
        settlement_id=settlement.settlement_id,
    )
    figures = {tuple(key): operations for *key, operations in found}
    categories = tables.categories_of(release, settlement)
    months = sorted({month for _, _, month in figures})
    counties = dict(release.select("table_regions", ("region_code", "report_name"), ("region_code",)))
    counties[tables.NATION] = "Riket"
    publication = release.publication
    stamp = f"{release.built_at:%Y%m%d %H:%M}"
    notes = [
        f"{settlement.vintage}.",
        "Uppgiften är inte känd (..) när en region inte har levererat månaden.",
        *(["EXEMPELDATA: personerna är påhittade."] if release.is_sample else []),
    ]
    return [
        *_keyword("CHARSET", ["ANSI"]),
        *_keyword("AXIS-VERSION", ["2013"]),
        *_keyword("CODEPAGE", [ENCODING]),
        *_keyword("LANGUAGE", ["sv"]),
        *_keyword("CREATION-DATE", [stamp]),
        "DECIMALS=0;",
        "SHOWDECIMALS=0;",
        *_keyword("MATRIX", [f"op_{settlement.settlement_id}"]),
        *_keyword("SUBJECT-CODE", [publication["subject_code"]]),
        *_keyword("SUBJECT-AREA", [publication["subject_area_sv"]]),
        *_text("TITLE", _title(settlement)),
        *_text("CONTENTS", "Antal operationer"),
        *_text("UNITS", "antal operationer"),
        *_keyword("STUB", ["hemregion", "kategori"]),
        *_keyword("HEADING", ["månad"]),
        *_keyword('VALUES("hemregion")', list(counties.values())),
        *_keyword('VALUES("kategori")', list(categories.values())),
        *_keyword('VALUES("månad")', [f"{month:%YM%m}" for month in months]),
        _timeval(months),
        *_keyword('CODES("hemregion")', list(counties)),
        *_keyword('CODES("kategori")', list(categories)),
        *_keyword('CODES("månad")', [f"{month:%YM%m}" for month in months]),
        *_keyword('ELIMINATION("hemregion")', [counties[tables.NATION]]),
        *_keyword("LAST-UPDATED", [stamp]),
        *_text("CONTACT", f"{publication['contact_name']}, {publication['contact_email']}"),
        *_text("SOURCE", tables.source(release, [settlement]).removeprefix("Källa: ")),
        *_text("NOTE", " ".join(notes)),
        "DATA=",
        *(
            " ".join(_figure(figures[county, category, month]) for month in months) + " "
            for county in counties
            for category in categories
        ),
        ";",
    ]


def _title(settlement: Settlement) -> str:
    return f"Antal operationer efter hemregion, kategori och månad, {settlement.name}"


def _timeval(months: Sequence[datetime.date]) -> str:
    return 'TIMEVAL("månad")=TLIST(M1),' + ",".join(f'"{month:%Y%m}"' for month in months) + ";"


def _figure(value: int | None) -> str:
    return UNKNOWN if value is None else str(value)


def _keyword(keyword: str, values: Sequence[str]) -> list[str]:
    """A keyword and its values, one to a line."""
    return _ended(keyword, [f'"{_plain(value)}",' for value in values[:-1]] + [f'"{_plain(values[-1])}"'])


def _text(keyword: str, text: str) -> list[str]:
    """A keyword and a text, which goes on over lines when it is long."""
    return _ended(keyword, [f'"{line}"' for line in textwrap.wrap(_plain(text), LONGEST_TEXT, drop_whitespace=False)])


def _ended(keyword: str, lines: list[str]) -> list[str]:
    first, *others = lines
    *begun, last = [f"{keyword}={first}", *others]
    return [*begun, f"{last};"]


def _plain(text: str) -> str:
    """A text may hold no quotation mark."""
    return text.replace('"', "'")
