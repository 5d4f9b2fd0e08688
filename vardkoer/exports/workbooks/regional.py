"""The monthly mailing: one workbook for each region, with that region's figures and nothing that is not public."""

from __future__ import annotations

import dataclasses
import unicodedata
from pathlib import Path

from vardkoer.exports.workbooks import tables
from vardkoer.exports.workbooks.tables import UNKNOWN_NOTE, Column, Table
from vardkoer.exports.workbooks.workbook import Cover, write_workbook
from vardkoer.reading import swedish
from vardkoer.reading.release import Release, Settlement


def warning_numbers(flags: str) -> str:
    """SQL of the numbers of the warnings in a column; – where there are none."""
    return f"""coalesce((
        select string_agg(quality_flags.flag_order, ', ' order by quality_flags.flag_order)
        from seeds.quality_flags
        where list_contains(string_split({flags}, ' '), quality_flags.flag_id)
    ), '–')"""


@dataclasses.dataclass(frozen=True)
class Part:
    """A table of the mailing: what it is called, and what it asks of a settlement ($1) and a region ($2)."""

    title: str
    query: str
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()
    has_warnings: bool = False


PARTS = (
    Part(
        title="Antal operationer hittills mot föregående år och basperioden",
        query="""
            select
                category_name_sv, operations_so_far, operations_year_before_so_far, change_year_before_so_far_percent,
                baseline_mean_so_far, change_baseline_so_far_percent
            from marts.monthly_follow_up
            inner join seeds.categories using (category_id)
            where settlement_id = $1 and region_code = $2
            qualify operation_month = max(operation_month) over ()
            order by category_order
        """,
        columns=(
            Column("Kategori", "text"),
            Column("Antal operationer hittills i mätperioden"),
            Column("Samma månader föregående år"),
            Column("Utveckling mot föregående år (%)", "decimal"),
            Column("Basperiodens genomsnitt för samma månader", "decimal"),
            Column("Utveckling mot basperioden (%)", "decimal"),
        ),
    ),
    Part(
        title="Månad för månad mot föregående år och basperioden",
        query=f"""
            select
                category_name_sv, operation_month, operations, operations_year_before, change_year_before_percent,
                baseline_mean, change_baseline_percent, operations_so_far,
                {warning_numbers("flags")}, {warning_numbers("baseline_flags")}
            from marts.monthly_follow_up
            inner join seeds.categories using (category_id)
            where settlement_id = $1 and region_code = $2
            order by category_order, operation_month
        """,
        columns=(
            Column("Kategori", "text"),
            Column("Månad", "month"),
            Column("Antal operationer"),
            Column("Samma månad föregående år"),
            Column("Utveckling mot föregående år (%)", "decimal"),
            Column("Basperiodens genomsnitt", "decimal"),
            Column("Utveckling mot basperioden (%)", "decimal"),
            Column("Antal hittills i mätperioden"),
            Column("Varningar", "text"),
            Column("Varningar i basperioden", "text"),
        ),
        has_warnings=True,
    ),
    Part(
        title="Ställning mot taket",
        query="""
            select
                region_name, months_measured, months_to_come, earned_kr, cap_kr, share_of_cap_percent, available_kr,
                operations_to_cap_in_mix, projected_earned_kr, projected_performance_kr
            from marts.region_standing
            inner join seeds.regions using (region_code)
            where settlement_id = $1 and region_code = $2
        """,
        columns=(
            Column("Region", "text"),
            Column("Mätta månader"),
            Column("Månader kvar"),
            Column("Intjänat hittills (kr)"),
            Column("Tak (kr)"),
            Column("Intjänat i procent av taket", "decimal"),
            Column("Kvar till taket (kr)"),
            Column("Operationer till taket, i de senaste månadernas fördelning"),
            Column("Intjänat vid periodens slut i nuvarande takt (kr)"),
            Column("Därav upp till taket (kr)"),
        ),
        notes=(UNKNOWN_NOTE,),
    ),
    Part(
        title="Ställning mot taket, per kategori",
        query="""
            select
                category_name_sv, operations, operations_below_baseline, rate_kr, earned_kr, marginal_value_kr,
                operations_to_cap, operations_to_cap_in_mix, projected_operations, projected_earned_kr
            from marts.standing_by_category
            inner join seeds.categories using (category_id)
            where settlement_id = $1 and region_code = $2
            order by category_order
        """,
        columns=(
            Column("Kategori", "text"),
            Column("Antal operationer hittills"),
            Column("Operationer kvar till basperiodens genomsnitt"),
            Column("Ersättning per operation (kr)"),
            Column("Intjänat hittills (kr)"),
            Column("Värdet av en operation till (kr)"),
            Column("Operationer till taket med enbart denna kategori"),
            Column("Operationer till taket, i de senaste månadernas fördelning"),
            Column("Operationer vid periodens slut i nuvarande takt"),
            Column("Intjänat vid periodens slut i nuvarande takt (kr)"),
        ),
        notes=(UNKNOWN_NOTE,),
    ),
    Part(
        title="Inrapportering: fullständighet, sena rapporter och varningar",
        query=f"""
            select
                category_name_sv, operation_month, operations, if(is_not_delivered, 'nej', 'ja'),
                expected_completeness_percent, late_operations, late_percent, {warning_numbers("flags")}
            from marts.count_quality
            inner join seeds.categories using (category_id)
            where settlement_id = $1 and region_code = $2 and period_role = 'measured'
            order by category_order, operation_month
        """,
        columns=(
            Column("Kategori", "text"),
            Column("Månad", "month"),
            Column("Antal operationer"),
            Column("Månaden är levererad", "text"),
            Column("Förväntad fullständighet (%)", "decimal"),
            Column("Sent rapporterade operationer"),
            Column("Sent rapporterade (%)", "decimal"),
            Column("Varningar", "text"),
        ),
        notes=(
            "Sent rapporterad är en operation som blev känd efter utgången av månaden efter operationen. Talet är "
            "negativt när fler rapporter återtagits än tillkommit.",
            "Förväntad fullständighet visas inte (..) för månader som är färdigrapporterade och för det som regionen "
            "själv rapporterar.",
        ),
        has_warnings=True,
    ),
)
HOSPITALS = f"""
with shown as (
    select *
    from marts.hospital_operations_disclosed
    inner join seeds.settlements using (settlement_id)
    where region_code = ? and cutoff_date <= ?
    qualify cutoff_date = max(cutoff_date) over ()
)
select
    settlement_id,
    category_name_sv,
    if(is_suppressed, '–', hospital_code),
    case
        when is_suppressed then 'Dolda sjukhus tillsammans'
        else coalesce(hospital_name, 'Sjukhuset finns inte i sjukhuslistan')
    end,
    operations,
    {warning_numbers("shown.flags")}
from shown
inner join seeds.categories using (category_id)
order by settlement_id, category_order, is_suppressed, operations desc, hospital_code
"""


def write_mailing(release: Release, folder: Path) -> None:
    """A workbook for each region, by the newest settlements."""
    cutoff = release.newest[0].cutoff_date
    for code, name, short_name in release.rows(
        "select region_code, region_name, report_name from seeds.regions order by region_code"
    ):
        sheets = tables.numbered(
            _table(release, part, settlement, code) for settlement in release.newest for part in PARTS
        )
        sheets += [_hospitals(release, code), tables.missing(release, "Saknas", release.newest, code)]
        cover = Cover(f"{name}: uppföljning av kortare vårdköer", f"Inrapportering t.o.m. {swedish.day(cutoff)}")
        path = folder / f"{code}_{_plain_letters(short_name)}_{cutoff}.xlsx"
        write_workbook(release, path, cover, sheets, (*tables.policy_notes(release), *_warning_notes(release)))


def _plain_letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", "_")


def _table(release: Release, part: Part, settlement: Settlement, code: str) -> Table:
    return Table(
        sheet="",
        title=part.title,
        settlements=(settlement,),
        columns=list(part.columns),
        rows=release.rows(part.query, [settlement.settlement_id, code]),
        source=tables.source(release, [settlement]),
        notes=(*part.notes, *([_legend(release)] if part.has_warnings else [])),
        has_total=False,
    )


def _hospitals(release: Release, code: str) -> Table:
    """Hospitals by the latest settlement of which they may be shown."""
    found = release.rows(HOSPITALS, [code, release.newest[0].cutoff_date])
    shown = tuple(release.settlements[settlement_id] for settlement_id in dict.fromkeys(row[0] for row in found))
    warnings = {row[1]: row[-1] for row in found if row[-1] != "–"}
    return Table(
        sheet="Sjukhus",
        title="Antal operationer per sjukhus, för regionens invånare under mätperioden",
        settlements=shown,
        columns=[
            Column("Kategori", "text"),
            Column("Sjukhuskod", "text"),
            Column("Sjukhus", "text"),
            Column("Antal operationer"),
        ],
        rows=[row[1:-1] for row in found],
        source=tables.source(release, shown or release.newest),
        notes=(
            *(f"Varningar för {category.lower()}: {numbers}." for category, numbers in warnings.items()),
            _legend(release) if found else "Inga sjukhus får visas för någon avstämning ännu.",
        ),
        has_total=False,
    )


def _legend(release: Release) -> str:
    """What the numbers of the warnings mean."""
    return "Varningar: " + ", ".join(f"{number} = {name.lower()}" for number, name, *_ in release.flags) + "."


def _warning_notes(release: Release) -> list[tuple[str, str]]:
    return [
        (f"Varning {number}: {name}", rule if limit is None else f"{rule} Gräns: {limit} procent.")
        for number, name, rule, limit in release.flags
    ]
