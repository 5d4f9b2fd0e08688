"""dbt-duckdb plugin: before dbt touches the warehouse the gate looks at seeds, extract and region reports; then the
connection gets the sources and every cursor the padded keys of the person pseudonym.

Both live in memory only: no raw row, no file path and no secret is stored in the warehouse or in dbt's artifacts.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

from vardkoer import gate, paths
from vardkoer.gate import sources
from vardkoer.sample import ensure_sample
from vardkoer.warehouse.lock import BusyError, exclusive

HMAC_BLOCK = 64


def hmac_pads(secret: bytes) -> tuple[str, str]:
    """Inner and outer padded key of HMAC-SHA-256 (RFC 2104), as hexadecimal text."""
    key = hashlib.sha256(secret).digest() if len(secret) > HMAC_BLOCK else secret
    block = key.ljust(HMAC_BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in block).hex(), bytes(byte ^ 0x5C for byte in block).hex()


class Plugin(BasePlugin):
    """Named in profiles.yml; dbt-duckdb calls it once per process, per connection and per cursor."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Pass the gate. A fault ends dbt with the lines that describe it."""
        # what is written from here on is the owner's to read
        os.umask(0o077)
        warehouse = paths.warehouse_path().absolute()
        with contextlib.ExitStack() as held:
            try:
                held.enter_context(exclusive(warehouse))
                self.set_keys(paths.person_key_secret())
                paths.received_through()
                ensure_sample()
                passed = gate.check(
                    paths.par_path(),
                    paths.region_reports_path(),
                    paths.SEEDS,
                    gate.memory_of(warehouse),
                    paths.coverage_path(),
                )
            except (BusyError, gate.RefusalError, paths.SetupError) as error:
                raise DbtRuntimeError(str(error)) from None
            # until this process ends: `make build` must not publish over what dbt is building
            self.lock = held.pop_all()
        for line in gate.warnings_of(passed):
            print(line, file=sys.stderr)
        self.sources = sources.statements(passed)

    def set_keys(self, secret: bytes) -> None:
        """Make the statements that give a cursor its padded keys."""
        inner, outer = hmac_pads(secret)
        self.keys = [
            f"set variable person_key_inner = from_hex('{inner}')",
            f"set variable person_key_outer = from_hex('{outer}')",
        ]

    def configure_connection(self, conn: Any) -> None:
        """Give all cursors the sources; each dbt node has a cursor."""
        for statement in self.sources:
            conn.execute(statement)

    def configure_cursor(self, cursor: Any) -> None:
        """Give one cursor the padded keys."""
        for statement in self.keys:
            cursor.execute(statement)
