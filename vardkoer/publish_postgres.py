"""`python -m vardkoer.publish_postgres`: the same as `python -m vardkoer publish-postgres`."""

from vardkoer.cli import run

if __name__ == "__main__":
    run("publish-postgres")
