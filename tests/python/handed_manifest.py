"""`python handed_manifest.py MANIFEST ARGUMENT ...`: dbt with a project that another dbt has parsed."""

import sys
from pathlib import Path

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

manifest = Manifest.from_msgpack(Path(sys.argv[1]).read_bytes())
# what macros see as `graph`
manifest.build_flat_graph()
result = dbtRunner(manifest).invoke(sys.argv[2:])
sys.exit(0 if result.success else 1)
