"""`python -m vardkoer`: every command of the project."""

from vardkoer.cli import vardkoer

vardkoer()
