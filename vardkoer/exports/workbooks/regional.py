"""The monthly mailing: one workbook for each region, with that region's figures and nothing that is not public."""

from __future__ import annotations

import dataclasses
import unicodedata
from pathlib import Path
from typing import Any

from vardkoer.exports.workbooks import tables
from vardkoer.exports.workbooks.tables import HIDDEN_NOTE, UNKNOWN_NOTE, Column, Table
from vardkoer.exports.workbooks.workbook import Cover, write_workbook
from vardkoer.reading import swedish
from vardkoer.reading.release import Release, Settlement


@dataclasses.dataclass(frozen=True)
class Part:
    """A table of the mailing: what it is called, and the columns of a model that it shows of a settlement and a region.

    The headings of the columns by their names; a column of warnings is shown by the numbers of the warnings. A part
    that may be empty is left out when it is.
    """

    sheet: str
    title: str
    model: str
    columns: dict[str, Column]
    order: tuple[str, ...]
    key: dict[str, Any] = dataclasses.field(default_factory=dict)
    notes: tuple[str, ...] = ()
    may_be_empty: bool = False


CATEGORY = Column("Kategori", "text")
MONTH = Column("Månad", "month")
OPERATIONS = Column("Antal operationer")
PARTS = (
    Part(
        sheet="hittills",
        title="Antal operationer hittills mot föregående år och jämförelseåren",
        model="table_operations",
        columns={
            "category_name": CATEGORY,
            "operations_so_far": Column("Antal operationer hittills i mätperioden"),
            "operations_year_before_so_far": Column("Samma månader föregående år"),
            "change_year_before_so_far_percent": Column("Utveckling mot föregående år (%)", "decimal"),
            "baseline_mean_so_far": Column("Jämförelseårens genomsnitt för samma månader", "decimal"),
            "change_baseline_so_far_percent": Column("Utveckling mot genomsnittet (%)", "decimal"),
        },
        order=("category_order",),
        key={"is_latest_month": True},
    ),
    Part(
        sheet="månad för månad",
        title="Månad för månad mot föregående år och jämförelseåren",
        model="table_operations",
        columns={
            "category_name": CATEGORY,
            "operation_month": MONTH,
            "operations": OPERATIONS,
            "operations_year_before": Column("Samma månad föregående år"),
            "change_year_before_percent": Column("Utveckling mot föregående år (%)", "decimal"),
            "baseline_mean": Column("Jämförelseårens genomsnitt", "decimal"),
            "change_baseline_percent": Column("Utveckling mot genomsnittet (%)", "decimal"),
            "operations_so_far": Column("Antal hittills i mätperioden"),
            "flags": Column("Varningar", "text"),
            "baseline_flags": Column("Varningar för jämförelseåren", "text"),
        },
        order=("category_order", "operation_month"),
    ),
    Part(
        sheet="läge mot taket",
        title="Läge mot taket",
        model="table_amounts",
        columns={
            "row_name": Column("Region", "text"),
            "months_measured": Column("Räknade månader"),
            "months_to_come": Column("Månader kvar"),
            "eligible_operations": Column("Ersatta operationer hittills"),
            "earned_supplement_kr": Column("Därav bestämt tillägg (kr)"),
            "earned_kr": Column("Intjänat hittills (kr)"),
            "cap_kr": Column("Tak (kr)"),
            "share_of_cap_percent": Column("Intjänat i procent av taket", "decimal"),
            "available_kr": Column("Kvar till taket (kr)"),
            "operations_to_cap_in_mix": Column("Operationer till taket, med nuvarande fördelning"),
            "projected_earned_kr": Column("Intjänat vid periodens slut i nuvarande takt (kr)"),
            "projected_performance_kr": Column("Därav upp till taket (kr)"),
        },
        order=("region_order",),
        notes=(UNKNOWN_NOTE,),
    ),
    Part(
        sheet="läge per kategori",
        title="Operationer över genomsnittet och läge mot taket, per kategori",
        model="table_earnings",
        columns={
            "row_name": CATEGORY,
            "operations": Column("Antal operationer hittills"),
            "baseline_operations": Column("Jämförelseårens genomsnitt, avrundat"),
            "eligible_operations": Column("Ersatta operationer: de över genomsnittet"),
            "operations_below_baseline": Column("Operationer som saknas till genomsnittet"),
            "earned_supplement_kr": Column("Bestämt tillägg för de ersatta (kr)"),
            "rate_kr": Column("Belopp per operation (kr)"),
            "earned_kr": Column("Intjänat hittills (kr)"),
            "marginal_value_kr": Column("Värdet av en operation till (kr)"),
            "operations_to_cap": Column("Operationer till taket, bara denna kategori"),
            "operations_to_cap_in_mix": Column("Operationer till taket, med nuvarande fördelning"),
            "planned_operations": Column("Regionens plan"),
        },
        order=("category_order",),
        notes=(UNKNOWN_NOTE,),
    ),
    Part(
        sheet="prognos",
        title="Prognos: när de öppna månaderna är färdigrapporterade som vanligt",
        model="table_earnings",
        columns={
            "row_name": CATEGORY,
            "operations": Column("Antal operationer hittills"),
            "completed_operations": Column("Prognos: antal operationer"),
            "eligible_operations": Column("Ersatta operationer hittills"),
            "completed_eligible_operations": Column("Prognos: ersatta operationer"),
            "completed_supplement_kr": Column("Prognos: bestämt tillägg (kr)"),
            "completed_earned_kr": Column("Prognos: intjänat (kr), före tak"),
            "projected_operations": Column("Antal vid periodens slut i nuvarande takt"),
            "projected_earned_kr": Column("Intjänat vid periodens slut i nuvarande takt (kr)"),
        },
        order=("category_order",),
        notes=(
            "En öppen månad antas växa som månader av samma ålder brukar. En kategori som regionen rapporterar själv "
            "räknas som den är.",
        ),
    ),
    Part(
        sheet="inte räknat",
        title="Vårdkontakter som inte räknas, per kategori och skäl",
        model="table_excluded",
        columns={
            "category_name": CATEGORY,
            "row_name": Column("Skäl", "text"),
            "rule_id": Column("Regel", "text"),
            "contacts": Column("Vårdkontakter"),
            "operations": Column("Operationer som hade räknats utan skälet"),
        },
        order=("category_order", "reason_order"),
        key={"is_all_hospitals": True},
        notes=(
            "En vårdkontakt står här en gång, hur många gånger den än har levererats. En operation som räknas genom en "
            "annan vårdkontakt har inte gått förlorad.",
            HIDDEN_NOTE,
        ),
    ),
    Part(
        sheet="inte räknat per sjukhus",
        title="Vårdkontakter som inte räknas, per eget sjukhus",
        model="table_excluded",
        columns={
            "category_name": CATEGORY,
            "row_name": Column("Skäl", "text"),
            "hospital_name": Column("Sjukhus", "text"),
            "contacts": Column("Vårdkontakter"),
            "operations": Column("Operationer som hade räknats utan skälet"),
        },
        order=("category_order", "reason_order", "hospital_name"),
        key={"is_all_hospitals": False},
        notes=("Visas där skälet gäller minst fem vårdkontakter i kategorin.", HIDDEN_NOTE),
    ),
    Part(
        sheet="inrapportering",
        title="Inrapportering: fullständighet, sena rapporter och varningar",
        model="table_quality",
        columns={
            "category_name": CATEGORY,
            "operation_month": MONTH,
            "operations": OPERATIONS,
            "is_delivered": Column("Månaden är levererad", "text"),
            "expected_completeness_percent": Column("Förväntad fullständighet (%)", "decimal"),
            "late_operations": Column("Sent rapporterade operationer"),
            "late_percent": Column("Sent rapporterade (%)", "decimal"),
            "flags": Column("Varningar", "text"),
        },
        order=("category_order", "operation_month"),
        notes=(
            "Sent rapporterad är en operation som blev känd efter utgången av månaden efter operationen. Talet är "
            "negativt när fler operationer har återtagits än tillkommit.",
            "Förväntad fullständighet visas inte (..) för månader som är färdigrapporterade och för det som regionen "
            "själv rapporterar.",
        ),
    ),
    Part(
        sheet="täckning",
        title="Registret jämfört med en andra lista, mätperioden",
        model="coverage_disclosed",
        columns={
            "list_name_sv": Column("Lista", "text"),
            "category_name": CATEGORY,
            **tables.COVERAGE,
        },
        order=("list_id", "category_id"),
        key={"period_role": "measured"},
        notes=(tables.COVERAGE_NOTE, HIDDEN_NOTE),
        may_be_empty=True,
    ),
)
WARNINGS = ("flags", "baseline_flags")


def write_mailing(release: Release, folder: Path) -> None:
    """A workbook for each region, by the newest settlements."""
    cutoff = release.newest[0].cutoff_date
    for code, name, short_name in release.select(
        "table_regions", ("region_code", "region_name", "report_name"), ("region_code",)
    ):
        found = ((part, _table(release, part, settlement, code)) for settlement in release.newest for part in PARTS)
        sheets = tables.numbered(table for part, table in found if table.rows or not part.may_be_empty)
        sheets += [_hospitals(release, code), tables.missing(release, "Saknas", release.newest, code)]
        cover = Cover(f"{name}: uppföljning av kortare vårdköer", f"Inrapportering t.o.m. {swedish.day(cutoff)}")
        path = folder / f"{code}_{_plain_letters(short_name)}_{cutoff}.xlsx"
        write_workbook(release, path, cover, sheets, (*tables.policy_notes(release), *_warning_notes(release)))


def _plain_letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", "_")


def _table(release: Release, part: Part, settlement: Settlement, code: str) -> Table:
    rows = release.select(
        part.model,
        tuple(part.columns),
        part.order,
        settlement_id=settlement.settlement_id,
        region_code=code,
        **part.key,
    )
    has_warnings = any(column in part.columns for column in WARNINGS)
    return tables.with_known_columns(
        Table(
            sheet=part.sheet,
            title=part.title,
            settlements=(settlement,),
            columns=list(part.columns.values()),
            rows=[
                tuple(_shown(release, column, value) for column, value in zip(part.columns, row, strict=True))
                for row in rows
            ],
            source=tables.source(release, [settlement]),
            notes=(*part.notes, *([_legend(release)] if has_warnings else [])),
            has_total=False,
        )
    )


def _shown(release: Release, column: str, value: Any) -> Any:
    if column in WARNINGS:
        return _numbers(release, value)
    return ("ja" if value else "nej") if isinstance(value, bool) else value


def _numbers(release: Release, flags: str | None) -> str:
    """The numbers of the warnings in a column; – where there are none."""
    carried = (flags or "").split()
    return ", ".join(str(number) for flag_id, number, *_ in release.flags if flag_id in carried) or "–"


def _hospitals(release: Release, code: str) -> Table:
    """Hospitals by the latest settlement of which they may be shown."""
    cutoff = release.newest[0].cutoff_date
    disclosed = release.select(
        "table_settlements", ("settlement_id", "cutoff_date"), ("cutoff_date",), is_disclosed=True
    )
    reached = [settlement_id for settlement_id, known in disclosed if known <= cutoff]
    shown = tuple(release.settlements[settlement_id] for settlement_id in reached[-1:])
    columns = {
        "category_name": CATEGORY,
        "row_name": Column("Sjukhus", "text"),
        "operations": OPERATIONS,
        "late_percent": Column("Sent rapporterade (%)"),
    }
    rows = [
        row
        for settlement in shown
        for row in release.select(
            "hospital_operations_disclosed",
            tuple(columns),
            ("row_order",),
            settlement_id=settlement.settlement_id,
            region_code=code,
        )
    ]
    return Table(
        sheet="Sjukhus",
        title="Antal operationer per sjukhus, för regionens invånare under mätperioden",
        settlements=shown,
        columns=list(columns.values()),
        rows=rows,
        source=tables.source(release, shown or release.newest),
        notes=(
            HIDDEN_NOTE,
            "Sent rapporterade är de operationer som blev kända efter utgången av månaden efter operationen. Andelen "
            "visas inte (..) när den gäller färre än fem operationer.",
        )
        if rows
        else ("Inga sjukhus får visas för någon avräkning ännu.",),
        has_total=False,
    )


def _legend(release: Release) -> str:
    """What the numbers of the warnings mean."""
    return "Varningar: " + ", ".join(f"{number} = {name.lower()}" for _, number, name, *_ in release.flags) + "."


def _warning_notes(release: Release) -> list[tuple[str, str]]:
    return [
        (f"Varning {number}: {name}", rule if limit is None else f"{rule} Gräns: {limit} procent.")
        for _, number, name, rule, limit in release.flags
    ]
