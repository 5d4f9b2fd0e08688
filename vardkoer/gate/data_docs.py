"""Great Expectations' page about a delivery, for those who want to read how each expectation was met.

It sees the profile (`profile.profile_lines`) and never a row, so that no value of a delivery can reach its pages.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pandas as pd

# read by Great Expectations when it is imported: nothing phones home
os.environ["GX_ANALYTICS_ENABLED"] = "false"
import great_expectations as gx
from great_expectations.data_context.types.base import ProgressBarsConfig

from vardkoer.gate import Passed
from vardkoer.gate.profile import profile_lines
from vardkoer.gate.seeds import Row, read_rows


def write(passed: Passed, seeds: Path, folder: Path) -> None:
    """Hold the profile against the expectations and write results and pages below a folder."""
    context = gx.get_context(mode="file", project_root_dir=folder)
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    rules = read_rows(seeds / "deliveries" / "delivery_expectations.csv")
    for name, lines in profile_lines([file.account for file in passed.files], seeds).items():
        if lines:
            _validate(context, name, pd.DataFrame(lines), [rule for rule in rules if rule["profile"] == name])


def _validate(context: Any, name: str, frame: pd.DataFrame, rules: list[Row]) -> None:
    expectations = [
        gx.expectations.ExpectColumnValuesToBeBetween(
            column=rule["metric"],
            min_value=float(rule["min_value"]) if rule["min_value"] else None,
            max_value=float(rule["max_value"]) if rule["max_value"] else None,
            notes=rule["expectation_sv"],
        )
        for rule in rules
    ]
    source = context.data_sources.add_or_update_pandas(name)
    batch = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("delivery")
    suite = context.suites.add(gx.ExpectationSuite(name=name, expectations=expectations))
    validation = context.validation_definitions.add(gx.ValidationDefinition(name=name, data=batch, suite=suite))
    gx.Checkpoint(
        name=name,
        validation_definitions=[validation],
        actions=[gx.checkpoint.UpdateDataDocsAction(name="data_docs")],
        result_format={"result_format": "COMPLETE", "unexpected_index_column_names": ["place"]},
    ).run(batch_parameters={"dataframe": frame})
