"""dbt-duckdb plugin: before dbt touches the warehouse it checks seeds and raw files, then gives the connection the
sources (`par_sv()`, `par_ov()`, `par_files()`, `par_unreadable_rows()` and `region_reports()` in memory) and every
cursor the padded keys of the person pseudonym.

Both live in memory only: no raw row, no file path and no secret is stored in the warehouse or in dbt's artifacts.
"""

from __future__ import annotations

import hashlib
import os
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

from vardkoer import kept_files, par_extract, paths, region_reports
from vardkoer.delivery_files import DeliveryError, RefusedDeliveryError
from vardkoer.sample import ensure_sample
from vardkoer.seed_files import SeedError, check_seeds
from vardkoer.unreadable_rows import read_limits

HMAC_BLOCK = 64


def hmac_pads(secret: bytes) -> tuple[str, str]:
    """Inner and outer padded key of HMAC-SHA-256 (RFC 2104), as hexadecimal text."""
    key = hashlib.sha256(secret).digest() if len(secret) > HMAC_BLOCK else secret
    block = key.ljust(HMAC_BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in block).hex(), bytes(byte ^ 0x5C for byte in block).hex()


class Plugin(BasePlugin):
    """Named in profiles.yml; dbt-duckdb calls it once per process, per connection and per cursor."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Check seeds and raw files. A fault ends dbt with the one line that describes it."""
        # what is written from here on is the owner's to read
        os.umask(0o077)
        try:
            inner, outer = hmac_pads(paths.person_key_secret())
            check_seeds(paths.SEEDS)
            ensure_sample()
            kept = kept_files.kept_in(paths.warehouse_path())
            files = par_extract.check_extract(paths.par_path(), read_limits(paths.SEEDS), kept.files)
            self.macros = [
                *par_extract.macro_statements(files),
                kept_files.macro_statement(files, paths.SEEDS),
                region_reports.macro_statement(paths.region_reports_path()),
            ]
            self.variables = [
                *kept_files.variable_statements(files, kept, paths.SEEDS),
                f"set variable person_key_inner = from_hex('{inner}')",
                f"set variable person_key_outer = from_hex('{outer}')",
            ]
        except (DeliveryError, RefusedDeliveryError, SeedError, paths.SetupError) as error:
            raise DbtRuntimeError(str(error)) from None

    def configure_connection(self, conn: Any) -> None:
        """Give all cursors the sources; each dbt node has a cursor, and the SQL of the sources grows with the files."""
        for statement in self.macros:
            conn.execute(statement)

    def configure_cursor(self, cursor: Any) -> None:
        """Give one cursor the padded keys, and what need not be read."""
        for statement in self.variables:
            cursor.execute(statement)
