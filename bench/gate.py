"""What looking at files takes that no build has seen: `python -m bench.gate EXTRACT`."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.measure import print_work
from vardkoer import gate
from vardkoer.paths import SEEDS

if __name__ == "__main__":
    print_work(gate.check, Path(sys.argv[1]), None, SEEDS)
