"""A standby of the run's PostgreSQL, by streaming replication, with a clock of its own."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from time import time
from unittest.mock import patch

import psycopg

from clinic.embedded import connection
from clinic.embedded.binaries import reachable_bin_dir
from clinic.embedded.postgres import Cluster, var_dir
from clinic.embedded.system_user import running_user
from tests import services
from tests.chaos.installation import cluster
from tests.repair.databases import url_of
from tests.waiting import until

STREAMING = "select count(*) = 1 from pg_stat_replication where state = 'streaming'"


class Standby:
    """Follows the run's server, commit by commit, until it is promoted; its clock is so many seconds behind.

    The clock is libfaketime's: PostgreSQL is started with that library before the C library's own.
    """

    def __init__(self, port: int, behind: float) -> None:
        self._library, self._behind = services.faketime_library(), behind
        self._cluster = Cluster(var_dir() / "test" / str(os.getpid()) / "standby", services.FAST)
        known = connection.read(cluster().home / "connection.json")
        assert known is not None
        self._known = connection.Connection(port, known.password)

    def __enter__(self) -> Standby:
        self._copy()
        clock = {"LD_PRELOAD": self._library, "FAKETIME": f"-{self._behind:g}s", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        with patch.dict(os.environ, clock):
            self._cluster.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._cluster.remove()

    def follow_each_commit(self, database: str) -> None:
        """Have each commit wait until it has arrived here, so that none that anybody saw is lost."""
        with psycopg.connect(url_of(cluster().url(), "postgres"), autocommit=True) as first:
            until(lambda: first.execute(STREAMING).fetchone() == (True,), what="a standby that follows")
            first.execute(f"alter database {database} set synchronous_commit to remote_apply")
            first.execute("alter system set synchronous_standby_names to '*'")
            first.execute("select pg_reload_conf()")

    def promote(self) -> float:
        """Have it take writes; returns by how many seconds its clock is behind."""
        with psycopg.connect(self._known.url("postgres"), autocommit=True) as session:
            session.execute("select pg_promote(true)")
            row = session.execute("select extract(epoch from clock_timestamp())::float8").fetchone()
        assert row is not None
        return time() - float(row[0])

    def _copy(self) -> None:
        home, data = self._cluster.home, self._cluster.data
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o711)
        connection.write(home / "connection.json", self._known)
        data.mkdir(mode=0o700)
        user = running_user(cluster().data)
        user.give(data)
        command: list[str | Path] = [reachable_bin_dir(user) / "pg_basebackup", "--pgdata", data]
        command += ["--write-recovery-conf", "--checkpoint=fast", "--no-sync", f"--dbname={cluster().url()}"]
        done = user.run(command, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert done.returncode == 0, done.stderr
