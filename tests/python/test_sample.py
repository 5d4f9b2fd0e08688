"""The sample: the same for a seed number, and nobody's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb

from vardkoer import paths
from vardkoer.sample import ensure_sample

CONTENT = "select count(*), bit_xor(hash(rows)) from read_parquet('{folder}/*.parquet', union_by_name = true) as rows"
# The counties whose contacts are made: some of each rule by which the sample is drawn, in a fraction of the time.
OF_SOME_REGIONS = """
import sys
from pathlib import Path
from vardkoer import sample
cells = sample.calibration.cells
sample.calibration.cells = lambda seeds: [cell for cell in cells(seeds) if cell.region_code in ("04", "17")]
sample.generate(Path(sys.argv[1]), sample.DEFAULT_SEED)
"""


def test_the_same_seed_number_gives_the_same_rows(tmp_path: Path) -> None:
    """In another process, whose sets have another order."""
    once, again = (tmp_path / order for order in "12")
    for folder in (once, again):
        subprocess.run(
            [sys.executable, "-c", OF_SOME_REGIONS, str(folder)],
            cwd=paths.PROJECT,
            env=os.environ | {"PYTHONHASHSEED": folder.name},
            check=True,
        )
    files = {str(path.relative_to(once)) for path in once.rglob("*.*")}
    assert files == {str(path.relative_to(again)) for path in again.rglob("*.*")}
    for part in ("par/sv", "par/ov", "coverage"):
        (count, rows), other = (
            duckdb.sql(CONTENT.format(folder=folder / part)).fetchall()[0] for folder in (once, again)
        )
        assert count > 1_000
        assert (count, rows) == other, part
    for name in files:
        if name.endswith(".csv"):
            assert (once / name).read_bytes() == (again / name).read_bytes(), name


def test_no_identity_number_in_the_sample_was_ever_given_out() -> None:
    """Whatever could be an identity number is of somebody born by 1835, or not yet born."""
    ensure_sample()
    years = duckdb.sql(f"""
        select distinct left(regexp_replace(personnummer, '[ +-]', '', 'g'), 4) as birth_year
        from read_parquet('{paths.SAMPLE}/par/*/*.parquet', union_by_name = true)
        where regexp_full_match(regexp_replace(personnummer, '[ +-]', '', 'g'), '(18|19|20)[0-9]{{10}}')
    """).fetchall()
    assert years
    assert {year for (year,) in years} <= {str(year) for year in range(1800, 1836)} | {"2099"}
