"""What the rows of a layout must be together: a way to every fact, by a rule that can give it, with a true status."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from vardkoer.gate.seed_rows import Row, Seeds

CONTRACT = "contract"
# How many sources a rule has, at least and at most, whether it has an argument, and what its facts can be.
SHAPES: dict[str, tuple[int, int | None, bool, tuple[str, ...]]] = {
    "column": (1, 1, False, ("reported", "derived", "assumed")),
    "join": (2, None, False, ("derived", "assumed")),
    "gather": (1, 1, False, ("reported", "derived")),
    "recode": (1, 1, True, ("derived", "assumed")),
    "file_name": (0, 0, True, ("derived", "assumed")),
    "constant": (0, 0, True, ("assumed",)),
    "row_id": (1, None, False, ("assumed",)),
    "absent": (0, 0, False, ("absent",)),
}
# Rules that give one fact and no other.
ONLY_FOR = {"gather": ("op", "opd"), "row_id": ("vardkontakt_id",)}


def every_layout_says_where_each_fact_is(seeds: Seeds) -> Iterator[str]:
    """A fact that nobody speaks of would be absent unseen."""
    facts = [row["column_name"] for row in seeds["register_facts"].rows]
    columns = seeds["layout_columns"].by("layout_id")
    for number, row in seeds["layouts"].numbered:
        known = {column["column_name"] for _, column in columns.get(row["layout_id"], [])}
        missing = [fact for fact in facts if fact not in known]
        if missing:
            fault = f"the layout has no row in layout_columns.csv for {', '.join(missing)}"
            yield seeds["layouts"].fault(number, "layout_id", fault, "add them, with the rule absent where it has none")


def rules_have_what_they_read(seeds: Seeds) -> Iterator[str]:
    """Sources and argument are those of the rule, and the status is one that it can give."""
    seed = seeds["layout_columns"]
    for number, row in seed.numbered:
        rule, sources = row["rule"], row["source_columns"].split()
        least, most, has_argument, statuses = SHAPES[rule]
        allowed = ONLY_FOR.get(rule, (row["column_name"],))
        if row["column_name"] not in allowed:
            yield seed.fault(number, "rule", f"{rule} cannot give {row['column_name']}", "use another rule")
        elif len(sources) < least or (most is not None and len(sources) > most):
            wanted = f"{least} or more" if most is None else str(least)
            fault = f"{rule} reads {wanted} columns, here are {len(sources)}"
            yield seed.fault(number, "source_columns", fault, "correct the columns or the rule")
        elif any(source.endswith("*") for source in sources) != (rule == "gather") and rule != "row_id":
            yield seed.fault(number, "source_columns", f"{rule} cannot read these", "gather, and only that, reads a*")
        elif any(":" in source for source in sources) and rule != "join":
            yield seed.fault(number, "source_columns", f"{rule} has no widths", "write the names alone")
        elif bool(row["argument"]) != has_argument or not _is_argument(rule, row["argument"]):
            fault = f"is not the argument of {rule}"
            yield seed.fault(number, "argument", fault, "see _layouts__seeds.yml for what each rule takes")
        elif row["status"] not in statuses:
            fault = f"{row['status']} is not what {rule} gives"
            yield seed.fault(number, "status", fault, f"write {' or '.join(statuses)}")


def _is_argument(rule: str, argument: str) -> bool:
    if rule == "recode":
        return all(re.fullmatch("[^=]+=[^=]+", pair) for pair in argument.split())
    if rule == "file_name":
        try:
            return re.compile(argument).groups == 1
        except re.error:
            return False
    return True


def what_is_needed_is_there(seeds: Seeds) -> Iterator[str]:
    """Without codes, dates, residence or anything that stands for a person nothing can be counted."""
    seed = seeds["layout_columns"]
    needed = {row["column_name"] for row in seeds["register_facts"].rows if row["may_be_absent"] == "never"}
    for number, row in seed.numbered:
        if row["status"] == "absent" and row["column_name"] in needed:
            fault = f"a layout without {row['column_name']} cannot be counted"
            yield seed.fault(number, "status", fault, "say where it is, or leave the layout out")


def no_row_is_called_after_a_person(seeds: Seeds) -> Iterator[str]:
    """The id of a row is stored, and whoever knows a person could try whether a row is that person's."""
    seed = seeds["layout_columns"]
    for rows in seed.by("layout_id").values():
        of_layout = {row["column_name"]: (number, row) for number, row in rows}
        number, contact = of_layout.get("vardkontakt_id", (0, {}))
        _, person = of_layout.get("personnummer", (0, {}))
        shared = _names(contact) & _names(person) if contact.get("rule") == "row_id" else set()
        if shared and person["status"] != "assumed":
            fault = f"the row would be called after {', '.join(sorted(shared))}, an identity number"
            yield seed.fault(number, "source_columns", fault, "name columns that say nothing of who it is")


def _names(row: Row) -> set[str]:
    return {name for source in row.get("source_columns", "").split() for name in source.split(":")[0].split("|")}


def the_contract_is_read_as_it_stands(seeds: Seeds) -> Iterator[str]:
    """What the contract calls its columns is in the code that reads them."""
    seed = seeds["layout_columns"]
    rows = seed.by("layout_id").get(CONTRACT, [])
    if not rows:
        yield seeds["layouts"].fault(None, "layout_id", f"without {CONTRACT}", "restore its rows")
    for number, row in rows:
        own = ("gather", "opd*") if row["column_name"] == "opd" else ("column", row["column_name"])
        if (row["rule"], row["source_columns"], row["status"]) != (*own, "reported"):
            fault = f"{row['column_name']} is not what the contract calls it"
            yield seed.fault(number, "source_columns", fault, "restore the row and write a layout of your own")


RULES: tuple[Callable[[Seeds], Iterator[str]], ...] = (
    every_layout_says_where_each_fact_is,
    rules_have_what_they_read,
    what_is_needed_is_there,
    no_row_is_called_after_a_person,
    the_contract_is_read_as_it_stands,
)
