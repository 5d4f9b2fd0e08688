"""`python -m vardkoer.run_record`: the same as `python -m vardkoer record`."""

from vardkoer.cli import run

if __name__ == "__main__":
    run("record")
