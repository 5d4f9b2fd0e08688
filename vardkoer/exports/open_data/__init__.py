"""Open formats for programs: CSV, Parquet, PX, and the metadata that describes them."""
