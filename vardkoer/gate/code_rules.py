"""What code lists and definitions must be together (R2, R3)."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator

from vardkoer.gate.seed_rows import PERIOD, Row, Seeds, Span, day_after, overlap, overlaps, span

# Which column of a definition names a list of which seed.
LISTS = {"procedure_list_id": "procedure_codes", "diagnosis_list_id": "diagnosis_codes"}


def codes_stand_once_in_a_list(seeds: Seeds) -> Iterator[str]:
    """On no day is a code in a list twice."""
    for name in LISTS.values():
        yield from overlaps(seeds[name], ("list_id", "code"))


def codes_stand_in_one_list_of_a_definition(seeds: Seeds) -> Iterator[str]:
    """A definition says once what a code stands for, with a condition or without."""
    for column, name in LISTS.items():
        for definition_id, criteria in seeds["operation_definitions"].by("definition_id").items():
            lists = {row[column] for _, row in criteria}
            of_code = defaultdict(list)
            for number, row in seeds[name].numbered:
                if row["list_id"] in lists:
                    of_code[row["code"]].append((number, row))
            for code, rows in of_code.items():
                for (_, one), (number, other) in itertools.combinations(rows, 2):
                    if one["list_id"] != other["list_id"] and overlap(span(one), span(other)):
                        fault = f"{code} is in {one['list_id']} too, and definition {definition_id} uses both lists"
                        yield seeds[name].fault(number, "list_id, code", fault, "keep it in one of them")


def criteria_are_numbered(seeds: Seeds) -> Iterator[str]:
    """A definition has its criteria from 1 on; one that stands elsewhere would be under a misspelt definition."""
    seed = seeds["operation_definitions"]
    for definition_id, criteria in seed.by("definition_id").items():
        of_number = {int(row["criterion"]): number for number, row in criteria}
        if max(of_number) != len(of_number):
            fault = f"definition {definition_id} has a criterion {max(of_number)} and {len(of_number)} in all"
            remedy = "number the criteria of a definition from 1, and mind its name"
            yield seed.fault(of_number[max(of_number)], "definition_id, criterion", fault, remedy)


def criteria_say_all_of_a_diagnosis_or_nothing(seeds: Seeds) -> Iterator[str]:
    """A list of diagnoses needs a rule, and a reason (of R3) for those that the rule leaves out."""
    seed = seeds["operation_definitions"]
    reasons = sorted(row["reason"] for row in seeds["decision_reasons"].rows if row["rule"] == "R3")
    columns = ("diagnosis_list_id", "diagnosis_rule", "reason_when_not_met")
    for number, row in seed.numbered:
        given = [column for column in columns if row[column]]
        if given and len(given) < len(columns):
            fault = f"{' and '.join(given)} without the others"
            yield seed.fault(number, ", ".join(columns), fault, "fill in all three or none")
        elif given and row["reason_when_not_met"] not in reasons:
            fault = f"'{row['reason_when_not_met']}' is no reason for what a diagnosis leaves out"
            yield seed.fault(number, "reason_when_not_met", fault, f"use one of {', '.join(reasons)}")


def code_lists_cover_every_period(seeds: Seeds) -> Iterator[str]:
    """Outside the dates of all its codes a list counts nothing, and the numbers would still look like numbers."""
    criteria, periods = seeds["operation_definitions"].by("definition_id"), seeds["round_periods"].by("round_id")
    seed = seeds["round_categories"]
    for number, category in seed.numbered:
        rows = [row for _, row in criteria.get(category["definition_id"], [])]
        lists = {(name, row[column]) for row in rows for column, name in LISTS.items()}
        for name, list_id in sorted(lists):
            codes = [row for row in seeds[name].rows if row["list_id"] == list_id]
            for _, period in periods.get(category["round_id"], []) if codes else []:
                day = first_day_without(codes, span(period, PERIOD))
                if day:
                    fault = f"no code of {list_id} is valid on {day}, in a period of round {category['round_id']}"
                    yield seed.fault(number, "definition_id", fault, f"correct the dates in {name}.csv")


def first_day_without(codes: list[Row], period: Span) -> str | None:
    """The first day of a period on which no code is valid; None when each day has one."""
    day, end = period
    for first, last in sorted(map(span, codes)):
        if first <= day <= last:
            if last >= end:
                return None
            day = day_after(last)
    return day


RULES: tuple[Callable[[Seeds], Iterator[str]], ...] = (
    codes_stand_once_in_a_list,
    codes_stand_in_one_list_of_a_definition,
    criteria_are_numbered,
    criteria_say_all_of_a_diagnosis_or_nothing,
    code_lists_cover_every_period,
)
