"""`python -m vardkoer.build`: the same as `python -m vardkoer build`."""

from vardkoer.cli import run

if __name__ == "__main__":
    run("build")
