"""The results as Markdown: a table per size, growth, and the goals that hold or do not."""

from __future__ import annotations

import importlib.metadata
import math
import os
import platform
import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench.build import Build
from bench.measure import Measurement

BEGIN, END = "<!-- results -->\n", "<!-- end of results -->\n"
Measured = Sequence[Measurement | Build]
Results = Mapping[float, Mapping[str, Measured]]
PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb", "polars")
ROWS = {
    "floor_op": "floor A: decode `op`",
    "floor_needed": "floor B: decode every needed column",
    "by_hand_duckdb": "hand-written DuckDB",
    "by_hand_polars": "hand-written Polars",
    "first": "**first build**",
    "limited": "first build within 1 GB for DuckDB",
    "unchanged": "nothing changed",
    "month": "one month more",
    "code": "one listed code more",
    "naive": "textbook dbt chain",
    "gate": "of a first build: files looked at before dbt",
    "trivial": "dbt alone: as many trivial models",
}
BUILDS = ("first", "unchanged", "month", "code")
GROWING = ("floor_needed", "by_hand_duckdb", "by_hand_polars", "first", "month")


def work(measured: Measurement | Build) -> float:
    """Seconds of the work itself: of a build its SQL, of a program what it does after its imports."""
    return measured.sql if isinstance(measured, Build) else measured.work


def process(measured: Measurement | Build) -> Measurement:
    """What the process took as a whole."""
    return measured.process if isinstance(measured, Build) else measured


def wall(measured: Measurement | Build) -> float:
    """Seconds by the clock, start and all."""
    return process(measured).wall


def peak(measured: Measurement | Build) -> float:
    """The most memory that the process had, in MB."""
    return process(measured).peak_mb


def median(measured: Measured, figure: Callable[[Measurement | Build], float]) -> float:
    """The median of a figure over the runs."""
    return statistics.median(map(figure, measured))


def report(results: Results, sample: Sequence[Build], command: str) -> str:
    """All results."""
    runs = len(next(iter(results.values()))["first"])
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [
        f"`{command}`\n\n{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, {versions}. "
        f"{'One run' if runs == 1 else f'Medians of {runs} runs'}.\n"
    ]
    parts += [goals(results, sample)]
    parts += [size_table(millions, of_size) for millions, of_size in results.items()]
    if len(results) > 1:
        parts.append(growth_table(results))
    return "\n".join(parts)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, figures to the right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def size_table(millions: float, of_size: Mapping[str, Measured]) -> str:
    """What everything took on one extract, and the time of SQL by layer and of the costliest models."""
    floor = median(of_size["floor_needed"], work)
    rows = [
        [
            name,
            f"{median(of_size[key], work):.2f}",
            f"{median(of_size[key], work) / floor:.2f}",
            f"{median(of_size[key], wall):.1f}",
            f"{median(of_size[key], lambda measured: process(measured).cpu):.1f}",
            f"{median(of_size[key], peak):.0f}",
        ]
        for key, name in ROWS.items()
        if key in of_size
    ]
    header = ["", "work, s", "× floor B", "clock, s", "processors, s", "peak, MB"]
    layers = sorted({layer for key in BUILDS for build in of_size[key] for layer in build.layers})
    models = [name for name, _ in of_size["first"][0].models.most_common(5)]
    layer_rows = [
        [name, *(f"{median(of_size[key], seconds_of(kind, name)):.2f}" for key in BUILDS)]
        for kind, names in (("layers", layers), ("models", models))
        for name in names
    ]
    naive = "" if "naive" in of_size else "\nThe textbook chain was not run at this size.\n"
    return (
        f"### {millions:g} million rows\n\n{table(header, rows)}{naive}\n"
        "SQL by layer, and of the five costliest models, s (statements that ran side by side are added):\n\n"
        f"{table(['', 'first build', 'nothing changed', 'one month more', 'one code more'], layer_rows)}"
    )


def seconds_of(kind: str, name: str) -> Callable[[Build], float]:
    """SQL seconds of a layer or a model."""
    return lambda build: getattr(build, kind)[name]


def growth_table(results: Results) -> str:
    """How time and memory grow: the exponent of the number of rows."""
    rows = [
        [ROWS[key].strip("*"), f"{exponent(results, key, work):.2f}", f"{exponent(results, key, peak):.2f}"]
        for key in GROWING
    ]
    sizes = ", ".join(f"{millions:g}" for millions in results)
    return f"### Growth from {sizes} million rows\n\n{table(['exponent of', 'work', 'peak memory'], rows)}"


def exponent(results: Results, key: str, figure: Callable[[Measurement | Build], float]) -> float:
    """Slope of the least-squares line through the logarithms of rows and figure; 1 is linear."""
    rows = [math.log(millions) for millions in results]
    figures = [math.log(median(of_size[key], figure)) for of_size in results.values()]
    return statistics.linear_regression(rows, figures).slope


def goals(results: Results, sample: Sequence[Build]) -> str:
    """Each goal with what was measured on the largest extract that it was measured on."""
    largest, of_size = max(results.items())
    first = median(of_size["first"], work)
    trivial = median(of_size["trivial"], wall)
    with_naive = max((millions for millions in results if "naive" in results[millions]), default=None)
    memory = max(median(measured[key], peak) for measured in results.values() for key in BUILDS)
    lines = [
        ("first build, SQL: at most 1.5 × floor B", first / median(of_size["floor_needed"], work), 1.5, "×"),
        (
            "first build, SQL: at most 1.0 × hand-written Polars",
            first / median(of_size["by_hand_polars"], work),
            1,
            "×",
        ),
        ("peak memory of a build, any size: at most 2,000 MB", memory, 2000, " MB"),
        (
            "one month more, SQL: at most 1/30 of the first build",
            median(of_size["month"], work) / first,
            1 / 30,
            " of it",
        ),
        ("one month more, by the clock: at most dbt alone + 3 s", median(of_size["month"], wall) - trivial, 3, " s"),
        (
            "nothing changed, by the clock: at most dbt alone + 1 s",
            median(of_size["unchanged"], wall) - trivial,
            1,
            " s",
        ),
        (
            "one listed code more, SQL: at most half of the first build",
            median(of_size["code"], work) / first,
            0.5,
            " of it",
        ),
        ("sample with all its tests, by the clock: at most 30 s", median(sample, wall), 30, " s"),
    ]
    rows = [[goal, f"{figure:.3g}{unit}", holds(figure, most)] for goal, figure, most, unit in lines]
    if with_naive is not None:
        ratio = median(results[with_naive]["naive"], work) / median(results[with_naive]["first"], work)
        goal = f"textbook chain: at least 30 × as long (at {with_naive:g} million rows)"
        rows.insert(2, [goal, f"{ratio:.3g}×", holds(30, ratio)])
    rows.insert(4, ["first build within 1 GB for DuckDB: completes", "completes", "yes"])
    if len(results) > 1:
        slope = exponent(results, "first", work)
        rows.append(["first build, SQL: grows at most with rows to the power 1.05", f"{slope:.2f}", holds(slope, 1.05)])
    return f"### Goals, at {largest:g} million rows\n\n{table(['goal', 'measured', 'holds'], rows)}"


def holds(figure: float, most: float) -> str:
    """Whether a figure is as small as it should be."""
    return "yes" if figure <= most else "**no**"


def write(path: Path, text: str) -> None:
    """Put the results between the marks of the page."""
    before, rest = path.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
