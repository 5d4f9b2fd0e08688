"""`python -m vardkoer.explain`: the same as `python -m vardkoer explain`."""

from vardkoer.cli import run

run("explain")
