"""The register as people have it: the same contacts give the same counts in each layout, and what it lacks is said."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from compiled_project import GRANT_MARTS, MARTS, CompiledProject
from layout_files import CONTRACT_FORMS, FORMS, LAYOUTS, random_extract, write_extract_in

COUNTS = (
    "select * from warehouse.marts.operation_counts where settlement_id in "
    "('2025_additional_payment', '2025_additional_followup', '2025_block2_payment', '2025_block2_followup')"
)
GAPS = (
    "select distinct gap from warehouse.marts.settlement_gaps where settlement_id = '2025_additional_payment' "
    "and region_code is null and gap != 'cutoff_not_reached'"
)
STATUSES = (
    "select distinct status from warehouse.marts.grant_allocations where settlement_id = '2025_additional_followup' "
    "and region_code = '01'"
)
# What only the contract's own columns can say.
WITHOUT_VINTAGE = {"agency_research", "wide_codes"}


@contextlib.contextmanager
def built(project: CompiledProject, par_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with project.build(par_path, marts=(*MARTS, *GRANT_MARTS, "delivered_files", "row_account")) as connection:
        yield connection


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("layout", sorted(LAYOUTS.keys() - {"contract"}))
def test_the_same_contacts_give_the_same_counts(
    project: CompiledProject, tmp_path: Path, layout: str, seed: int
) -> None:
    extract = random_extract(random.Random(seed), 150, has_vintage=layout not in WITHOUT_VINTAGE)
    as_contract = write_extract_in("contract", extract, tmp_path / "contract", CONTRACT_FORMS)
    as_people_have_it = write_extract_in(layout, extract, tmp_path / layout, FORMS)
    with built(project, as_contract) as connection:
        expected, reasons = sorted(connection.execute(COUNTS).fetchall(), key=str), reasons_in(connection)
        assert connection.execute(GAPS).fetchall() == []
    with built(project, as_people_have_it) as connection:
        assert sorted(connection.execute(COUNTS).fetchall(), key=str) == expected
        assert sum(counted(expected)) > 100
        gaps = {gap for (gap,) in connection.execute(GAPS).fetchall()}
        assert gaps == ({"vintage", "identity"} if layout in WITHOUT_VINTAGE else set())
        if layout not in WITHOUT_VINTAGE:
            assert reasons_in(connection) == reasons
        status = "provisional" if layout in WITHOUT_VINTAGE else "final"
        assert connection.execute(STATUSES).fetchall() == [(status,)]
        rows = connection.execute("select sum(rows) from warehouse.marts.row_account").fetchall()
        assert rows == [(sum(map(len, extract.values())),)]
        assert connection.execute("select distinct layout_id from warehouse.marts.delivered_files").fetchall() == [
            (layout,)
        ]


def counted(counts: list[tuple[object, ...]]) -> list[int]:
    return [row[6] for row in counts if isinstance(row[6], int)]


def reasons_in(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute(
        "select settlement_id, contact_key, category_id, operation_date, reason "
        "from warehouse.marts.contact_decisions order by all"
    ).fetchall()
