"""The lineage of every column of every mart as one page: what it comes from, what decides, what rests on it."""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from vardkoer.docs.dbt_page import Artifacts
from vardkoer.warehouse import lineage

FOLDER = Path(__file__).parent
Columns = dict[str, list[str]]


def write_lineage_page(artifacts: Artifacts, path: Path) -> None:
    """Write the page."""
    manifest = artifacts.manifest
    named = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] in ("model", "seed")}
    named |= {f"{source['source_name']}.{source['name']}": source for source in manifest["sources"].values()}
    behind: dict[tuple[str, str, str], Columns] = defaultdict(lambda: defaultdict(list))
    resting: dict[tuple[str, str], Columns] = defaultdict(lambda: defaultdict(list))
    decided: dict[tuple[str, str], set[str]] = defaultdict(set)
    for mart, column, kind, relation, of_column in lineage.column_lineage(artifacts.target):
        origin = relation.removeprefix("seeds.")
        behind[mart, column, kind][origin].append(of_column)
        if kind == lineage.VALUE:
            resting[origin, of_column][mart].append(column)
        else:
            decided[origin, of_column].add(mart)
    exposures: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for exposure in manifest["exposures"].values():
        for unique_id in exposure["depends_on"]["nodes"]:
            exposures[unique_id].append(exposure)
    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    script = (FOLDER / "filter.js").read_text(encoding="utf-8")
    page = environment.get_template("lineage.html.j2").render(
        nodes=named,
        groups={group["name"]: group for group in manifest["groups"].values()},
        marts=sorted({mart for mart, _, _ in behind}),
        origins=sorted({origin for origin, _ in [*resting, *decided]}),
        behind=behind,
        resting=resting,
        decided=decided,
        exposures=exposures,
        value=lineage.VALUE,
        condition=lineage.CONDITION,
        rows=lineage.ROWS,
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )
    path.write_text(page, encoding="utf-8")
