"""`python handed_manifest.py MANIFEST ARGUMENT ...`: dbt with a project that another dbt has parsed.

The project is the one in the working directory: this one, or a copy with other seeds.
"""

import gc

# next to nothing of what dbt has in memory ever becomes garbage: to look for it takes a fifth of a short run
gc.disable()

import sys  # noqa: E402
from pathlib import Path  # noqa: E402

from dbt.cli.main import dbtRunner  # noqa: E402
from dbt.contracts.graph.manifest import Manifest  # noqa: E402

# the plugin of that project
sys.path.insert(0, str(Path.cwd()))
manifest = Manifest.from_msgpack(Path(sys.argv[1]).read_bytes())
for seed in manifest.nodes.values():
    if seed.resource_type == "seed":
        seed.root_path = str(Path.cwd())
# what macros see as `graph`
manifest.build_flat_graph()
result = dbtRunner(manifest).invoke(sys.argv[2:])
sys.exit(0 if result.success else 1)
