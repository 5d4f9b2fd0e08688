"""`python -m vardkoer.explain`: answers for an auditor, from the published warehouse."""

import sys

from vardkoer.reading.explain import main

if __name__ == "__main__":
    sys.exit(main())
