"""What the engines write differently (macros/engines.sql and what uses it) has the same value on both, at its edges."""

from __future__ import annotations

from typing import Any

import duckdb
import jinja2
import pytest

from vardkoer.paths import PROJECT
from vardkoer.spark_build import spark_session

DATES = ["2025-03-03", "20250304", "2025-03-05 10:00:00", "20250306T10", "\t 2025-03-07", "2025-3-6", "2025-02-30"]
TEXTS = [
    *DATES,
    "00000000",
    "2025-03-031",
    "x2025-03-03",
    "2025-03-03\n",
    "",
    "\u00a0x \u2003",
    "200101-0012 a 18200101+0012",
]
CALLS = [
    *(f"whole_quotient('{one}', '{other}')" for one, other in [(7, 2), (6, 2), (0, 5), ("null", 2)]),
    "whole_quotient('cast(750000000001 as ' ~ wide_integer() ~ ') * 750000000000', '750000000000')",
    "rounded_mean('5', '2')",
    "rounded_mean('7', '3')",
    *(f"one_decimal('{number}')" for number in ["12.35e0", "-12.35e0", "100 * (2247 / 2000e0 - 1)", "1 / 3e0"]),
    *(f"add_months(\"date '{date}'\", {n})" for date, n in [("2025-01-31", 1), ("2024-02-29", -12), ("2025-12-01", 2)]),
    "month_difference(\"date '2024-12-31'\", \"date '2025-02-01'\")",
    "each_date(\"date '2024-12-01'\", \"date '2025-02-28'\", 'month')",
    "each_date(\"date '2024-02-28'\", \"date '2024-03-01'\", 'day')",
    "each_number(1, 3)",
    "each_word(\"'one two'\")",
    "each_word('cast(null as string)')",
    "parse_date('text')",
    "trimmed('text')",
    "mask_identity('text')",
    "matches('text', '[0-9]{8}')",
    "replace_all('text', '[0-9]+', 'n')",
    "words_in_order('text', 'text')",
]


def rendered(engine: str, call: str) -> str:
    """The SQL of a macro on an engine, as dbt's dispatch would choose it."""

    class Adapter:
        def dispatch(self, name: str) -> Any:
            return getattr(template.module, f"{engine}__{name}", None) or getattr(template.module, f"default__{name}")

    names = ["engines", "rounded_mean", "one_decimal", "month_difference", "parse_date", "mask_identity", "matches"]
    macros = "\n".join((PROJECT / "macros" / f"{name}.sql").read_text(encoding="utf-8") for name in names)
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.globals["adapter"] = Adapter()
    template = environment.from_string(macros)
    return environment.from_string(macros + "{{ " + call + " }}").render().strip()


@pytest.fixture(scope="module")
def sessions() -> Any:
    with spark_session() as spark, duckdb.connect() as connection:
        connection.execute("create table texts (text varchar)")
        connection.executemany("insert into texts values (?)", [[text] for text in [*TEXTS, None]])
        spark.createDataFrame([(text,) for text in [*TEXTS, None]], "text string").createOrReplaceTempView("texts")
        yield connection, spark


@pytest.mark.parametrize("call", CALLS)
def test_a_macro_has_the_same_value_on_both_engines(call: str, sessions: Any) -> None:
    connection, spark = sessions
    relation = " from texts" if "text" in call else ""
    here = connection.execute(f"select {rendered('duckdb', call)} as value{relation}").fetchall()
    there = [tuple(row) for row in spark.sql(f"select {rendered('spark', call)} as value{relation}").collect()]
    assert sorted(there, key=str) == sorted(here, key=str)
