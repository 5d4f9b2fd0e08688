"""dbt, and what each SQL statement of its nodes took: `python bench/dbt_statements.py RESULT ARGUMENT ...`.

dbt's debug log says the same, but writing it takes a tenth of a small build.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import EventMsg


def main() -> int:
    """Run dbt with the arguments; 1 when it fails. RESULT is a list of statements with begin and end in seconds, the
    node, its folder and its kind."""
    statements: list[dict[str, Any]] = []

    def note(event: EventMsg) -> None:
        if event.info.name == "SQLQueryStatus" and event.data.node_info.unique_id:
            node, end = event.data.node_info, time.perf_counter()
            statements.append(
                {
                    "node": node.node_name,
                    "folder": str(Path(node.node_path).parent),
                    "kind": node.resource_type,
                    "begin": end - event.data.elapsed,
                    "end": end,
                }
            )

    result = dbtRunner(callbacks=[note]).invoke(sys.argv[2:])
    Path(sys.argv[1]).write_text(json.dumps(statements), encoding="utf-8")
    return 0 if result.success else 1


if __name__ == "__main__":
    sys.exit(main())
