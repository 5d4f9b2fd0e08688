"""Builds the project on Spark Connect instead of DuckDB: python -m vardkoer.spark_build [--export FOLDER] [dbt options]

The gate, the seeds, the models and the tests are the same; docs/spark.md tells what differs. SPARK_REMOTE names the
cluster (`sc://host:port`); without it a Sail server of its own runs in this process and is gone with it.

Raw rows and the padded keys of the person pseudonym exist as temporary views of the session only: no table, file, log
or artifact has them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import duckdb
from dbt.cli.main import dbtRunner

from vardkoer import kept_files, par_extract, paths, region_reports
from vardkoer.dbt_plugin import hmac_pads
from vardkoer.delivery_files import DeliveryError, RefusedDeliveryError
from vardkoer.par_extract import COLUMNS, CheckedFile, check_extract
from vardkoer.sample import ensure_sample
from vardkoer.seed_files import SeedError, check_seeds
from vardkoer.session_macros import ATTACH, DATABASE
from vardkoer.unreadable_rows import read_limits

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame, SparkSession

# Types of Parquet columns that both engines turn into the same text.
PLAIN_TYPES = {"VARCHAR", "DATE", "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT"}


def main() -> int:
    """Build, and export when asked to. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--export", metavar="FOLDER", help="where Spark writes the marts, one folder of Parquet files each"
    )
    arguments, dbt_options = parser.parse_known_args()
    os.umask(0o077)
    try:
        check_seeds(paths.SEEDS)
        ensure_sample()
        secret = paths.person_key_secret()
        files = check_extract(paths.par_path(), read_limits(paths.SEEDS), {})
        reports = _region_reports()
    except (DeliveryError, RefusedDeliveryError, SeedError, paths.SetupError) as error:
        print(error, file=sys.stderr)
        return 1
    with spark_session() as session:
        register_sources(session, files, reports, secret)
        result = dbtRunner().invoke(["build", "--target", "spark", *dbt_options])
        if result.success and arguments.export:
            for table in session.sql("show tables in marts").where("not isTemporary").collect():
                mart = session.table(f"marts.{table.tableName}")
                mart.write.mode("overwrite").parquet(f"{arguments.export}/{table.tableName}")
    return 0 if result.success else 1


@contextmanager
def spark_session() -> Iterator[SparkSession]:
    """The session that dbt finds and uses as well, on the cluster of SPARK_REMOTE or on a Sail server of its own."""
    if os.environ.get("SPARK_REMOTE"):
        yield _session_builder().getOrCreate()
        return
    from pysail.spark import SparkConnectServer  # noqa: PLC0415 (not installed where there is a cluster)

    with tempfile.TemporaryDirectory() as warehouse, ExitStack() as at_the_end:
        server = SparkConnectServer()
        server.start()
        at_the_end.callback(server.stop)
        # pyspark looks for it when it is imported
        os.environ["SPARK_REMOTE"] = f"sc://127.0.0.1:{server.listening_address[1]}"
        at_the_end.callback(os.environ.pop, "SPARK_REMOTE")
        session = _session_builder().config("spark.sql.warehouse.dir", warehouse).getOrCreate()
        # before the server, which the session would wait for
        at_the_end.callback(session.stop)
        yield session


def _session_builder() -> SparkSession.Builder:
    from pyspark.sql import SparkSession  # noqa: PLC0415

    return SparkSession.builder


def register_sources(session: SparkSession, files: list[CheckedFile], reports: pyarrow.Table, secret: bytes) -> None:
    """Make the sources of the models, and the padded keys, temporary views."""
    for folder in COLUMNS:
        rows = session.createDataFrame([], ", ".join(f"{column} string" for column in ("file_name", *COLUMNS["sv"])))
        for checked in files:
            if checked.folder == folder:
                rows = rows.union(_rows_of(session, checked))
        rows.createOrReplaceTempView(f"par_{folder}")
    session.createDataFrame(
        [(checked.name, checked.file.rows, checked.rows_accepted) for checked in files],
        "file_name string, rows_delivered bigint, rows_accepted bigint",
    ).createOrReplaceTempView("par_files")
    session.createDataFrame(
        [(checked.name, row.row, row.fault) for checked in files for row in checked.unreadable_rows],
        "file_name string, row_number bigint, fault string",
    ).createOrReplaceTempView("par_unreadable_rows")
    _frame(session, reports).createOrReplaceTempView("region_reports")
    session.createDataFrame(
        [(*(bytes.fromhex(pad) for pad in hmac_pads(secret)), kept_files.pattern(kept_files.prefixes(paths.SEEDS)))],
        "person_key_inner binary, person_key_outer binary, listed_code_pattern string",
    ).createOrReplaceTempView("session_values")


def _rows_of(session: SparkSession, checked: CheckedFile) -> DataFrame:
    """The rows of a file that can be read, every value as text.

    Spark reads a Parquet file in which there is nothing to judge. All else, CSV above all, is read by DuckDB as it
    always is and sent to Spark, so that both engines see the same rows and the same text.
    """
    from pyspark.sql.functions import col, lit  # noqa: PLC0415

    columns = {column: checked.file.columns[column] for column in COLUMNS[checked.folder]}
    is_plain = all(kind in PLAIN_TYPES for _, kind in columns.values()) and not checked.has_padded_ids
    if checked.file.delimiter is None and is_plain and not checked.unreadable_rows:
        rows = session.read.parquet(str(checked.file.path.resolve()))
        rows = rows.select(*(col(f"`{name}`").cast("string").alias(column) for column, (name, _) in columns.items()))
    else:
        with duckdb.connect() as connection:
            query = f"select * replace (trim(vardkontakt_id) as vardkontakt_id) from ({par_extract.opened(checked)})"
            rows = _frame(session, connection.execute(query).to_arrow_table())
    nothing = lit(None).cast("string")
    return rows.select(
        lit(checked.name).alias("file_name"),
        *(col(column) if column in columns else nothing.alias(column) for column in COLUMNS["sv"]),
    )


def _frame(session: SparkSession, texts: pyarrow.Table) -> DataFrame:
    """A table of texts; without rows, Spark would not take it for one."""
    columns = ", ".join(f"{column} string" for column in texts.column_names)
    return session.createDataFrame(texts if texts.num_rows else [], columns)


def _region_reports() -> pyarrow.Table:
    with duckdb.connect() as connection:
        connection.execute(ATTACH)
        connection.execute(region_reports.macro_statement(paths.region_reports_path()))
        return connection.execute(f"from {DATABASE}.region_reports()").to_arrow_table()


if __name__ == "__main__":
    sys.exit(main())
