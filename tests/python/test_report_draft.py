"""The draft of a report: of 2025 it holds what was printed, or says why not; of 2026 what is not known is `..`."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

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
MONTHLY = {
    "cataract": "Bilaga 3. Tabell 1.",
    "prolapse": "Bilaga 3. Tabell 2.",
    "hip_prosthesis": "Bilaga 3. Tabell 3.",
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


def test_the_tables_of_2025_are_those_that_were_printed(drafts: dict[str, Draft]) -> None:
    tables = drafts["statsbidrag_2025"].tables
    by_caption = {caption: rows for caption, rows in tables.items() if caption}

    def rows_of(beginning: str) -> dict[str, list[str]]:
        (rows,) = [rows for caption, rows in by_caption.items() if caption.startswith(beginning)]
        return {row[0].rstrip("*"): row[1:] for row in rows[1:]}

    names = {row["region_code"]: row for row in read_rows(SEEDS / "reference" / "regions.csv")}
    counties = {code: f"{code} {row['report_name']}" for code, row in names.items()} | {"00": "99 Riket"}
    for category, beginning in MONTHLY.items():
        shown = rows_of(beginning)
        expected: dict[str, list[str]] = {}
        for row in sorted(
            read_rows(SEEDS / "published" / "published_monthly_operations.csv"), key=lambda row: row["operation_month"]
        ):
            if row["category_id"] == category:
                figure = f"{int(row['operations']):,}".replace(",", " ")
                expected.setdefault(counties[row["region_code"]], []).append(figure)
        assert len(expected) == 22 and shown == expected, category
    grants = rows_of("Bilaga 1. Tabell 1.")
    for row in read_rows(SEEDS / "published" / "published_grants.csv"):
        code = row["region_code"]
        recipient = names[code]["region_name"] if code in names else "Summa"
        assert f"{int(row['amount_kr']):,}".replace(",", " ") in grants[recipient], row
    assert grants["Summa"] == ["100 000 000", "397 000 000", "243 277 012", "740 277 012"]
    assert rows_of("Bilaga 4. Tabell 1.")["99 Riket"] == [
        *("43 702", "6 924", "50 626", "2 632", "262", "2 894", "7 348", "976", "8 324")
    ]
    assert rows_of("Tabell 1.")["Totalt"][:3] == ["1 004 500 000", "726 883 812", "72"]


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
