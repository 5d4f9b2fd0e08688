"""The workbooks of the nation: the appendices of a report, and the follow-up of the running rounds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from vardkoer.exports.workbooks import tables
from vardkoer.exports.workbooks.tables import Place, Table
from vardkoer.exports.workbooks.workbook import Cover, write_workbook
from vardkoer.reading import swedish
from vardkoer.reading.release import Release, Settlement

CATEGORIES_ON_A_PAGE = 3


def write_reports(release: Release, folder: Path) -> dict[Path, str]:
    """A workbook for each report in `workbook_tables`; the files with their titles."""
    titles = dict(release.select("seeds.workbook_tables", ("workbook_id", "workbook_title_sv"), ("workbook_id",)))
    written = {}
    for workbook_id, title in titles.items():
        path = folder / f"{workbook_id}.xlsx"
        sheets = report_tables(release, workbook_id)
        used = {settlement for table in sheets for settlement in table.settlements}
        shown = [settlement for settlement in release.settlements.values() if settlement in used]
        notes = ((tables.UNEQUAL_TITLE, tables.UNEQUAL_NOTE), *tables.policy_notes(release))
        cover = Cover(title, "Socialstyrelsens uppdrag om kortare vårdköer")
        words = [tables.readings(release, shown), tables.readings_by_region(release, shown)]
        write_workbook(release, path, cover, [*sheets, *words, tables.tidy(release, shown)], notes)
        written[path] = title
    return written


def report_tables(release: Release, workbook_id: str) -> list[Table]:
    """The tables of a report, in their order."""
    rows = release.select(
        "seeds.workbook_tables",
        ("table_order", "sheet_name", "table_kind", "title_sv", "settlement_id", "category_id"),
        ("table_order", "column_order"),
        workbook_id=workbook_id,
    )
    return [
        _report_table(release, workbook_id, [row[1:] for row in table])
        for _, table in groupby(rows, lambda row: row[0])
    ]


def _report_table(release: Release, workbook_id: str, parts: list[tuple[Any, ...]]) -> Table:
    sheet, kind, title, settlement_id, category_id = parts[0]
    if kind == "grants":
        return tables.grants(release, sheet, title, workbook_id, [release.settlements[row[3]] for row in parts])
    categories = (category_id,) if category_id else ()
    return tables.KINDS[kind](release, Place(sheet, title, release.settlements[settlement_id], categories))


def write_follow_up(release: Release, folder: Path) -> dict[Path, str]:
    """The workbook of the newest settlements; the file with its title."""
    newest = release.newest
    cutoff = newest[0].cutoff_date
    title = "Uppföljning av kortare vårdköer"
    path = folder / f"uppfoljning_{cutoff}.xlsx"
    sheets = tables.numbered(table for settlement in newest for table in _follow_up_tables(release, settlement))
    cover = Cover(title, f"Inrapportering t.o.m. {swedish.day(cutoff)}")
    ending = [tables.missing(release, "Saknas", newest), tables.tidy(release, newest)]
    write_workbook(release, path, cover, [*sheets, *ending], tables.policy_notes(release))
    return {path: f"{title}, {cover.subtitle.lower()}"}


def _follow_up_tables(release: Release, settlement: Settlement) -> Iterator[Table]:
    """The government's questions, and the caps.

    Every category by home region, against the year before and the baseline, and by where and by whom it was done.
    """
    categories = tables.categories_of(release, settlement)
    for category, name in categories.items():
        title = f"Antal operationer per hemregion: {name.lower()}"
        yield tables.monthly_operations(release, Place(name, title, settlement, (category,)))
    keys = list(categories)
    pages = [tuple(keys[start : start + CATEGORIES_ON_A_PAGE]) for start in range(0, len(keys), CATEGORIES_ON_A_PAGE)]
    letters = "ABCDEFGH" if len(pages) > 1 else " "
    for letter, page in zip(letters, pages, strict=False):
        names = ", ".join(categories[category].lower() for category in page)
        title = f"Antal operationer per hemregion mot föregående år: {names}"
        sheet = f"mot {settlement.year - 1} {letter}".strip()
        yield tables.comparison(release, Place(sheet, title, settlement, page), with_year_before=True)
    if settlement.baseline_years:
        for letter, page in zip(letters, pages, strict=False):
            names = ", ".join(categories[category].lower() for category in page)
            title = f"Antal operationer per hemregion mot jämförelseårens genomsnitt: {names}"
            sheet = f"mot genomsnittet {letter}".strip()
            yield tables.comparison(release, Place(sheet, title, settlement, page))
    if release.select("table_producers", ("settlement_id",), settlement_id=settlement.settlement_id):
        title = "Riket: operationer i hemregionen, i annan region och hos privata vårdgivare"
        yield tables.producers_of_nation(release, Place("utförare riket", title, settlement), "so_far")
        yield tables.producers_of_nation(
            release, Place("utförare per månad", f"{title}, per månad", settlement), "month"
        )
        title = "Operationer i hemregionen och i annan region, per hemregion"
        yield tables.producing_county(release, Place("hemregion", title, settlement))
        title = "Operationer hos privata vårdgivare, per hemregion"
        yield tables.private_providers(release, Place("privata vårdgivare", title, settlement))
    yield tables.caps(release, Place("läge mot taket", "Ersatta operationer, intjänat, tak och prognos", settlement))
    lists = release.select(
        "coverage_disclosed",
        ("list_id", "list_name_sv", "category_id", "category_name"),
        ("list_id", "category_id"),
        settlement_id=settlement.settlement_id,
        region_code=tables.NATION,
        period_role="measured",
    )
    for list_id, list_name, category, name in lists:
        title = f"Täckning: {name.lower()}, registret jämfört med {list_name[0].lower()}{list_name[1:]}"
        yield tables.coverage(release, Place(f"täckning {name}", title, settlement, (category,)), list_id)
