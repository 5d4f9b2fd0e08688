"""`python -m vardkoer.reduce FOLDER`: make a small extract of `PAR_PATH`, on the Spark of `SPARK_REMOTE`.

Exit codes: 0 written, 3 the extract was refused, 5 the environment does not allow it.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from vardkoer import paths
from vardkoer.gate.files import RefusedDeliveryError

REFUSED, ENVIRONMENT = 3, 5


def main(output: Path) -> int:
    """Reduce `PAR_PATH` into a new folder, and say what became of it. Returns the exit code."""
    if not os.environ.get("SPARK_REMOTE"):
        return _not_reduced(ENVIRONMENT, "SPARK_REMOTE is not set; name a Spark Connect server (sc://host:15002)")
    if output.exists():
        return _not_reduced(ENVIRONMENT, f"file={output}: is there already; name a folder that is not")
    try:
        from pyspark.errors import PySparkException  # noqa: PLC0415 (only who reduces needs it)
        from pyspark.sql import SparkSession  # noqa: PLC0415

        from vardkoer.reduce.extract import reduce  # noqa: PLC0415
    except ImportError:
        return _not_reduced(ENVIRONMENT, "PySpark is not installed; pip install pyspark-client")
    os.umask(0o077)
    try:
        session = SparkSession.builder.getOrCreate()
        # a moment is the same text whatever the time zone of the cluster
        session.conf.set("spark.sql.session.timeZone", "UTC")
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


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the small extract is written")
    sys.exit(main(parser.parse_args().folder))
