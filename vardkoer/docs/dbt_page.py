"""dbt's own docs as one file, as `dbt docs generate --static` writes it.

In addition seeds of rules show their rows and the overview lists the exposures. What metrics are only computed from,
and what differs from machine to machine or from minute to minute, is gone.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from vardkoer import paths
from vardkoer.gate.seeds import read_rows
from vardkoer.warehouse import run_record

Json = dict[str, Any]
# Longer tables (hospitals, published months) would drown their own description.
MOST_ROWS = 150
SOURCE_COLUMNS = ("source_id", "source_ref", "quote", "checked_on")
VOLATILE = ("generated_at", "invocation_id", "invocation_started_at", "run_started_at", "created_at", "user_id")
OVERVIEW = "doc.vardkoer.__overview__"
HEAD_COMMENT = re.compile(r"\s*\{#(.*?)#\}", re.DOTALL)


class Artifacts(NamedTuple):
    """What dbt knows about the project and its warehouse."""

    manifest: Json
    catalog: Json
    template: str
    target: Path

    @classmethod
    def read(cls, target: Path, warehouse: Path) -> Artifacts:
        """Read what `dbt docs generate` wrote."""
        built_at = json.loads(run_record.stored_record(warehouse) or "{}").get("built_at", "")
        manifest, catalog = (
            _without_traces(json.loads((target / name).read_text(encoding="utf-8")), target, built_at)
            for name in ("manifest.json", "catalog.json")
        )
        return cls(manifest, catalog, (target / "index.html").read_text(encoding="utf-8"), target)


def _without_traces(part: Any, target: Path, built_at: str) -> Any:
    """The same without paths of this machine and times of this run."""
    if isinstance(part, dict):
        return {
            key: built_at if key in VOLATILE else _without_traces(value, target, built_at)
            for key, value in part.items()
        }
    if isinstance(part, list):
        return [_without_traces(value, target, built_at) for value in part]
    if isinstance(part, str):
        return part.replace(str(target), "target").replace(str(paths.PROJECT), ".")
    return part


def write_dbt_page(artifacts: Artifacts, path: Path) -> None:
    """Write the page."""
    documents = {row["source_id"]: row for row in read_rows(paths.SEEDS / "reference" / "source_documents.csv")}
    for node in artifacts.manifest["nodes"].values():
        if node["resource_type"] == "seed":
            node["description"] += _rows_as_markdown(read_rows(paths.PROJECT / node["original_file_path"]), documents)
        comment = HEAD_COMMENT.match(node.get("raw_code") or "")
        if comment and not node["description"]:
            node["description"] = " ".join(comment[1].split())
    artifacts.manifest["docs"][OVERVIEW]["block_contents"] += _exposures_as_markdown(artifacts.manifest)
    _leave_out(artifacts.manifest, {key for key, one in artifacts.manifest["metrics"].items() if _is_part(one)})
    for name in ("nodes", "parent_map", "child_map"):
        artifacts.manifest[name] = dict(sorted(artifacts.manifest[name].items()))
    page = artifacts.template
    for name, content in (("MANIFEST", artifacts.manifest), ("CATALOG", artifacts.catalog)):
        # "</" would end the script that the text stands in
        text = json.dumps(content, ensure_ascii=False).replace("</", "<\\/")
        page = page.replace(f'"{name}.JSON INLINE DATA"', text)
    path.write_text(page, encoding="utf-8")


def _is_part(metric: Json) -> bool:
    """True for what a metric of ours is computed from: dbt names it after its measure and gives it no other label."""
    return metric["label"] == metric["name"]


def _leave_out(manifest: Json, keys: set[str]) -> None:
    """Take metrics out of the manifest and of what depends on them."""
    manifest["metrics"] = {key: metric for key, metric in manifest["metrics"].items() if key not in keys}
    for metric in manifest["metrics"].values():
        metric["depends_on"]["nodes"] = [node for node in metric["depends_on"]["nodes"] if node not in keys]
    for name in ("parent_map", "child_map"):
        manifest[name] = {
            key: [node for node in nodes if node not in keys]
            for key, nodes in manifest[name].items()
            if key not in keys
        }


def _exposures_as_markdown(manifest: Json) -> str:
    """What is made of the marts, each with its decisions and its owner."""
    lines = ["| made of the marts | decision | owner |", "| --- | --- | --- |"]
    for exposure in manifest["exposures"].values():
        link = f"[{exposure['label']}](#!/exposure/{exposure['unique_id']})"
        lines.append(f"| {link} | {'; '.join(exposure['meta']['decisions'])} | {exposure['owner']['name']} |")
    return "\n\n## What is made of it, and by which decision\n\n" + "\n".join(lines)


def _rows_as_markdown(rows: list[dict[str, str]], documents: dict[str, dict[str, str]]) -> str:
    """The rows of a seed that names its documents, each with its words and its place; nothing for other seeds."""
    if not rows or len(rows) > MOST_ROWS or "source_ref" not in rows[0]:
        return ""
    lines = [["Row", "Words", "Document and place"], ["---", "---", "---"]]
    for row in rows:
        document = documents.get(row.get("source_id", ""), {})
        values = [f"{name} {value}" for name, value in row.items() if value and name not in SOURCE_COLUMNS]
        place = [document.get("document_name"), document.get("diary_number"), row["source_ref"]]
        lines.append(["; ".join(values), row.get("quote", ""), ", ".join(filter(None, place))])
    return "\n\n" + "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
