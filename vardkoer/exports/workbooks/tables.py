"""The tables of a workbook: each a heading, its vintage, columns, notes, and rows of one model, selected by key."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from vardkoer.reading import swedish
from vardkoer.reading.release import Release, Settlement

NATION = "00"
NATION_NAME = "99 Riket"
SOURCE_NAMES = {
    "par": "Patientregistret, Socialstyrelsen",
    "region_reports": "regionernas egna rapporter",
    "published": "Socialstyrelsens publicerade tabeller",
}
STAR_FLAG = "journal_system_change"
UNEQUAL_TITLE = "Tal som avviker från den tryckta rapporten"
UNEQUAL_NOTE = (
    "Tabellerna är beräknade på nytt. Varje tryckt tal står bredvid det beräknade, med förklaring när de skiljer sig, "
    "i öppna data: Slutredovisningens tal bredvid de beräknade. Den tryckta rapporten lämnar en ruta tom där antalet "
    "är 0."
)
UNKNOWN_NOTE = "Ett belopp visas inte (..) så länge något som det beror av inte är känt; se bladet Saknas."
READINGS_NOTE = (
    "Mätperiod och jämförelseår är räknade på nytt, allt annat lika. Skillnaden är mot beloppen efter tak. "
    "Inget belopp ändras av det."
)
HIDDEN_NOTE = "Tal under fem visas inte (..), och inte heller ett tal som hade avslöjat ett sådant."


@dataclasses.dataclass(frozen=True)
class Column:
    """A column of a sheet. Kinds: text, whole, decimal, date, month."""

    title: str
    kind: str = "whole"


@dataclasses.dataclass(frozen=True)
class Table:
    """One sheet. A value that is None is not known, and is shown as two dots.

    A bulk table is for programs and is not printed. A chart draws columns of the table, by number, over its first one.
    """

    sheet: str
    title: str
    settlements: tuple[Settlement, ...]
    columns: list[Column]
    rows: list[tuple[Any, ...]]
    source: str
    notes: tuple[str, ...] = ()
    has_total: bool = True
    is_bulk: bool = False
    charted: tuple[int, ...] = ()


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a table of one settlement stands in a workbook, what it is called there and which categories it shows."""

    sheet: str
    title: str
    settlement: Settlement
    category_ids: tuple[str, ...] = ()


def source(release: Release, settlements: Iterable[Settlement], categories: Iterable[str] = ()) -> str:
    """Where counts come from, all or those of some categories; and which are not counted as the first are."""
    names: dict[str, list[str]] = {}
    for settlement in settlements:
        for category_id, name, counts_from in release.select(
            "table_categories",
            ("category_id", "category_name", "counts_from"),
            ("category_order",),
            settlement_id=settlement.settlement_id,
        ):
            if not categories or category_id in categories:
                names.setdefault(counts_from, []).append(name.lower())
    first, *others = sorted(names, key=lambda counts_from: (counts_from != "par", counts_from)) or ["par"]
    parts = [f"{SOURCE_NAMES[other]} ({', '.join(dict.fromkeys(names[other]))})" for other in others]
    return f"Källa: {'; '.join([SOURCE_NAMES[first], *parts])}"


def categories_of(release: Release, settlement: Settlement) -> dict[str, str]:
    """Categories that a settlement counts, in their order, with their names."""
    return dict(
        release.select(
            "table_categories",
            ("category_id", "category_name"),
            ("category_order",),
            settlement_id=settlement.settlement_id,
        )
    )


def star_notes(release: Release, is_starred: bool) -> tuple[str, ...]:
    """The note that explains the stars, after the report's."""
    if not is_starred:
        return ()
    quote = release.select("seeds.quality_flags", ("quote",), flag_id=STAR_FLAG)[0][0]
    return (f"* {quote} Detta kan påverka jämförelser mellan åren.",)


def numbered(found: Iterable[Table]) -> list[Table]:
    """Tables under their numbers in the workbook; the name of a sheet says what is on it."""
    return [
        dataclasses.replace(
            table,
            sheet=f"T{number} {table.sheet}"[:31],
            title=f"Tabell {number}. {table.title} – {table.settlements[0].name}",
        )
        for number, table in enumerate(found, start=1)
    ]


def policy_notes(release: Release) -> list[tuple[str, str]]:
    """How small counts are treated."""
    policies = release.select("seeds.disclosure_policies", ("smallest_shown", "policy_sv"), ("policy_id",))
    return [("Tal per region" if smallest is None else "Tal per sjukhus", text) for smallest, text in policies]


def grants(release: Release, sheet: str, title: str, report_id: str, settlements: Sequence[Settlement]) -> Table:
    """Amounts by region, a column for each settlement, and their sum (bilaga 1)."""
    headings: dict[str, None] = {}
    rows: dict[str, list[Any]] = {}
    for label, heading, amount in release.select(
        "table_grants",
        ("row_name", "printed_heading", "allocated_kr"),
        ("is_total", "row_name", "column_order"),
        report_id=report_id,
    ):
        headings[heading] = None
        rows.setdefault(label, []).append(amount)
    return Table(
        sheet=sheet,
        title=title,
        settlements=tuple(settlements),
        columns=[Column("Mottagare", "text"), *map(Column, headings)],
        rows=[(label, *amounts) for label, amounts in rows.items()],
        source="Källa: Socialstyrelsen, statsbidragets villkor och patientregistret",
    )


def accounts(release: Release, place: Place) -> Table:
    """What became of the equal share (bilaga 2)."""
    return Table(
        sheet=place.sheet,
        title=place.title,
        settlements=(place.settlement,),
        columns=[
            Column("Mottagare", "text"),
            Column("Rekvirerade belopp (kr)"),
            Column("Kostnader (kr)"),
            Column("Andelen använt belopp (%)"),
        ],
        rows=release.select(
            "table_accounts",
            ("row_name", "requisitioned_kr", "spent_kr", "spent_percent"),
            ("is_total", "row_name"),
            round_id=place.settlement.round_id,
        ),
        source="Källa: Regionernas återrapportering till Socialstyrelsen 2025",
        notes=("Summorna är radernas. Den tryckta rapportens summor avviker från dem.",),
    )


def distribution(release: Release, place: Place) -> Table:
    """What there was to distribute and what was used (tabell 1 of the summary)."""
    return Table(
        sheet=place.sheet,
        title=place.title,
        settlements=(place.settlement,),
        columns=[
            Column("Beskrivning", "text"),
            Column("Medel att fördela (kr)"),
            Column("Förbrukade medel (kr)"),
            Column("Använt (%)"),
            Column("Kommentar", "text"),
        ],
        rows=[
            (*figures, comment or "")
            for *figures, comment in release.select(
                "table_distribution",
                ("row_name", "allocated_kr", "used_kr", "used_percent", "comment_sv"),
                ("line_order",),
            )
        ],
        source="Källa: Socialstyrelsen, statsbidragets villkor, patientregistret och regionernas återrapportering",
    )


def monthly_operations(release: Release, place: Place) -> Table:
    """Operations of a category by home region and month (bilaga 3, tables 1 to 3)."""
    found = release.select(
        "table_operations",
        ("row_name", "region_code", "operation_month", "operations", "is_marked"),
        ("region_order", "operation_month"),
        settlement_id=place.settlement.settlement_id,
        category_id=place.category_ids[0],
    )
    months = dict.fromkeys(month for _, _, month, _, _ in found)
    counties: dict[str, list[Any]] = {}
    for label, region_code, _, operations, is_marked in found:
        counties.setdefault(_county(label, region_code, is_marked), []).append(operations)
    return Table(
        sheet=place.sheet,
        title=place.title,
        settlements=(place.settlement,),
        columns=[Column("Hemregion", "text"), *(Column(swedish.short_month(month)) for month in months)],
        rows=[(county, *counts) for county, counts in counties.items()],
        source=source(release, [place.settlement], place.category_ids),
        notes=star_notes(release, any(is_marked for *_, is_marked in found)),
    )


def comparison(release: Release, place: Place, with_year_before: bool = False) -> Table:
    """The period so far against the baseline mean (bilaga 3, table 4), or against the year before."""
    before, change = "baseline_mean_so_far", "change_baseline_whole_percent"
    if with_year_before:
        before, change = "operations_year_before_so_far", "change_year_before_whole_percent"
    categories = _categories(release, place)
    found = release.select(
        "table_operations",
        ("category_id", "row_name", "region_code", "is_comparison_marked", before, "operations_so_far", change),
        ("region_order", "category_order"),
        settlement_id=place.settlement.settlement_id,
        is_latest_month=True,
    )
    shown = [row[1:] for row in found if row[0] in categories]
    marked = {region_code for _, region_code, is_marked, *_ in shown if is_marked}
    rows: dict[str, list[Any]] = {}
    for label, region_code, _, *figures in shown:
        rows.setdefault(_county(label, region_code, region_code in marked), []).extend(figures)
    earlier = (
        f"antal operationer {place.settlement.months} {place.settlement.year - 1}"
        if with_year_before
        else f"genomsnitt antal operationer {place.settlement.months} {place.settlement.baseline_years}"
    )
    return Table(
        sheet=place.sheet,
        title=place.title,
        settlements=(place.settlement,),
        columns=[
            Column("Hemregion", "text"),
            *(
                Column(f"{name}: {what}")
                for name in categories.values()
                for what in (
                    earlier,
                    f"antal operationer {place.settlement.months} {place.settlement.year}",
                    "utveckling (%)",
                )
            ),
        ],
        rows=[(county, *figures) for county, figures in rows.items()],
        source=source(release, [place.settlement], categories),
        notes=(*star_notes(release, bool(marked)), "Utvecklingen är beräknad på tal före avrundning."),
    )


def growth(release: Release, place: Place) -> Table:
    """The nation's period beside the mean of the baseline years (diagram 1)."""
    return Table(
        sheet=place.sheet,
        title=place.title,
        settlements=(place.settlement,),
        columns=[
            Column("Kategori", "text"),
            Column(f"Genomsnitt {place.settlement.months} {place.settlement.baseline_years}"),
            Column(f"Antal operationer {place.settlement.months} {place.settlement.year}"),
            Column("Utveckling (%)"),
        ],
        rows=release.select(
            "table_operations",
            ("category_name", "baseline_mean_so_far", "operations_so_far", "change_baseline_whole_percent"),
            ("category_order",),
            settlement_id=place.settlement.settlement_id,
            region_code=NATION,
            is_latest_month=True,
        ),
        source=source(release, [place.settlement]),
        has_total=False,
        charted=(1, 2),
    )


COVERAGE = {
    "operations": Column("Antal operationer"),
    "in_both": Column("I båda"),
    "list_only": Column("Bara på listan"),
    "received_after_cutoff": Column("Därav efter stoppdatum"),
    "register_only": Column("Bara i registret"),
    "share_of_either_percent": Column("Täckning (%)", "decimal"),
    "share_of_list_percent": Column("Av listan (%)", "decimal"),
    "estimated_operations": Column("Skattat antal"),
    "estimate_low": Column("Lägst"),
    "estimate_high": Column("Högst"),
}
COVERAGE_NOTE = (
    "Bara de månader som listan säger sig ha. Täckning är det räknade i procent av det som finns i minst en av "
    "källorna. Det skattade antalet bygger på att källorna missar operationer oberoende av varandra."
)


def coverage(release: Release, place: Place, list_id: str) -> Table:
    """The register against a second list in the measured period, by home region."""
    rows = release.select(
        "coverage_disclosed",
        ("region_name", "region_code", *COVERAGE),
        ("region_order",),
        settlement_id=place.settlement.settlement_id,
        list_id=list_id,
        category_id=place.category_ids[0],
        period_role="measured",
    )
    return Table(
        sheet=place.sheet,
        title=place.title,
        settlements=(place.settlement,),
        columns=[Column("Hemregion", "text"), *COVERAGE.values()],
        rows=[(NATION_NAME if code == NATION else name, *figures) for name, code, *figures in rows],
        source=source(release, [place.settlement], place.category_ids),
        notes=(COVERAGE_NOTE, HIDDEN_NOTE),
    )


def producing_county(release: Release, place: Place) -> Table:
    """Operations by whether they were done in the home region (bilaga 4)."""
    categories = _categories(release, place)
    found = release.select(
        "table_producers",
        (
            *("category_id", "row_name", "region_code", "operations_unknown_region"),
            *("operations_home_region", "operations_other_region", "operations"),
        ),
        ("region_order", "category_order"),
        settlement_id=place.settlement.settlement_id,
        scope="so_far",
    )
    rows: dict[str, list[Any]] = {}
    for category_id, label, region_code, _, *figures in found:
        if category_id in categories:
            rows.setdefault(_county(label, region_code, False), []).extend(figures)
    return with_known_columns(
        Table(
            sheet=place.sheet,
            title=place.title,
            settlements=(place.settlement,),
            columns=[
                Column("Hemregion", "text"),
                *(
                    Column(f"{name}: {part}")
                    for name in categories.values()
                    for part in ("i hemregionen", "i annan region", "totalt")
                ),
            ],
            rows=[(county, *figures) for county, figures in rows.items()],
            source=source(release, [place.settlement], categories),
            notes=("Operationer på sjukhus som inte finns i förteckningen ingår bara i totalt.",)
            if any(unknown for _, _, _, unknown, *_ in found)
            else (),
        )
    )


def private_providers(release: Release, place: Place) -> Table:
    """Operations by private providers, for each home region."""
    categories = _categories(release, place)
    rows: dict[str, list[Any]] = {}
    for category_id, label, region_code, *figures in release.select(
        "table_producers",
        ("category_id", "row_name", "region_code", "operations_private", "private_percent"),
        ("region_order", "category_order"),
        settlement_id=place.settlement.settlement_id,
        scope="so_far",
    ):
        if category_id in categories:
            rows.setdefault(_county(label, region_code, False), []).extend(figures)
    return with_known_columns(
        Table(
            sheet=place.sheet,
            title=place.title,
            settlements=(place.settlement,),
            columns=[
                Column("Hemregion", "text"),
                *(Column(f"{name}: {part}") for name in categories.values() for part in ("antal", "andel (%)")),
            ],
            rows=[(county, *figures) for county, figures in rows.items()],
            source=source(release, [place.settlement], categories),
            notes=(
                "Registret säger inte om en vårdgivare är privat. Sjukhusen är indelade för hand, så andelarna är "
                "ungefärliga. De visas inte (..) där den privata eller den offentliga delen är färre än fem "
                "operationer.",
            ),
        )
    )


PRODUCER_COLUMNS = (
    "operations",
    "operations_home_region",
    "operations_other_region",
    "operations_unknown_region",
    "operations_private",
    "operations_public",
    "operations_unknown_ownership",
)
PRODUCER_TITLES = (
    "Antal operationer",
    "I hemregionen",
    "I annan region",
    "På okänt sjukhus",
    "Hos privata vårdgivare",
    "Hos offentliga vårdgivare",
    "Hos okända vårdgivare",
)


def producers_of_nation(release: Release, place: Place, scope: str) -> Table:
    """The government's question: the nation's operations by where and by whom they were done, so far or by month."""
    by_month = scope == "month"
    return Table(
        sheet=place.sheet,
        title=place.title,
        settlements=(place.settlement,),
        columns=[
            Column("Kategori", "text"),
            *([Column("Månad", "month")] if by_month else []),
            *map(Column, PRODUCER_TITLES),
        ],
        rows=release.select(
            "table_producers",
            ("category_name", *(["operation_month"] if by_month else []), *PRODUCER_COLUMNS),
            ("category_order", "operation_month"),
            settlement_id=place.settlement.settlement_id,
            region_code=NATION,
            scope=scope,
        ),
        source=source(release, [place.settlement]),
        notes=("Det som regionerna rapporterar själva är inte uppdelat (..).",),
        has_total=False,
    )


def caps(release: Release, place: Place) -> Table:
    """What each region has earned against its cap, and the forecast when the open months are completed."""
    columns = {
        "row_name": Column("Mottagare", "text"),
        "eligible_operations": Column("Ersatta operationer hittills"),
        "earned_supplement_kr": Column("Därav bestämt tillägg (kr)"),
        "earned_kr": Column("Intjänat hittills (kr)"),
        "cap_kr": Column("Tak (kr)"),
        "share_of_cap_percent": Column("Intjänat i procent av taket", "decimal"),
        "available_kr": Column("Kvar till taket (kr)"),
        "projected_earned_kr": Column("Intjänat vid periodens slut i nuvarande takt (kr)"),
        "projected_performance_kr": Column("Därav upp till taket (kr)"),
        "completed_eligible_operations": Column("Prognos: ersatta operationer när öppna månader är färdigrapporterade"),
        "completed_supplement_kr": Column("Prognos: bestämt tillägg (kr)"),
        "completed_performance_kr": Column("Prognos: intjänat upp till taket (kr)"),
    }
    rows = release.select(
        "table_amounts", tuple(columns), ("is_total", "row_name"), settlement_id=place.settlement.settlement_id
    )
    return with_known_columns(
        Table(
            sheet=place.sheet,
            title=place.title,
            settlements=(place.settlement,),
            columns=list(columns.values()),
            rows=rows,
            source=source(release, [place.settlement]),
            notes=(UNKNOWN_NOTE,) if any(None in row for row in rows) else (),
        )
    )


def missing(release: Release, sheet: str, settlements: Sequence[Settlement], region_code: str = NATION) -> Table:
    """What settlements still lack; of a region, what concerns it."""
    rows = [
        (settlement.name, swedish.word("gap", gap), categories or "alla", regions or "alla", first, last)
        for settlement in settlements
        for gap, categories, regions, first, last in release.select(
            "table_gaps",
            ("gap", "categories", "regions", "first_date", "last_date"),
            ("gap",),
            settlement_id=settlement.settlement_id,
            region_code=region_code,
        )
    ]
    return Table(
        sheet=sheet,
        title="Vad som ännu saknas",
        settlements=tuple(settlements),
        columns=[
            Column("Avräkning", "text"),
            Column("Det som saknas", "text"),
            Column("Kategori", "text"),
            Column("Region", "text"),
            Column("Från", "date"),
            Column("Till", "date"),
        ],
        rows=rows,
        source="Källa: regeringsbeslut, anvisningar och inrapportering",
        notes=() if rows else ("Ingenting saknas.",),
        has_total=False,
    )


def readings(release: Release, settlements: Sequence[Settlement]) -> Table:
    """What other readings of the documents would have been worth, the largest first, beside the words."""
    return Table(
        sheet="Vad orden är värda",
        title="Vad andra läsningar av dokumenten hade gett",
        settlements=tuple(settlements),
        columns=[
            Column("Avräkning", "text"),
            Column("Läsning", "text"),
            Column("Regel", "text"),
            Column("Dokumentets ord", "text"),
            Column("Skillnad mot beloppen (kr)"),
            Column("Prestation (kr)"),
            Column("Regioner som får mer"),
            Column("Regioner som får mindre"),
            Column("Så läses orden här", "text"),
            Column("Den andra läsningen", "text"),
        ],
        rows=[
            (settlement.name, *row)
            for settlement in settlements
            for row in release.select(
                "table_reading_totals",
                (
                    *("row_name", "rule_id", "quote", "difference_kr", "performance_kr"),
                    *("regions_gaining", "regions_losing", "implemented_sv", "reading_sv"),
                ),
                ("size_order",),
                settlement_id=settlement.settlement_id,
            )
        ],
        source="Källa: de dokument som citeras; beräkningar i detta projekt",
        notes=(READINGS_NOTE,),
        has_total=False,
    )


def readings_by_region(release: Release, settlements: Sequence[Settlement]) -> Table:
    """The same for every region, of the readings that move an amount."""
    return Table(
        sheet="Orden per region",
        title="Vad andra läsningar av dokumenten hade gett, per region",
        settlements=tuple(settlements),
        columns=[
            Column("Avräkning", "text"),
            Column("Läsning", "text"),
            Column("Hemregion", "text"),
            Column("Skillnad mot beloppen (kr)"),
            Column("Prestation (kr)"),
        ],
        rows=[
            (settlement.name, *row)
            for settlement in settlements
            for row in release.select(
                "table_readings",
                ("reading_name", "row_name", "difference_kr", "performance_kr"),
                ("size_order", "region_order"),
                settlement_id=settlement.settlement_id,
                is_moving=True,
            )
        ],
        source="Källa: de dokument som citeras; beräkningar i detta projekt",
        notes=(READINGS_NOTE, "Läsningar som inte ändrar något belopp är utelämnade."),
        has_total=False,
    )


def tidy(release: Release, settlements: Sequence[Settlement]) -> Table:
    """Every operation count of some settlements, one to a row."""
    rows = [
        (settlement.settlement_id, settlement.cutoff_date, *row)
        for settlement in settlements
        for row in release.select(
            "table_operations",
            (
                *("region_code", "row_name", "category_id", "category_name", "operation_month"),
                *("operations", "operations_year_before", "baseline_mean"),
            ),
            ("region_order", "category_order", "operation_month"),
            settlement_id=settlement.settlement_id,
        )
    ]
    return Table(
        sheet="Alla antal",
        title="Alla antal operationer, ett per rad",
        settlements=tuple(settlements),
        columns=[
            Column("Avräkning", "text"),
            Column("Stoppdatum", "date"),
            Column("Regionkod", "text"),
            Column("Hemregion", "text"),
            Column("Kategorikod", "text"),
            Column("Kategori", "text"),
            Column("Månad", "month"),
            Column("Antal operationer"),
            Column("Samma månad året före"),
            Column("Genomsnitt för jämförelseåren", "decimal"),
        ],
        rows=rows,
        source=source(release, settlements),
        has_total=False,
        is_bulk=True,
    )


def with_known_columns(table: Table) -> Table:
    """The table without columns of figures that are not known in any row; a note says which."""
    kept = [
        index
        for index, column in enumerate(table.columns)
        if column.kind == "text" or any(row[index] is not None for row in table.rows)
    ]
    empty = [column.title for index, column in enumerate(table.columns) if index not in kept]
    if not table.rows or not empty or all(table.columns[index].kind == "text" for index in kept):
        return table
    return dataclasses.replace(
        table,
        columns=[table.columns[index] for index in kept],
        rows=[tuple(row[index] for index in kept) for row in table.rows],
        notes=(*table.notes, f"Utelämnat, eftersom inget tal kan visas på någon rad: {'; '.join(empty)}."),
    )


def _categories(release: Release, place: Place) -> dict[str, str]:
    """The categories of a table, with their names; those of the settlement when it is about no particular ones."""
    categories = categories_of(release, place.settlement)
    return {category: categories[category] for category in place.category_ids or categories}


def _county(label: str, region_code: str, is_marked: bool) -> str:
    if region_code == NATION:
        return NATION_NAME
    return f"{label}*" if is_marked else label


KINDS: dict[str, Callable[[Release, Place], Table]] = {
    "accounts": accounts,
    "distribution": distribution,
    "monthly_operations": monthly_operations,
    "baseline_comparison": comparison,
    "growth": growth,
    "producing_county": producing_county,
    "private_providers": private_providers,
}
