"""The tables of a workbook: each a heading, its vintage, columns, rows and notes; figures straight from the marts."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
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
MARKED = "bool_or({flags} like '%' || ? || '%') over (partition by region_code)"
COUNTY = "if(region_code = '00', '99 Riket', region_code || ' ' || report_name)"
COUNTY_ORDER = "region_code = '00', region_code"
UNEQUAL_TITLE = "Tal som avviker från den tryckta rapporten"
UNEQUAL_NOTE = (
    "Tabellerna är beräknade på nytt. Varje tryckt tal står bredvid det beräknade, med förklaring när de skiljer sig, "
    "i tabellen published_reconciliation i öppna data."
)
UNKNOWN_NOTE = "Ett belopp visas inte (..) så länge något som det beror av inte är känt; se fliken Saknas."


@dataclasses.dataclass(frozen=True)
class Column:
    """A column of a sheet. Kinds: text, whole, decimal, date, month."""

    title: str
    kind: str = "whole"


@dataclasses.dataclass(frozen=True)
class Table:
    """One sheet. A value that is None is not known, and is shown as two dots."""

    sheet: str
    title: str
    settlements: tuple[Settlement, ...]
    columns: list[Column]
    rows: list[tuple[Any, ...]]
    source: str
    notes: tuple[str, ...] = ()
    has_total: bool = True


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a table of one settlement stands in a workbook, what it is called there and which categories it shows."""

    sheet: str
    title: str
    settlement: Settlement
    category_ids: tuple[str, ...] = ()


def complete(column: str) -> str:
    """The SQL of a sum that is unknown when a part is (A6)."""
    return f"if(count({column}) = count(*), sum({column})::bigint, null)"


def source(release: Release, settlements: Iterable[Settlement], categories: Iterable[str] = ()) -> str:
    """Where counts come from, all or those of some categories; and which are not counted as the first are."""
    found = release.rows(
        """
        select counts_from, string_agg(distinct lower(category_name_sv), ', ' order by lower(category_name_sv))
        from marts.operation_counts
        inner join seeds.categories using (category_id)
        where list_contains($1, settlement_id) and ($2 = [] or list_contains($2, category_id))
        group by counts_from
        order by counts_from != 'par', counts_from
        """,
        [[settlement.settlement_id for settlement in settlements], list(categories)],
    )
    names = [
        SOURCE_NAMES[counts_from] + ("" if counts_from == found[0][0] else f" ({listed})")
        for counts_from, listed in found
    ]
    return f"Källa: {'; '.join(names)}"


def categories_of(release: Release, settlement: Settlement) -> dict[str, str]:
    """Categories that a settlement counts, in their order, with their names."""
    return dict(
        release.rows(
            """
            select category_id, category_name_sv
            from seeds.categories
            where category_id in (select category_id from marts.monthly_follow_up where settlement_id = ?)
            order by category_order
            """,
            [settlement.settlement_id],
        )
    )


def star_notes(release: Release, is_starred: bool) -> tuple[str, ...]:
    """The note that explains the stars, after the report's."""
    if not is_starred:
        return ()
    quote = release.rows("select quote from seeds.quality_flags where flag_id = ?", [STAR_FLAG])[0][0]
    return (f"* {quote} Detta kan påverka jämförelser mellan åren.",)


def numbered(found: Iterable[Table]) -> list[Table]:
    """Tables of one settlement each, under their numbers in the workbook."""
    return [
        dataclasses.replace(
            table,
            sheet=f"Tabell {number}",
            title=f"Tabell {number}. {table.title} – {table.settlements[0].name}",
        )
        for number, table in enumerate(found, start=1)
    ]


def policy_notes(release: Release) -> list[tuple[str, str]]:
    """How small counts are treated."""
    return [
        ("Tal per region", text) if smallest is None else ("Tal per sjukhus", text)
        for smallest, text in release.rows(
            "select smallest_shown, policy_sv from seeds.disclosure_policies order by smallest_shown nulls first"
        )
    ]


def grants(release: Release, sheet: str, title: str, parts: list[tuple[Settlement, str]]) -> Table:
    """Amounts by region, a column for each settlement, and their sum (bilaga 1)."""
    amounts = [
        dict(
            release.rows(
                "select region_code, allocated_kr from marts.grant_allocations where settlement_id = ?",
                [settlement.settlement_id],
            )
        )
        for settlement, _ in parts
    ]
    regions = release.rows("select region_code, region_name from seeds.regions order by region_name")
    rows = [_with_sum([name, *(amount.get(code) for amount in amounts)]) for code, name in regions]
    rows.append(("Summa", *_sums(rows)))
    return Table(
        sheet=sheet,
        title=title,
        settlements=tuple(settlement for settlement, _ in parts),
        columns=[
            Column("Mottagare", "text"),
            *(Column(heading) for _, heading in parts),
            Column("Beviljat belopp (kr) – Totalt"),
        ],
        rows=rows,
        source="Källa: Socialstyrelsen, statsbidragets villkor och patientregistret",
    )


def accounts(release: Release, place: Place) -> Table:
    """What became of the equal share (bilaga 2)."""
    rows = release.rows(
        """
        select region_name, requisitioned_kr, spent_kr, spent_percent
        from marts.block1_accounts
        inner join seeds.regions using (region_code)
        where round_id = ?
        order by region_name
        """,
        [place.settlement.round_id],
    )
    requisitioned, spent, _ = _sums(rows)
    rows.append(("Summa", requisitioned, spent, round(100 * spent / requisitioned)))
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
        rows=rows,
        source="Källa: Regionernas återrapportering till Socialstyrelsen 2025",
        notes=(
            "Summorna är radernas. Den tryckta rapportens summa av kostnaderna avviker från dem; se tabellen "
            "published_reconciliation i öppna data.",
        ),
    )


def monthly_operations(release: Release, place: Place) -> Table:
    """Operations of a category by home county and month (bilaga 3, tables 1 to 3)."""
    found = release.rows(
        f"""
        select {COUNTY}, operation_month, operations, {MARKED.format(flags="flags")}
        from marts.monthly_follow_up
        left join seeds.regions using (region_code)
        where settlement_id = ? and category_id = ?
        order by {COUNTY_ORDER}, operation_month
        """,
        [STAR_FLAG, place.settlement.settlement_id, *place.category_ids],
    )
    months = sorted({month for _, month, _, _ in found})
    counties: dict[str, dict[Any, Any]] = {}
    for county, month, operations, is_marked in found:
        counties.setdefault(_starred(county, is_marked), {})[month] = operations
    return Table(
        sheet=place.sheet,
        title=place.title,
        settlements=(place.settlement,),
        columns=[Column("Hemlän", "text"), *(Column(swedish.short_month(month)) for month in months)],
        rows=[(county, *(counts[month] for month in months)) for county, counts in counties.items()],
        source=source(release, [place.settlement], place.category_ids),
        notes=star_notes(release, any(is_marked for *_, is_marked in found)),
    )


def comparison(release: Release, place: Place, with_year_before: bool = False) -> Table:
    """The period so far against the baseline mean (bilaga 3, table 4), or against the year before."""
    before = "operations_year_before_so_far" if with_year_before else "baseline_mean_so_far"
    categories = _categories(release, place)
    found = release.rows(
        f"""
        select
            {COUNTY}, category_id, {before}, operations_so_far,
            cast(round(100 * (operations_so_far / nullif({before}, 0) - 1)) as integer),
            {MARKED.format(flags="concat_ws(' ', flags, baseline_flags)")}
        from marts.monthly_follow_up
        left join seeds.regions using (region_code)
        where settlement_id = ? and list_contains(?, category_id)
        qualify operation_month = max(operation_month) over ()
        order by {COUNTY_ORDER}
        """,
        [STAR_FLAG, place.settlement.settlement_id, list(categories)],
    )
    months, year, baseline_years = periods(release, place.settlement)
    earlier = f"antal operationer {months} {year - 1}"
    if not with_year_before:
        earlier = f"genomsnitt antal operationer {months} {baseline_years}"
    return Table(
        sheet=place.sheet,
        title=place.title,
        settlements=(place.settlement,),
        columns=[
            Column("Hemlän", "text"),
            *(
                Column(f"{name}: {what}")
                for name in categories.values()
                for what in (earlier, f"antal operationer {months} {year}", "utveckling (%)")
            ),
        ],
        rows=_by_county(categories, [(_starred(county, marked), *rest) for county, *rest, marked in found]),
        source=source(release, [place.settlement], categories),
        notes=(
            *star_notes(release, any(marked for *_, marked in found)),
            "Utvecklingen är beräknad på tal före avrundning.",
        ),
    )


def producing_county(release: Release, place: Place) -> Table:
    """Operations by whether they were done in the home county (bilaga 4)."""
    categories = _categories(release, place)
    found = release.rows(
        f"""
        with counts as (
            select unnest([region_code, '00']) as region_code, category_id,
                operations_home_region, operations_other_region, operations_unknown_region, operations
            from marts.operation_counts
            where settlement_id = ? and period_role = 'measured'
        )
        select {COUNTY}, category_id, {complete("operations_home_region")}, {complete("operations_other_region")},
            {complete("operations")}, {complete("operations_unknown_region")}
        from counts
        left join seeds.regions using (region_code)
        group by region_code, report_name, category_id
        order by {COUNTY_ORDER}
        """,
        [place.settlement.settlement_id],
    )
    return Table(
        sheet=place.sheet,
        title=place.title,
        settlements=(place.settlement,),
        columns=[
            Column("Län", "text"),
            *(Column(f"{name}: {part}") for name in categories.values() for part in ("hemlän", "ej hemlän", "totalt")),
        ],
        rows=_by_county(categories, [row for *row, _ in found]),
        source=source(release, [place.settlement]),
        notes=("Operationer på sjukhus som inte finns i sjukhuslistan ingår bara i totalt.",)
        if any(unknown for *_, unknown in found)
        else (),
    )


def caps(release: Release, place: Place) -> Table:
    """What each region has earned against its cap."""
    rows = release.rows(
        """
        select
            region_name, earned_kr, cap_kr, share_of_cap_percent, available_kr, projected_earned_kr,
            projected_performance_kr
        from marts.region_standing
        inner join seeds.regions using (region_code)
        where settlement_id = ?
        order by region_name
        """,
        [place.settlement.settlement_id],
    )
    earned, cap, _, *others = _sums(rows)
    share = None if earned is None or not cap else round(100 * earned / cap, 1)
    return Table(
        sheet=place.sheet,
        title=place.title,
        settlements=(place.settlement,),
        columns=[
            Column("Mottagare", "text"),
            Column("Intjänat hittills (kr)"),
            Column("Tak (kr)"),
            Column("Intjänat i procent av taket", "decimal"),
            Column("Kvar till taket (kr)"),
            Column("Intjänat vid periodens slut i nuvarande takt (kr)"),
            Column("Därav upp till taket (kr)"),
        ],
        rows=[*rows, ("Summa", earned, cap, share, *others)],
        source=source(release, [place.settlement]),
        notes=(UNKNOWN_NOTE,) if earned is None else (),
    )


def missing(release: Release, sheet: str, settlements: list[Settlement], region_code: str | None = None) -> Table:
    """What settlements still lack; of a region, what concerns it."""
    rows = release.rows(
        """
        select settlement_name_sv, gap, category_name_sv, region_name, gap_date
        from marts.settlement_gaps
        inner join seeds.settlements using (settlement_id)
        left join seeds.categories using (category_id)
        left join seeds.regions using (region_code)
        where list_contains(?, settlement_id) and (? is null or region_code is null or region_code = ?)
        order by settlement_id, gap, category_order, region_code, gap_date
        """,
        [[settlement.settlement_id for settlement in settlements], region_code, region_code],
    )
    return Table(
        sheet=sheet,
        title="Vad som ännu saknas",
        settlements=tuple(settlements),
        columns=[
            Column("Avstämning", "text"),
            Column("Det som saknas", "text"),
            Column("Kategori", "text"),
            Column("Region", "text"),
            Column("Datum", "date"),
        ],
        rows=[
            (settlement, swedish.word("gap", gap), category or "alla", region or "alla", date)
            for settlement, gap, category, region, date in rows
        ],
        source="Källa: regeringsbeslut, anvisningar och inrapportering",
        notes=() if rows else ("Ingenting saknas.",),
        has_total=False,
    )


def tidy(release: Release, settlements: list[Settlement]) -> Table:
    """Every operation count of some settlements, one to a row."""
    rows = release.rows(
        """
        select
            settlement_id, cutoff_date, region_code, region_name, category_id, category_name_sv, operation_month,
            case period_role when 'measured' then 'mätperiod' else 'basperiod' end,
            case operation_counts.counts_from
                when 'par' then 'patientregistret' when 'region_reports' then 'regionrapport' else 'publicerad tabell'
            end,
            operations
        from marts.operation_counts
        inner join seeds.settlements using (settlement_id)
        inner join seeds.regions using (region_code)
        inner join seeds.categories using (category_id)
        where list_contains(?, settlement_id)
        order by settlement_id, region_code, category_order, operation_month
        """,
        [[settlement.settlement_id for settlement in settlements]],
    )
    return Table(
        sheet="Alla antal",
        title="Alla antal operationer, ett per rad",
        settlements=tuple(settlements),
        columns=[
            Column("Avstämning", "text"),
            Column("Stoppdatum", "date"),
            Column("Regionkod", "text"),
            Column("Region", "text"),
            Column("Kategori-id", "text"),
            Column("Kategori", "text"),
            Column("Månad", "month"),
            Column("Period", "text"),
            Column("Uppgift från", "text"),
            Column("Antal operationer"),
        ],
        rows=rows,
        source=source(release, settlements),
        has_total=False,
    )


def _categories(release: Release, place: Place) -> dict[str, str]:
    """The categories of a table, with their names; those of the settlement when it is about no particular ones."""
    categories = categories_of(release, place.settlement)
    return {category: categories[category] for category in place.category_ids or categories}


def _by_county(categories: Iterable[str], found: list[Any]) -> list[tuple[Any, ...]]:
    """Rows of county, category and figures as one row for each county."""
    counties: dict[str, dict[str, list[Any]]] = {}
    for county, category, *figures in found:
        counties.setdefault(county, {})[category] = figures
    return [
        (county, *(figure for category in categories for figure in figures[category]))
        for county, figures in counties.items()
    ]


def has_baseline(release: Release, settlement: Settlement) -> bool:
    """True when the counts of a settlement are compared with those of earlier years."""
    return bool(
        release.rows(
            "select 1 from marts.operation_counts where settlement_id = ? and period_role = 'baseline' limit 1",
            [settlement.settlement_id],
        )
    )


def periods(release: Release, settlement: Settlement) -> tuple[str, int, str]:
    """The months that are measured so far, their year and the years that they are compared with."""
    first, last, first_year, last_year = release.rows(
        """
        select
            min(operation_month) filter (where period_role = 'measured'),
            max(operation_month) filter (where period_role = 'measured'),
            min(year(operation_month)) filter (where period_role = 'baseline'),
            max(year(operation_month)) filter (where period_role = 'baseline')
        from marts.operation_counts
        where settlement_id = ?
        """,
        [settlement.settlement_id],
    )[0]
    return swedish.month_span(first, last), last.year, f"{first_year}–{last_year}"


def _starred(county: str, is_marked: bool) -> str:
    return f"{county}*" if is_marked and county != NATION_NAME else county


def _with_sum(row: list[Any]) -> tuple[Any, ...]:
    return (*row, _complete_sum(row[1:]))


def _sums(rows: list[tuple[Any, ...]]) -> list[Any]:
    """The sum of each column but the first; unknown when a part is."""
    return [_complete_sum(values) for values in list(zip(*rows, strict=True))[1:]]


def _complete_sum(values: Iterable[Any]) -> Any:
    found = list(values)
    return None if None in found else sum(found)


KINDS: dict[str, Callable[[Release, Place], Table]] = {
    "accounts": accounts,
    "monthly_operations": monthly_operations,
    "baseline_comparison": comparison,
    "producing_county": producing_county,
}
