"""`python -m vardkoer.summary`: what the last build holds, on one screen."""

import sys

from vardkoer.reading.summary import main

if __name__ == "__main__":
    sys.exit(main())
