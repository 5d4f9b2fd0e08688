"""How the gate refuses: one line for each fault, with file, row, column, what is the matter and the remedy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

SHOWN_FAULTS = 20
SHOWN_LETTERS = 60


class RefusalError(Exception):
    """Everything that cannot be taken in, one line each, so that all of it can be corrected at once."""

    def __init__(self, faults: Sequence[str | Exception]):
        """Put the first lines one below the other."""
        more = len(faults) - SHOWN_FAULTS
        lines = [*map(str, faults[:SHOWN_FAULTS]), *([f"... and {more} more"] if more > 0 else [])]
        super().__init__("\n".join(lines))


def fault_line(path: Path, fault: str, remedy: str, row: int | None = None, column: str | None = None) -> str:
    """One fault. Rows are numbered as in the file, whose header is row 1."""
    place = [f"file={on_one_line(masked(str(path)))}"]
    if row is not None:
        place.append(f"row={row}")
    if column is not None:
        place.append(f"column={column}")
    return f"{' '.join(place)}: {fault}; {remedy}"


def masked(text: str) -> str:
    """A text without what could be an identity number; macros/identity_number.sql finds those in contact ids."""
    return re.sub(r"([0-9]{2})?[0-9]{2}([-_. ]?[0-9]{2}){2}[-+_. ]?[0-9]{4}", "*", text)


def on_one_line(text: str) -> str:
    """A text with letters in the place of what would break a line or not be seen."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def shown(value: str) -> str:
    """A value of a file as a message shows it."""
    return f"'{on_one_line(masked(value[:SHOWN_LETTERS]))}{'...' if len(value) > SHOWN_LETTERS else ''}'"
