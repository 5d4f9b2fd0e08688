"""The sample: the same for a seed number, and nobody's."""

from __future__ import annotations

from pathlib import Path

import duckdb

from vardkoer import paths
from vardkoer.sample import DEFAULT_SEED, ensure_sample, generate

CONTENT = "select count(*), bit_xor(hash(rows)) from read_parquet('{folder}/*.parquet', union_by_name = true) as rows"


def test_the_same_seed_number_gives_the_same_rows(tmp_path: Path) -> None:
    ensure_sample()
    generate(tmp_path, DEFAULT_SEED)
    for folder in ("sv", "ov"):
        once, again = (
            duckdb.sql(CONTENT.format(folder=base / "par" / folder)).fetchone() for base in (paths.SAMPLE, tmp_path)
        )
        assert once == again
    for report in (tmp_path / "region_reports").iterdir():
        assert report.read_bytes() == (paths.SAMPLE / "region_reports" / report.name).read_bytes()


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
