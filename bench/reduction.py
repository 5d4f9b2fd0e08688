"""What a reduction on a Sail server of its own takes: `python -m bench.reduction EXTRACT REDUCED`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pysail.spark import SparkConnectServer

from bench.measure import print_work
from vardkoer.reduce import reduce_extract

if __name__ == "__main__":
    server = SparkConnectServer()
    server.start()
    os.environ |= {"SPARK_REMOTE": f"sc://127.0.0.1:{server.listening_address[1]}", "PAR_PATH": sys.argv[1]}
    code = print_work(reduce_extract, Path(sys.argv[2]))
    server.stop()
    sys.exit(code)
