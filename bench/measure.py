"""Runs one program in a process of its own and says what it took.

A process begins with the peak memory of the one that started it, so the benchmark itself must stay small: whatever
needs DuckDB or Polars runs as a module of its own.
"""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


class MeasurementError(Exception):
    """A measured program failed, or its answer is not the warehouse's."""


@dataclasses.dataclass(frozen=True)
class Measurement:
    """What a process took: seconds by the clock, of processors, of its work alone (start and imports left out), and the
    most memory that it had."""

    wall: float
    cpu: float
    work: float
    peak_mb: float


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
    return Measurement(wall, usage.ru_utime + usage.ru_stime, work, usage.ru_maxrss / 1024)


def run_module(name: str, *arguments: object) -> Measurement:
    """Measure one of this folder's programs."""
    return measure([sys.executable, "-m", f"bench.{name}", *map(str, arguments)], Path(__file__).parents[1])


def print_work(program: Callable[..., Any], *arguments: Any) -> None:
    """Run a program and print how long it worked, as `measure` reads it."""
    start = time.perf_counter()
    program(*arguments)
    print(json.dumps({"work": time.perf_counter() - start}))
