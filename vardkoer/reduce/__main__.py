"""`python -m vardkoer.reduce`: the same as `python -m vardkoer reduce`."""

from vardkoer.cli import run

run("reduce")
