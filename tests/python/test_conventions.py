"""What every part of the project keeps to, read from dbt's own manifest."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from shared_dbt import Dbt

from vardkoer.paths import PROJECT

Manifest = dict[str, Any]


@pytest.fixture(scope="module")
def manifest(dbt: Dbt) -> Manifest:
    return dbt.read()


def nodes(manifest: Manifest, kind: str) -> list[dict[str, Any]]:
    found = [node for node in manifest["nodes"].values() if node["resource_type"] == kind]
    assert found
    return found


def test_every_seed_column_is_typed_and_described(manifest: Manifest) -> None:
    for seed in nodes(manifest, "seed"):
        header = (PROJECT / seed["original_file_path"]).read_text(encoding="utf-8").splitlines()[0].split(",")
        assert list(seed["config"]["column_types"]) == list(seed["columns"]), seed["name"]
        assert sorted(header) == sorted(seed["columns"]), seed["name"]


def test_sources_are_read_in_staging_only(manifest: Manifest) -> None:
    for model in nodes(manifest, "model"):
        if any(parent.startswith("source.") for parent in model["depends_on"]["nodes"]):
            assert model["original_file_path"].startswith("models/staging/"), model["name"]


def test_models_are_named_for_their_layer(manifest: Manifest) -> None:
    prefixes = {"staging": "stg_", "intermediate": "int_"}
    for model in nodes(manifest, "model"):
        layer = model["original_file_path"].split("/")[1]
        assert layer in (*prefixes, "marts")
        assert model["name"].startswith(prefixes.get(layer, "")), model["name"]


def test_every_mart_has_a_contract_whose_keys_are_tested(manifest: Manifest) -> None:
    """DuckDB enforces none of them."""
    tested = {
        (test["attached_node"], test["test_metadata"]["name"])
        for test in nodes(manifest, "test")
        if test.get("test_metadata")
    }
    marts = [model for model in nodes(manifest, "model") if model["original_file_path"].startswith("models/marts/")]
    for mart in marts:
        assert mart["config"]["contract"]["enforced"], mart["name"]
        keys = [key["columns"] for key in mart["constraints"] if key["type"] == "primary_key"]
        if mart["constraints"]:
            assert (mart["unique_id"], "keys_hold") in tested, mart["name"]
        # that everything is there once is told by every_row_in_scope_is_decided, every_row_of_a_list_has_one_outcome
        # and test_coverage
        if not keys and mart["name"] not in ("contact_decisions", "coverage_decisions", "coverage_register_only"):
            assert (mart["unique_id"], "unique_combination") in tested, mart["name"]
        for column in (column for key in keys for column in key):
            kinds = [constraint["type"] for constraint in mart["columns"][column]["constraints"]]
            assert "not_null" in kinds, f"{mart['name']}.{column}"


def test_every_mart_says_whether_it_is_open_data(manifest: Manifest) -> None:
    for model in nodes(manifest, "model"):
        if model["original_file_path"].startswith("models/marts/"):
            assert model["config"]["meta"].get("open_data") in (True, False), model["name"]
    for node in nodes(manifest, "model") + nodes(manifest, "seed"):
        if node["config"]["meta"].get("open_data"):
            assert node["config"]["meta"].get("title_sv"), node["name"]


def test_no_rule_is_written_into_sql() -> None:
    """Codes, amounts and dates are seed rows."""
    literal = re.compile(r"\b(108000|39000|19000|397000000|507500000|750000000)\b|'[A-Z]{3}\d{2}'|'20\d\d-\d\d-\d\d'")
    for path in [*(PROJECT / "models").rglob("*.sql"), *(PROJECT / "macros").rglob("*.sql")]:
        assert not literal.search(path.read_text(encoding="utf-8")), path


def test_every_page_that_a_page_links_is_there() -> None:
    links = [
        (page, link)
        for page in [*PROJECT.glob("*.md"), *(PROJECT / "docs").glob("*.md")]
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    ]
    assert len(links) > 10
    assert [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()] == []


def test_no_tracked_file_names_a_registry_or_a_machine() -> None:
    forbidden = re.compile("py" + r"pi\.org|python" + r"hosted|registry\." + "npm")
    for path in PROJECT.glob("*"):
        if (
            path.is_file()
            and path.suffix in (".txt", ".in", ".toml", ".yml", ".md", "")
            and path.name != "warehouse.duckdb"
        ):
            assert not forbidden.search(path.read_text(encoding="utf-8")), path


def test_every_model_of_a_rule_is_in_the_rules_page(manifest: Manifest) -> None:
    page = (PROJECT / "docs" / "rules.md").read_text(encoding="utf-8")
    known = {node["name"] for node in manifest["nodes"].values()} | {
        Path(macro["original_file_path"]).stem for macro in manifest["macros"].values()
    }
    mentioned = set(re.findall(r"`([a-z_0-9]{6,})`", page)) - {"vardkontakt_id", "provisional"}
    assert mentioned <= known, mentioned - known


def test_the_way_names_what_a_contact_passes(manifest: Manifest) -> None:
    """Every model between the register and an amount, each below those that it reads; and no file that is not there."""
    way = (PROJECT / "docs" / "way.md").read_text(encoding="utf-8")
    parents = {
        model["name"]: {key.split(".")[-1] for key in model["depends_on"]["nodes"]}
        for model in nodes(manifest, "model")
    }

    def behind(name: str) -> set[str]:
        return {name}.union(*(behind(parent) for parent in parents.get(name, ())))

    passed = {name for name in behind("amount_explanations") if "stg_par__contacts" in behind(name)}
    assert len(passed) > 15
    places = {name: place.start() for name in passed if (place := re.search(rf"│  {name}\b", way))}
    assert passed - places.keys() == set()
    assert {(name, read) for name in passed for read in parents[name] & passed if places[read] > places[name]} == set()
    paths = re.findall(r"\b(?:vardkoer|models|seeds)/[\w/.]*\w", way)
    for folder, files in re.findall(r"^ *(vardkoer/[\w/]+) .*\n((?: *│  \w+\.py.*\n)*)", way, re.MULTILINE):
        paths += [f"{folder}/{name}" for name in re.findall(r"\w+\.py", files)]
    assert "vardkoer/gate/account.py" in paths
    assert [path for path in paths if not (PROJECT / path).exists()] == []


def test_public_columns_have_types_that_every_client_knows(dbt: Dbt) -> None:
    """No HUGEINT, which ODBC shows as text, and no list."""
    types = {
        column["data_type"].split("(", 1)[0]
        for node in dbt.read()["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "marts"
        for column in node["columns"].values()
    }
    assert types <= {"string", "bigint", "integer", "decimal", "boolean", "date"}, types
