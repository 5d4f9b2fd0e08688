"""The report: every figure of every page is the mart's, the same input gives the same bytes, and links hold."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from report_html import MONTHS, Figure, Page, parsed

from vardkoer import paths
from vardkoer.reading import swedish
from vardkoer.report.marts import Marts
from vardkoer.report.pages import pages_of, render
from vardkoer.report.tables import MEASURES

# Where a figure of a table's model comes from, as this test finds it: a relation of other marts, and what is computed
# of it where that is not the sum of the column of the same name. `*` stands for all columns that are not named.
AMOUNTS = "marts.grant_allocations"
STANDING = "marts.region_standing"
COUNTS = "(from marts.operation_counts where period_role = 'measured')"
QUALITY = "(from marts.count_quality where period_role = 'measured')"
RECONCILED = "marts.published_reconciliation"
COMPLETE = "case when count({0}) = count(*) then sum({0}) end"
SHARE = "100 * sum({0}) / nullif(sum({1}), 0)"
PROJECTED = "(from marts.projection_errors where region_code != '00')"
ERROR = """case when count({0}) = count(*) and count({1}) = count(*)
then 100 * (sum({0}) - sum({1})) / nullif(sum({1}), 0) end"""
SOURCES: dict[str, dict[str, tuple[str, str]]] = {
    "hospital_operations_disclosed": {"*": ("marts.hospital_operations_disclosed", COMPLETE)},
    "published_reconciliation": {"*": (RECONCILED, COMPLETE)},
    "table_accounts": {
        "*": ("marts.block1_accounts", COMPLETE),
        "spent_percent": ("marts.block1_accounts", "100 * sum(spent_kr) / sum(requisitioned_kr)"),
    },
    "table_amounts": {
        "*": (AMOUNTS, COMPLETE),
        "cap_month": (AMOUNTS, "case when count(*) = 1 then max(cap_month) end"),
        "fulfilment_percent": (
            AMOUNTS,
            f"100 * ({COMPLETE.format('performance_kr')}) / nullif(sum(cap_kr), 0)",
        ),
        "share_of_cap_percent": (AMOUNTS, f"100 * ({COMPLETE.format('earned_kr')}) / nullif(sum(cap_kr), 0)"),
        "operations_to_cap_in_mix": (STANDING, "case when count(*) = 1 then max(operations_to_cap_in_mix) end"),
        "months_measured": (STANDING, "max(months_measured)"),
        "months_to_come": (STANDING, "max(months_to_come)"),
        **dict.fromkeys(("available_kr", "projected_performance_kr"), (STANDING, COMPLETE)),
        **dict.fromkeys(("operations", "eligible_operations"), ("marts.grant_earnings", COMPLETE)),
        "earned_supplement_kr": ("marts.supplement_earnings", COMPLETE),
        "completed_performance_kr": (
            f"""(
                select settlement_id, region_code, least({COMPLETE.format("completed_earned_kr")}, any_value(cap_kr))
                    as completed_performance_kr
                from intermediate.int_grants_completed inner join marts.grant_allocations
                using (settlement_id, region_code) group by all
            )""",
            COMPLETE,
        ),
        **{
            f"completed_{name}": ("intermediate.int_grants_completed", COMPLETE)
            for name in ("eligible_operations", "supplement_kr", "earned_kr")
        },
    },
    "table_readings": {
        "*": ("marts.reading_effects", COMPLETE),
        "performance_kr": (
            "marts.reading_effects",
            COMPLETE.format("if(difference_kr is null, null, performance_kr)"),
        ),
    },
    "table_reading_totals": {
        "*": ("marts.reading_effects", COMPLETE),
        "performance_kr": (
            "marts.reading_effects",
            "case when count(difference_kr) = count(*) then sum(performance_kr) end",
        ),
        **{
            f"regions_{name}": (
                "marts.reading_effects",
                f"case when count(difference_kr) = count(*) then count(*) filter (where difference_kr {sign} 0) end",
            )
            for name, sign in (("gaining", ">"), ("losing", "<"))
        },
    },
    "table_chance_categories": {
        "*": ("marts.chance_by_category", COMPLETE),
        **dict.fromkeys(("eligible_operations", "earned_kr"), ("marts.grant_earnings", COMPLETE)),
    },
    "table_chance_regions": {
        "*": ("marts.chance_by_region", COMPLETE),
        **dict.fromkeys(("earned_kr", "performance_kr"), (AMOUNTS, COMPLETE)),
    },
    "table_increase_doubts": {"*": ("(from marts.increase_doubts where region_code != '00')", COMPLETE)},
    "table_projection_errors": {
        "*": (PROJECTED, COMPLETE),
        "error_operations_percent": (PROJECTED, ERROR.format("projected_operations", "operations")),
        "error_kr_percent": (PROJECTED, ERROR.format("projected_earned_kr", "earned_kr")),
    },
    "table_caps": {"*": ("seeds.grant_caps", COMPLETE)},
    "table_decisions": {"*": ("marts.contact_decisions", "count(*)")},
    "table_deliveries": {
        "*": ("(from marts.delivered_files select *, file_name as line_id)", COMPLETE),
        "fault": ("(from marts.quarantined_rows select *, fault as line_id)", "count(*)"),
    },
    "table_distribution": {
        "*": (
            f"""(select regexp_extract(figure_id, 'summary_([a-z0-9]+)_(.*)', 1) as line_id, our_value,
            regexp_extract(figure_id, 'summary_([a-z0-9]+)_(.*)', 2) as part from {RECONCILED})""",
            "max(our_value) filter (where part = '{0}')",
        )
    },
    "table_earnings": {
        "*": ("marts.standing_by_category", COMPLETE),
        **dict.fromkeys(
            ("baseline_mean", "baseline_operations", "eligible_operations", "operations", "earned_kr", "rate_kr"),
            ("marts.grant_earnings", COMPLETE),
        ),
        "earned_supplement_kr": ("marts.supplement_earnings", COMPLETE),
        "planned_operations": ("(from seeds.region_plans inner join seeds.settlements using (round_id))", COMPLETE),
        **{
            f"completed_{name}": ("intermediate.int_grants_completed", COMPLETE)
            for name in ("operations", "eligible_operations", "supplement_kr", "earned_kr")
        },
    },
    "table_excluded": {
        "contacts": ("excluded", "if(count(*) >= 5, count(*), null)"),
        "operations": (
            "excluded",
            """case when count(*) >= 5 and (count(distinct lost) = 0 or count(distinct lost) >= 5)
            then count(distinct lost) end""",
        ),
    },
    "table_flag_counts": {
        "*": (QUALITY, "count(*) filter (where list_contains(string_split(coalesce(flags, ''), ' '), '{0}'))")
    },
    "table_grants": {"*": (AMOUNTS, COMPLETE)},
    "table_late_effects": {"*": ("marts.vintage_effects", COMPLETE)},
    "table_operations": {"*": ("marts.monthly_follow_up", COMPLETE)},
    "table_pots": {
        "*": ("marts.remaining_funds", COMPLETE),
        "rank": ("marts.bonus_pots", COMPLETE),
        "bonus_kr": ("marts.bonus_pots", COMPLETE),
    },
    "table_producers": {
        "*": (COUNTS, COMPLETE),
        "other_region_percent": (COUNTS, SHARE.format("operations_other_region", "operations")),
        "operations_private": (
            COUNTS,
            f"case when {{told}} then {COMPLETE.format('operations_private')} end",
        ),
        "private_percent": (COUNTS, f"case when {{told}} then {SHARE.format('operations_private', 'operations')} end"),
    },
    "table_quality": {
        "*": (QUALITY, COMPLETE),
        "operations_so_far": (QUALITY, COMPLETE.format("operations")),
        "late_so_far_percent": (QUALITY, SHARE.format("late_operations", "operations")),
        "imputed_date_so_far_percent": (QUALITY, SHARE.format("imputed_date_operations", "operations")),
        "invalid_identity_so_far_percent": (
            QUALITY,
            "100 * sum(invalid_identity_rows) / nullif(sum(operations) + sum(invalid_identity_rows), 0)",
        ),
        "unknown_hospital_so_far_percent": (QUALITY, SHARE.format("unknown_hospital_operations", "operations")),
    },
    "table_rates": {"*": ("seeds.grant_rates", COMPLETE)},
    "table_reconciliation_summary": {
        "*": (RECONCILED, "count(*) filter (where explanation = '{0}')"),
        "figures": (RECONCILED, "count(*)"),
    },
    "table_rounds": {"*": ("seeds.grant_rounds", COMPLETE)},
    "table_scenarios": {
        "*": ("marts.scenario_outcomes", COMPLETE),
        "regions_at_cap": (
            "marts.scenario_outcomes",
            """case when count(performance_kr) = count(*)
            then count(*) filter (where performance_kr >= cap_kr) end""",
        ),
    },
    "table_settlements": {"*": ("(from seeds.settlements inner join seeds.grant_rounds using (round_id))", COMPLETE)},
    "table_triangle": {
        "*": (
            """(
                select triangle.* exclude (months_after), ages.months_after
                from marts.reporting_triangle as triangle
                inner join (select unnest(range(1, 7)) as months_after) as ages
                on triangle.months_after <= ages.months_after
            )""",
            "sum(operations_gained - operations_lost)",
        )
    },
}
# The nation has rows of its own in these.
WITH_NATION = ("marts.monthly_follow_up", QUALITY, RECONCILED, "marts.coverage_disclosed", "marts.coverage_growth")
# Contacts that no row makes count, with the operation that is lost by it, found by another way than the models':
# contact by contact, from all the decisions about it.
EXCLUDED = """
create temp table excluded as
with decisions as (
    select decisions.*, reason_order
    from marts.contact_decisions as decisions
    inner join seeds.decision_reasons using (reason)
    where period_role = 'measured' and region_code is not null
),
contacts as (
    select settlement_id, category_id, contact_key, max(reason_order) as reason_order
    from decisions group by all having not bool_or(reason = 'counted')
),
telling as (
    select decisions.* from decisions inner join contacts using (settlement_id, category_id, contact_key, reason_order)
    qualify row_number() over (
        partition by settlement_id, category_id, contact_key
        order by received_date desc, delivery_number desc, contact_row_key
    ) = 1
)
select telling.*, case
    when judged.own_reason is not null and telling.reason in ('received_after_cutoff', 'superseded') then null
    when counted.operation_key is not null then null
    else coalesce(telling.operation_key, telling.contact_key)
end as lost
from telling
inner join seeds.settlements using (settlement_id)
inner join seeds.round_categories using (round_id, category_id)
inner join intermediate.int_operations_judged as judged
    on telling.contact_row_key = judged.contact_row_key and telling.operation_date = judged.operation_date
    and round_categories.definition_id = judged.definition_id
left join (select distinct settlement_id, category_id, operation_key from decisions where reason = 'counted') as counted
    on telling.settlement_id = counted.settlement_id and telling.category_id = counted.category_id
    and telling.operation_key = counted.operation_key
"""
# What the heading over a figure may be called beside its name in the word list, by column.
SHORT = {
    "allocated_kr": "Medel att fördela, kr",
    "baseline_mean": "Genomsnitt",
    "baseline_mean_so_far": "Genomsnitt",
    "change_baseline_so_far_percent": "Utveckling, %",
    "change_year_before_so_far_percent": "Utveckling, %",
    "expected_completeness_percent": "Fullständighet, %",
    "late_percent": "Sent, %",
    "operations_so_far": "Antal",
    "operations_home_region": "Hem",
    "operations_other_region": "Annan",
    "other_region_percent": "Annan, %",
    "private_percent": "Andel, %",
}
SEVERAL = {"operations": ("Antal", "Totalt", "Operationer som hade räknats"), "operations_private": ("Antal", "Privat")}
# The key whose warnings a figure of the mart carries.
FLAGGED = {
    "table_operations": ("settlement_id", "region_code", "category_id", "operation_month"),
    "table_producers": ("settlement_id", "region_code", "category_id"),
    "table_earnings": ("settlement_id", "region_code", "category_id"),
    "table_amounts": ("settlement_id", "region_code"),
    "table_late_effects": ("settlement_id", "region_code"),
    "table_readings": ("settlement_id", "region_code"),
}
FROM_SEEDS = ("table_settlements", "table_categories", "table_rounds", "table_regions", "table_method")
ROUNDED = re.compile(r"percent|mean|figure$|known_percent")
HALLAND = "13"


@pytest.fixture(scope="module")
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(paths.warehouse_path()), read_only=True)
    connection.execute(EXCLUDED)
    return connection


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    return {
        name: parsed(name, path.read_text(encoding="utf-8"))
        for path in sorted(site.rglob("*.html"))
        for name in [str(path.relative_to(site))]
    }


def figures_of(pages: dict[str, Page]) -> Iterable[Figure]:
    for page in pages.values():
        yield from page.figures


class Expected:
    """The marts behind the tables, asked by this test's own SQL: one question for each figure and set of keys."""

    def __init__(self, warehouse: duckdb.DuckDBPyConnection):
        self._warehouse = warehouse
        self._answers: dict[tuple[str, str, tuple[str, ...]], dict[tuple[Any, ...], Any]] = {}
        self._paid = [
            settlement
            for (settlement,) in warehouse.execute(
                "select settlement_id from seeds.published_measures where measure = 'grant_kr' "
                "order by list_position("
                "['2025_block1', '2025_block2_payment', '2025_additional_payment'], settlement_id)"
            ).fetchall()
        ]

    def value(self, figure: Figure) -> Any:
        key = dict(figure.key)
        own = figure.mart if figure.mart.startswith("seeds.") else f"marts.{figure.mart}"
        columns = SOURCES.get(figure.mart, {"*": (own, COMPLETE)})
        name = "fault" if key.get("line_kind") == "fault" else figure.column
        relation, expression = columns.get(name) or columns["*"]
        about = key.pop("flag_id") if figure.mart == "table_flag_counts" else figure.column
        told = (
            "true" if key.get("region_code") == "00" else "least(sum(operations_private), sum(operations_public)) >= 5"
        )
        expression = expression.replace("{told}", told).replace("{0}", about)
        self._forget(figure, key, relation)
        summed = []
        if figure.mart == "table_grants":
            column = key.pop("column_order")
            summed = self._paid if column > len(self._paid) else [self._paid[column - 1]]
        names = tuple(sorted([*key, *(["settlement_id"] if summed else [])]))
        found = [
            self._answered(relation, expression, names).get(tuple(str(key[name]) for name in names))
            for key in ([key | {"settlement_id": paid} for paid in summed] if summed else [key])
        ]
        if len(found) == 1:
            return found[0]
        return None if None in found else sum(found)

    def _forget(self, figure: Figure, key: dict[str, Any], relation: str) -> None:
        """Take what is no column of the marts behind a table out of a key."""
        whole_period = figure.column.endswith(("_so_far", "_so_far_percent")) or key.get("scope") == "so_far"
        if figure.mart in ("table_quality", "table_producers") and whole_period:
            del key["operation_month"]
        for column, total in (
            *(("report_id", None), ("line_kind", None), ("scope", None)),
            *(("line_id", "Summa"), ("hospital_code", "all"), ("measure", "total")),
        ):
            if column in key and total in (None, key[column]):
                del key[column]
        if key.get("region_code") == "00" and relation not in WITH_NATION:
            del key["region_code"]

    def _answered(self, relation: str, expression: str, names: tuple[str, ...]) -> dict[tuple[Any, ...], Any]:
        asked = (relation, expression, names)
        if asked not in self._answers:
            columns = "".join(f"coalesce(cast({name} as varchar), 'None'), " for name in names)
            rows = self._warehouse.execute(f"select {columns}{expression} from {relation} group by all").fetchall()
            self._answers[asked] = {row[:-1]: row[-1] for row in rows}
        return self._answers[asked]


def as_shown(expected: Any, figure: Figure) -> Any:
    """What a right page shows of a value: rounded to the digits that it shows, half up."""
    if expected is None:
        return None
    if figure.column == "cap_month":
        return f"{MONTHS[expected.month - 1]}-{expected:%y}"
    exact = Decimal(str(expected))
    shown = exact.quantize(Decimal(1).scaleb(-figure.decimals), ROUND_HALF_UP)
    assert ROUNDED.search(figure.column) or shown == exact, (figure, expected)
    return shown


def test_every_figure_is_the_marts(pages: dict[str, Page], warehouse: duckdb.DuckDBPyConnection) -> None:
    expected = Expected(warehouse)
    triangle_ends = warehouse.execute("select max(report_month) from marts.reporting_triangle").fetchone()[0]
    wrong = []
    count = 0
    for figure in figures_of(pages):
        count += 1
        key = dict(figure.key)
        if figure.column == "known_percent":
            continue  # test_completeness_is_the_triangles
        if figure.mart == "table_excluded" and key["hospital_code"] != "all":
            continue  # test_what_was_not_counted_at_a_hospital_is_part_of_the_whole
        if figure.column == "operations_known":
            month = key["operation_month"]
            age = (triangle_ends.year - int(month[:4])) * 12 + triangle_ends.month - int(month[5:7])
            if age < key["months_after"]:
                assert figure.value is None, figure
                continue
            if figure.value == 0:
                continue  # nothing known yet: the triangle has no row
        value = as_shown(expected.value(figure), figure)
        if figure.value != value:
            wrong.append((figure, value))
    assert wrong == [], wrong[:5]
    assert count > 20_000


def test_completeness_is_the_triangles(pages: dict[str, Page], warehouse: duckdb.DuckDBPyConnection) -> None:
    """Of the months that are six months old, the share known after so many."""
    shown = [figure for figure in pages["kvalitet.html"].figures if figure.column == "known_percent"]
    assert shown
    for figure in shown:
        key = dict(figure.key)
        expected = warehouse.execute(
            """
            with settled as (
                select months_after, operations_gained - operations_lost as change
                from marts.reporting_triangle
                where category_id = $category_id
                    and operation_month <= (select max(report_month) from marts.reporting_triangle) - interval 6 month
            )
            select 100 * sum(change) filter (where months_after <= $months_after) / sum(change) from settled
            """,
            {"category_id": key["category_id"], "months_after": key["months_after"]},
        ).fetchone()[0]
        assert figure.value == as_shown(expected, figure), figure


def test_what_was_not_counted_at_a_hospital_is_part_of_the_whole(warehouse: duckdb.DuckDBPyConnection) -> None:
    """The hospitals of a reason sum to all of them, none is small, and where one is hidden another is with it."""
    found = warehouse.execute("""
        with exact as (
            select settlement_id, region_code, category_id, reason, excluded.hospital_code, count(*) as contacts
            from excluded
            inner join seeds.hospitals as hospitals using (hospital_code, region_code)
            where settlement_id = (select settlement_id from marts.table_settlements where is_under_way)
            group by all
        ),
        shown as (from marts.table_excluded where not is_all_hospitals),
        sums as (
            select settlement_id, region_code, category_id, reason, sum(contacts) as contacts, min(contacts) as least
            from shown group by all
        )
        select
            (select count(*) from shown) > 100,
            (select min(least) from sums) >= 5,
            (
                select count(*) from sums
                inner join marts.table_excluded as whole using (settlement_id, region_code, category_id, reason)
                where whole.is_all_hospitals and whole.contacts is distinct from sums.contacts
            ) = 0,
            (
                select count(*) from shown inner join exact
                using (settlement_id, region_code, category_id, reason, hospital_code)
                where shown.contacts != exact.contacts
            ) = 0
    """).fetchall()
    assert found == [(True, True, True, True)]


def test_headings_and_labels_are_those_of_the_figures(
    pages: dict[str, Page], warehouse: duckdb.DuckDBPyConnection
) -> None:
    names = {
        "category_id": dict(warehouse.execute("select category_id, category_name_sv from seeds.categories").fetchall()),
        "round_id": dict(warehouse.execute("select round_id, round_name_sv from seeds.grant_rounds").fetchall()),
        "flag_id": dict(warehouse.execute("select flag_id, flag_name_sv from seeds.quality_flags").fetchall()),
        "reason": dict(warehouse.execute("select reason, reason_sv from seeds.decision_reasons").fetchall()),
        "reading_id": dict(warehouse.execute("select reading_id, reading_name_sv from seeds.readings").fetchall()),
        "file_name": {},
    }
    regions = {
        code: names
        for code, *names in warehouse.execute(
            "select region_code, region_name, report_name from seeds.regions"
        ).fetchall()
    } | {"00": ["Riket"]}
    for figure in figures_of(pages):
        if not figure.caption:
            continue
        key = dict(figure.key)
        about = f"{figure.heading} {figure.group} {figure.label} {figure.beside} {figure.caption}"
        for column, known in names.items():
            if key.get(column) in known and figure.mart not in (
                "published_reconciliation",
                "table_accounts",
                "table_method",
            ):
                assert known[key[column]].lower() in about.lower(), (column, figure)
        if "region_code" in key and not figure.page.startswith(("region-", "varfor/")):
            national = key["region_code"] == "00" and (
                figure.mart == "table_pots" or re.search("riket|summa", about.lower())
            )
            assert national or any(name in figure.label for name in regions[key["region_code"]]), figure
        by_month = "operation_month" in key and key.get("scope") != "so_far"
        if by_month and figure.column in ("operations", "operations_known"):
            year, month = key["operation_month"][:4], MONTHS[int(key["operation_month"][5:7]) - 1]
            written = re.search(rf"{month}\w*[ -](\d\d)?{year[2:]}|{year}-{key['operation_month'][5:7]}", about.lower())
            assert written, figure
        if figure.mart != "published_reconciliation":
            known_heading = figure.heading in (
                swedish.column(figure.column)[0],
                SHORT.get(figure.column),
                *SEVERAL.get(figure.column, ()),
            )
            spread = (
                not figure.group
                and figure.heading.lower()
                in " ".join(
                    [
                        *(
                            name
                            for of in ("category_id", "round_id", "flag_id", "reading_id")
                            for name in names[of].values()
                        ),
                        "totalt",
                    ]
                ).lower()
            )
            assert known_heading or spread or re.fullmatch(r"\w{3}-\d\d|\d", figure.heading), figure


def test_no_column_is_empty_in_every_row(pages: dict[str, Page]) -> None:
    """Below each category too; a table without any figure keeps its columns."""
    columns: dict[tuple[str, str], dict[tuple[str, str], list[bool]]] = defaultdict(lambda: defaultdict(list))
    for figure in figures_of(pages):
        columns[figure.page, figure.caption][figure.group, figure.heading].append(figure.value is None)
    assert len(columns) > 100
    tables = {place: found for place, found in columns.items() if place[1] and not all(map(all, found.values()))}
    assert [(*place, *column) for place, found in tables.items() for column, empty in found.items() if all(empty)] == []


def test_every_table_of_counts_or_amounts_has_its_vintage(
    pages: dict[str, Page], warehouse: duckdb.DuckDBPyConnection
) -> None:
    settlements = dict(warehouse.execute("select settlement_id, cutoff_date from seeds.settlements").fetchall())
    labels = dict(warehouse.execute("select settlement_id, settlement_name_sv from seeds.settlements").fetchall())
    for page in pages.values():
        for figure in page.figures:
            asked = dict(figure.key).get("settlement_id")
            for settlement in asked if isinstance(asked, tuple) else [asked]:
                if figure.caption and settlement:
                    vintage = page.vintages.get(figure.caption, f"{figure.label} {figure.beside}")
                    assert labels[settlement] in vintage, figure
                    assert settlements[settlement] is None or str(settlements[settlement].year) in vintage, figure


def test_every_count_has_its_flags(pages: dict[str, Page], warehouse: duckdb.DuckDBPyConnection) -> None:
    """By month as the month's mart has them; an amount or a sum over months those of all its months."""
    by_key: dict[tuple[str, ...], frozenset[str]] = {}
    for columns, mart in (
        ("settlement_id, region_code, category_id, operation_month", "monthly_follow_up"),
        ("settlement_id, region_code, category_id", "count_quality"),
        ("settlement_id, region_code", "count_quality"),
    ):
        statement = f"select {columns}, string_agg(flags, ' ') from marts.{mart} group by all"
        for *key, flags in warehouse.execute(statement).fetchall():
            by_key[tuple(map(str, key))] = frozenset((flags or "").split())
    so_far = {
        tuple(map(str, key)): frozenset((flags or "").split())
        for *key, flags in warehouse.execute(
            """select settlement_id, region_code, category_id, operation_month, string_agg(flags, ' ') over (
                partition by settlement_id, region_code, category_id order by operation_month
            ) from marts.monthly_follow_up"""
        ).fetchall()
    }
    shown: dict[tuple[str, ...], set[str]] = {}
    sums = set()
    for figure in figures_of(pages):
        key = dict(figure.key)
        about = FLAGGED.get(figure.mart, ()) + (("operation_month",) if key.get("scope") == "month" else ())
        counted = figure.value is not None and figure.column not in MEASURES
        if figure.caption and about and counted and all(isinstance(key.get(column), str) for column in about):
            place = (figure.page, figure.caption, *(key[column] for column in about))
            shown.setdefault(place, set()).update(figure.flags)
            if figure.column.endswith(("so_far", "so_far_percent")):
                sums.add(place)
    for place, flags in shown.items():
        assert flags == (so_far if place in sums else by_key).get(place[2:], frozenset()), place
    assert sum(map(bool, shown.values())) > 1_000


def test_charts_show_the_numbers_of_a_table_on_the_page(pages: dict[str, Page]) -> None:
    drawn = 0
    for page in pages.values():
        columns: dict[tuple[str, str, str, str], list[Decimal]] = {}
        for figure in page.figures:
            if figure.caption and isinstance(figure.value, Decimal):
                place = (figure.caption, figure.column, figure.group, figure.heading)
                columns.setdefault(place, []).append(figure.value)
        for marks in page.charts:
            for name, series, values in series_of(marks):
                assert any(shows(values, column) for column in columns.values()), (page.name, name, series, values)
                drawn += 1
    assert drawn > 300


def series_of(marks: list[dict[str, str]]) -> Iterable[tuple[str, str, list[str]]]:
    """The marks of a chart as series: those that have the same parts and the same value of `series`."""
    found: dict[tuple[str, str], list[str]] = {}
    for mark in marks:
        for name in set(mark) - {"month", "label", "series", "category", "age", "kind", "layer"}:
            # On a map the label is the region's own name.
            part = name if name in ("value", "cap", "before", "after") else "region"
            found.setdefault((part, mark["layer"] + mark.get("series", "")), []).append(mark[name])
    return [(name, series, values) for (name, series), values in found.items()]


def shows(values: list[str], column: list[Decimal]) -> bool:
    """Every value of the chart is one of the column, in its own unit or in millions, to the digits that it has."""
    read = [
        (Decimal(re.sub(r"\s", "", text).replace(",", ".").replace("−", "-")), len(text.partition(",")[2]))
        for text in values
    ]
    return any(all(near(value, decimals, column, unit) for value, decimals in read) for unit in (1, 1_000_000))


def near(value: Decimal, decimals: int, column: list[Decimal], unit: int) -> bool:
    """Axis labels round half to even and tables of means show two digits."""
    return any(abs(value - known / unit) <= max(Decimal("0.005"), Decimal(1).scaleb(-decimals) / 2) for known in column)


def test_no_number_stands_outside_the_figures(pages: dict[str, Page]) -> None:
    """A number with thousands in running text would not be tested."""
    for page in pages.values():
        assert not [text for text in page.prose if re.search(r"\d[  ]\d{3}(?!\d)", text)], page.name


def test_one_word_for_one_thing(pages: dict[str, Page]) -> None:
    """The words of the word list, outside quotations."""
    for page in pages.values():
        said = [*page.prose, *(f"{found.caption} {found.heading} {found.group}" for found in page.figures)]
        for pattern, instead in swedish.words_not_used().items():
            assert [text for text in said if re.search(pattern, text, re.IGNORECASE)] == [], (page.name, instead)


def test_headings_come_in_order_and_ids_once(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert page.headings[0] == 1 and page.headings.count(1) == 1, page.name
        assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False)), (
            page.name
        )
        assert len(page.ids) == len(set(page.ids)), (page.name, sorted(page.ids))


def test_links_and_anchors_hold_and_nothing_is_external(site: Path, pages: dict[str, Page]) -> None:
    for page in pages.values():
        for address in page.addresses:
            assert not re.match(r"[a-z]+:|//", address), (page.name, address)
        for link in page.links:
            path, _, anchor = link.partition("#")
            target = (site / page.name).parent / path if path else site / page.name
            name = str(target.resolve().relative_to(site.resolve()))
            if path.endswith(".csv"):
                assert target.exists(), (page.name, link)
                continue
            assert name in pages, (page.name, link)
            assert not anchor or anchor in pages[name].ids, (page.name, link)
    for path in site.rglob("*"):
        assert path.is_dir() or path.suffix in (".html", ".csv"), path
        if path.suffix == ".html":
            text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
            assert not re.search(r"https?:|url\((?!#)|@import|<script|<iframe| on\w+=", text), path


def test_every_page_is_reached_from_the_first(pages: dict[str, Page]) -> None:
    reached, waiting = set(), ["index.html"]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            folder = name.rpartition("/")[0]
            links = [link.partition("#")[0] for link in pages[name].links if not re.match("#|.*csv$", link)]
            waiting += [str(Path(folder) / link).replace("varfor/../", "") for link in links]
    assert reached == set(pages)


def test_the_same_warehouse_gives_the_same_bytes(site: Path) -> None:
    """In another process, through another connection; one of each kind of page."""
    with_marts = Marts(paths.warehouse_path())
    assert {str(path.relative_to(site)) for path in site.rglob("*.html")} == set(pages_of(with_marts))
    for path in (
        "index.html",
        "operationer.html",
        "kvalitet.html",
        f"region-{HALLAND}.html",
        f"varfor/2026_payment-{HALLAND}.html",
    ):
        assert render(with_marts, path).encode() == (site / path).read_bytes(), path


def test_no_identity_number_pseudonym_or_contact_is_on_the_site(
    site: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    contacts = {
        key
        for (key,) in warehouse.execute(
            "select distinct contact_key from marts.contact_decisions using sample 2000"
        ).fetchall()
    }
    for path in site.rglob("*.html"):
        text = re.sub(r"<svg.*?</svg>|sha256-\S+", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"\b(18|19|20)?\d{6}[-+]?\d{4}\b", text), path
        assert not re.search(r"\b[0-9a-f]{32,}\b", text), path
        assert not contacts & set(re.findall(r"\w{6,}", text)), path


def test_an_empty_warehouse_says_what_is_missing(tmp_path: Path) -> None:
    """The seeds, and no row of a mart but those that list the seeds' own settlements, rounds and texts."""
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"attach '{paths.warehouse_path()}' as whole (read_only)")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'whole' "
            "and schema_name in ('seeds', 'marts')"
        ).fetchall()
        for schema, table in [*tables, ("marts", "contact_decisions")]:
            connection.execute(f"create schema if not exists {schema}")
            rows = "limit 0" if schema == "marts" and table not in FROM_SEEDS else ""
            connection.execute(f"create table {schema}.{table} as from whole.{schema}.{table} {rows}")
    marts = Marts(path)
    for name in [*list(pages_of(marts))[:12], f"region-{HALLAND}.html"]:
        page = parsed(name, render(marts, name))
        from_seeds = ("seeds.", *FROM_SEEDS)
        assert all(figure.value is None for figure in page.figures if not figure.mart.startswith(from_seeds)), name
    assert "inga uppgifter" in " ".join(parsed("o", render(marts, "operationer.html")).prose)


def test_numbers_are_written_as_swedish_readers_expect() -> None:
    written = [
        swedish.number(value, decimals) for value, decimals in ((6003000, 0), (-0.5, 0), (1234.25, 1), (None, 0))
    ]
    assert written == ["6\N{NO-BREAK SPACE}003\N{NO-BREAK SPACE}000", "−1", "1\N{NO-BREAK SPACE}234,3", ".."]
    assert swedish.value(Decimal("13.300"), "tal") == "13,3"
    assert swedish.day(dt.date(2025, 11, 15)) == "15 november 2025"
    assert swedish.enumerated(["a", "b", "c"]) == "a, b och c"


def test_without_a_warehouse_the_command_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE_PATH", str(tmp_path / "none.duckdb"))
    result = subprocess.run(
        [sys.executable, "-m", "vardkoer.report", "--output", str(tmp_path / "site")],
        cwd=paths.PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "there is no warehouse; make build makes one" in result.stdout
    assert not (tmp_path / "site").exists()
