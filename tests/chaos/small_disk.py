"""A disk of its own for the tables of a database, small enough to be filled: a tmpfs as a tablespace."""

from __future__ import annotations

import subprocess
from contextlib import suppress

import psycopg

from clinic.embedded.system_user import running_user
from tests.chaos.fault import LeftOutError
from tests.chaos.installation import cluster
from tests.waiting import until

MEGABYTES = 96
NAME = "small_disk"


class SmallDisk:
    """Holds all tables and indexes of a database from when it is filled to its end."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._folder = cluster().home / NAME
        self._ballast = self._folder / "ballast"

    def __enter__(self) -> SmallDisk:
        self._folder.mkdir(exist_ok=True)
        options = f"size={MEGABYTES}m,mode=755"
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", self._folder], capture_output=True, text=True, check=False
        )
        if mounted.returncode:
            self._folder.rmdir()
            raise LeftOutError(
                f"a disk that can be filled is a tmpfs, and it cannot be mounted: {mounted.stderr.strip()}"
            )
        data = self._folder / "data"
        data.mkdir(mode=0o700)
        running_user(cluster().data).give(data)
        self._run(f"create tablespace {NAME} location '{data}'")
        return self

    def __exit__(self, *error: object) -> None:
        try:
            self.make_room()
            self._move(NAME, "pg_default")
            self._run("checkpoint")  # or it would keep the files of what was moved
            self._run(f"drop tablespace {NAME}")
        finally:
            subprocess.run(["umount", "--lazy", self._folder], check=True)  # sessions may hold files that are gone
            self._folder.rmdir()

    def fill(self) -> None:
        """Move everything there, and leave no room on it, nor in what the tables have of it."""
        self._move("pg_default", NAME)
        with self._ballast.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4096)):
                pass
        with psycopg.connect(self._url) as session, suppress(psycopg.errors.DiskFull):
            while True:
                session.execute("insert into patient (first_name) select 'Ada' from generate_series(1, 1000)")

    def make_room(self) -> None:
        """Take away what fills it."""
        self._ballast.unlink(missing_ok=True)

    def _move(self, here: str, there: str) -> None:
        """Move everything when nobody is in the way for a moment."""
        for kind in ("table", "index"):
            statement = f"alter {kind} all in tablespace {here} set tablespace {there} nowait"
            until(lambda: self._is_done(statement), what="a moment in which nobody is in the way")  # noqa: B023

    def _is_done(self, statement: str) -> bool:
        with suppress(psycopg.errors.ObjectInUse, psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            self._run(statement)
            return True
        return False

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._url, autocommit=True) as session:
            session.execute(statement)
