"""What happens to PostgreSQL."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import psycopg

from tests.benchmarks.database import NAME, connect
from tests.chaos.fault import LeftOutError
from tests.chaos.installation import SCRIPT, Installation, cluster, hold
from tests.chaos.small_disk import SmallDisk
from tests.chaos.standby import Standby
from tests.chaos.visitor import register
from tests.waiting import until

MOST_CONNECTIONS = 400
CLOCK_BEHIND_SECONDS, DECIDING_SECONDS = 20.0, 3.0
POOLED = """
select client_port from pg_stat_activity where application_name = 'clinic-pulse' and datname = current_database()
"""
NO_ROOM = "The database has no room left"


@contextmanager
def postgres_stopped(_here: Installation) -> Iterator[None]:
    """Stop PostgreSQL, and start it again."""
    cluster().stop()
    yield None
    cluster().start()


@contextmanager
def postgres_crashed(_here: Installation) -> Iterator[None]:
    """Kill PostgreSQL's main process, and start it again."""
    _crash()
    yield None
    cluster().start()


def _crash() -> None:
    postmaster = int((cluster().data / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    until(lambda: not cluster().is_running(), what="the end of PostgreSQL")


@contextmanager
def connections_full(_here: Installation) -> Iterator[None]:
    """Take every connection that PostgreSQL has to give."""
    with ExitStack() as stack:
        with suppress(psycopg.OperationalError):
            for _ in range(MOST_CONNECTIONS):
                stack.enter_context(connect())
        yield None


@contextmanager
def disk_full(here: Installation) -> Iterator[None]:
    """Leave the tables no room to grow, see what people and programs are told, and make room again."""
    disk = here.after_row.enter_context(SmallDisk(here.url))
    disk.fill()
    _ask_for_room(here)
    yield None
    disk.make_room()


def _ask_for_room(here: Installation) -> None:
    try:
        with psycopg.connect(here.url) as session:
            session.execute("insert into patient (first_name) select 'Ada' from generate_series(1, 1000)")
            session.rollback()
    except psycopg.errors.DiskFull:
        pass
    else:
        here.expect(False, "a writer found room")
    status, page = register(here.visitor, first_name="Zora", last_name="Quill", sex="unknown", notes="typed " * 300)
    here.expect(status == 503 and NO_ROOM in page, f"a form was answered with {status} and not with words")
    here.expect("typed typed" in page, "what was typed was lost")


@contextmanager
def pooled_sessions_half_open(here: Installation) -> Iterator[None]:
    """Lose every packet of the sessions that web processes share, both ways, without a word to either side."""
    if not shutil.which("iptables"):
        raise LeftOutError("packets are dropped by iptables, which is not there")
    with psycopg.connect(here.url) as session:
        ports = [port for (port,) in session.execute(POOLED)]
    here.expect(ports, "no web process had a session open")
    ways = [each for port in ports for each in ((port, here.addresses.port), (here.addresses.port, port))]
    try:
        for way in ways:
            _filter("-I", *way)
        yield None
    finally:
        for way in ways:
            _filter("-D", *way)


def _filter(action: str, source: int, destination: int) -> None:
    ports = ["--sport", str(source), "--dport", str(destination)]
    command = ["iptables", "-w", action, "INPUT", "-i", "lo", "-p", "tcp", *ports, "-j", "DROP"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LeftOutError(f"packets are dropped by iptables, which says: {done.stderr.strip()}")


@contextmanager
def failed_over(here: Installation) -> Iterator[None]:
    """Lose PostgreSQL for good, and promote a standby whose clock is behind once somebody has decided to."""
    standby = here.after_all.enter_context(Standby(here.addresses.second_port, CLOCK_BEHIND_SECONDS))
    standby.follow_each_commit(NAME)
    with psycopg.connect(here.url, autocommit=True) as session:
        session.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = %s",
            [SCRIPT["application_name"]],
        )
    hold(1)  # in which the script goes on, waiting for the standby
    _crash()
    hold(DECIDING_SECONDS)
    behind = standby.promote()
    here.expect(abs(behind - CLOCK_BEHIND_SECONDS) < 1, f"the clock was {behind:.1f} s behind")
    yield None
