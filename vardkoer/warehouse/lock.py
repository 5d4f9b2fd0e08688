"""Who builds a warehouse holds its lock: there is one at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


class BusyError(Exception):
    """Another process builds this warehouse; the message names it."""


@contextlib.contextmanager
def exclusive(warehouse: Path) -> Iterator[int]:
    """Hold the lock of a warehouse, which ends with the process and with those it handed the lock to.

    Raises BusyError, or OSError when the lock cannot be written.
    """
    path = warehouse.with_name(f"{warehouse.name}.lock")
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            pid = os.read(lock, 20).decode() or "unknown"
            raise BusyError(
                f"file={path}: another build of this warehouse is running (PID {pid}); wait for it to end"
            ) from None
        os.ftruncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        yield lock
    finally:
        os.close(lock)
