"""What is installed: enough for each command, from anywhere, and no more than said."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from vardkoer.paths import PROJECT

LOCKS = ("requirements.txt", "requirements-test.txt")


def locked(name: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)", (PROJECT / name).read_text(encoding="utf-8"), re.MULTILINE))


def imported(path: Path) -> set[str]:
    """The top-level packages that a file imports."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return {name.split(".")[0] for name in names} - set(sys.stdlib_module_names)


def test_a_build_needs_only_its_own_lock() -> None:
    """What reduces a register on Spark or converts files imports an extra besides, which is asked for by name."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    extra = {requirement.split("==")[0] for requirements in extras for requirement in requirements}
    distributions = importlib.metadata.packages_distributions()
    needed = {
        name: {distribution.lower().replace("_", "-") for distribution in distributions[name]}
        for path in (PROJECT / "vardkoer").rglob("*.py")
        for name in imported(path) - {"vardkoer"}
    }
    assert needed["duckdb"] == {"duckdb"}
    assert [name for name, found in needed.items() if not found & (locked("requirements.txt") | extra)] == []


def test_the_tests_add_to_what_a_build_needs() -> None:
    build, test = ((PROJECT / name).read_text(encoding="utf-8").splitlines() for name in LOCKS)
    assert set(build) < set(test)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_registry_and_has_hashes(name: str) -> None:
    text = (PROJECT / name).read_text(encoding="utf-8")
    assert "://" not in text and "--index" not in text and "--find" not in text
    assert all("--hash=sha256:" in part for part in re.split(r"^(?=\S)", text, flags=re.MULTILINE) if part.strip())


def test_packages_that_may_not_be_installed_are_said_in_one_line(tmp_path: Path) -> None:
    for command, text in {"dpkg-query": "echo not-installed", "sudo": "exit 1", "id": "echo 1000"}.items():
        (tmp_path / command).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (tmp_path / command).chmod(0o755)
    answer = subprocess.run(
        [PROJECT / "tests" / "install_packages.sh"],
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stdout) == (1, "")
    assert len(answer.stderr.splitlines()) == 1
    assert "apt-get install --no-install-recommends chromium fonts-liberation" in answer.stderr
