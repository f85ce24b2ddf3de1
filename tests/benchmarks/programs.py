"""Programs under test as processes of their own, and the CPU time that each has used."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from tests import services
from tests.benchmarks.database import ROOT, connect
from tests.services import free_port, wait_for_port
from tests.waiting import until

DAPHNE = (
    "daphne", "-v", "0", "--websocket_connect_timeout", "60", "-e", "tcp:port={port}:interface=127.0.0.1:backlog=8192",
)  # fmt: skip
UVICORN = (
    "uvicorn", "--log-level", "warning", "--no-access-log", "--host", "127.0.0.1", "--ws", "websockets-sansio",
    "--ws-per-message-deflate", "false", "--backlog", "8192", "--port", "{port}",
)  # fmt: skip
LEADER = "select 1 from pg_locks where locktype = 'advisory' and granted"
SERVERS = {"daphne": DAPHNE, "uvicorn": UVICORN}
Running = TypeVar("Running", bound="Program")


class Program:
    """A running process."""

    def __init__(self, *command: str, stdout: int | None = None, **environment: str) -> None:
        variables = {**os.environ, "DATABASE_URL": os.environ["TEST_DATABASE_URL"], "LOG_LEVEL": "ERROR"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env={**variables, **environment}, stdout=stdout
        )

    def cpu_seconds(self) -> float:
        """CPU time used so far by all its threads, to the nanosecond as the scheduler counts it."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def memory_bytes(self) -> int:
        """Memory that is this process's alone."""
        lines = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) * 1024

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class WebServer(Program):
    """daphne or uvicorn with an ASGI application."""

    def __init__(self, kind: str, application: str = "clinic.asgi:application", **environment: str) -> None:
        self.port = free_port()
        environment["DATABASE_URL"] = services.web_url(os.environ["TEST_DATABASE_URL"])
        super().__init__(*(word.format(port=self.port) for word in SERVERS[kind]), application, **environment)
        wait_for_port(self.port, self.process, kind, timeout=60)


class Listener(Program):
    """A bare LISTEN loop that prints what it hears; what nobody reads is thrown away."""

    def __init__(self, channel: str, *, is_read: bool = False) -> None:
        super().__init__(
            "tests.benchmarks.listener", channel, stdout=subprocess.PIPE if is_read else subprocess.DEVNULL
        )

    def line(self) -> str:
        """Wait for the next line that it prints."""
        assert self.process.stdout
        return self.process.stdout.readline().decode().strip()


@contextmanager
def running(program: Running) -> Iterator[Running]:
    """Stop a program in the end."""
    try:
        yield program
    finally:
        program.stop()


@contextmanager
def relay() -> Iterator[Program]:
    """The product on a server that starts it at once; returns it when its relay leads."""
    # Check-ups would enable the triggers that a measurement disabled.
    with running(WebServer("uvicorn", LIVE_CHECK_UPS="0")) as program, connect() as connection:
        until(lambda: connection.execute(LEADER).fetchone(), timeout=30, what="a leading relay")
        yield program
