"""What looking at files takes that no build has seen: `python -m bench.gate EXTRACT`."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.measure import print_work
from vardkoer.par_extract import check_extract
from vardkoer.paths import SEEDS
from vardkoer.unreadable_rows import read_limits

if __name__ == "__main__":
    print_work(check_extract, Path(sys.argv[1]), read_limits(SEEDS), {})
