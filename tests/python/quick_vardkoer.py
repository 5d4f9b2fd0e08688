"""`python quick_vardkoer.py MANIFEST COMMAND ...`: vardkoer whose dbt is handed_manifest.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))

from vardkoer import paths
from vardkoer.cli import vardkoer

paths.DBT = (sys.executable, str(Path(__file__).with_name("handed_manifest.py")), sys.argv.pop(1))
vardkoer()
