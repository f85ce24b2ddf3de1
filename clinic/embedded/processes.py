"""Tell a cluster's own server process from others that happen to have its number."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from clinic.errors import ClinicError

ORPHAN_SECONDS = 10


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold a lock between processes; it goes with the process that holds it."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def server(data: Path) -> psutil.Process | None:
    """Return the server process of a data folder, or None if it is not running.

    A PostgreSQL server's working folder is its data, so a stranger who got the number of a server that died
    (common after a restart of a container) is not taken for it.
    """
    number = _recorded_number(data)
    try:
        process = psutil.Process(number) if number else None
        return process if process and _belongs(process, data) else None
    except psutil.NoSuchProcess:
        return None


def forget_stale_server(data: Path) -> None:
    """Remove the process file of a server that was killed, once its last children are gone.

    PostgreSQL does so itself unless a stranger has the number now; that is the case mended here.
    """
    file = data / "postmaster.pid"
    if not file.exists():
        return
    orphans = [process for process in psutil.process_iter() if _belongs(process, data)]
    _, alive = psutil.wait_procs(orphans, timeout=ORPHAN_SECONDS)
    if alive:
        numbers = ", ".join(str(process.pid) for process in alive)
        raise ClinicError(
            f"Processes of a PostgreSQL server that was killed still use {data}. End them: kill {numbers}"
        )
    file.unlink(missing_ok=True)


def _recorded_number(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def _belongs(process: psutil.Process, data: Path) -> bool:
    try:
        if process.name() != "postgres" or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return Path(process.cwd()) == data.resolve()
    except (psutil.AccessDenied, psutil.NoSuchProcess, OSError):
        return False
