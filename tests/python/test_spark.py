"""The second engine: every mart built on Spark Connect (Sail) has the rows that it has on DuckDB."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from compiled_project import build_settings, run_dbt
from extracts import PERSONS, extracts, rows_of, write_extract
from hypothesis import find, settings

from vardkoer.dbt_plugin import hmac_pads
from vardkoer.paths import PROJECT
