"""From what a file stores to the value that the rules read: one way for each column and type, or none.

Each function gives the DuckDB expression for one column of one file, by the name and type that the column has there.
A value is text whatever stores it: `77`, `77.0` and a `77` among blanks are the same contact. What is missing becomes
NULL. What is there and cannot be read becomes NULL too where the gate has sent its row to quarantine before, and
`unreadable` where a rule wants to know (dates of codes).
"""

from __future__ import annotations

# Whatever a keyboard or a program leaves around a value.
BLANKS = (
    " \t\n\r\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
)
NO_BLANKS = "[!-~]+"
WHOLE_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
# Whole numbers beyond these cannot be told from their neighbours.
LARGEST_EXACT = {"FLOAT": 2**24, "DOUBLE": 2**53}
DAY_TYPES = ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
TEXT_TYPES = ("VARCHAR", "BOOLEAN", "UUID", '"NULL"')
ZONED_TYPES = ("TIMESTAMP WITH TIME ZONE", "TIME WITH TIME ZONE")
YEAR = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
DATE_FORM = f"^({YEAR}-[0-9]{{2}}-[0-9]{{2}}|{YEAR}[0-9]{{4}})([ T][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}([.,][0-9]+)?)?)?$"
TRUE, FALSE = "true|t|1|yes|y|ja|j", "false|f|0|no|n|nej"
UNREADABLE = "unreadable"
WHOLE_NUMBER, NUMBER_WITH_EXPONENT = "-?[0-9]+", r"-?[0-9]+([.,][0-9]+)?[eE]\+[0-9]+"


def is_known(kind: str) -> bool:
    """True for the types that the functions below have an answer for."""
    return kind in WHOLE_TYPES + DAY_TYPES + TEXT_TYPES or kind in LARGEST_EXACT or kind.startswith(("DECIMAL", "ENUM"))


def text(name: str, kind: str) -> str:
    """A value as text, without blanks around it; NULL where nothing is left. A whole number has no decimals."""
    column = quoted(name)
    if kind in LARGEST_EXACT:
        return (
            f"if({column} = trunc({column}) and abs({column}) <= {LARGEST_EXACT[kind]}, "
            f"cast(try_cast({column} as hugeint) as varchar), cast({column} as varchar))"
        )
    if kind == "VARCHAR" or kind.startswith(("DECIMAL", "ENUM")):
        return rf"regexp_replace({label(name, kind)}, '^([0-9]+)\.0+$', '\1')"
    return stored(name, kind)


def is_inexact(name: str, kind: str) -> str:
    """True for what a program has made of a number that it did not keep whole, so that many would be one."""
    if kind in LARGEST_EXACT:
        return f"not regexp_full_match({text(name, kind)}, '{WHOLE_NUMBER}')"
    return f"regexp_full_match({text(name, kind)}, '{NUMBER_WITH_EXPONENT}')"


def stored(name: str, kind: str) -> str:
    """A value as text as it stands. The search for codes, the join on contacts and the grouping by residence pass over
    every row of the register and can go to the Parquet reader when nothing is done to it."""
    return _as_varchar(quoted(name), kind)


def may_differ_from_text(name: str, kind: str) -> str:
    """True where `text` may give another value than `stored` or one that is not exact: a blank at either end, a number
    with decimals or an exponent.

    It is asked of every row of the register, hence no regular expression: a blank is one of ASCII, or a character of
    several bytes.
    """
    if kind == "VARCHAR":
        column = quoted(name)
        ends = " or ".join(f"suffix({column}, '{blank}')" for blank in BLANKS if blank.isascii())
        is_decimal = f"(suffix({column}, '0') and contains({column}, '.'))"
        is_inexact = f"contains({column}, '+')"
        return f"({column} <= '!' or strlen({column}) != length({column}) or {ends} or {is_decimal} or {is_inexact})"
    return "false" if kind in WHOLE_TYPES else "true"


def label(name: str, kind: str) -> str:
    """A text without blanks around it; NULL where nothing is left. Only what has one anywhere is trimmed, which costs
    ten times as much as to see that there is none."""
    column = stored(name, kind)
    return f"if(regexp_full_match({column}, '{NO_BLANKS}'), {column}, nullif(trim({column}, '{BLANKS}'), ''))"


def whole_number(name: str, kind: str) -> str:
    """A whole number of 64 bits; NULL for anything else."""
    if kind in WHOLE_TYPES:
        return f"{'try_cast' if kind in ('HUGEINT', 'UBIGINT') else 'cast'}({quoted(name)} as bigint)"
    value = text(name, kind)
    return f"if(regexp_full_match({value}, '-?[0-9]+'), try_cast({value} as bigint), null)"


def day(name: str, kind: str) -> str:
    """A date between the years 1 and 9999, written `YYYY-MM-DD` or `YYYYMMDD`, a time of day after it cut; NULL for
    anything else, a moment in a time zone among it, whose day depends on where one is."""
    column = quoted(name)
    if kind in DAY_TYPES:
        return f"if(year({column}) between 1 and 9999, cast({column} as date), null)"
    written = f"regexp_extract({text(name, kind)}, '{DATE_FORM}', 1)"
    return f"cast(try_strptime({written}, ['%Y-%m-%d', '%Y%m%d']) as date)"


def is_unreadable_day(name: str, kind: str) -> str:
    """The condition that there is something in a column and it is no date."""
    if kind == "DATE":
        return f"({quoted(name)} not between date '0001-01-01' and date '9999-12-31')"
    return f"({day(name, kind)} is null and not ({is_missing(name, kind)}))"


def day_in_any_year(name: str, kind: str) -> str:
    """As `day`, but for years that have not four digits; where the type is a date, nothing is done to it."""
    return quoted(name) if kind == "DATE" else day(name, kind)


def day_or_unreadable(name: str, kind: str) -> str:
    """A date as the text `YYYY-MM-DD`, `unreadable` where there is something else, NULL where there is nothing."""
    return f"if({is_missing(name, kind)}, null, coalesce(cast({day(name, kind)} as varchar), '{UNREADABLE}'))"


def is_missing(name: str, kind: str) -> str:
    """The condition that there is nothing in a column."""
    return f"{text(name, kind)} is null" if kind == "VARCHAR" or kind.startswith("ENUM") else f"{quoted(name)} is null"


def truth(name: str, kind: str) -> str:
    """True or false in one of the spellings above, whatever their case; NULL for anything else."""
    if kind == "BOOLEAN":
        return quoted(name)
    value = f"lower({text(name, kind)})"
    return (
        # quick for nearly all
        f"case {stored(name, kind)} when 'true' then true when 'false' then false else "
        f"case when regexp_full_match({value}, '{TRUE}') then true "
        f"when regexp_full_match({value}, '{FALSE}') then false end end"
    )


def quoted(name: str) -> str:
    """The name of a column as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def _as_varchar(column: str, kind: str) -> str:
    return column if kind == "VARCHAR" else f"cast({column} as varchar)"
