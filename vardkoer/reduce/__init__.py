"""A small extract of a large one, made by Spark: all that the rules can count, in the contract's own layout.

One row in a hundred of the register has a listed code. `reduce` keeps those rows, all other rows of their contacts and
every row that cannot be read, each as it stands, in one Parquet file for each file of the extract. Beside them
`account.json` says what only the whole extract can tell (`vardkoer.gate.reduced` reads it):

    code_begins   what was searched for; the small extract will no longer do when the code lists ask for more
    files         for each file of the whole extract: its public `name`, the `file` that has what is kept of it, its
                  `rows`, how many of them cannot be read (`unreadable_rows`, by fault; all of these are kept), and the
                  `months` of the others (`vardkoer.gate.account.Month`)

Spark reads the extract twice: once the few columns that the account is made of, once all columns of the contract. The
driver lists files, opens headers and footers, and collects counts; no row passes through it. Workers see the extract
and the output under the same paths as the driver.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from vardkoer import paths
from vardkoer.gate.files import RefusedDeliveryError

REFUSED, ENVIRONMENT = 3, 5


def reduce_extract(output: Path) -> int:
    """Reduce `PAR_PATH` into a new folder, and say what became of it. Returns the exit code."""
    if not os.environ.get("SPARK_REMOTE"):
        return _not_reduced(ENVIRONMENT, "SPARK_REMOTE is not set; name a Spark Connect server (sc://host:15002)")
    if output.exists():
        return _not_reduced(ENVIRONMENT, f"file={output}: is there already; name a folder that is not")
    try:
        from pyspark.errors import PySparkException  # noqa: PLC0415 (a build does without)
        from pyspark.sql import SparkSession  # noqa: PLC0415

        from vardkoer.reduce.extract import reduce  # noqa: PLC0415
    except ImportError:
        return _not_reduced(ENVIRONMENT, "PySpark is not installed; pip install pyspark-client")
    os.umask(0o077)
    try:
        session = SparkSession.builder.remote(os.environ["SPARK_REMOTE"]).create()
        accounts = reduce(session, paths.par_path(), paths.SEEDS, output)
        session.stop()
    except RefusedDeliveryError as error:
        return _not_reduced(REFUSED, str(error))
    except PySparkException as error:
        # its own message may show a row
        return _not_reduced(ENVIRONMENT, f"Spark failed ({type(error).__name__}); its log says why")
    print(f"{output}: what can count of {sum(account['rows'] for account in accounts)} rows in {len(accounts)} files")
    return 0


def _not_reduced(code: int, why: str) -> int:
    print(f"Not reduced: {why}", file=sys.stderr)
    return code
