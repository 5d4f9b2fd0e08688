"""The draft of a report: of 2025 it holds what was printed, or says why not; of 2026 what is not known is `..`."""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.table import Table
from docx.text.paragraph import Paragraph

from vardkoer import paths
from vardkoer.exports.report_draft import write_draft
from vardkoer.gate.seeds import read_rows
from vardkoer.paths import PROJECT, SEEDS
from vardkoer.reading.release import open_release

REPORTS = ("statsbidrag_2025", "statsbidrag_2026")
CATEGORIES = ("cataract", "prolapse", "hip_prosthesis")
# Rows and columns of what the summary prints as tabell 1, with the beginnings and ends of the names of its key figures.
DISTRIBUTED = {
    "Vårdgarantifunktionen 2025 (block 1)": "summary_block1",
    "Kortare vårdköer 2025 (block 2)": "summary_block2",
    "Ytterligare medel 2025": "summary_additional",
    "Totalt": "summary_total",
}
# What the sentences of the final report of 2025 say, read in it by hand, under the headings of the draft.
PRINTED = {
    "Sammanfattning": [
        *("4 761 905", "86 609 800", "397", "397 000 000", "100", "februari–oktober 2025", "21", "mars 2025"),
        *("507,5", "243 277 012", "48", "juni–oktober 2025", "2022–2024", "3"),
        *("13", "9", "11", "70", "20", "35", "13", "12", "17"),
    ],
    "Uppdragen": [
        *("27 februari 2025", "19 juni 2025", "497", "100", "397", "februari–oktober 2025"),
        *("507 500 000", "juni–oktober 2025", "2022–2024"),
    ],
    "Medlen till vårdgarantikanslierna": ["100 000 000", "86 609 800", "13,3", "5"],
    "Första uppdraget: taken": ["21", "397 000 000", "16", "mars 2025"],
    "Andra uppdraget: ökningen": [
        *("Gotland, Jämtland och Värmland", "243 277 012", "48", "juni–oktober 2025", "2022–2024"),
        *("44 860", "50 626", "13", "2 606", "2 894", "12", "7 144", "8 324", "17"),
    ],
    "Operationer i hemregionen, i andra regioner och hos privata vårdgivare": ["13", "9", "11", "70", "20", "35"],
    "Socialstyrelsens kommentarer": ["740 277 012", "726 886 812", "72"],
    "Bilaga 6. Uppdragen": ["108 000", "39 000", "19 000", "2022–2024", "juni–oktober 2025"],
}
# Where the printed report is not what its own tables give: what is here, and what it says.
DIFFERENCES = {
    *(("726 883 812", "726 886 812"), ("86 606 800", "86 609 800"), ("13,4", "13,3"), ("397", "397 000")),
    *(("14", "13"), ("12", "11"), ("72", "70"), ("21", "20"), ("11", "12"), ("98", "72")),
}


class Draft(NamedTuple):
    """A document, with the text below each heading and the table below each caption."""

    document: WordDocument
    chapters: dict[str, str]
    tables: dict[str, list[list[str]]]
    bytes: bytes


class Cell(NamedTuple):
    """A place in a report."""

    table: str
    row: str
    column: int


class Figure(NamedTuple):
    """A published figure, by what tells it apart in `published_reconciliation`."""

    measure: str
    figure_id: str | None = None
    region_code: str | None = None
    category_id: str | None = None
    operation_month: datetime.date | None = None


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{MINUS SIGN}", "-")


def blocks(document: WordDocument) -> Iterator[Paragraph | Table]:
    """Paragraphs and tables in their order."""
    for element in document.element.body:
        if element.tag.endswith("}p"):
            yield Paragraph(element, document)
        elif element.tag.endswith("}tbl"):
            yield Table(element, document)


def read(path: Path) -> Draft:
    document = Document(str(path))
    chapters: dict[str, str] = {}
    tables: dict[str, list[list[str]]] = {}
    heading = caption = ""
    for block in blocks(document):
        if isinstance(block, Table):
            tables[caption] = [[plain(cell.text) for cell in row.cells] for row in block.rows]
            continue
        text = plain(block.text)
        if block.style and block.style.name and block.style.name.startswith(("Title", "Heading")):
            heading = text
        elif text:
            chapters[heading] = f"{chapters.get(heading, '')}\n{text}"
        caption = text or caption
    return Draft(document, chapters, tables, path.read_bytes())


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Draft]:
    folder = tmp_path_factory.mktemp("drafts")
    answer = subprocess.run(
        [sys.executable, "-m", "vardkoer", "report-draft", "--output", str(folder)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert len(answer.stdout.splitlines()) == len(REPORTS)
    assert "statsbidrag_2025_utkast.docx (0 figures not known yet" in answer.stdout
    return {report: read(folder / f"{report}_utkast.docx") for report in REPORTS}


@pytest.mark.parametrize("heading", PRINTED)
def test_the_draft_of_2025_holds_what_was_printed(drafts: dict[str, Draft], heading: str) -> None:
    """Every figure stands in its chapter as often as it was printed there, in a sentence or as a difference."""
    text = drafts["statsbidrag_2025"].chapters[heading].lower()
    for printed in set(PRINTED[heading]):
        found = re.findall(rf"(?<![\d,–])(?<!\d ){re.escape(printed.lower())}(?![\d–]|,\d| \d{{3}})", text)
        assert len(found) >= PRINTED[heading].count(printed), printed


def test_what_was_printed_otherwise_is_said_and_nothing_else(drafts: dict[str, Draft]) -> None:
    text = "\n".join(drafts["statsbidrag_2025"].chapters.values())
    number = r"(\d[\d ]*(?:,\d+)?)"
    assert set(re.findall(f"Här {number}, i den publicerade rapporten {number}\\.", text)) == DIFFERENCES
    assert "publicerade rapporten" not in "\n".join(drafts["statsbidrag_2026"].chapters.values())


def published(name: str) -> list[dict[str, str]]:
    return read_rows(SEEDS / "published" / f"published_{name}.csv")


def printed_cells() -> Iterator[tuple[Cell, Figure, str]]:
    """Each cell of the tables of the printed report: where it stands, which figure it is, and what it says."""
    regions = {row["region_code"]: row for row in read_rows(SEEDS / "reference" / "regions.csv")}
    recipients = {code: row["region_name"] for code, row in regions.items()} | {"00": "Summa"}
    counties = {code: f"{code} {row['report_name']}" for code, row in regions.items()} | {"00": "99 Riket"}
    category_names = {
        row["category_id"]: row["category_name_sv"] for row in read_rows(SEEDS / "reference" / "categories.csv")
    }
    rounds = ("2025_block1", "2025_block2", "2025_additional", "total")
    key_figures = {row["figure_id"]: row["value"] for row in published("key_figures")}
    for label, begins in DISTRIBUTED.items():
        for column, ends in enumerate(("allocated_kr", "used_kr", "used_percent"), 1):
            figure = f"{begins}_{ends}"
            yield Cell("Tabell 1.", label, column), Figure("key_figure", figure), key_figures[figure]
    for row in published("grants"):
        cell = Cell("Bilaga 1. Tabell 1.", recipients[row["region_code"]], 1 + rounds.index(row["round_id"]))
        yield cell, Figure("grant_kr", row["round_id"], row["region_code"]), row["amount_kr"]
    for row in published("block1_accounts"):
        for column, measure in enumerate(("requisitioned_kr", "spent_kr", "spent_percent"), 1):
            cell = Cell("Bilaga 2. Tabell 1.", recipients[row["region_code"]], column)
            yield cell, Figure(measure, row["round_id"], row["region_code"]), row[measure]
    for row in published("monthly_operations"):
        month = datetime.date.fromisoformat(row["operation_month"])
        table = f"Bilaga 3. Tabell {1 + CATEGORIES.index(row['category_id'])}."
        cell = Cell(table, counties[row["region_code"]], month.month - 1)
        figure = Figure("monthly_operations", None, row["region_code"], row["category_id"], month)
        yield cell, figure, row["operations"]
    for row in published("period_operations"):
        measures = {
            "baseline_mean": "baseline_mean",
            "operations": "period_operations",
            "change_percent": "change_percent",
        }
        for column, (name, measure) in enumerate(measures.items(), 1):
            figure = Figure(measure, None, row["region_code"], row["category_id"])
            place = column + 3 * CATEGORIES.index(row["category_id"])
            yield Cell("Bilaga 3. Tabell 4.", counties[row["region_code"]], place), figure, row[name]
            if row["region_code"] == "00":
                # the diagram draws what the nation's row has
                yield Cell("Diagram 1.", category_names[row["category_id"]], column), figure, row[name]
    for row in published("operations_by_producer"):
        measures = {
            "operations_home_region": "operations_home_region",
            "operations_other_region": "operations_other_region",
            "operations": "operations_both",
        }
        for column, (name, measure) in enumerate(measures.items(), 1):
            figure = Figure(measure, None, row["region_code"], row["category_id"])
            place = column + 3 * CATEGORIES.index(row["category_id"])
            yield Cell("Bilaga 4. Tabell 1.", counties[row["region_code"]], place), figure, row[name]


def test_the_tables_of_2025_are_those_that_were_printed_cell_by_cell(drafts: dict[str, Draft]) -> None:
    """What differs is what the reconciliation explains, with the figures that it has, and nothing else."""
    shown = {
        Cell(re.findall(r"^(?:Bilaga \d\. )?\w+ \d\.", caption)[0], row[0].rstrip("*"), column): text
        for caption, rows in drafts["statsbidrag_2025"].tables.items()
        for row in rows[1:]
        for column, text in enumerate(row)
        if column and rows[0][column] != "Kommentar"
    }
    printed = {cell: (figure, text) for cell, figure, text in printed_cells()}
    assert len(printed) > 1100
    assert shown.keys() ^ printed.keys() == set()
    different = {
        figure: (Decimal(shown[cell].replace(" ", "")), Decimal(text))
        for cell, (figure, text) in printed.items()
        if shown[cell].replace(" ", "") != text
    }
    with duckdb.connect(str(paths.warehouse_path()), read_only=True) as connection:
        explained = {
            Figure(*row[:5]): row[5:]
            for row in connection.execute("""
                select
                    measure, figure_id, region_code, category_id, operation_month, our_value, published_value
                from marts.published_reconciliation
                where explanation != 'exact' and note_sv is not null
            """).fetchall()
        }
    assert different
    assert {figure: values for figure, values in different.items() if explained.get(figure) != values} == {}


def test_changed_journal_systems_are_marked_where_they_were_printed_so(drafts: dict[str, Draft]) -> None:
    (rows,) = [
        rows for caption, rows in drafts["statsbidrag_2025"].tables.items() if caption.startswith("Bilaga 3. Tabell 4.")
    ]
    marked = {row["region_code"] for row in published("period_operations") if row["journal_system_change"] == "true"}
    assert {row[0][:2] for row in rows[1:] if row[0].endswith("*")} == marked


@pytest.mark.parametrize("report", REPORTS)
def test_a_draft_has_every_part_and_says_what_is_left(drafts: dict[str, Draft], report: str) -> None:
    draft = drafts[report]
    text = "\n".join(draft.chapters.values())
    parts = [row for row in read_rows(SEEDS / "exports" / "report_parts.csv") if row["report_id"] == report]
    title = next(row["text_sv"] for row in parts if row["part_kind"] == "title")
    assert next(iter(draft.chapters)) == title
    for row in parts:
        if row["part_kind"] in ("chapter", "section"):
            assert plain(row["text_sv"]) in {
                plain(paragraph.text) for paragraph in draft.document.paragraphs if "Heading" in paragraph.style.name
            }
        elif row["part_kind"] == "people":
            assert row["text_sv"] in draft.chapters[title], "it stands among what is left to write"
            assert f"[Skrivs för hand: {row['text_sv']}]" in text
    sheets = [row for row in parts if row["part_kind"] == "table"]
    assert len(draft.tables) == len(draft.document.tables) == len(sheets) > 7
    assert len(draft.document.inline_shapes) == 1
    assert not re.search(r"[{}]|\b(None|nan)\b", text)
    assert "EXEMPELDATA" in draft.chapters[title]


def test_what_is_not_known_of_2026_is_two_dots(drafts: dict[str, Draft]) -> None:
    text = drafts["statsbidrag_2026"].chapters
    assert "Regionerna har fått .. kronor, vilket är .. procent." in text["Sammanfattning"]
    assert ".. kronor" in text["Bilaga 6. Uppdraget"]
    assert "uppgifter är inte kända än och står som .. i texten" in "\n".join(text.values())
    assert re.search(r"gråstarr \d+ procent", text["Sammanfattning"]), "counts are known without rates"


def test_the_same_warehouse_makes_the_same_document(drafts: dict[str, Draft], tmp_path: Path) -> None:
    release = open_release(paths.warehouse_path())
    with release.connection:
        write_draft(release, "statsbidrag_2026", tmp_path / "again.docx")
    assert (tmp_path / "again.docx").read_bytes() == drafts["statsbidrag_2026"].bytes
