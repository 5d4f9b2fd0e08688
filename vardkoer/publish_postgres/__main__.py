"""`python -m vardkoer.publish_postgres`: the marts as schema `marts` of a PostgreSQL database."""

import sys

from vardkoer.exports.postgres import main

if __name__ == "__main__":
    sys.exit(main())
