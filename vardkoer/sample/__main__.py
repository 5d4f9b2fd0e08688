"""`python -m vardkoer.sample [SEED]`"""

import sys

from vardkoer import paths
from vardkoer.sample import DEFAULT_SEED, ensure_sample, generate

if len(sys.argv) > 1 and int(sys.argv[1]) != DEFAULT_SEED:
    generate(paths.SAMPLE, int(sys.argv[1]))
else:
    ensure_sample()
