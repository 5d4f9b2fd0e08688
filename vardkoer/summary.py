"""`python -m vardkoer.summary`: the same as `python -m vardkoer summary`."""

from vardkoer.cli import run

if __name__ == "__main__":
    run("summary")
