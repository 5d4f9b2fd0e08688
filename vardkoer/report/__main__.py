"""`python -m vardkoer.report`: the same as `python -m vardkoer report`."""

from vardkoer.cli import run

run("report")
