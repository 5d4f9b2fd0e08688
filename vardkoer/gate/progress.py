"""Says how far something is that may take long."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

SECONDS_BETWEEN_LINES = 5
T = TypeVar("T")


def said_as_it_goes(things: Iterable[T], number: int, what: str) -> Iterator[T]:
    """The same things, while a line every five seconds says how many there have been; none where all is over before."""
    last = time.monotonic()
    for place, thing in enumerate(things, start=1):
        if place < number and time.monotonic() - last >= SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            print(f"  {place} of {number} {what}", file=sys.stderr, flush=True)
        yield thing
