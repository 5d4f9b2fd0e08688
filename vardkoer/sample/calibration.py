"""How many operations the sample holds per region, category and month, and when each became known.

The published tables fix the counts of 2025 (bilaga 3), the baseline means (table 4) and, through the amounts paid,
what was known at the payment cut-off. What they leave open is chosen here: the split of a baseline over its three
years and months, the months nobody published, and the whole of 2026.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections import defaultdict
from pathlib import Path

from vardkoer.gate.seeds import read_rows

PUBLISHED_CATEGORIES = ("cataract", "prolapse", "hip_prosthesis")
RATE_KR = {"cataract": 19_000, "prolapse": 39_000, "hip_prosthesis": 108_000}
BASELINE_YEARS = (2022, 2023, 2024)
MEASURED_MONTHS = (6, 7, 8, 9, 10)
NATION = "00"
YEAR_WITH_QUIET_MONTHS = 2023
# Later years get a little more of the sum of a baseline.
YEAR_WEIGHTS = (31, 33, 36)
# Categories without published counts, as a share of another category in the same region and month.
DERIVED_FROM = {"knee_prosthesis": ("hip_prosthesis", 90), "inguinal_hernia": ("hip_prosthesis", 80)}
# Operations that somebody took back between the payment and the follow-up: in these cells one more was late.
TAKEN_BACK = {("01", "cataract"), ("12", "cataract"), ("14", "hip_prosthesis"), ("17", "prolapse")}
# The report says that 16 regions reached the block 2 cap in February; its tables, three months later, give all 21.
# In these five the February operations that make the difference were reported after the payment cut-off.
CAP_REACHED_IN_MARCH = ("04", "12", "18", "21", "25")


@dataclasses.dataclass(frozen=True)
class Cell:
    """Operations of one region, category and month that became known in one way.

    `known`: `on_time` (by the payment cut-off 2025-11-15), `late` (after it, by 2026-02-02), `after_followup`,
    `taken_back` (on time, but withdrawn before the follow-up), `after_2026_cutoff`.
    """

    region_code: str
    category_id: str
    year: int
    month: int
    known: str
    operations: int


def inputs(seeds: Path) -> list[Path]:
    """The seed files that the calibration reads: monthly counts, table 4, grants."""
    names = ("published_monthly_operations.csv", "published_period_operations.csv", "published_grants.csv")
    return [seeds / "published" / name for name in names]


class Published:
    """The published figures that the sample has to meet, read from the seeds."""

    def __init__(self, seeds: Path) -> None:
        """Read the seed files."""
        monthly, table_4, grants = (read_rows(path) for path in inputs(seeds))
        self.monthly = {
            (row["region_code"], row["category_id"], int(row["operation_month"][5:7])): int(row["operations"])
            for row in monthly
        }
        self.mean = {(row["region_code"], row["category_id"]): int(row["baseline_mean"]) for row in table_4}
        self.operations = {(row["region_code"], row["category_id"]): int(row["operations"]) for row in table_4}
        self.change = {(row["region_code"], row["category_id"]): int(row["change_percent"]) for row in table_4}
        self.grant = {(row["region_code"], row["round_id"]): int(row["amount_kr"]) for row in grants}
        self.regions = sorted({region for region, _ in self.mean if region != NATION})

    def additional_cap(self, region: str) -> int:
        """Cap of the additional funds, in proportion to the block 2 amounts (rounded down: close enough here)."""
        return 507_500_000 * self.grant[region, "2025_block2"] // self.grant[NATION, "2025_block2"]


def round_half_up(numerator: int, denominator: int) -> int:
    """Whole number nearest to a fraction, halves away from zero."""
    sign = 1 if numerator >= 0 else -1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def share_out(total: int, weights: list[int]) -> list[int]:
    """Split a whole number in proportion to weights, largest remainders first."""
    weight_sum = sum(weights) or 1
    shares = [total * weight // weight_sum for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % weight_sum), i))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares


def baseline_sums(published: Published, category: str) -> dict[str, int]:
    """Operations of the three baseline years together, such that mean, percentage and the nation's mean fit."""
    options: dict[str, list[int]] = {}
    for region in published.regions:
        mean, operations = published.mean[region, category], published.operations[region, category]
        sums = [3 * mean - 1, 3 * mean, 3 * mean + 1]
        fitting = [
            s for s in sums if round_half_up(100 * (3 * operations - s), s) == published.change[region, category]
        ]
        options[region] = fitting or [3 * mean]
    chosen = {
        region: min(sums, key=lambda s: abs(s - 3 * published.mean[region, category]))
        for region, sums in options.items()
    }
    target = published.mean[NATION, category]
    while round_half_up(sum(chosen.values()), 3) != target:
        step = 1 if round_half_up(sum(chosen.values()), 3) < target else -1
        region = next(region for region in published.regions if chosen[region] + step in options[region])
        chosen[region] += step
    return chosen


def late_operations(published: Published, region: str) -> dict[str, int]:
    """Operations of June-October 2025 unknown at the payment cut-off: the fewest from which the amount paid follows."""
    paid = published.grant[region, "2025_additional"]
    increase = {
        category: published.operations[region, category] - published.mean[region, category]
        for category in PUBLISHED_CATEGORIES
    }
    if paid >= published.additional_cap(region):
        # at the cap, some late reports change nothing
        spare = sum(max(0, increase[c]) * RATE_KR[c] for c in PUBLISHED_CATEGORIES) - paid
        return {"cataract": min(10, spare // (2 * RATE_KR["cataract"])), "prolapse": 0, "hip_prosthesis": 0}
    best: tuple[float, dict[str, int]] | None = None
    for hips, prolapses in itertools.product(
        range(max(0, increase["hip_prosthesis"]) + 1), range(max(0, increase["prolapse"]) + 1)
    ):
        rest = paid - hips * RATE_KR["hip_prosthesis"] - prolapses * RATE_KR["prolapse"]
        cataracts, remainder = divmod(rest, RATE_KR["cataract"])
        if remainder or not 0 <= cataracts <= max(0, increase["cataract"]):
            continue
        paid_increase = {"cataract": cataracts, "prolapse": prolapses, "hip_prosthesis": hips}
        late = {c: max(0, increase[c]) - paid_increase[c] for c in PUBLISHED_CATEGORIES}
        burden = sum((late[c] / published.operations[region, c]) ** 2 for c in PUBLISHED_CATEGORIES)
        if best is None or burden < best[0]:
            best = (burden, late)
    if best is None:
        raise ValueError(f"no set of late operations gives the amount paid to region {region}")
    # a decrease earns nothing whatever is late: one in fifty, so that the late reports show there too
    return {c: n if increase[c] > 0 else published.operations[region, c] // 50 for c, n in best[1].items()}


def late_in_february(published: Published, region: str) -> int:
    """Cataract operations of February 2025 whose lateness moved the block 2 cap from February to March."""
    earned = sum(published.monthly[region, c, 2] * RATE_KR[c] for c in PUBLISHED_CATEGORIES)
    return (earned - published.grant[region, "2025_block2"]) // RATE_KR["cataract"] + 1


def cells(seeds: Path) -> list[Cell]:
    """Every cell of the sample. Raises ValueError when the published figures cannot all be met."""
    published = Published(seeds)
    final = _operations_of_2025(published)
    final |= _operations_before(published, final)
    final |= _operations_of_2026(final)
    for category, (model, percent) in DERIVED_FROM.items():
        final |= {
            (region, category, year, month): n * percent // 100
            for (region, c, year, month), n in final.items()
            if c == model and year >= 2023
        }
    late = _late_by_month(published)
    result = []
    for (region, category, year, month), operations in sorted(final.items()):
        late_here = late.get((region, category, month), 0) if year == 2025 else 0
        taken_back = int((region, category) in TAKEN_BACK and (year, month) == (2025, 10))
        counts = {
            "on_time": operations - late_here - taken_back,
            "late": late_here + taken_back,
            "taken_back": taken_back,
        }
        if year == 2025 and month <= 10:
            counts["after_followup"] = operations // 300
        if year == 2026 and month >= 8:
            counts["after_2026_cutoff"] = operations // 40
            counts["on_time"] -= counts["after_2026_cutoff"]
        result += [Cell(region, category, year, month, known, n) for known, n in counts.items() if n]
    return result


def _operations_of_2025(published: Published) -> dict[tuple[str, str, int, int], int]:
    final = {}
    for region, category in itertools.product(published.regions, PUBLISHED_CATEGORIES):
        for month in range(2, 11):
            final[region, category, 2025, month] = published.monthly[region, category, month]
        february = published.monthly[region, category, 2]
        final[region, category, 2025, 1] = february * 97 // 100
        # outside every period: a few, for the edges
        final[region, category, 2025, 11] = february // 20
        final[region, category, 2025, 12] = february // 25
    return final


def _operations_before(published: Published, final: dict) -> dict[tuple[str, str, int, int], int]:
    before = {}
    for category in PUBLISHED_CATEGORIES:
        sums = baseline_sums(published, category)
        for region in published.regions:
            per_year = share_out(sums[region], list(YEAR_WEIGHTS))
            measured = [final[region, category, 2025, month] for month in MEASURED_MONTHS]
            for year, total in zip(BASELINE_YEARS, per_year, strict=True):
                per_month = share_out(total, measured)
                if year == YEAR_WITH_QUIET_MONTHS:
                    _fill_quiet_months(per_month, measured)
                for month, operations in zip(MEASURED_MONTHS, per_month, strict=True):
                    before[region, category, year, month] = operations
                if year == BASELINE_YEARS[0]:
                    continue
                for month in range(1, 6):
                    now = final[region, category, 2025, month]
                    before[region, category, year, month] = now * total // sum(measured)
    return before


def _fill_quiet_months(per_month: list[int], measured: list[int]) -> None:
    """Give a month that had nothing in 2025 one operation, so that the readings of the mean (contract A3) differ."""
    for index, operations in enumerate(measured):
        if operations == 0 and max(per_month) > 1:
            per_month[per_month.index(max(per_month))] -= 1
            per_month[index] += 1


def _operations_of_2026(final: dict) -> dict[tuple[str, str, int, int], int]:
    """Growth between -6 and +18 percent, different in each region and category."""
    result = {}
    for (region, category, year, month), operations in final.items():
        if year == 2025 and month <= 10:
            growth = 94 + (7 * int(region) + 5 * len(category)) % 25
            result[region, category, 2026, month] = operations * growth // 100
    return result


def _late_by_month(published: Published) -> dict[tuple[str, str, int], int]:
    """Late operations by month: most are of the last months before the cut-off, none more than half of a month."""
    late: dict[tuple[str, str, int], int] = defaultdict(int)
    for region in published.regions:
        for category, total in late_operations(published, region).items():
            rest = total
            for part, month in itertools.product((4, 2), (10, 9, 8, 7, 6)):
                available = published.monthly[region, category, month] // part - late[region, category, month]
                taken = max(0, min(rest, available))
                late[region, category, month] += taken
                rest -= taken
            if rest:
                raise ValueError(f"too many late operations: region {region}, {category}")
    for region in CAP_REACHED_IN_MARCH:
        late[region, "cataract", 2] = late_in_february(published, region)
    return late
