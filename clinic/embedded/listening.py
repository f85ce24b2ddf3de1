"""Ports of this machine: whether one is free, and when somebody listens on it."""

from __future__ import annotations

import socket
import subprocess
import time

from clinic.errors import ClinicError

LISTEN_SECONDS = 60


def port_number(word: str) -> int:
    """Read a port's number."""
    if word.isdigit() and 1 <= int(word) <= 65_535:
        return int(word)
    raise ClinicError(f"PORT is {word!r}; set it to a number from 1 to 65535, such as PORT=8001.")


def is_free(port: int) -> bool:
    """Say whether a server could listen on the port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def refuse_taken(port: int) -> None:
    """Raise if another program listens on the port."""
    if not is_free(port):
        raise ClinicError(
            f"Port {port} is taken by another program (or not yours to use). "
            f"Choose another: PORT={min(port + 1, 65_535) if port >= 1024 else 8000} make demo"
        )


def wait_until_listening(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the process listens on the port; raise if it ends before, or takes too long."""
    deadline = time.monotonic() + LISTEN_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise ClinicError(f"The web server did not come up on port {port}; its messages are above.")
