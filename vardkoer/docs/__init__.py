"""Documentation for auditors: dbt's docs and the lineage of every column, each as one file that needs no network."""
