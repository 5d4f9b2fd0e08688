"""What chance alone pays equals a sum over every outcome, where there are few enough to sum."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from fractions import Fraction

import duckdb
import pytest
from reference_grants import half_up

from vardkoer import paths

YEARS = 3
SETTLEMENTS = ("2025_additional_payment", "2025_additional_published")
# Sums over larger counts take too long here; the mart treats all alike.
FEW = 100
REGIONS_AT_THE_CAP = ("09", "23")


@pytest.fixture(scope="module")
def warehouse() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(paths.warehouse_path()), read_only=True)


def poisson(mean: float) -> dict[int, float]:
    """The chance of each number, but for those that never come."""
    spread = math.ceil(9 * math.sqrt(mean)) + 20
    numbers = range(max(0, int(mean) - spread), int(mean) + spread)
    chances = {number: math.exp(number * math.log(mean) - mean - math.lgamma(number + 1)) for number in numbers}
    assert math.isclose(sum(chances.values()), 1, abs_tol=1e-9)
    return chances


def increases(mean: float) -> dict[int, float]:
    """The chance of each increase above the rounded mean of three years that are as likely as the measured one."""
    baseline: dict[int, float] = defaultdict(float)
    for number, chance in poisson(YEARS * mean).items():
        baseline[half_up(Fraction(number, YEARS))] += chance
    found: dict[int, float] = defaultdict(float)
    for (number, one), (rounded, other) in itertools.product(poisson(mean).items(), baseline.items()):
        found[max(0, number - rounded)] += one * other
    return found


def test_categories_earn_by_chance_what_every_outcome_sums_to(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "select baseline_mean::double, rate_kr, eligible_by_chance::double, earned_by_chance_kr "
        "from marts.chance_by_category where settlement_id = $1 and baseline_mean < $2",
        [SETTLEMENTS[0], FEW],
    ).fetchall()
    assert len(rows) > 10
    for mean, rate, eligible, earned in rows:
        expected = sum(number * chance for number, chance in increases(mean).items()) if mean else 0
        assert eligible == pytest.approx(expected, abs=0.0051)
        assert earned == pytest.approx(expected * rate, abs=0.6)


def test_additional_funds_pay_29_millions_by_chance_before_caps(warehouse: duckdb.DuckDBPyConnection) -> None:
    """As an independent computation from the published means has it."""
    for settlement in SETTLEMENTS:
        found = dict(
            warehouse.execute(
                "select category_id, round(sum(earned_by_chance_kr) / 1e6, 1) from marts.chance_by_category "
                "where settlement_id = ? group by all",
                [settlement],
            ).fetchall()
        )
        assert found["cataract"] == 7.6
        assert found["prolapse"] == 3.7
        assert found["hip_prosthesis"] in (17.6, 17.7)


def test_a_cap_takes_from_chance_what_every_outcome_above_it_has(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "select chance.region_code, list(categories.baseline_mean::double order by rate_kr), "
        "list(rate_kr order by rate_kr), any_value(cap_kr), any_value(chance.earned_by_chance_kr), "
        "any_value(performance_by_chance_kr) "
        "from marts.chance_by_region as chance "
        "inner join marts.chance_by_category as categories using (settlement_id, region_code) "
        "inner join marts.grant_allocations using (settlement_id, region_code) "
        "where settlement_id = $1 and list_contains($2, chance.region_code) group by all",
        [SETTLEMENTS[0], list(REGIONS_AT_THE_CAP)],
    ).fetchall()
    assert len(rows) == len(REGIONS_AT_THE_CAP)
    for _, means, rates, cap, before, after in rows:
        amounts = {0: 1.0}
        for mean, rate in zip(means, rates, strict=True):
            longer: dict[int, float] = defaultdict(float)
            likely = {number: chance for number, chance in increases(mean).items() if chance > 1e-12}
            for (amount, one), (number, other) in itertools.product(amounts.items(), likely.items()):
                longer[min(amount + number * rate, cap)] += one * other
            amounts = longer
        expected = sum(amount * chance for amount, chance in amounts.items())
        assert after == pytest.approx(expected, abs=2)
        assert after < before
