"""Layouts other than the contract's: which one a file has, and how its columns become those of the contract.

A layout is rows of the seeds `layouts` and `layout_columns`, each row one of the rules below and never SQL. A file is
mapped inside the query that opens it (`DataFile.scan`), so that no identity number comes to rest anywhere. What a
layout lacks is declared and never invented: `status` goes with the file to `delivered_files` and to `settlement_gaps`.

Sources of a rule are names of columns, in lower case and separated by blanks: `indatum|indatuma` is the first of these
that the file has, `op*` is `op1`, `op2` and so on, `lan:2` is written with two digits.
"""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from vardkoer import paths
from vardkoer.gate import csv_files, files, values
from vardkoer.gate.account import Account
from vardkoer.gate.faults import masked, on_one_line
from vardkoer.gate.files import CONTRACT, MAPPED, DataFile, DeliveryError, text_literal
from vardkoer.gate.search import search_pattern
from vardkoer.gate.seed_rows import Row, read_rows

FOLDER = "layouts"
CODES, DATES, RESIDENCE = "op", "opd", "lkf"
DAYS = ("inrapporterad", "indatum", "utdatum")
# 01JUL2025, with a time of day behind it or not.
DAY_OF_SAS = "[0-9]{2}[A-Za-z]{3}[0-9]{4}(:[0-9:.]+)?"
# A day before every cut-off date: a row whose day of receipt is not known is seen by all settlements.
BEFORE_EVERY_CUTOFF = "0001-01-01"
NOTHING = {
    "leverans_nr": ("cast(0 as bigint)", "BIGINT"),
    "inrapporterad": (f"date '{BEFORE_EVERY_CUTOFF}'", "DATE"),
    "makulerad": ("cast(null as boolean)", "BOOLEAN"),
}
# What stands for a part of a joined value that is not there, as long as others follow, and for one that is no number.
GAP, UNREADABLE_PART = "\u2400", "?"
# What stands before each code, also where its column is empty, so that the codes after it keep their dates. It is of no
# code, and neither is the sign between them before blanks are taken away.
NO_CODE, BETWEEN = "-", "\x1f"
# Figures of an account that say nothing of a layout: a serial number has no twelve digits.
SENSELESS = {("personnummer", "assumed"): "identity_unreadable", ("inrapporterad", "absent"): "received_before_start"}
# Rules that give every row a value which can be read.
CERTAIN = ("row_id", "absent")


@dataclasses.dataclass(frozen=True)
class Rule:
    """How one fact of the contract comes from the columns of a file."""

    column: str
    rule: str
    sources: tuple[str, ...]
    argument: str
    status: str


@dataclasses.dataclass(frozen=True)
class Layout:
    """A way in which a register is written down, with a rule for each fact of the contract."""

    layout_id: str
    folder: str
    suffixes: tuple[str, ...]
    form: csv_files.Form
    empty_texts: tuple[str, ...]
    rules: tuple[Rule, ...]

    def sources_needed(self, optional: set[str]) -> Iterator[str]:
        """The columns without which a file has another layout, as a rule names them."""
        for rule in self.rules:
            if rule.column not in optional and rule.rule not in ("row_id", "absent", "constant", "file_name"):
                yield from rule.sources


@dataclasses.dataclass(frozen=True)
class Layouts:
    """All layouts. `optional` are facts that no rule needs, so that a file may lack their columns; `forced` is the
    layout that the environment names."""

    known: tuple[Layout, ...]
    optional: set[str]
    listed_codes: str
    forced: str | None

    def of(self, header: DataFile, folder: str) -> Layout:
        """The one layout that a file has. Raises DeliveryError."""
        lacking = self.lacking(header)
        fitting = [layout for layout, sources in lacking.items() if not sources and _may_be(layout, header, folder)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise DeliveryError(
                header.path,
                f"fits the layouts {' and '.join(layout.layout_id for layout in fitting)}",
                "say which it is: PAR_LAYOUT=<layout>",
            )
        if not lacking:
            raise DeliveryError(
                header.path, f"PAR_LAYOUT is {self.forced}, which is no layout", f"name one of {self.names}"
            )
        nearest = self.nearest(header)
        if not lacking[nearest]:
            raise DeliveryError(
                header.path,
                f"has the columns of the layout {nearest.layout_id}, which is not for this folder or kind of file",
                f"put it where it belongs, or correct {FOLDER}.csv",
            )
        raise DeliveryError(
            header.path,
            "column missing",
            f"the nearest layout, {nearest.layout_id}, has it; deliver the file so, or bring your own layout: "
            "python -m vardkoer look FOLDER says what to type",
            column=", ".join(map(plain_name, lacking[nearest])),
        )

    def lacking(self, header: DataFile) -> dict[Layout, list[str]]:
        """What a file lacks of each layout that it may have."""
        return {
            layout: [
                source for source in layout.sources_needed(self.optional) if not columns_of(source, header.columns)
            ]
            for layout in self.known
            if layout.layout_id == self.forced or not self.forced
        }

    def nearest(self, header: DataFile) -> Layout:
        """The layout of which a file lacks the least."""
        shares = {
            layout: len(sources) / len(list(layout.sources_needed(self.optional)))
            for layout, sources in self.lacking(header).items()
        }
        return min(shares, key=lambda layout: shares[layout])

    @property
    def names(self) -> str:
        """The layouts, for people."""
        return ", ".join(layout.layout_id for layout in self.known)


def read_layouts(seeds: Path) -> Layouts:
    """The layouts of seeds that are sound."""
    rules: dict[str, list[Rule]] = defaultdict(list)
    for row in read_rows(seeds / FOLDER / "layout_columns.csv"):
        sources = tuple(row["source_columns"].split())
        rules[row["layout_id"]].append(Rule(row["column_name"], row["rule"], sources, row["argument"], row["status"]))
    known = tuple(_layout(row, rules[row["layout_id"]]) for row in read_rows(seeds / FOLDER / "layouts.csv"))
    facts = read_rows(seeds / FOLDER / "register_facts.csv")
    optional = {row["column_name"] for row in facts if row["may_be_absent"] == "in_a_file"}
    return Layouts(known, optional, search_pattern(seeds), paths.par_layout())


def _layout(row: Row, rules: list[Rule]) -> Layout:
    delimiters = tuple(csv_files.DELIMITERS[name] for name in row["delimiters"].split())
    form = csv_files.Form(delimiters, tuple(row["encodings"].split()))
    suffixes, empty = tuple(row["suffixes"].split()), tuple(row["empty_texts"].split())
    return Layout(row["layout_id"], row["folder"], suffixes, form, empty, tuple(rules))


def _may_be(layout: Layout, header: DataFile, folder: str) -> bool:
    name = header.path.name.lower().removesuffix(".gz")
    return layout.folder in ("", folder) and name.endswith(layout.suffixes)


def columns_of(source: str, columns: dict[str, tuple[str, str]]) -> list[str]:
    """The columns of a file that a source names: one, or of `op*` all up to the last."""
    if source.endswith("*"):
        pattern = re.escape(source[:-1]) + "([1-9][0-9]{0,2})"
        numbers = [int(found[1]) for column in columns if (found := re.fullmatch(pattern, column))]
        return [f"{source[:-1]}{number}" for number in range(1, max(numbers, default=0) + 1)]
    return [name for name in source.partition(":")[0].split("|") if name in columns][:1]


def plain_name(source: str) -> str:
    """A source as people write it."""
    return source.replace("*", "1").split(":")[0].replace("|", " or ")


def open_file(path: Path, folder: str, layouts: Layouts, most_rows: int | None = None) -> DataFile:
    """Open one file in the layout that it has, or its first rows. Raises DeliveryError."""
    header = files.open_header(path)
    try:
        layout = layouts.of(header, folder)
    except DeliveryError:
        # what is the matter with the text itself comes first
        is_text = all(name.isprintable() for name in header.columns)
        files.open_file(path, csv_files.ANY if is_text else csv_files.CONTRACT, most_rows)
        raise
    return mapped(files.open_file(path, layout.form, most_rows), layout, layouts.listed_codes)


def mapped(file: DataFile, layout: Layout, listed_codes: str) -> DataFile:
    """A file with its columns as those of the contract. Raises DeliveryError."""
    statuses = {rule.column: _status_in(file, rule) for rule in layout.rules}
    if layout.layout_id == CONTRACT:
        return dataclasses.replace(file, statuses=statuses)
    mapping, columns = {}, {}
    for rule in layout.rules:
        for column, (expression, kind) in _mapped(file, layout, rule, listed_codes).items():
            mapping[column], columns[column] = expression, (f"{MAPPED}{column}", kind)
    rules = {rule.column: rule for rule in layout.rules}
    return dataclasses.replace(
        file,
        columns=columns,
        layout_id=layout.layout_id,
        mapping=mapping,
        residence=tuple(file.columns[name][0] for name in _sources_in(file, rules[RESIDENCE])),
        search=_search(file, rules[CODES], listed_codes) if rules[CODES].rule == "gather" else None,
        certain=tuple(rule.column for rule in layout.rules if rule.rule in CERTAIN),
        statuses=statuses,
    )


def checked(account: Account, file: DataFile) -> Account:
    """An account without figures about a fact that its layout has something else for. Raises DeliveryError."""
    figures = account.figures
    identities = figures["rows_found"] - figures["identity_missing"] - figures["identity_unreadable"]
    if file.statuses["personnummer"] == "assumed" and identities:
        raise DeliveryError(
            file.path,
            f"is a serial number by the layout {file.layout_id}, and {identities} rows have twelve digits as an "
            "identity number has",
            "give it the status reported in a layout of your own",
            column="personnummer",
        )
    senseless = {name for (column, status), name in SENSELESS.items() if file.statuses[column] == status}
    return dataclasses.replace(account, figures=figures | dict.fromkeys(senseless, 0))


def _status_in(file: DataFile, rule: Rule) -> str:
    is_there = not rule.sources or any(columns_of(source, file.columns) for source in rule.sources)
    return rule.status if is_there else "absent"


def _sources_in(file: DataFile, rule: Rule) -> list[str]:
    return [name for source in rule.sources for name in columns_of(source, file.columns)]


def _mapped(file: DataFile, layout: Layout, rule: Rule, listed_codes: str) -> dict[str, tuple[str, str]]:
    """The expression and type of each column that a rule gives; none where the file has not its sources."""
    found = _sources_in(file, rule)
    if rule.sources and not found:
        return {}
    if rule.rule == "gather" and rule.column == DATES:
        # a number that is left out has no column, here as in the contract's own layout
        return {
            f"{DATES}{number}": _day(*_as_it_stands(file, layout, name))
            for number, name in enumerate(found, start=1)
            if name in file.columns
        }
    return {rule.column: RULES[rule.rule](file, layout, rule, listed_codes)}


def _as_it_stands(file: DataFile, layout: Layout, name: str) -> tuple[str, str]:
    """A column, without the texts that mean nothing."""
    physical, kind = file.columns[name]
    column = values.quoted(physical)
    if not layout.empty_texts or kind != "VARCHAR":
        return column, kind
    empties = " ".join(f"when {text_literal(empty)} then null" for empty in layout.empty_texts)
    return f"case {column} {empties} else {column} end", kind


def _column(file: DataFile, layout: Layout, rule: Rule, _: str) -> tuple[str, str]:
    (name,) = columns_of(rule.sources[0], file.columns)
    if rule.column == CODES:
        # what means nothing is no code either, and the search reads the column itself
        physical, kind = file.columns[name]
        return values.quoted(physical), kind
    if rule.column in DAYS:
        return _day(*_as_it_stands(file, layout, name))
    return _as_it_stands(file, layout, name)


def _day(column: str, kind: str) -> tuple[str, str]:
    """A date as the contract has it, where SAS has printed it; any other text stays."""
    if kind != "VARCHAR":
        return column, kind
    written = f"strftime(try_strptime(left({column}, 9), '%d%b%Y'), '%Y-%m-%d')"
    return (
        f"case when regexp_full_match({column}, '{DAY_OF_SAS}') then coalesce({written}, {column}) else {column} end",
        kind,
    )


def _join(file: DataFile, layout: Layout, rule: Rule, _: str) -> tuple[str, str]:
    """The parts one after the other, as far as they are there."""
    stored, parts = [], []
    for source in rule.sources:
        (name,) = columns_of(source, file.columns)
        stored.append((*_as_it_stands(file, layout, name), source.partition(":")[2]))
        parts.append(_part(*stored[-1]))
    with_gaps = ", ".join(f"coalesce({part}, '{GAP}')" for part in parts)
    joined = f"rtrim(concat({with_gaps}), '{GAP}')"
    if all(kind == "VARCHAR" for _, kind, _ in stored):
        # quick for nearly all: digits, and as many as there should be
        as_they_are = " and ".join(
            f"strlen({column}) = {width} and {column} between '0' and ':' and not suffix({column}, ' ')"
            if width
            else f"{column} > '0'"
            for column, _, width in stored
        )
        joined = f"case when {as_they_are} then concat({', '.join(column for column, *_ in stored)}) else {joined} end"
    return joined, "VARCHAR"


def _part(column: str, kind: str, width: str) -> str:
    """A part of a joined value: digits have as many as they should, anything else is unreadable."""
    text = column if kind == "VARCHAR" else f"cast({column} as varchar)"
    # SAS and Stata have whole numbers with decimals
    stored = f"regexp_replace({text}, '^([0-9]+)[.]0+$', '\\1')"
    if not width:
        return f"nullif({stored}, '')"
    digits = f"trim({stored}, '{values.BLANKS}')"
    return (
        f"case when regexp_full_match({digits}, '[0-9]{{1,{width}}}') then lpad({digits}, {width}, '0') "
        f"when {digits} != '' then '{UNREADABLE_PART}' end"
    )


def _search(file: DataFile, rule: Rule, listed_codes: str) -> str:
    """The condition that one of the columns of codes may have a listed one."""
    columns = [file.columns[name] for name in _sources_in(file, rule) if name in file.columns]
    return " or ".join(
        f"regexp_full_match({values.stored(*column)}, {text_literal(listed_codes)})" for column in columns
    )


def _gather(file: DataFile, layout: Layout, rule: Rule, listed_codes: str) -> tuple[str, str]:
    """Codes of several columns as one text, each in its place, with a sign before it that is of no code.

    Only where one of them may be a listed one: to join thirty columns of every row of the register takes longer than to
    read them.
    """
    texts = [values.stored(*file.columns[name]) if name in file.columns else "null" for name in _sources_in(file, rule)]
    joined = f"concat('{NO_CODE}', " + f", '{BETWEEN}{NO_CODE}', ".join(texts) + ")"
    # a column holds one code, so that a blank within it does not make two
    codes = f"regexp_replace({joined}, '[{values.BLANKS},;|/]+', '', 'g')"
    return f"case when {_search(file, rule, listed_codes)} then translate({codes}, '{BETWEEN}', ' ') end", "VARCHAR"


def _recode(file: DataFile, _: Layout, rule: Rule, __: str) -> tuple[str, str]:
    """Other words for some values; a value without one stays as it is."""
    (name,) = columns_of(rule.sources[0], file.columns)
    stored, text = values.stored(*file.columns[name]), values.text(*file.columns[name])
    pairs = [pair.split("=", 1) for pair in rule.argument.split()]
    cases = " ".join(f"when {text_literal(old)} then {text_literal(new)}" for old, new in pairs)
    # quick for nearly all: it stands there as the rule has it
    return f"case {stored} {cases} else case {text} {cases} else {text} end end", "VARCHAR"


def _file_name(file: DataFile, _: Layout, rule: Rule, __: str) -> tuple[str, str]:
    """What the file's name says. Raises DeliveryError."""
    found = re.search(rule.argument, file.path.name)
    if not found:
        raise DeliveryError(
            file.path,
            "its name does not say what its layout reads there",
            f"name it so that it has {on_one_line(masked(rule.argument))}",
            column=rule.column,
        )
    return f"cast({text_literal(found[1])} as varchar)", "VARCHAR"


def _constant(_: DataFile, __: Layout, rule: Rule, ___: str) -> tuple[str, str]:
    return f"cast({text_literal(rule.argument)} as varchar)", "VARCHAR"


def _row_id(file: DataFile, _: Layout, rule: Rule, __: str) -> tuple[str, str]:
    """A name for what a row says: of two rows that say the same it is the same."""
    names = [name for name in _sources_in(file, rule) if name in file.columns]
    columns = ", ".join(values.quoted(file.columns[name][0]) for name in names)
    return f"to_hex(hash({columns}))", "VARCHAR"


def _absent(_: DataFile, __: Layout, rule: Rule, ___: str) -> tuple[str, str]:
    return NOTHING.get(rule.column, ("cast(null as varchar)", "VARCHAR"))


RULES: dict[str, Callable[[DataFile, Layout, Rule, str], tuple[str, str]]] = {
    "column": _column,
    "join": _join,
    "gather": _gather,
    "recode": _recode,
    "file_name": _file_name,
    "constant": _constant,
    "row_id": _row_id,
    "absent": _absent,
}
