"""`python -m bench --millions 1 10 75 --runs 3 --write-page`: how long the counts take, against what they could take.

Generates extracts, builds warehouses from them, runs the programs that the build is held against, and prints medians
and ratios. Every answer must be the warehouse's; the benchmark ends with an error otherwise. See docs/performance.md.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections import defaultdict
from pathlib import Path

from bench import page
from bench.build import Build, ScratchProject, run_dbt, trivial_project
from bench.measure import Measurement, MeasurementError, run_module
from vardkoer.paths import PROJECT

NAIVE = Path(__file__).with_name("naive")
Results = dict[str, list[Measurement | Build]]


def main() -> int:
    """Measure each size; 1 when a program fails or its answer differs."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("--millions", type=float, nargs="+", default=[1], help="rows of each extract, in millions")
    parser.add_argument("--runs", type=int, default=3, help="how often everything is run; medians are shown")
    parser.add_argument(
        "--naive-up-to", type=float, default=10, help="largest extract, in millions, for the naive chain"
    )
    parser.add_argument("--work", type=Path, default=Path("bench/work"), help="folder of the extracts and warehouses")
    parser.add_argument("--write-page", action="store_true", help="put the results into docs/performance.md")
    arguments = parser.parse_args()
    work = arguments.work.absolute()
    results = {}
    try:
        for millions in sorted(arguments.millions):
            results[millions] = measure_size(work, millions, arguments.runs, millions <= arguments.naive_up_to)
            say(page.size_table(millions, results[millions]))
        sample = measure_sample(work, arguments.runs)
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
    scratch = folder / "scratch"
    project = ScratchProject(scratch)
    extract, answer = scratch / "extract", scratch / "answer.parquet"
    deliver(folder / "par", extract)
    say("what dbt parses once")
    nodes = project.run(extract).nodes
    project.run(extract, "parse", DUCKDB_MEMORY_LIMIT="1GB")
    trivial = trivial_project(scratch / "trivial", nodes)
    run_trivial(trivial)
    results: Results = defaultdict(list)
    for run in range(1, runs + 1):
        say(f"run {run} of {runs}")
        for name, column in (("floor_op", "op"), ("floor_needed", "needed")):
            results[name].append(run_module("floor", column, extract))
        results["trivial"].append(run_trivial(trivial))
        results["gate"].append(run_module("gate", extract))
        project.forget()
        results["first"].append(project.run(extract))
        results["unchanged"].append(project.run(extract))
        for program in ("by_hand_duckdb", "by_hand_polars"):
            results[program].append(run_module(program, extract, project.root / "seeds", answer))
            run_module("check", project.warehouse, answer)
        deliver(folder / "next_month", extract)
        results["month"].append(project.run(extract))
        count_again(project, extract, answer)
        project.list_another_code()
        results["code"].append(project.run(extract))
        count_again(project, extract, answer)
        project.restore_codes()
        deliver(folder / "par", extract)
        project.forget()
        results["limited"].append(project.run(extract, DUCKDB_MEMORY_LIMIT="1GB"))
        count_again(project, extract, answer)
        if is_naive_run:
            results["naive"].append(run_naive(scratch, extract, project.root / "seeds"))
            run_module("check", scratch / "naive.duckdb", answer, "main.operation_counts")
    return results


def measure_sample(work: Path, runs: int) -> list[Build]:
    """The sample, built with all its tests."""
    say("sample")
    project = ScratchProject(work / "sample")
    (PROJECT / "data").mkdir(exist_ok=True)
    (project.root / "data").symlink_to(PROJECT / "data")
    project.run(None, "build")
    return [project.run(None, "build") for _ in range(runs)]


def deliver(source: Path, extract: Path) -> None:
    """Put the files of the sixty months in the extract's folder, or one month's files beside them."""
    if source.name == "par":
        shutil.rmtree(extract, ignore_errors=True)
    for path in source.rglob("*.parquet"):
        place = extract / path.parent.name / path.name
        place.parent.mkdir(parents=True, exist_ok=True)
        os.link(path, place)


def run_trivial(folder: Path) -> Measurement:
    """As many trivial models as the project has nodes."""
    return run_dbt(folder, {"WAREHOUSE_PATH": str(folder / "trivial.duckdb")}, "build").process


def run_naive(scratch: Path, extract: Path, seeds: Path) -> Build:
    """The textbook chain, in a warehouse of its own."""
    warehouse = scratch / "naive.duckdb"
    warehouse.unlink(missing_ok=True)
    project = shutil.copytree(NAIVE, scratch / "naive", dirs_exist_ok=True)
    settings = {"PAR_PATH": str(extract), "SEEDS_PATH": str(seeds), "WAREHOUSE_PATH": str(warehouse)}
    return run_dbt(project, settings, "build")


def count_again(project: ScratchProject, extract: Path, answer: Path) -> None:
    """The warehouse must be what is counted anew, whatever was kept."""
    run_module("by_hand_duckdb", extract, project.root / "seeds", answer)
    run_module("check", project.warehouse, answer)


def say(what: str) -> None:
    """What is going on, on the screen."""
    print(f"-- {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
