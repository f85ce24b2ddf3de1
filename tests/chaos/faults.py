"""What happens to an installation, each as a context: it is so inside, and mended on the way out.

`seconds` is how long it lasts, 0 for what happens in a moment. The goal is the time from its end until every page is
live with the right number again; of pages whose own process was hit, the time that a browser takes to notice silence
comes on top.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass

import psycopg
import redis

from tests.benchmarks.database import connect, fresh_database
from tests.chaos.installation import Installation, cluster
from tests.waiting import until
from tests.web_server import WebServer

TAKEOVER_SECONDS = 5.0
NOTICED_SECONDS = 12.0
"""A page notices a silent process after so long, and dials another."""
MOST_CONNECTIONS = 400


@dataclass(frozen=True)
class Fault:
    """One row: what is done, for how long, and the goals in seconds for the pages of other processes and for all."""

    name: str
    cause: Callable[[Installation], AbstractContextManager[WebServer | None]]
    seconds: float
    others: float
    all: float


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
def no_redis(here: Installation) -> Iterator[None]:
    """Stop Redis, and start it again."""
    here.redis.stop()
    yield None
    here.redis.start()


@contextmanager
def redis_told(here: Installation, *commands: str) -> Iterator[None]:
    """Have Redis do something."""
    with redis.Redis.from_url(here.redis.url) as client:
        for command in commands:
            client.execute_command(*command.split())
        yield None


@contextmanager
def started_without_redis(here: Installation) -> Iterator[WebServer]:
    """Start a web process while Redis is down."""
    server = here.standby()
    server.stop()
    here.redis.stop()
    server.start()
    yield server
    here.redis.start()


@contextmanager
def postgres_stopped(_here: Installation) -> Iterator[None]:
    """Stop PostgreSQL, and start it again."""
    cluster().stop()
    yield None
    cluster().start()


@contextmanager
def postgres_crashed(_here: Installation) -> Iterator[None]:
    """Kill PostgreSQL's main process, and start it again."""
    postmaster = int((cluster().data / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    until(lambda: not cluster().is_running(), what="the end of PostgreSQL")
    yield None
    cluster().start()


@contextmanager
def connections_full(_here: Installation) -> Iterator[None]:
    """Take every connection that PostgreSQL has to give."""
    with ExitStack() as stack:
        with suppress(psycopg.OperationalError):
            for _ in range(MOST_CONNECTIONS):
                stack.enter_context(connect())
        yield None


@contextmanager
def second_clinic(here: Installation) -> Iterator[None]:
    """Run another clinic on the same Redis and the same server, with ten thousand patients."""
    with fresh_database("bench_other") as url:
        with psycopg.connect(url, autocommit=True) as session:
            session.execute("insert into patient (first_name) select 'Bob' from generate_series(1, 10000)")
        server = WebServer(url, here.servers[0].log.with_name("other.log"), REDIS_URL=here.redis.url).start()
        try:
            with psycopg.connect(url, autocommit=True) as session:
                for _ in range(20):
                    session.execute("insert into patient (first_name) values ('Bob')")
            yield None
        finally:
            server.stop()


@contextmanager
def relay_ended(here: Installation) -> Iterator[None]:
    """End the sessions of all relays, as an administrator or a failing network does."""
    with psycopg.connect(here.url, autocommit=True) as session:
        session.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'clinic-pulse relay'"
        )
    yield None


@contextmanager
def rolling_restart(here: Installation) -> Iterator[None]:
    """Restart all web processes, one after the other."""
    for server in here.servers:
        server.stop()
        server.start()
    yield None


FAULTS = (
    Fault("leader killed", lambda here: killed(here.leader()), 0, TAKEOVER_SECONDS, TAKEOVER_SECONDS),
    Fault("leader told to stop", lambda here: told_to_stop(here.leader()), 0, TAKEOVER_SECONDS, TAKEOVER_SECONDS),
    Fault(
        "leader frozen", lambda here: stopped(here.leader()), 0, TAKEOVER_SECONDS, TAKEOVER_SECONDS + NOTICED_SECONDS
    ),
    Fault("leader frozen for a while", lambda here: stopped(here.leader()), 20, TAKEOVER_SECONDS, TAKEOVER_SECONDS),
    Fault("leader cut off from PostgreSQL", cut_off, 0, TAKEOVER_SECONDS, TAKEOVER_SECONDS),
    Fault("all relays' sessions ended", relay_ended, 0, TAKEOVER_SECONDS, TAKEOVER_SECONDS),
    Fault("standby killed", lambda here: killed(here.standby()), 0, 1, TAKEOVER_SECONDS),
    Fault("standby frozen", lambda here: stopped(here.standby()), 0, 1, TAKEOVER_SECONDS + NOTICED_SECONDS),
    Fault("Redis stopped", no_redis, 15, 10, 10),
    Fault("Redis flushed", lambda here: redis_told(here, "flushall"), 0, TAKEOVER_SECONDS, TAKEOVER_SECONDS),
    Fault(
        "Redis full",
        lambda here: redis_told(here, "config set maxmemory-policy noeviction", "config set maxmemory 1"),
        5,
        TAKEOVER_SECONDS,
        TAKEOVER_SECONDS,
    ),
    Fault("a process started while Redis is down", started_without_redis, 10, 10, 15),
    Fault("two clinics on one Redis", second_clinic, 5, 1, 1),
    Fault("PostgreSQL restarted", postgres_stopped, 1, 10, 10),
    Fault("PostgreSQL stopped", postgres_stopped, 15, 10, 20),
    Fault("PostgreSQL crashed", postgres_crashed, 1, 10, 10),
    Fault("connections full", connections_full, 10, 10, 10),
    Fault("rolling restart", rolling_restart, 0, TAKEOVER_SECONDS, TAKEOVER_SECONDS),
)
