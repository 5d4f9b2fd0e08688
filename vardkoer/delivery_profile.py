"""What a delivery looks like in figures, held against the seed `delivery_expectations` by Great Expectations.

Great Expectations sees the profile and never a row of the delivery, so that no value of it can reach its results or
Data Docs. `month` is a month of receipt; `percent_of_history` compares it with the twelve months of receipt before.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

# read by Great Expectations when it is imported: nothing phones home
os.environ["GX_ANALYTICS_ENABLED"] = "false"
import great_expectations as gx
from great_expectations.data_context.types.base import ProgressBarsConfig

from vardkoer.delivery_files import DATE_TEXT
from vardkoer.par_extract import CheckedFile, opened
from vardkoer.seed_files import read_rows

START, END, RECEIVED = (DATE_TEXT.format(column=column) for column in ("indatum", "utdatum", "inrapporterad"))
IDENTITY = "regexp_replace(personnummer, '[ +-]', '', 'g')"
CONTACT_ID = "regexp_replace(vardkontakt_id, '[ +-]', '', 'g')"
FILE_PROFILE = """
select
    count(*) as rows_accepted,
    {shares},
    count(*) filter (where regexp_matches(op, ?)) as listed_code_rows,
    count(distinct date_trunc('month', {start})) as months,
    count(*) filter (where {contact_id} != '' and {contact_id} in ({identity}, right({identity}, 10)))
        as contact_ids_of_persons
from delivery
"""
# What a line of a profile is about.
KEYS = {"file": ["file"], "region_month": ["region_code", "month"]}
# Name of a share in percent and the condition that it counts.
SHARES = {
    "identity_missing": "coalesce(trim(personnummer), '') = ''",
    "identity_malformed": f"trim(personnummer) != '' and not regexp_full_match({IDENTITY}, '[0-9]{{12}}')",
    "start_missing": "coalesce(trim(indatum), '') = ''",
    "start_unreadable": f"trim(indatum) != '' and {START} is null",
    "end_before_start": f"{END} < {START}",
    "received_before_start": f"{RECEIVED} < {START}",
    "residence_missing": "coalesce(trim(lkf), '') = ''",
    "residence_malformed": "trim(lkf) != '' and not regexp_full_match(trim(lkf), '[0-9]{2,6}')",
    "residence_odd_length": "length(trim(lkf)) in (3, 5)",
    "hospital_missing": "coalesce(trim(sjukhus), '') = ''",
    "diagnosis_missing": "coalesce(trim(hdia), '') = ''",
}
REGION_MONTHS = f"""
select
    left(trim(lkf), 2) as region_code,
    cast(cast(date_trunc('month', {RECEIVED}) as date) as varchar) as month,
    count(*) as rows_received
from delivery
where regexp_matches(trim(lkf), '^[0-9]{{2}}')
group by all
order by all
"""
REGION_PROFILE = """
with months as (
    select cast(unnest(generate_series(min(month), max(month), interval 1 month)) as date) as month from received
),
filled as (
    select region_code, month, coalesce(sum(rows_received), 0) as rows_received
    from (select distinct region_code from received)
    cross join months
    left join received using (region_code, month)
    group by all
)
select
    region_code,
    month,
    rows_received,
    100 * rows_received / nullif(avg(rows_received) over before, 0) as percent_of_history
from filled
window before as (partition by region_code order by month rows between 12 preceding and 1 preceding)
qualify count(*) over before = 12
order by region_code, month
"""


# By the name of a file: its version, its figures, and rows of region, month and number received.
Profiles = dict[str, dict[str, Any]]


@dataclasses.dataclass(frozen=True)
class Finding:
    """A figure of the profile that is not as expected."""

    severity: str
    line: str


def profiles_of(files: list[CheckedFile], seeds: Path, known: Profiles) -> Profiles:
    """What each file looks like; `known` are the profiles of an earlier build, and a file that has not changed since is
    not looked at again."""
    shares = ", ".join(
        f"round(100.0 * count(*) filter (where {condition}) / greatest(count(*), 1), 2) as {name}_percent"
        for name, condition in SHARES.items()
    )
    query = FILE_PROFILE
    for name, text in (("shares", shares), ("start", START), ("contact_id", CONTACT_ID), ("identity", IDENTITY)):
        query = query.replace(f"{{{name}}}", text)
    codes = listed_codes(seeds)
    asked = hashlib.sha256(f"{query}{codes}{REGION_MONTHS}".encode()).hexdigest()
    profiles = {}
    with duckdb.connect() as connection:
        for checked in files:
            version = f"{checked.version} {asked}"
            if known.get(checked.name, {}).get("version") != version:
                connection.execute(f"create or replace temporary view delivery as {opened(checked)}")
                figures = connection.execute(query, [codes])
                names = [column[0] for column in figures.description]
                profiles[checked.name] = {
                    "version": version,
                    "figures": dict(zip(names, figures.fetchall()[0], strict=True)),
                    "received": connection.execute(REGION_MONTHS).fetchall(),
                }
            else:
                profiles[checked.name] = known[checked.name]
    return profiles


def frames_of(profiles: Profiles, files: list[CheckedFile], seeds: Path) -> dict[str, pd.DataFrame]:
    """What expectations are about: `file`, a line per file, and `region_month`, a line per home region and month of
    receipt."""
    lines = [
        profiles[checked.name]["figures"]
        | {"file": checked.name}
        | {"quarantined_percent": round(100 * len(checked.unreadable_rows) / max(checked.file.rows, 1), 2)}
        for checked in files
    ]
    regions = {row["region_code"] for row in read_rows(seeds / "reference" / "regions.csv")}
    received = [row for line in profiles.values() for row in line["received"] if row[0] in regions]
    with duckdb.connect() as connection:
        connection.execute("create table received (region_code varchar, month date, rows_received bigint)")
        if received:
            connection.executemany("insert into received values (?, ?, ?)", received)
        by_month = connection.execute(REGION_PROFILE).df()
    return {"file": pd.DataFrame(lines), "region_month": by_month}


def listed_codes(seeds: Path) -> str:
    """A pattern for every listed procedure code, as typed or with dots."""
    codes = sorted({row["code"] for row in read_rows(seeds / "rules" / "procedure_codes.csv")})
    return "(?i)" + "|".join(r"\.*".join(code) for code in codes)


def findings(profiles: Profiles, files: list[CheckedFile], seeds: Path, docs: Path) -> list[Finding]:
    """What is not as expected, refusals first. Writes Great Expectations' results and Data Docs below `docs`."""
    context = gx.get_context(mode="file", project_root_dir=docs)
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    rules = read_rows(seeds / "deliveries" / "delivery_expectations.csv")
    found = []
    for name, frame in frames_of(profiles, files, seeds).items():
        if not frame.empty:
            of_profile = [rule for rule in rules if rule["profile"] == name]
            unmet = _unmet(context, name, frame, of_profile)
            found += [
                Finding(rule["severity"], _line(rule, place))
                for rule in of_profile
                for place in unmet[rule["expectation_id"]]
            ]
    return sorted(found, key=lambda finding: finding.severity != "refuse")


def _unmet(
    context: Any, name: str, frame: pd.DataFrame, rules: list[dict[str, str]]
) -> dict[str, list[dict[str, Any]]]:
    """For each expectation the lines of the profile that do not meet it, by their keys and the figure."""
    expectations = [
        gx.expectations.ExpectColumnValuesToBeBetween(
            column=rule["metric"],
            min_value=float(rule["min_value"]) if rule["min_value"] else None,
            max_value=float(rule["max_value"]) if rule["max_value"] else None,
            meta={"expectation_id": rule["expectation_id"]},
            notes=rule["expectation_sv"],
        )
        for rule in rules
    ]
    source = context.data_sources.add_or_update_pandas(name)
    batch = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("delivery")
    suite = context.suites.add(gx.ExpectationSuite(name=name, expectations=expectations))
    validation = context.validation_definitions.add(gx.ValidationDefinition(name=name, data=batch, suite=suite))
    checkpoint = gx.Checkpoint(
        name=name,
        validation_definitions=[validation],
        actions=[gx.checkpoint.UpdateDataDocsAction(name="data_docs")],
        result_format={"result_format": "COMPLETE", "unexpected_index_column_names": KEYS[name]},
    )
    (validated,) = checkpoint.run(
        batch_parameters={"dataframe": frame.astype(dict.fromkeys(KEYS[name], str))}
    ).run_results.values()
    return {
        result.expectation_config.meta["expectation_id"]: result.result.get("unexpected_index_list") or []
        for result in validated.results
    }


def _line(rule: dict[str, str], place: dict[str, Any]) -> str:
    where = f"file={place['file']}" if "file" in place else f"region={place['region_code']} month={place['month'][:7]}"
    bounds = " and ".join(
        f"at {word} {rule[bound]}" for word, bound in (("least", "min_value"), ("most", "max_value")) if rule[bound]
    )
    figure = f"{place[rule['metric']]:g}" if rule["metric"] in place else "?"
    return f"{where} figure={rule['metric']}: {figure} where {bounds} is expected; {rule['remedy_en']}"
