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
    rows = release.rows("""
        select
            workbook_id, workbook_title_sv, table_order, sheet_name, table_kind, title_sv, settlement_id, category_id,
            column_title_sv
        from seeds.workbook_tables
        order by workbook_id, table_order, column_order
    """)
    written = {}
    for (workbook_id, title), parts in groupby(rows, key=lambda row: row[:2]):
        path = folder / f"{workbook_id}.xlsx"
        sheets = [_report_table(release, [row[3:] for row in table]) for _, table in groupby(parts, lambda row: row[2])]
        used = {row[6] for row in rows if row[0] == workbook_id}
        shown = [settlement for key, settlement in release.settlements.items() if key in used]
        notes = ((tables.UNEQUAL_TITLE, tables.UNEQUAL_NOTE), *tables.policy_notes(release))
        write_workbook(release, path, Cover(title, "Kortare vårdköer"), [*sheets, tables.tidy(release, shown)], notes)
        written[path] = title
    return written


def _report_table(release: Release, parts: list[tuple[Any, ...]]) -> Table:
    sheet, kind, title, settlement_id, category_id, _ = parts[0]
    if kind == "grants":
        columns = [(release.settlements[row[3]], row[5]) for row in parts]
        return tables.grants(release, sheet, title, columns)
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
    """Tables laid out as the report's bilaga 3, for every category, and the caps."""
    categories = tables.categories_of(release, settlement)
    for category, name in categories.items():
        title = f"Antal operationer per hemlän: {name.lower()}"
        yield tables.monthly_operations(release, Place("", title, settlement, (category,)))
    keys = list(categories)
    pages = [tuple(keys[start : start + CATEGORIES_ON_A_PAGE]) for start in range(0, len(keys), CATEGORIES_ON_A_PAGE)]
    for page in pages:
        names = ", ".join(categories[category].lower() for category in page)
        title = f"Antal operationer per hemlän mot föregående år: {names}"
        yield tables.comparison(release, Place("", title, settlement, page), with_year_before=True)
    if tables.has_baseline(release, settlement):
        for page in pages:
            names = ", ".join(categories[category].lower() for category in page)
            title = f"Antal operationer per hemlän mot basperiodens genomsnitt: {names}"
            yield tables.comparison(release, Place("", title, settlement, page))
    yield tables.caps(release, Place("", "Intjänade medel mot taket, per region", settlement))
