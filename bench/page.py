"""The results as Markdown: what users wait for on each extract and on the sample, growth, and which goals hold."""

from __future__ import annotations

import importlib.metadata
import math
import os
import platform
import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench.measure import Measurement

BEGIN, END = "<!-- results -->\n", "<!-- end of results -->\n"
Measured = Sequence[Measurement]
Results = Mapping[float, Mapping[str, Measured]]
Figure = Callable[[Measurement], float]
PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb", "polars", "pysail")
ROWS = {
    "floor_op": "floor A: decode `op`",
    "floor_needed": "floor B: decode every needed column",
    "by_hand_duckdb": "hand-written DuckDB",
    "by_hand_polars": "hand-written Polars",
    "make_first": "**`make build`, first**",
    "make_again": "`make build`, again",
    "limited": "`make build`, first, `DUCKDB_MEMORY_LIMIT=1GB`",
    "dbt_first": "first `dbt build` without tests",
    "gate": "of each: gate and profile",
    "trivial": "dbt alone: as many trivial models",
    "naive": "textbook dbt chain",
    "reduce": "`reduce` on Sail",
}
SAMPLE_ROWS = {
    "make_first": "`make build`, first",
    "dbt_with_tests": "first `dbt build`, with its tests",
    "report": "`report`",
    "export": "`export`",
    "docs": "`docs`",
    "test": "`make test`",
}
BUILDS = ("make_first", "make_again", "limited")
GROWING = ("floor_needed", "by_hand_duckdb", "by_hand_polars", "gate", "make_first", "dbt_first")


def work(measured: Measurement) -> float:
    """Seconds of the work itself."""
    return measured.work


def wall(measured: Measurement) -> float:
    """Seconds by the clock, start and all."""
    return measured.wall


def cpu(measured: Measurement) -> float:
    """Seconds of processors."""
    return measured.cpu


def peak(measured: Measurement) -> float:
    """The most memory that a process had, in MB."""
    return measured.peak_mb


def stage(name: str) -> Figure:
    """Seconds of a stage of a build."""
    return lambda measured: measured.stages[name]


def median(measured: Measured, figure: Figure) -> float:
    """The median of a figure over the runs."""
    return statistics.median(map(figure, measured))


def report(results: Results, sample: Mapping[str, Measured], command: str) -> str:
    """All results."""
    runs = len(sample["make_first"])
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [
        f"`{command}`\n\n{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, {versions}. "
        f"{'One run' if runs == 1 else f'Medians of {runs} runs'}.\n",
        goals(results, sample),
        sample_table(sample),
        *(size_table(millions, of_size) for millions, of_size in results.items()),
    ]
    if len(results) > 1:
        parts.append(growth_table(results))
    return "\n".join(parts)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, figures to the right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def size_table(millions: float, of_size: Mapping[str, Measured]) -> str:
    """What everything took on one extract, the stages of builds, and the time of SQL by layer and costliest model."""
    floor = median(of_size["floor_needed"], work)
    rows = [
        [
            name,
            f"{median(of_size[key], wall):.1f}",
            f"{median(of_size[key], work):.2f}",
            f"{median(of_size[key], work) / floor:.2f}",
            f"{median(of_size[key], cpu):.1f}",
            f"{median(of_size[key], peak):.0f}",
        ]
        for key, name in ROWS.items()
        if key in of_size
    ]
    names = list(of_size["make_first"][0].stages)
    stages = [[ROWS[key].strip("*"), *(f"{median(of_size[key], stage(name)):.1f}" for name in names)] for key in BUILDS]
    first = of_size["dbt_first"]
    costs = [
        [name, f"{statistics.median(getattr(measured, kind)[name] for measured in first):.2f}"]
        for kind in ("layers", "models")
        for name, _ in getattr(first[0], kind).most_common(6)
    ]
    return "\n".join(
        [
            f"### {millions:g} million rows\n",
            table(["", "clock, s", "work, s", "work × floor B", "processors, s", "peak, MB"], rows),
            "" if "naive" in of_size else "The textbook chain was not run at this size.\n",
            table(["stages of a build, s by the clock", *names], stages),
            table(["SQL of the costliest layers and models (side by side added)", "s"], costs),
        ]
    )


def sample_table(sample: Mapping[str, Measured]) -> str:
    """What users wait for on the sample."""
    rows = [
        [
            name,
            f"{median(sample[key], wall):.1f}",
            f"{median(sample[key], cpu):.1f}",
            f"{median(sample[key], peak):.0f}",
        ]
        for key, name in SAMPLE_ROWS.items()
        if key in sample
    ]
    return f"### The sample\n\n{table(['', 'clock, s', 'processors, s', 'peak, MB'], rows)}"


def growth_table(results: Results) -> str:
    """How time and memory grow: the exponent of the number of rows."""
    rows = [
        [ROWS[key].strip("*"), *(f"{exponent(results, key, figure):.2f}" for figure in (wall, work, peak))]
        for key in GROWING
    ]
    sizes = ", ".join(f"{millions:g}" for millions in results)
    header = ["exponent of", "clock", "work", "peak memory"]
    return f"### Growth from {sizes} million rows\n\n{table(header, rows)}"


def exponent(results: Results, key: str, figure: Figure) -> float:
    """Slope of the least-squares line through the logarithms of rows and figure; 1 is linear."""
    rows = [math.log(millions) for millions in results]
    figures = [math.log(median(of_size[key], figure)) for of_size in results.values()]
    return statistics.linear_regression(rows, figures).slope


def goals(results: Results, sample: Mapping[str, Measured]) -> str:
    """Each goal with what was measured on the largest extract."""
    largest, of_size = max(results.items())
    make, sql = median(of_size["make_first"], wall), median(of_size["dbt_first"], work)
    polars, duckdb = of_size["by_hand_polars"], of_size["by_hand_duckdb"]
    surfaces = sum(median(sample[key], wall) for key in ("report", "export", "docs"))
    lines = [
        ("`make build`, first: at most 2.0 × hand-written Polars by the clock", make / median(polars, wall), 2, "×"),
        ("`make build`, first: at most 3.5 × hand-written DuckDB by the clock", make / median(duckdb, wall), 3.5, "×"),
        (
            "gate and profile: at most 2.5 × floor B",
            median(of_size["gate"], work) / median(of_size["floor_needed"], work),
            2.5,
            "×",
        ),
        ("record: at most 5 s", median(of_size["make_first"], stage("record")), 5, " s"),
        ("SQL of a first build: at most 1.0 × hand-written Polars", sql / median(polars, work), 1, "×"),
        ("peak memory of `make build`: at most 1,200 MB", median(of_size["make_first"], peak), 1200, " MB"),
        ("`dbt build` of the sample with its tests: at most 20 s", median(sample["dbt_with_tests"], wall), 20, " s"),
        ("`make build` of the sample: at most 35 s", median(sample["make_first"], wall), 35, " s"),
        ("report, export and docs of the sample: at most 20 s", surfaces, 20, " s"),
    ]
    if "test" in sample:
        lines.append(("`make test`: at most 360 s", median(sample["test"], wall), 360, " s"))
    rows = [[goal, f"{shown(figure)}{unit}", holds(figure, most)] for goal, figure, most, unit in lines]
    rows.append(["`make build` with `DUCKDB_MEMORY_LIMIT=1GB`: completes", "completes", "yes"])
    with_naive = max((millions for millions in results if "naive" in results[millions]), default=None)
    if with_naive is not None:
        ratio = median(results[with_naive]["naive"], work) / median(results[with_naive]["dbt_first"], work)
        goal = f"textbook chain: at least 5 × the SQL of a first build (at {with_naive:g} million rows)"
        rows.append([goal, f"{ratio:.3g}×", holds(5, ratio)])
    grown = {millions: of_size for millions, of_size in results.items() if millions >= 10}
    if len(grown) > 1:
        slope = exponent(grown, "make_first", wall)
        goal = "`make build`: grows at most with rows to the power 1.05, from 10 million"
        rows.append([goal, f"{slope:.2f}", holds(slope, 1.05)])
    return f"### Goals, at {largest:g} million rows\n\n{table(['goal', 'measured', 'holds'], rows)}"


def shown(figure: float) -> str:
    """A figure with three digits that tell something."""
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.3g}"


def holds(figure: float, most: float) -> str:
    """Whether a figure is as small as it should be."""
    return "yes" if figure <= most else "**no**"


def write(path: Path, text: str) -> None:
    """Put the results between the marks of the page."""
    before, rest = path.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
