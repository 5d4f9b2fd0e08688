"""What rules must be together: several rows of a seed, or rows of several seeds.

Refused is what cannot be settled, and what would be without effect unseen. A round may stand alone while it is no more
than announced; what a settlement of it needs to count must be there. Rates, caps and populations that are not decided
yet are no faults: what depends on them is unknown, and `settlement_gaps` says so (A6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vardkoer.gate.seed_rows import (
    PERIOD,
    Month,
    Row,
    Seeds,
    ends_a_month,
    months_between,
    overlaps,
    periods_of,
    round_of,
    span,
)


def caps_sum_to_the_appropriation(seeds: Seeds) -> Iterator[str]:
    """Where a round has caps each region has one, and together they are what there is to distribute."""
    caps = seeds["grant_caps"]
    regions = {row["region_code"] for row in seeds["regions"].rows}
    for round_id, rows in caps.by("round_id").items():
        number, _ = rows[0]
        missing = sorted(regions - {row["region_code"] for _, row in rows})
        total = sum(int(row["cap_kr"]) for _, row in rows)
        appropriation = int(round_of(seeds, rows[0][1])["appropriation_kr"])
        if missing:
            fault = f"round {round_id} has caps and none for region {', '.join(missing)}"
            yield caps.fault(number, "cap_kr", fault, "give every region one, or no region while they are not decided")
        elif total != appropriation:
            fault = f"the caps of round {round_id} sum to {total}, its appropriation is {appropriation}"
            yield caps.fault(number, "cap_kr", fault, "correct the caps or grant_rounds.csv")


def pots_sum_to_100_percent(seeds: Seeds) -> Iterator[str]:
    """The pots of a round share all that is left."""
    pots = seeds["bonus_pot_shares"]
    for round_id, rows in pots.by("round_id").items():
        total = sum(int(row["share_percent"]) for _, row in rows)
        if total != 100:
            fault = f"the pots of round {round_id} sum to {total} percent"
            yield pots.fault(rows[0][0], "share_percent", fault, "make them 100")


def rates_and_pots_are_for_categories_of_their_round(seeds: Seeds) -> Iterator[str]:
    """One of another category would find no operations."""
    known = {(row["round_id"], row["category_id"]) for row in seeds["round_categories"].rows}
    for seed in (seeds["grant_rates"], seeds["bonus_pot_shares"]):
        for number, row in seed.numbered:
            if (row["round_id"], row["category_id"]) not in known:
                fault = f"round {row['round_id']} does not count {row['category_id']}"
                yield seed.fault(number, "category_id", fault, "add it to round_categories.csv or correct it here")


def rates_pay_for_the_measured_period(seeds: Seeds) -> Iterator[str]:
    """One rate pays for every day that the round measures, and for one operation no more than the round has."""
    rates = seeds["grant_rates"]
    yield from overlaps(rates, ("round_id", "category_id"))
    for number, row in rates.numbered:
        appropriation = int(round_of(seeds, row)["appropriation_kr"])
        if int(row["rate_kr"] or 0) > appropriation:
            fault = f"{row['rate_kr']} kr is more than round {row['round_id']} has to distribute"
            yield rates.fault(number, "rate_kr", fault, "correct it")
        for _, period in periods_of(seeds, row["round_id"], "measured"):
            first, last = span(row)
            if first > period["period_start"] or last < period["period_end"]:
                fault = f"does not pay for {period['period_start']} to {period['period_end']}, which is measured"
                remedy = "correct the dates or leave them empty; a rate that changes inside a round cannot be expressed"
                yield rates.fault(number, "valid_from, valid_to", fault, remedy)


def periods_are_whole_months_once(seeds: Seeds) -> Iterator[str]:
    """Counts are by month (R8); a day that two periods of a round had would count twice."""
    periods = seeds["round_periods"]
    for number, row in periods.numbered:
        if not ends_a_month(row["period_end"]):
            fault = f"{row['period_end']} is not the last day of a month"
            yield periods.fault(number, "period_end", fault, "count whole months")
    yield from overlaps(periods, ("round_id",), PERIOD)


def periods_fit_the_model(seeds: Seeds) -> Iterator[str]:
    """An equal share looks at no period, a volume at one, and an increase compares one with the same months before."""
    seed = seeds["round_periods"]
    for round_id, rows in seed.by("round_id").items():
        model = round_of(seeds, rows[0][1])["allocation_model"]
        measured, baseline = (periods_of(seeds, round_id, role) for role in ("measured", "baseline"))
        superfluous = measured[model != "equal_share" :] + (baseline if model != "increase" else [])
        for number, _ in superfluous:
            fault = f"round {round_id} ({model}) has no use for this period"
            remedy = "remove the row; a volume and an increase measure one period, and an increase alone has baselines"
            yield seed.fault(number, "period_role", fault, remedy)
        for number, row in baseline if model == "increase" and measured else []:
            if not mirrors(row, measured[0][1]):
                fault = f"is not the measured period of round {round_id} in an earlier year"
                yield seed.fault(number, "period_start, period_end", fault, "compare the same months")


def categories_are_counted_from_one_source(seeds: Seeds) -> Iterator[str]:
    """What PAR measures has a definition, what regions report has none, and an equal share counts nothing."""
    seed = seeds["round_categories"]
    for number, row in seed.numbered:
        category = row["category_id"]
        if round_of(seeds, row)["allocation_model"] == "equal_share":
            fault = f"round {row['round_id']} is shared equally and counts nothing"
            yield seed.fault(number, "round_id", fault, "remove the row")
        elif row["counts_from"] == "par" and not row["definition_id"]:
            fault = f"{category} is counted from PAR, and nothing says what makes a contact such an operation"
            yield seed.fault(number, "definition_id", fault, "name a definition of operation_definitions.csv")
        elif row["counts_from"] != "par" and row["definition_id"]:
            fault = f"{category} is counted from region reports, to which no definition applies"
            yield seed.fault(number, "definition_id", fault, "leave it empty, or count from par")


def settlements_can_be_computed(seeds: Seeds) -> Iterator[str]:
    """A settlement says what is counted and until when, and its round what that is."""
    seed, categories = seeds["settlements"], seeds["round_categories"].by("round_id")
    for number, row in seed.numbered:
        round_id, model = row["round_id"], round_of(seeds, row)["allocation_model"]
        if (row["counts_from"] == "none") != (model == "equal_share"):
            fault = f"round {round_id} ({model}) is not settled from '{row['counts_from']}'"
            yield seed.fault(number, "counts_from", fault, "write none for an equal share and for nothing else")
        if row["counts_from"] == "none" or model == "equal_share":
            continue
        if not row["cutoff_date"]:
            fault = "a settlement that counts has no cut-off"
            yield seed.fault(number, "cutoff_date", fault, "write the last day of receipt that it sees")
        parts = [
            ("measured period", "round_periods.csv", periods_of(seeds, round_id, "measured")),
            ("baseline period", "round_periods.csv", model == "volume" or periods_of(seeds, round_id, "baseline")),
            ("category", "round_categories.csv", round_id in categories),
        ]
        for part, file, is_there in parts:
            if not is_there:
                fault = f"round {round_id} has no {part}"
                yield seed.fault(number, "round_id", fault, f"add it to {file}, or settle the round when it is known")


def interim_settlements_end_with_a_month(seeds: Seeds) -> Iterator[str]:
    """An interim settlement measures through a month of its round that was over at the cut-off."""
    seed = seeds["settlements"]
    for number, row in seed.numbered:
        through = row["measured_through"]
        measured = [period for _, period in periods_of(seeds, row["round_id"], "measured")]
        if through and not (
            row["counts_from"] == "par"
            and ends_a_month(through)
            and through < row["cutoff_date"]
            and any(period["period_start"] <= through < period["period_end"] for period in measured)
        ):
            fault = f"{through} is not the last day of a month before the last that is measured, over at the cut-off"
            remedy = "correct it, or leave it empty where the whole period is measured or nothing is counted from par"
            yield seed.fault(number, "measured_through", fault, remedy)


def settlements_are_compared_within_a_round(seeds: Seeds) -> Iterator[str]:
    """Two rounds measure different things."""
    seed = seeds["settlements"]
    rounds = {row["settlement_id"]: row["round_id"] for row in seed.rows}
    for number, row in seed.numbered:
        other = row["compared_with"]
        if other and (rounds[other] != row["round_id"] or other == row["settlement_id"]):
            fault = f"{other} is not another settlement of round {row['round_id']}"
            yield seed.fault(number, "compared_with", fault, "name one, or leave it empty")


def scenarios_are_within_what_was_counted(seeds: Seeds) -> Iterator[str]:
    """A scenario is about whole months of one year and of years before, and its settlement has counted all of them."""
    seed, counted = seeds["scenarios"], months_counted(seeds)
    for number, row in seed.numbered:
        measured = months_between(row["measured_start"], row["measured_end"])
        years = [int(row[column]) for column in ("baseline_first_year", "baseline_last_year") if row[column]]
        if not measured or measured[0][0] != measured[-1][0] or not ends_a_month(row["measured_end"]):
            fault = "does not end with a month of the year in which it starts"
            yield seed.fault(number, "measured_end", fault, "count whole months of one year")
        elif len(years) != (2 if row["allocation_model"] == "increase" else 0) or years != sorted(years):
            fault = "an increase compares with a first and a last year, a volume with none"
            yield seed.fault(number, "baseline_first_year, baseline_last_year", fault, "correct the years")
        else:
            compared = range(years[0], years[1] + 1) if years else range(0)
            wanted = {(year, month) for year in (measured[0][0], *compared) for _, month in measured}
            settlement = row["counts_settlement_id"]
            if measured[0][0] in compared or wanted - counted[settlement].keys():
                fault = f"{settlement} does not count all months of the scenario and of the years before it"
                yield seed.fault(number, "counts_settlement_id", fault, "name one that does, or other dates")


def months_counted(seeds: Seeds) -> dict[str, dict[Month, str]]:
    """The months that each settlement counts, and for which period; an interim one as many as it measures."""
    counted: dict[str, dict[Month, str]] = {}
    for row in seeds["settlements"].rows:
        counted[row["settlement_id"]] = months = {}
        for role in ("baseline", "measured"):
            for _, period in periods_of(seeds, row["round_id"], role):
                of_period = months_between(*span(period, PERIOD))
                months |= dict.fromkeys(of_period[: months_measured(seeds, row)], role)
    return counted


def months_measured(seeds: Seeds, settlement: Row) -> int | None:
    """How many months an interim settlement measures; None when it is the whole period."""
    if not settlement["measured_through"]:
        return None
    measured = [period for _, period in periods_of(seeds, settlement["round_id"], "measured")]
    return len(months_between(measured[0]["period_start"], settlement["measured_through"])) if measured else 0


def mirrors(baseline: Row, measured: Row) -> bool:
    """True when a period has the same months as another, of an earlier year."""
    before, after = (months_between(*span(period, PERIOD)) for period in (baseline, measured))
    return [month for _, month in before] == [month for _, month in after] and before < after


RULES: tuple[Callable[[Seeds], Iterator[str]], ...] = (
    periods_are_whole_months_once,
    periods_fit_the_model,
    caps_sum_to_the_appropriation,
    pots_sum_to_100_percent,
    rates_and_pots_are_for_categories_of_their_round,
    rates_pay_for_the_measured_period,
    categories_are_counted_from_one_source,
    settlements_can_be_computed,
    interim_settlements_end_with_a_month,
    settlements_are_compared_within_a_round,
    scenarios_are_within_what_was_counted,
)
