"""`python -m vardkoer.exports`: the same as `python -m vardkoer export`."""

from vardkoer.cli import run

run("export")
