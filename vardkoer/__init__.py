"""Python around the dbt project: the gate and door for the raw files, the sample, the summary."""
