"""Python around the dbt project: the gate and door for the raw files, the sample, the summary."""

import warnings

# Great Expectations imports PySpark, whose word about pandas is of no use to anybody here.
warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
