"""Runs one program in a process of its own and says what it took.

A process begins with the peak memory of the one that started it, so the benchmark itself must stay small: whatever
needs DuckDB or Polars runs as a module of its own.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

# How `make build` says in the end what each of its stages took.
STAGES = re.compile(r"; seconds: (.*)\.$", re.MULTILINE)
T = TypeVar("T")


class MeasurementError(Exception):
    """A measured program failed, or its answer is not the warehouse's."""


@dataclasses.dataclass(frozen=True)
class Measurement:
    """What a process and those that it started took: seconds by the clock, of processors, and of its work alone (start
    and imports left out; of dbt, while SQL of models and seeds ran), and the most memory that one of them had.

    Of a build there are the seconds of its stages; of dbt those of SQL by layer and model, where statements that ran
    side by side are added, and how many nodes there were.
    """

    wall: float
    cpu: float
    work: float
    peak_mb: float
    stages: Counter[str] = dataclasses.field(default_factory=Counter)
    layers: Counter[str] = dataclasses.field(default_factory=Counter)
    models: Counter[str] = dataclasses.field(default_factory=Counter)
    nodes: int = 0


def measure(command: list[str], folder: Path, settings: Mapping[str, str] | None = None) -> Measurement:
    """Run a command to its end. Raises MeasurementError with its output when it fails."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | (settings or {}), stdout=output, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if process.returncode:
        raise MeasurementError(f"{' '.join(command)} ended with {process.returncode}:\n{text[-3000:]}")
    work = wall
    for line in text.splitlines():
        if line.startswith('{"work"'):
            work = json.loads(line)["work"]
    said = STAGES.search(text)
    stages = dict(part.rsplit(" ", 1) for part in said[1].split(", ")) if said else {}
    return Measurement(
        wall,
        usage.ru_utime + usage.ru_stime,
        work,
        usage.ru_maxrss / 1024,
        Counter({name: float(seconds) for name, seconds in stages.items()}),
    )


def run_module(name: str, *arguments: object) -> Measurement:
    """Measure one of this folder's programs."""
    return measure([sys.executable, "-m", f"bench.{name}", *map(str, arguments)], Path(__file__).parents[1])


def print_work(program: Callable[..., T], *arguments: object) -> T:
    """Run a program and print how long it worked, as `measure` reads it."""
    start = time.perf_counter()
    answer = program(*arguments)
    print(json.dumps({"work": time.perf_counter() - start}), flush=True)
    return answer
