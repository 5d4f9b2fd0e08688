"""`python -m vardkoer.sample`: the same as `python -m vardkoer sample`."""

from vardkoer.cli import run

run("sample")
