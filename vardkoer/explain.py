"""`python -m vardkoer.explain`: the same as `python -m vardkoer explain`."""

from vardkoer.cli import run

if __name__ == "__main__":
    run("explain")
