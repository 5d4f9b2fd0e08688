"""A PostgreSQL server for tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROLES = "create role vardkoer_reader login; create role vardkoer_auditor login"


class Server:
    """A PostgreSQL server on a socket in a folder of its own, run by an ordinary user."""

    def __init__(self, folder: Path, programs: Path):
        """Make a database and start it."""
        # PostgreSQL refuses to be run by root; Debian's package has a user for it.
        self.user = "postgres" if os.geteuid() == 0 else None
        self.folder, self.programs = folder, programs
        if self.user:
            shutil.chown(folder, self.user)
        self.run("initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "owner", "--no-sync")
        options = f"-c listen_addresses='' -k {folder} -c fsync=off"
        self.run("pg_ctl", "-w", "-D", str(folder / "data"), "-l", str(folder / "log"), "-o", options, "start")
        self.dsn = f"host={folder} dbname=postgres user=owner"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs to its end."""
        subprocess.run(
            [self.programs / program, *arguments],
            user=self.user,
            cwd=self.folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        """Stop at once."""
        self.run("pg_ctl", "-w", "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def psql(self, query: str, role: str = "owner") -> subprocess.CompletedProcess[str]:
        """What psql answers a role, without headings."""
        command = ["psql", "-XAtq", "-h", str(self.folder), "-d", "postgres", "-U", role, "-c", query]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def schemas(self) -> set[str]:
        """The publications that are there, whole or not."""
        return set(self.psql("select nspname from pg_namespace where nspname like 'marts%'").stdout.split())


@contextmanager
def running_server() -> Iterator[Server]:
    """A server with the roles of readers, for the length of a block."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [Path(shutil.which("initdb") or "")]
    assert found[-1].name, "no PostgreSQL server on this machine: install Debian's package `postgresql`"
    with tempfile.TemporaryDirectory(prefix="vardkoer_postgres_") as folder:
        started = Server(Path(folder), found[-1].parent)
        try:
            started.psql(ROLES)
            yield started
        finally:
            started.stop()
