"""The monthly mailing: one workbook for each region, with that region's figures and nothing that is not public."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from vardkoer.exports import tables
from vardkoer.exports.release import Release, Settlement, long_date
from vardkoer.exports.tables import Column, Table
from vardkoer.exports.workbook import Cover, write_workbook

WARNINGS = Column("Varningar", "text")
NO_WARNING = "–"


def write_mailing(release: Release, folder: Path) -> list[Path]:
    """A workbook for each region, by the newest settlements."""
    cutoff = release.newest[0].cutoff_date
    written = []
    for code, name, short_name in release.rows(
        "select region_code, region_name, report_name from seeds.regions order by region_code"
    ):
        path = folder / f"{code}_{file_name(short_name)}_{cutoff}.xlsx"
        sheets = [table for settlement in release.newest for table in _settlement_tables(release, code, settlement)]
        sheets = [tables.numbered(table, number) for number, table in enumerate(sheets, start=1)]
        sheets += [_hospitals(release, code), tables.missing(release, "Saknas", release.newest, code)]
        cover = Cover(f"{name}: uppföljning av kortare vårdköer", f"Inrapportering t.o.m. {long_date(cutoff)}")
        notes = (*tables.policy_notes(release), *_flag_notes(release))
        write_workbook(release, path, cover, sheets, notes)
        written.append(path)
    return written


def file_name(text: str) -> str:
    """A name in plain letters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", "_")


def _settlement_tables(release: Release, code: str, settlement: Settlement) -> list[Table]:
    return [builder(release, code, settlement) for builder in (_so_far, _by_month, _standing, _by_category, _reports)]


def _so_far(release: Release, code: str, settlement: Settlement) -> Table:
    found = release.rows(
        """
        select
            category_name_sv, operations_so_far, operations_year_before_so_far, change_year_before_so_far_percent,
            baseline_mean_so_far, change_baseline_so_far_percent
        from marts.monthly_follow_up
        inner join seeds.categories using (category_id)
        where settlement_id = ? and region_code = ?
        qualify operation_month = max(operation_month) over ()
        order by category_order
        """,
        [settlement.settlement_id, code],
    )
    months, year, _ = tables.periods(release, settlement)
    return Table(
        sheet="",
        title=f"Antal operationer {months} {year} mot föregående år och basperioden",
        settlements=(settlement,),
        source=tables.source(release, [settlement]),
        columns=[
            Column("Kategori", "text"),
            Column(f"Antal operationer {months} {year}"),
            Column(f"Antal operationer {months} {year - 1}"),
            Column("Utveckling mot föregående år (%)", "decimal"),
            Column("Genomsnitt av basperioden, samma månader", "decimal"),
            Column("Utveckling mot basperioden (%)", "decimal"),
        ],
        rows=found,
        has_total=False,
    )


def _by_month(release: Release, code: str, settlement: Settlement) -> Table:
    found = release.rows(
        """
        select
            category_name_sv, operation_month, operations, operations_year_before, change_year_before_percent,
            baseline_mean, change_baseline_percent, operations_so_far, flags, baseline_flags
        from marts.monthly_follow_up
        inner join seeds.categories using (category_id)
        where settlement_id = ? and region_code = ?
        order by category_order, operation_month
        """,
        [settlement.settlement_id, code],
    )
    return Table(
        sheet="",
        title="Månad för månad mot föregående år och basperioden",
        settlements=(settlement,),
        source=tables.source(release, [settlement]),
        columns=[
            Column("Kategori", "text"),
            Column("Månad", "month"),
            Column("Antal operationer"),
            Column("Samma månad föregående år"),
            Column("Utveckling mot föregående år (%)", "decimal"),
            Column("Basperiodens genomsnitt", "decimal"),
            Column("Utveckling mot basperioden (%)", "decimal"),
            Column("Antal hittills i perioden"),
            WARNINGS,
            Column("Varningar i basperioden", "text"),
        ],
        rows=[(*row, *_warnings(release, now, before)) for *row, now, before in found],
        notes=(_legend(release),),
        has_total=False,
    )


def _standing(release: Release, code: str, settlement: Settlement) -> Table:
    found = release.rows(
        """
        select
            region_name, months_measured, months_to_come, earned_kr, cap_kr, share_of_cap_percent, available_kr,
            operations_to_cap_in_mix, projected_earned_kr, projected_performance_kr
        from marts.region_standing
        inner join seeds.regions using (region_code)
        where settlement_id = ? and region_code = ?
        """,
        [settlement.settlement_id, code],
    )
    return Table(
        sheet="",
        title="Ställning mot taket",
        settlements=(settlement,),
        source=tables.source(release, [settlement]),
        columns=[
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
        ],
        rows=found,
        notes=(tables.UNKNOWN_NOTE,) if any(None in row for row in found) else (),
        has_total=False,
    )


def _by_category(release: Release, code: str, settlement: Settlement) -> Table:
    found = release.rows(
        """
        select
            category_name_sv, operations, operations_below_baseline, rate_kr, standing.earned_kr, marginal_value_kr,
            operations_to_cap, operations_to_cap_in_mix, projected_operations, projected_earned_kr
        from marts.standing_by_category as standing
        inner join seeds.categories using (category_id)
        where settlement_id = ? and region_code = ?
        order by category_order
        """,
        [settlement.settlement_id, code],
    )
    return Table(
        sheet="",
        title="Ställning mot taket, per kategori",
        settlements=(settlement,),
        source=tables.source(release, [settlement]),
        columns=[
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
        ],
        rows=found,
        notes=(tables.UNKNOWN_NOTE,) if any(None in row for row in found) else (),
        has_total=False,
    )


def _reports(release: Release, code: str, settlement: Settlement) -> Table:
    found = release.rows(
        """
        select
            category_name_sv, operation_month, operations, if(is_not_delivered, 'nej', 'ja'),
            expected_completeness_percent, late_operations, late_percent, flags
        from marts.count_quality
        inner join seeds.categories using (category_id)
        where settlement_id = ? and region_code = ? and period_role = 'measured'
        order by category_order, operation_month
        """,
        [settlement.settlement_id, code],
    )
    return Table(
        sheet="",
        title="Inrapportering: fullständighet, sena rapporter och varningar",
        settlements=(settlement,),
        source=tables.source(release, [settlement]),
        columns=[
            Column("Kategori", "text"),
            Column("Månad", "month"),
            Column("Antal operationer"),
            Column("Månaden är levererad", "text"),
            Column("Förväntad fullständighet (%)", "decimal"),
            Column("Sent rapporterade operationer"),
            Column("Sent rapporterade (%)", "decimal"),
            WARNINGS,
        ],
        rows=[(*row, *_warnings(release, flags)) for *row, flags in found],
        notes=(
            "Sent rapporterad är en operation som blev känd efter utgången av månaden efter operationen. Talet är "
            "negativt när fler rapporter återtagits än tillkommit.",
            "Förväntad fullständighet visas inte (..) för månader som är färdigrapporterade och för det som regionen "
            "själv rapporterar.",
            _legend(release),
        ),
        has_total=False,
    )


def _hospitals(release: Release, code: str) -> Table:
    """Hospitals by the latest settlement of which they may be shown."""
    found = release.rows(
        """
        select
            category_name_sv, hospital_code, hospital_name, is_suppressed, operations, disclosed.flags, settlement_id
        from marts.hospital_operations_disclosed as disclosed
        inner join seeds.settlements using (settlement_id)
        inner join seeds.categories using (category_id)
        where region_code = ? and cutoff_date <= ?
        qualify cutoff_date = max(cutoff_date) over ()
        order by category_order, is_suppressed, operations desc, hospital_code
        """,
        [code, release.newest[0].cutoff_date],
    )
    shown = tuple(release.settlements[settlement_id] for settlement_id in dict.fromkeys(row[-1] for row in found))
    rows = [
        (
            category,
            "–" if is_hidden else hospital,
            "Dolda sjukhus tillsammans" if is_hidden else name or "Sjukhuset finns inte i sjukhuslistan",
            operations,
        )
        for category, hospital, name, is_hidden, operations, _, _ in found
    ]
    flags = {row[0]: row[5] for row in found}
    return Table(
        sheet="Sjukhus",
        title="Antal operationer per sjukhus, för regionens invånare under mätperioden",
        settlements=shown,
        source=tables.source(release, shown),
        columns=[
            Column("Kategori", "text"),
            Column("Sjukhuskod", "text"),
            Column("Sjukhus", "text"),
            Column("Antal operationer"),
        ],
        rows=rows,
        notes=(
            *(
                f"Varningar för {category.lower()}: {warnings}."
                for category, text in flags.items()
                if (warnings := _warnings(release, text)[0]) != NO_WARNING
            ),
            *([_legend(release)] if rows else ["Inga sjukhus får visas för någon avstämning ännu."]),
        ),
        has_total=False,
    )


def _warnings(release: Release, *flags: str | None) -> tuple[str, ...]:
    """Warnings by their numbers; – where there are none."""
    numbers = {flag: number for number, flag, *_ in release.flags}
    return tuple(
        ", ".join(str(number) for number in sorted(numbers[flag] for flag in text.split())) if text else NO_WARNING
        for text in flags
    )


def _legend(release: Release) -> str:
    """What the numbers of the warnings mean."""
    return "Varningar: " + ", ".join(f"{number} = {name.lower()}" for number, _, name, *_ in release.flags) + "."


def _flag_notes(release: Release) -> list[tuple[str, str]]:
    return [
        (f"Varning {number}: {name}", rule if limit is None else f"{rule} Gräns: {limit} procent.")
        for number, _, name, rule, limit in release.flags
    ]
