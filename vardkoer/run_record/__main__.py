"""`python -m vardkoer.run_record`: verify the published warehouse, or compare two records."""

import sys

from vardkoer.warehouse.run_record import main

if __name__ == "__main__":
    sys.exit(main())
