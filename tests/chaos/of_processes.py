"""What happens to web processes and to their way to PostgreSQL."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.chaos.installation import Installation
from tests.waiting import until
from tests.web_server import WebServer


@contextmanager
def killed(server: WebServer) -> Iterator[WebServer]:
    """Kill a web process, and start it again in the end."""
    server.kill()
    yield server
    server.start()


@contextmanager
def told_to_stop(server: WebServer) -> Iterator[WebServer]:
    """Send SIGTERM, and start the process again in the end."""
    server.tell_to_stop()
    yield server
    server.ended()
    server.start()


@contextmanager
def stopped(server: WebServer) -> Iterator[WebServer]:
    """Freeze a web process, and let it go on in the end."""
    os.kill(server.pid, signal.SIGSTOP)
    yield server
    os.kill(server.pid, signal.SIGCONT)


@contextmanager
def cut_off(here: Installation) -> Iterator[WebServer]:
    """Lose all that goes between the leading relay and PostgreSQL, without a word to either."""
    first = here.servers[0]
    for server in here.servers[1:]:
        server.stop()
    until(lambda: here.leader() is first, what="the process behind the cable leading")
    for server in here.servers[1:]:
        server.start()
    here.cable.cut()
    yield first
    here.cable.mend()


@contextmanager
def relay_ended(here: Installation) -> Iterator[None]:
    """End the sessions of all relays, as an administrator or a failing network does."""
    with psycopg.connect(here.url, autocommit=True) as session:
        session.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'clinic-pulse relay'"
        )
    yield None
