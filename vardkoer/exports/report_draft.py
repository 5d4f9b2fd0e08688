"""The draft of a report to the government, as a Word document: its chapters, every sentence with its figures, every
table and diagram, and what only people can write.

What it says is `report_draft`, whose texts are rows of the seed `report_parts`; the tables are those of the report's
workbook. Below each paragraph stands which settlements its figures come from, and what a published report says instead.
The same warehouse always makes the same document.
"""

from __future__ import annotations

import datetime
import io
import sys
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby, zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from vardkoer import paths
from vardkoer.exports.workbooks.national import report_tables
from vardkoer.exports.workbooks.tables import Column, Table
from vardkoer.exports.workbooks.workbook import SAMPLE_NOTE
from vardkoer.reading import WarehouseError, swedish
from vardkoer.reading.release import ExportError, Release, open_release
from vardkoer.report.charts import png

GREY, PETROL = RGBColor(0x59, 0x59, 0x59), RGBColor(0x00, 0x61, 0x6E)
# A table with more columns than an upright page holds lies on a page that is turned, and is set smaller.
WIDEST_UPRIGHT = 11
PAGE_WIDTH, PAGE_HEIGHT, MARGIN = Cm(21), Cm(29.7), Cm(2)
# How much wider a column of words is than one of figures.
WORDS = 2.5
DECIMALS = {"whole": 0, "decimal": 1}
MILLION = 1_000_000
VINTAGE = "Avräkning: "


class Place(NamedTuple):
    """What a place in a text is filled with."""

    name: str
    settlement_id: str | None
    is_in_millions: bool
    figure: Any
    words: str | None
    published_figure: Any
    difference: str | None

    @property
    def shown(self) -> str:
        """The figure or the words, as a sentence says them; two dots for what is not known."""
        if self.is_in_millions and self.figure is not None:
            return _with_its_decimals(round(self.figure / MILLION, 1))
        return self.words or swedish.number(self.figure)

    @property
    def remark(self) -> str | None:
        """What the published report says instead, and why."""
        if not self.difference:
            return None
        published = _with_its_decimals(self.published_figure)
        return f"Här {self.shown}, i den publicerade rapporten {published}. {self.difference}"


def _with_its_decimals(figure: Decimal) -> str:
    return swedish.number(figure, max(0, -int(figure.normalize().as_tuple().exponent)))


class Part(NamedTuple):
    """A part of a report, with the places in its text."""

    kind: str
    text: str
    sheet: str | None
    places: list[Place]

    @property
    def filled(self) -> str:
        """The text with its figures, beginning with a capital."""
        text = self.text
        for place in self.places:
            text = text.replace(f"{{{place.name}}}", place.shown)
        return text[:1].upper() + text[1:]


def parts_of(release: Release, report_id: str) -> list[Part]:
    """The parts of a report, in their order."""
    rows = release.select(
        "report_draft",
        (
            *("part_order", "part_kind", "text_sv", "sheet_name", "place", "settlement_id"),
            *("is_in_millions", "figure", "words_sv", "published_figure", "difference_sv"),
        ),
        ("part_order", "place"),
        report_id=report_id,
    )
    return [
        Part(kind, text or "", sheet, [Place(*row[4:]) for row in of_part if row[4]])
        for (_, kind, text, sheet), of_part in groupby(rows, key=lambda row: row[:4])
    ]


def write_draft(release: Release, report_id: str, path: Path) -> list[Part]:
    """Write the draft of a report; its parts."""
    parts = parts_of(release, report_id)
    tables = {table.sheet: table for table in report_tables(release, report_id)}
    _Draft(release, tables).write(parts, path)
    return parts


class _Draft:
    """A document that is being written."""

    def __init__(self, release: Release, tables: dict[str, Table]):
        """Start a document in Swedish, whose only date is that of the build."""
        self.release, self.tables = release, tables
        self.document: WordDocument = Document()
        for language in self.document.styles.element.iter(qn("w:lang")):
            language.set(qn("w:val"), "sv-SE")
        for name, size in {"Normal": 11, "Title": 24, "Heading 1": 18, "Heading 2": 13}.items():
            style = self.document.styles[name]
            style.font.name, style.font.size = "Arial", Pt(size)
            # the theme's font comes before the style's own
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                style.element.rPr.rFonts.attrib.pop(qn(f"w:{theme}"), None)
            if name != "Normal":
                style.font.color.rgb = PETROL
        section = self.document.sections[0]
        section.page_width, section.page_height = PAGE_WIDTH, PAGE_HEIGHT
        section.left_margin = section.right_margin = MARGIN

    def write(self, parts: list[Part], path: Path) -> None:
        """Write every part and close the file."""
        title = next(part.text for part in parts if part.kind == "title")
        self.document.add_heading(title, 0)
        self._account(parts)
        for part, following in zip_longest(parts, parts[1:]):
            leads = part.kind == "chapter" and following is not None and following.kind == "table"
            self._turn(self._is_wide(part) or (leads and self._is_wide(following)))
            self._part(part)
            if leads:
                self.document.paragraphs[-1].paragraph_format.page_break_before = True
        properties = self.document.core_properties
        publisher = self.release.publication["publisher_name"]
        properties.title, properties.author, properties.last_modified_by = title, publisher, publisher
        properties.comments, properties.revision = f"Körning {self.release.run}", 1
        properties.created = properties.modified = self.release.built_at.replace(tzinfo=None)
        _save(self.document, path, self.release.built_at)

    def _account(self, parts: list[Part]) -> None:
        """What the draft rests on, and what is left to do."""
        if self.release.is_sample:
            self.document.add_paragraph().add_run(SAMPLE_NOTE).bold = True
        self.document.add_paragraph(f"Utkast. Körning {self.release.run}. Talen är beräknade; texten är ett förslag.")
        unknown = {place.name for part in parts for place in part.places if place.shown == swedish.UNKNOWN}
        if unknown:
            count = f"{len(unknown)} uppgifter är" if len(unknown) > 1 else "En uppgift är"
            self.document.add_paragraph(f"{count} inte kända än och står som {swedish.UNKNOWN} i texten.")
        self.document.add_paragraph("Att skriva, eftersom det inte går att beräkna:")
        chapter = ""
        for part in parts:
            if part.kind in ("chapter", "section"):
                chapter = part.text
            elif part.kind == "people":
                self.document.add_paragraph(f"{chapter} – {part.text}", "List Bullet")

    def _part(self, part: Part) -> None:
        if part.kind in ("chapter", "section"):
            self.document.add_heading(part.text, 1 if part.kind == "chapter" else 2)
        elif part.kind == "text":
            self.document.add_paragraph(part.filled)
            for line in self._sources(part):
                self._small(line)
        elif part.kind == "people":
            self.document.add_paragraph().add_run(f"[Skrivs för hand: {part.text}]").italic = True
        elif part.kind == "table":
            self._table(self.tables[part.sheet or ""])

    def _sources(self, part: Part) -> Iterator[str]:
        """Which settlements the figures of a paragraph come from, and what is published otherwise."""
        used = dict.fromkeys(place.settlement_id for place in part.places if place.settlement_id)
        vintages = [self.release.settlements[settlement_id].vintage.removeprefix(VINTAGE) for settlement_id in used]
        if any(not place.settlement_id for place in part.places):
            vintages.insert(0, "summan av dem som har betalats ut")
        if vintages:
            yield VINTAGE + "; ".join(vintages)
        yield from dict.fromkeys(place.remark for place in part.places if place.remark)

    def _small(self, text: str) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(4)
        run = paragraph.add_run(text)
        run.font.size, run.font.color.rgb = Pt(8), GREY

    def _is_wide(self, part: Part) -> bool:
        return part.kind == "table" and len(self.tables[part.sheet or ""].columns) > WIDEST_UPRIGHT

    def _table(self, table: Table) -> None:
        caption = self.document.add_paragraph()
        caption.paragraph_format.keep_with_next = True
        caption.add_run(table.title).bold = True
        if table.charted:
            self._chart(table)
        columns = table.columns
        shown = self.document.add_table(rows=1, cols=len(columns), style="Light Grid Accent 1")
        size = Pt(6 if len(columns) > WIDEST_UPRIGHT else 7 if len(columns) > 6 else 8)
        for cell, column in zip(shown.rows[0].cells, columns, strict=True):
            _fill(cell, column.title, column, size, is_bold=True)
        _repeat(shown.rows[0])
        last = len(table.rows) - 1
        for number, row in enumerate(table.rows):
            for cell, value, column in zip(shown.add_row().cells, row, columns, strict=True):
                _fill(cell, _text(value, column), column, size, is_bold=table.has_total and number == last)
        shares = [WORDS if column.kind == "text" else 1 for column in columns]
        width = self.document.sections[-1].page_width - 2 * MARGIN
        shown.autofit = False
        for column, share in zip(shown.columns, shares, strict=True):
            for cell in (column, *column.cells):
                cell.width = int(width * share / sum(shares))
        for line in (*(settlement.vintage for settlement in table.settlements), *table.notes, table.source):
            self._small(line)

    def _chart(self, table: Table) -> None:
        """The columns that the table draws, side by side for each row."""
        values = [
            {"category": row[0], "series": table.columns[column].title, "value": float(row[column])}
            for row in table.rows
            for column in table.charted
            if row[column] is not None
        ]
        if not values:
            self._small("Diagrammet ritas när något av talen är känt.")
            return
        picture = self.document.add_picture(io.BytesIO(png("growth", values)), width=Cm(16))
        described = picture._inline.docPr
        described.set("descr", f"{table.title}: samma tal som i tabellen nedanför")

    def _turn(self, is_wide: bool) -> None:
        """A page that lies, or stands, unless it does already."""
        orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
        before = self.document.sections[-1]
        if before.orientation != orientation:
            section = self.document.add_section()
            section.orientation = orientation
            section.page_width, section.page_height = before.page_height, before.page_width


def _fill(cell: Any, text: str, column: Column, size: Pt, is_bold: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    if column.kind != "text":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(text)
    run.font.size, run.bold = size, is_bold


def _text(value: Any, column: Column) -> str:
    """A value as text, as the workbook shows it."""
    if column.kind == "text":
        return swedish.UNKNOWN if value is None else str(value)
    if column.kind == "month":
        return swedish.month(value)
    return swedish.day(value) if column.kind == "date" else swedish.number(value, DECIMALS[column.kind])


def _repeat(row: Any) -> None:
    """A row that stands on every page of its table."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _save(document: WordDocument, path: Path, built_at: datetime.datetime) -> None:
    """Save with the time of the build in place of the clock's."""
    stream = io.BytesIO()
    document.save(stream)
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, built_at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))


def write_drafts(output: Path) -> int:
    """A draft of each report; 1 and one line when it cannot be done."""
    try:
        release = open_release(paths.warehouse_path())
        with release.connection:
            reports = sorted({report_id for (report_id,) in release.select("report_draft", ("report_id",))})
            output.mkdir(parents=True, exist_ok=True)
            for report_id in reports:
                path = output / f"{report_id}_utkast.docx"
                parts = write_draft(release, report_id, path)
                unknown = {place.name for part in parts for place in part.places if place.shown == swedish.UNKNOWN}
                to_write = sum(part.kind == "people" for part in parts)
                print(f"Written: {path} ({len(unknown)} figures not known yet, {to_write} parts for people to write)")
    except (WarehouseError, ExportError, OSError) as error:
        print(f"Not written: {error}", file=sys.stderr)
        return 1
    return 0
