"""`python -m bench --millions 1 10 75 --runs 3 --write-page`: how long users wait, against what it could take.

Generates extracts, runs on them the commands that users run and the programs that these are held against, and prints
medians and ratios. Every answer must be the warehouse's; the benchmark ends with an error otherwise. See
docs/performance.md.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections import defaultdict
from pathlib import Path

from bench import page
from bench.measure import Measurement, MeasurementError, measure, run_module
from bench.scratch import ScratchProject, run_dbt, trivial_project
from vardkoer.paths import PROJECT

WITHOUT_TESTS = ("--exclude-resource-type", "test", "unit_test")
NAIVE = Path(__file__).with_name("naive")
COMMANDS = {"report": ("report", "--output"), "export": ("export", "--output"), "docs": ("docs",)}
Results = dict[str, list[Measurement]]


def main() -> int:
    """Measure each size; 1 when a program fails or its answer differs."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("--millions", type=float, nargs="+", default=[1], help="rows of each extract, in millions")
    parser.add_argument("--runs", type=int, default=3, help="how often everything is run; medians are shown")
    parser.add_argument(
        "--naive-up-to", type=float, default=10, help="largest extract, in millions, for the textbook chain"
    )
    parser.add_argument("--work", type=Path, default=Path("bench/work"), help="folder of the extracts and warehouses")
    parser.add_argument("--write-page", action="store_true", help="put the results into docs/performance.md")
    parser.add_argument("--tests", action="store_true", help="time make test too, which takes as long as all the rest")
    arguments = parser.parse_args()
    work = arguments.work.absolute()
    results = {}
    try:
        sample = measure_sample(work, arguments.runs)
        for millions in sorted(arguments.millions):
            results[millions] = measure_size(work, millions, arguments.runs, millions <= arguments.naive_up_to)
            say(page.size_table(millions, results[millions]))
        if arguments.tests:
            say("make test")
            sample["test"].append(measure(["make", "test"], PROJECT))
    except MeasurementError as error:
        print(error, file=sys.stderr)
        return 1
    text = page.report(results, sample, " ".join(["python -m bench", *sys.argv[1:]]))
    print(text)
    if arguments.write_page:
        page.write(PROJECT / "docs" / "performance.md", text)
    return 0


def measure_size(work: Path, millions: float, runs: int, is_naive_run: bool) -> Results:
    """Everything that is measured on one extract."""
    folder = work / f"{millions:g}_million"
    say(f"{millions:g} million rows: extract")
    run_module("extract", folder, round(millions * 1_000_000))
    scratch, extract = folder / "scratch", folder / "par"
    project = ScratchProject(scratch, extract)
    answer, seeds = scratch / "answer.parquet", project.root / "seeds"
    results: Results = defaultdict(list)
    for run in range(1, runs + 1):
        say(f"run {run} of {runs}")
        for name, column in (("floor_op", "op"), ("floor_needed", "needed")):
            results[name].append(run_module("floor", column, extract))
        for program in ("by_hand_duckdb", "by_hand_polars"):
            results[program].append(run_module(program, extract, seeds, answer))
        results["gate"].append(run_module("gate", extract))
        project.forget()
        results["make_first"].append(project.vardkoer("build"))
        run_module("check", project.warehouse, answer)
        results["make_again"].append(project.vardkoer("build"))
        project.forget()
        results["dbt_first"].append(project.dbt("build", *WITHOUT_TESTS))
        results["trivial"].append(run_trivial(scratch / "trivial", results["dbt_first"][-1].nodes))
        project.forget()
        results["limited"].append(project.vardkoer("build", DUCKDB_MEMORY_LIMIT="1GB"))
        run_module("check", project.warehouse, answer)
        shutil.rmtree(scratch / "reduced", ignore_errors=True)
        results["reduce"].append(run_module("reduction", extract, scratch / "reduced"))
        if is_naive_run:
            results["naive"].append(run_naive(scratch, extract, seeds))
            run_module("check", scratch / "naive.duckdb", answer, "main.operation_counts")
    return results


def measure_sample(work: Path, runs: int) -> Results:
    """The commands on the sample, from nothing and with all their tests."""
    project = ScratchProject(work / "sample")
    (PROJECT / "data").mkdir(exist_ok=True)
    (project.root / "data").symlink_to(PROJECT / "data")
    results: Results = defaultdict(list)
    say("sample: once, so that it is there")
    project.dbt("parse")
    for run in range(1, runs + 1):
        say(f"sample: run {run} of {runs}")
        project.forget()
        results["dbt_with_tests"].append(project.dbt("build"))
        project.forget()
        results["make_first"].append(project.vardkoer("build"))
        for name, command in COMMANDS.items():
            output = [str(work / "sample" / name)] if command[-1] == "--output" else []
            results[name].append(project.vardkoer(*command, *output))
    return results


def run_trivial(folder: Path, nodes: int) -> Measurement:
    """As many trivial models as the project has nodes, parsed before."""
    trivial_project(folder, nodes)
    settings = {"WAREHOUSE_PATH": str(folder / "trivial.duckdb")}
    run_dbt(folder, settings, "parse")
    return run_dbt(folder, settings, "build")


def run_naive(scratch: Path, extract: Path, seeds: Path) -> Measurement:
    """The textbook chain, in a warehouse of its own."""
    warehouse = scratch / "naive.duckdb"
    warehouse.unlink(missing_ok=True)
    project = shutil.copytree(NAIVE, scratch / "naive", dirs_exist_ok=True)
    settings = {"PAR_PATH": str(extract), "SEEDS_PATH": str(seeds), "WAREHOUSE_PATH": str(warehouse)}
    return run_dbt(project, settings, "build")


def say(what: str) -> None:
    """What is going on, on the screen."""
    print(f"-- {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
