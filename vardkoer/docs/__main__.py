"""`python -m vardkoer.docs`: the same as `python -m vardkoer docs`."""

from vardkoer.cli import run

run("docs")
