"""One command, and the entrances that were there before it."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from click.testing import CliRunner

from vardkoer.cli import vardkoer

ENTRANCES = {
    "build": "build",
    "docs": "docs",
    "explain": "explain",
    "exports": "export",
    "publish_postgres": "publish-postgres",
    "reduce": "reduce",
    "report": "report",
    "run_record": "record",
    "sample": "sample",
    "summary": "summary",
}


@pytest.mark.parametrize(("module", "command"), ENTRANCES.items())
def test_an_earlier_entrance_leads_to_its_command(
    module: str, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", [module, "--help"])
    with pytest.raises(SystemExit) as end:
        runpy.run_module(f"vardkoer.{module}", run_name="__main__")
    assert end.value.code == 0
    assert capsys.readouterr().out.startswith(f"Usage: python -m vardkoer {command} ")


@pytest.mark.parametrize(
    "arguments",
    [["explain", "amount", "2026_payment", "01"], ["summary"], ["report"], ["export"]],
    ids=lambda arguments: arguments[0],
)
def test_without_a_warehouse_a_command_says_so(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAREHOUSE_PATH", f"{tmp_path}/none.duckdb")
    answer = CliRunner().invoke(vardkoer, arguments)
    assert answer.exit_code == 1
    assert "there is no warehouse; make build makes one" in answer.output


def test_a_command_line_that_cannot_be_read_is_2() -> None:
    assert CliRunner().invoke(vardkoer, ["explain", "amount", "2026_payment"]).exit_code == 2
