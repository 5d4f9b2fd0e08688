"""The lineage of every column of every mart as one page, without scripts: where it comes from, and what rests on it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from vardkoer.docs.dbt_page import Artifacts
from vardkoer.warehouse import lineage

Columns = dict[str, list[str]]


def write_lineage_page(artifacts: Artifacts, path: Path) -> None:
    """Write the page."""
    manifest = artifacts.manifest
    named = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] in ("model", "seed")}
    named |= {f"{source['source_name']}.{source['name']}": source for source in manifest["sources"].values()}
    behind: dict[tuple[str, str], Columns] = defaultdict(lambda: defaultdict(list))
    resting: dict[tuple[str, str], Columns] = defaultdict(lambda: defaultdict(list))
    for mart, column, relation, of_column in lineage.column_lineage(artifacts.target):
        origin = relation.removeprefix("seeds.")
        behind[mart, column][origin].append(of_column)
        resting[origin, of_column][mart].append(column)
    origins = sorted({origin for origin, _ in resting})
    exposures: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for exposure in manifest["exposures"].values():
        for unique_id in exposure["depends_on"]["nodes"]:
            exposures[unique_id].append(exposure)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    page = environment.get_template("lineage.html.j2").render(
        nodes=named,
        groups={group["name"]: group for group in manifest["groups"].values()},
        marts=sorted({mart for mart, _ in behind}),
        origins=origins,
        behind=behind,
        resting=resting,
        exposures=exposures,
        rows=lineage.ROWS,
    )
    path.write_text(page, encoding="utf-8")
