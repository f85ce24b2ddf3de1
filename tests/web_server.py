"""The application as a process of its own, on a real port and the test database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.services import free_port, wait_for_port, web_url
from tests.waiting import PATIENCE_SECONDS

SERVERS = {
    "daphne": ("-b", "127.0.0.1", "-p", "{port}", "-v", "0"),
    "uvicorn": ("--host", "127.0.0.1", "--port", "{port}", "--log-level", "warning"),
}
MONITOR_TOKEN = "a monitor's"
ROOT = Path(__file__).resolve().parent.parent


class WebServer:
    """daphne, or uvicorn, with relay and hub; a test may stop it, kill it and start it again at the same port.

    It signs in to the database that it is given with the rights of `clinic_app` alone, as in production.
    """

    def __init__(self, database_url: str, log: Path, *, kind: str = "daphne", **environment: str) -> None:
        self.kind = kind
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.socket_url = f"ws://127.0.0.1:{self.port}/ws/live/"
        self.log = log
        self.root = ROOT
        """Where the program lies; that of another version may be started next."""
        addresses = {"DATABASE_URL": database_url} | {
            name: value for name, value in environment.items() if name == "LIVE_DATABASE_URL"
        }
        self._environment = {
            **os.environ,
            "MONITOR_TOKEN": MONITOR_TOKEN,
            **environment,
            **{name: web_url(url) for name, url in addresses.items()},
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> WebServer:
        """Start and wait until it accepts connections; does nothing while it runs."""
        if self._process is not None and self._process.poll() is None:
            return self
        options = [word.format(port=self.port) for word in SERVERS[self.kind]]
        command = [sys.executable, "-m", self.kind, *options, "clinic.asgi:application"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=self.root, env=self._environment, stdout=log, stderr=log)
        wait_for_port(self.port, self._process, self.kind)
        return self

    @property
    def pid(self) -> int:
        """The process that was started last."""
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Tell whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End it at once, as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def tell_to_stop(self) -> None:
        """Send it SIGTERM, as a supervisor does, and go on."""
        if self._process is not None:
            self._process.terminate()

    def ended(self) -> int:
        """Wait for its end; returns its exit code."""
        assert self._process is not None
        code = self._process.wait(timeout=PATIENCE_SECONDS)
        self._process = None
        return code

    def stop(self) -> None:
        """Stop as a supervisor does; calling it twice does no harm."""
        if self._process is not None:
            self.tell_to_stop()
            self.ended()
