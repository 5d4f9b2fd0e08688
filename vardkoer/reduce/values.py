"""What the gate asks of every row (`vardkoer.gate.account`), in Spark SQL.

Each function gives the expression for one column of one file, by the name that it has there and DuckDB's name of its
type, as `vardkoer.gate.values` does for DuckDB; what can be read is the same. Java and Rust read the patterns alike.
"""

from __future__ import annotations

from vardkoer.gate import values
from vardkoer.gate.account import FAULTS, RESIDENCE_FORM
from vardkoer.gate.files import DataFile


def stored(name: str, kind: str) -> str:
    """A value as text, untouched where the file has text; a number without a fraction is written without one.

    A number that its type does not keep whole becomes another of that kind: every engine writes it in another way, and
    none of them is what was meant.
    """
    column = quoted(name)
    if kind in values.LARGEST_EXACT:
        plain = f"regexp_replace(cast(try_cast({column} as decimal(38, 9)) as string), '[.]?0+$', '')"
        largest = values.LARGEST_EXACT[kind]
        return f"case when abs({column}) <= {largest} then {plain} when {column} is not null then '1e+999' end"
    return column if kind == "VARCHAR" else f"cast({column} as string)"


def quoted(name: str) -> str:
    """The name of a column as an identifier."""
    return "`" + name.replace("`", "``") + "`"


def text(name: str, kind: str) -> str:
    """A value without blanks around it, a whole number without its decimals; NULL where nothing is left."""
    value = f"nullif(trim(both '{values.BLANKS}' from {stored(name, kind)}), '')"
    return f"regexp_replace({value}, '^([0-9]+)[.]0+$', '$1')"


def day(name: str, kind: str) -> str:
    """A date between the years 1 and 9999; NULL for anything else."""
    if kind in values.DAY_TYPES:
        date = f"cast({quoted(name)} as date)"
        return f"if(year({date}) between 1 and 9999, {date}, null)"
    digits = f"replace(regexp_extract({text(name, kind)}, r'{values.DATE_FORM}', 1), '-', '')"
    parts = (f"substr({digits}, {start}, {length})" for start, length in ((1, 4), (5, 2), (7, 2)))
    return f"if({digits} < '0001', null, try_cast(concat_ws('-', {', '.join(parts)}) as date))"


def first_of_month(date: str) -> str:
    """The first day of a date's month. Sail's `trunc` fails before 1677."""
    return f"date_sub({date}, dayofmonth({date}) - 1)"


def county(name: str, kind: str) -> str:
    """The county of a residence, `?` where it cannot be read; NULL where there is none."""
    value = text(name, kind)
    return f"if({value} rlike '^({RESIDENCE_FORM})$', substr({value}, 1, 2), if({value} is null, null, '?'))"


def fault(file: DataFile) -> str:
    """The first fault of a row that cannot be read; NULL for all others."""
    cases = (f"when {IS_FAULTY[column](*file.columns[column])} then '{name}'" for column, name in FAULTS.items())
    return f"case {' '.join(cases)} end"


def _is_no_id(name: str, kind: str) -> str:
    value = text(name, kind)
    if kind in values.LARGEST_EXACT:
        return f"({value} is null or not {value} rlike '^({values.WHOLE_NUMBER})$')"
    return f"({value} is null or {value} rlike r'^({values.NUMBER_WITH_EXPONENT})$')"


def _is_no_whole_number(name: str, kind: str) -> str:
    if kind in values.WHOLE_TYPES:
        return f"try_cast({quoted(name)} as bigint) is null"
    value = text(name, kind)
    return f"try_cast(if({value} rlike '^-?[0-9]+$', {value}, null) as bigint) is null"


def _is_no_truth(name: str, kind: str) -> str:
    return "false" if kind == "BOOLEAN" else f"not lower({text(name, kind)}) rlike '^({values.TRUE}|{values.FALSE})$'"


IS_FAULTY = {
    "vardkontakt_id": _is_no_id,
    "leverans_nr": _is_no_whole_number,
    "inrapporterad": lambda name, kind: f"{day(name, kind)} is null",
    "makulerad": _is_no_truth,
}
