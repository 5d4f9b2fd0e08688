"""An XLSX workbook of tables: a cover, the notes, one table to a sheet.

Layout after the UK Analysis Function's guide to statistics in spreadsheets: the title in A1, the header in a fixed row,
no merged cells, real tables. Nothing in a file depends on the clock, and no text becomes a formula or a link.
"""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from vardkoer.exports.workbooks.tables import Column, Table
from vardkoer.reading import swedish
from vardkoer.reading.release import Release

HEADER_ROW = 3
# Characters to a width of 1, in cells and in the notes, which are smaller.
CELL_FIT, NOTE_FIT = 1.1, 1.3
UNKNOWN = ".."
PETROL, LINE, WARNING, LINK = "#00616E", "#B7C9CC", "#B00020", "#0B5394"
TEXT_CELL, NUMBER_CELL = {"align": "left", "indent": 1}, {"align": "right", "indent": 1}
A4 = 9
NARROWEST_TABLE = 118
LONG_TABLE = 100
LONGEST_COLUMN = 46
# The agency's thousands are set apart by a blank: the locale makes it so in programs that are not Swedish, too.
NUMBER_FORMATS = {
    "whole": "[$-41D]#,##0",
    "decimal": "[$-41D]#,##0.0",
    "date": "yyyy-mm-dd",
    "month": "[$-41D]mmm yyyy",
}
# Cells hold what is printed; the open data have the exact figures.
DECIMALS = {"whole": 0, "decimal": 1}
SAMPLE_NOTE = "EXEMPELDATA: personerna är påhittade och talen är inga uppgifter om verkligheten."
STATISTICS_NOTES = (
    (
        "..",
        "Uppgiften är inte känd: inte rapporterad, inte bestämd eller utan något att jämföra med. 0 är ett räknat tal.",
    ),
    (
        "Avräkning",
        "En omgång räknad vid ett stoppdatum. Samma operationer ger olika antal vid olika stoppdatum, eftersom "
        "rapporter kommer in sent. Varje tabell anger därför sin avräkning och sitt stoppdatum.",
    ),
    (
        "Hemregion",
        "Operationerna redovisas efter patientens folkbokföring, oavsett i vilken region de utförts. I "
        "slutredovisningens bilagor står hemlän.",
    ),
    ("Antal operationer", "En person räknas högst en gång per kategori och dag."),
    ("Preliminära uppgifter", "Något saknas ännu i avräkningen: månader, belopp eller kodlistor."),
)


@dataclasses.dataclass(frozen=True)
class Cover:
    """What the first sheet says."""

    title: str
    subtitle: str


def write_workbook(
    release: Release, path: Path, cover: Cover, tables: Sequence[Table], notes: Sequence[tuple[str, str]]
) -> None:
    """Write a workbook."""
    _Workbook(release, path, cover).write(tables, notes)


class _Workbook:
    """A workbook that is being written."""

    def __init__(self, release: Release, path: Path, cover: Cover):
        """Start a workbook whose only date is that of the build."""
        self.release, self.cover = release, cover
        self.book = xlsxwriter.Workbook(
            path, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        )
        self.book.set_properties(
            {
                "title": cover.title,
                "subject": cover.subtitle,
                "author": release.publication["publisher_name"],
                "company": release.publication["publisher_name"],
                "comments": f"Körning {release.run}",
                "created": release.built_at.replace(tzinfo=None),
            }
        )
        self.formats: dict[tuple[Any, ...], Format] = {}

    def write(self, tables: Sequence[Table], notes: Sequence[tuple[str, str]]) -> None:
        """Write every sheet and close the file."""
        self._cover(tables)
        self._table(notes_table(self.release, self.cover, notes), 0)
        for number, table in enumerate(tables, start=1):
            self._table(table, number)
        self.book.close()

    def _format(self, **properties: Any) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(
                {"font_name": "Arial", "font_size": 10, "valign": "top"} | properties
            )
        return self.formats[key]

    def _sheet(self, name: str) -> Worksheet:
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        footer = f"{self.cover.title}, {self.cover.subtitle}".replace("&", "&&")
        sheet.set_footer(f"&L&8{footer[:200]}&R&8Sida &P av &N")
        return sheet

    def _cover(self, tables: Sequence[Table]) -> None:
        publication = self.release.publication
        sheet = self._sheet("Omslag")
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 100)
        sheet.write_string(0, 0, self.cover.title, self._format(bold=True, font_size=18, font_color=PETROL))
        sheet.write_string(1, 0, self.cover.subtitle, self._format(font_size=12))
        sheet.set_row(0, 28)
        sheet.set_row(1, 20)
        settlements = dict.fromkeys(settlement for table in tables for settlement in table.settlements)
        facts = [
            *([("Obs", SAMPLE_NOTE)] if self.release.is_sample else []),
            *(
                ("Avräkning", f"{settlement.vintage.removeprefix('Avräkning: ')} ({settlement.settlement_id})")
                for settlement in settlements
            ),
            ("Underlag", " ".join(self.release.layouts)),
            ("Utgivare", publication["publisher_name"]),
            ("Kontakt", f"{publication['contact_name']}, {publication['contact_email']}"),
            ("Licens", f"{publication['licence_name']}, {publication['licence_uri']}"),
            ("Körning", self.release.run),
            (
                "Så här citerar du",
                f"{publication['publisher_name']}: {self.cover.title}. {self.cover.subtitle}. "
                f"Körning {self.release.record['number']}, {swedish.day(self.release.built_at)}. "
                "Ange också tabellens avräkning.",
            ),
        ]
        label, text = self._format(bold=True), self._format(text_wrap=True)
        for row, (name, fact) in enumerate(facts, start=3):
            warning = name == "Obs"
            sheet.write_string(row, 0, name, self._format(bold=True, font_color=WARNING) if warning else label)
            sheet.write_string(row, 1, fact, self._format(bold=True, font_color=WARNING) if warning else text)
            sheet.set_row(row, 14 * len(textwrap.wrap(fact, 105)) + 3)
        first = len(facts) + 4
        sheet.write_string(first, 0, "Innehåll", self._format(bold=True, font_size=13, font_color=PETROL))
        link = self._format(font_color=LINK, underline=1)
        entries = [("Förklaringar", "Tecken, och vad talen betyder"), *((t.sheet, t.title) for t in tables)]
        for row, (name, title) in enumerate(entries, start=first + 1):
            sheet.write_url(row, 0, f"internal:'{name}'!A1", link, name)
            sheet.write_string(row, 1, title, text)
            sheet.set_row(row, 16)

    def _table(self, table: Table, number: int) -> None:
        sheet = self._sheet(table.sheet)
        widths = column_widths(table)
        for index, width in enumerate(widths):
            sheet.set_column(index, index, width)
        sheet.write_string(0, 0, table.title, self._format(bold=True, font_size=13, font_color=PETROL))
        sheet.write_string(1, 0, _vintage(table) or self.cover.subtitle, self._format(italic=True))
        warning = f"  {SAMPLE_NOTE}" if self.release.is_sample else ""
        run = f"Körning {self.release.record['number']}, {swedish.day(self.release.built_at)}.{warning}"
        sheet.write_string(2, 0, run, self._format(font_color=WARNING if warning else "#000000"))
        sheet.set_row(0, 22)
        self._header(sheet, table, widths)
        last = HEADER_ROW + len(table.rows)
        for offset, values in enumerate(table.rows, start=HEADER_ROW + 1):
            is_total = table.has_total and offset == last
            for index, value in enumerate(values):
                self._cell(sheet, (offset, index), value, table.columns[index].kind, is_total)
            sheet.set_row(offset, 13 * _lines(values, widths) + 2)
        if table.rows:
            sheet.add_table(
                HEADER_ROW,
                0,
                last,
                len(table.columns) - 1,
                {
                    "name": f"Tabell_{number}",
                    "style": None,
                    "autofilter": len(table.rows) > LONG_TABLE,
                    "columns": [
                        {"header": column.title, "header_format": self._header_format(column.kind)}
                        for column in table.columns
                    ],
                },
            )
        end = self._below(sheet, table, last + 1, sum(widths))
        # a table for programs is not printed, but for its heading
        sheet.print_area(0, 0, HEADER_ROW - 1 if table.is_bulk else end, len(table.columns) - 1)
        if table.charted:
            self._chart(sheet, table, end + 1)
        sheet.freeze_panes(HEADER_ROW + 1, 1)
        sheet.repeat_rows(HEADER_ROW)

    def _chart(self, sheet: Worksheet, table: Table, row: int) -> None:
        """Columns of the table as a chart that Excel draws, below it."""
        chart = self.book.add_chart({"type": "column"})
        last = HEADER_ROW + len(table.rows)
        for color, column in zip((LINE, PETROL), table.charted, strict=True):
            chart.add_series(
                {
                    "name": [table.sheet, HEADER_ROW, column],
                    "categories": [table.sheet, HEADER_ROW + 1, 0, last, 0],
                    "values": [table.sheet, HEADER_ROW + 1, column, last, column],
                    "fill": {"color": color},
                }
            )
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 720, "height": 360})
        sheet.insert_chart(row + 1, 0, chart, {"description": table.title})

    def _header_format(self, kind: str) -> Format:
        return self._format(
            bold=True,
            font_color="#FFFFFF",
            bg_color=PETROL,
            text_wrap=True,
            valign="vcenter",
            **(TEXT_CELL if kind == "text" else NUMBER_CELL),
        )

    def _header(self, sheet: Worksheet, table: Table, widths: list[float]) -> None:
        lines = max(
            len(textwrap.wrap(column.title, max(4, int(width))))
            for column, width in zip(table.columns, widths, strict=True)
        )
        sheet.set_row(HEADER_ROW, 13.5 * lines + 8)
        for index, column in enumerate(table.columns):
            sheet.write_string(HEADER_ROW, index, column.title, self._header_format(column.kind))

    def _cell(self, sheet: Worksheet, place: tuple[int, int], value: Any, kind: str, is_total: bool) -> None:
        properties: dict[str, Any] = {"bottom": 1, "bottom_color": LINE, "bold": is_total}
        if is_total:
            properties |= {"top": 1, "top_color": PETROL, "bottom_color": PETROL}
        if kind == "text":
            shown = UNKNOWN if value is None else value
            sheet.write_string(*place, shown, self._format(text_wrap=True, **properties, **TEXT_CELL))
            return
        formatted = self._format(num_format=NUMBER_FORMATS[kind], **properties, **NUMBER_CELL)
        if value is None:
            sheet.write_string(*place, UNKNOWN, formatted)
        elif kind in ("date", "month"):
            sheet.write_datetime(*place, value, formatted)
        else:
            sheet.write_number(*place, float(swedish.rounded(value, DECIMALS[kind])), formatted)

    def _below(self, sheet: Worksheet, table: Table, row: int, width: float) -> int:
        """Vintages, notes and source under the table, as the agency has them, and the way back; the last row of them.

        Texts are wrapped over rows, since no cells are merged.
        """
        small = self._format(font_size=9, valign="bottom")
        sheet.set_row(row, 22)
        vintages = [settlement.vintage for settlement in table.settlements] if len(table.settlements) > 1 else []
        for text in (*vintages, *table.notes, table.source):
            for line in textwrap.wrap(text, int(width * NOTE_FIT)):
                sheet.write_string(row, 0, line, small)
                row += 1
        sheet.write_url(row, 0, "internal:'Omslag'!A1", self._format(font_size=9, font_color=LINK), "Till innehållet")
        return row


def _vintage(table: Table) -> str:
    """What stands under the title."""
    if len(table.settlements) > 1:
        return "Flera avräkningar: se under tabellen"
    return table.settlements[0].vintage if table.settlements else ""


def notes_table(release: Release, cover: Cover, notes: Sequence[tuple[str, str]]) -> Table:
    """The sheet that says what signs and words mean."""
    return Table(
        sheet="Förklaringar",
        title="Förklaringar",
        settlements=(),
        columns=[Column("Tecken eller ord", "text"), Column("Betydelse", "text")],
        rows=[*STATISTICS_NOTES, *notes],
        source=f"Körning {release.run}",
        has_total=False,
    )


def column_widths(table: Table) -> list[float]:
    """Widths that fit the values, and the headings over at most a few lines; a narrow table is spread over the page."""
    widths = []
    for index, column in enumerate(table.columns):
        values = [_shown_length(row[index], column.kind) for row in table.rows]
        longest_word = max(len(word) for word in column.title.split())
        heading = max(1.1 * longest_word, len(column.title) / 4)
        widths.append(min(LONGEST_COLUMN if len(table.columns) > 2 else 110, max([heading, *values]) + 3))
    spread = max(1.0, NARROWEST_TABLE / sum(widths))
    return [round(width * spread, 1) for width in widths]


def _lines(values: Sequence[Any], widths: list[float]) -> int:
    """Lines that the longest text of a row takes."""
    texts = [pair for pair in zip(values, widths, strict=True) if isinstance(pair[0], str)]
    return max((len(textwrap.wrap(text, int(width * CELL_FIT))) for text, width in texts), default=1) or 1


def _shown_length(value: Any, kind: str) -> int:
    if value is None:
        return len(UNKNOWN)
    if kind == "text":
        return len(value)
    if kind in ("date", "month"):
        return 10
    return len(f"{value:,.1f}") if kind == "decimal" else len(f"{value:,.0f}")
