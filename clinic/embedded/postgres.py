"""Run PostgreSQL from the wheel: `default_cluster()` for the demonstration, others for tests.

The data lies in `var/postgres` of the checkout (`CLINIC_VAR` names another `var`). PostgreSQL refuses to
run as root, so root's clusters lie in /var/lib/clinic-pulse, in a folder named by a hash of the one asked
for, and run as `postgres` or `nobody`: no folder of the checkout is ever opened to others. Such a folder
outlives the checkout; `manage.py postgres status` names it.

Settings import this module, so nothing here needs Django, and `url()` only reads a file.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from clinic.embedded import connection, processes
from clinic.embedded.binaries import bin_dir, major_version, reachable_bin_dir
from clinic.embedded.system_user import SYSTEM_STATE, Command, SystemUser, running_user
from clinic.errors import ClinicError

__all__ = ["DURABLE", "FAST", "Cluster", "bin_dir", "default_cluster", "url", "var_dir"]

DURABLE: Mapping[str, str] = {
    "shared_buffers": "256MB",
    "max_connections": "100",
    "max_prepared_transactions": "20",
    "wal_level": "logical",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "effective_io_concurrency": "200",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}
"""For two cores, an SSD and a handful of users; reached by TCP on this machine alone."""

FAST: Mapping[str, str] = {**DURABLE, "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For tests: the data is lost if the machine stops."""

BUILTIN_LOCALE = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
SYSTEM_LOCALE = ("--locale=C.UTF-8",)
"""All letters in the order of their code points; before PostgreSQL 17 only by the C library's own C.UTF-8."""

LOG_LIMIT = 10_000_000
START_SECONDS = 60


class ServerFailedError(ClinicError):
    """PostgreSQL did not start; read its log."""


def var_dir() -> Path:
    """Return the folder for everything that is made by running the product."""
    return Path(os.environ.get("CLINIC_VAR") or Path(__file__).resolve().parents[2] / "var").absolute()


def default_cluster() -> Cluster:
    """Return the cluster of the demonstration and of development."""
    return Cluster(var_dir() / "postgres")


def url() -> str:
    """Return the default cluster's URL; one that refuses connections if there has never been a server."""
    return default_cluster().url()


class Cluster:
    """A PostgreSQL server with its data, log, port and password in one folder."""

    def __init__(self, directory: Path, settings: Mapping[str, str] = DURABLE) -> None:
        self.home = _home(directory)
        self.settings = settings
        self.data = self.home / "data"
        self.log = self.home / "log"
        self._connection_file = self.home / "connection.json"

    def url(self) -> str:
        """Return a URL that psql and SQLAlchemy take; starts nothing."""
        known = connection.read(self._connection_file)
        return known.url() if known else connection.NOBODY_LISTENS

    def web_url(self) -> str:
        """Make the login of web processes in a migrated database, and return its URL."""
        known = self._known()
        connection.make_web_login(known)
        return known.web_url()

    def is_running(self) -> bool:
        """Say whether this cluster's server process is alive."""
        return processes.server(self.data) is not None

    def start(self) -> bool:
        """Start the server unless it runs, and wait until it answers; say whether this call started it.

        The one who started it stops it. A stale process file, a taken port and a half-made data folder are
        mended.
        """
        self._make_home()
        with processes.lock(self.home / "lock"):
            started = not self.is_running()
            try:
                if started:
                    self._start_stopped()
                connection.make_database(self._known(), self.log)
            except BaseException:
                if started:
                    self._stop()
                raise
        return started

    def stop(self) -> bool:
        """Stop the server if it runs; say whether it did."""
        if not self.home.exists():
            return False
        with processes.lock(self.home / "lock"):
            return self._stop()

    def wipe(self) -> None:
        """Stop the server and throw the data away; port and password stay."""
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)

    def remove(self) -> None:
        """Stop the server and remove its folder."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def _make_home(self) -> None:
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            if os.geteuid() == 0:
                self.home.parent.chmod(0o755)
            self.home.chmod(0o711)
        except OSError as error:
            raise ClinicError(
                f"The database cannot be kept in {self.home} ({error.strerror}). "
                "Set CLINIC_VAR to a folder you may write to, or DATABASE_URL to a server of your own."
            ) from error

    def _start_stopped(self) -> None:
        user = running_user(self.data)
        programs = reachable_bin_dir(user)
        if not (self.data / "PG_VERSION").exists():
            self._initialise(user, programs)
        processes.forget_stale_server(self.data)
        known = connection.with_free_port(self._known())
        connection.write(self._connection_file, known)
        self._launch(user, programs, known.port)

    def _known(self) -> connection.Connection:
        known = connection.read(self._connection_file)
        if known is None:
            raise ClinicError(
                f"{self._connection_file} is missing or damaged, so the password of the data is lost. "
                "Put the file back, or start over with `FRESH=1 make demo`."
            )
        return known

    def _initialise(self, user: SystemUser, programs: Path) -> None:
        """Make the data folder beside its place and move it there when it is whole."""
        known = connection.read(self._connection_file) or connection.invent()
        connection.write(self._connection_file, known)
        unfinished, password = self.home / "data.unfinished", self.home / "password"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        user.give(unfinished)
        connection.write_secret(password, known.password)
        user.give(password)
        try:
            self._initdb(user, programs, unfinished, password)
        finally:
            password.unlink()
        shutil.rmtree(self.data, ignore_errors=True)
        unfinished.rename(self.data)

    def _initdb(self, user: SystemUser, programs: Path, data: Path, password: Path) -> None:
        sync = ["--no-sync"] if self.settings.get("fsync") == "off" else []
        locale = ["--encoding=UTF8", *(BUILTIN_LOCALE if major_version(programs) >= 17 else SYSTEM_LOCALE)]
        secret = ["--username=clinic", f"--pwfile={password}", "--auth=scram-sha-256"]
        command: Command = [programs / "initdb", "--pgdata", data, *locale, *secret, *sync]
        done = user.run(command, cwd=self.home, capture_output=True)
        if done.returncode:
            raise ServerFailedError(f"A new database could not be made in {self.home}: {done.stderr.strip()}")

    def _launch(self, user: SystemUser, programs: Path, port: int) -> None:
        self._open_log(user)
        options = {**self.settings, "port": str(port)}
        words = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in options.items())
        begin = ["start", "--wait", f"--timeout={START_SECONDS}", f"--log={self.log}", f"--options={words}"]
        command: Command = [programs / "pg_ctl", "--pgdata", self.data, *begin]
        done = user.run(command, cwd=self.home, stdout=subprocess.DEVNULL)
        if done.returncode:
            raise ServerFailedError(
                f"PostgreSQL did not start on port {port}. Its log {self.log} ends:\n{self._log_end()}\n"
                "If the data is of no value, start over with `FRESH=1 make demo`."
            )

    def _open_log(self, user: SystemUser) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.rename(self.log.with_suffix(".old"))
        self.log.touch(mode=0o600)
        user.give(self.log)

    def _log_end(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])

    def _stop(self) -> bool:
        if not self.is_running():
            return False
        user = running_user(self.data)
        pg_ctl = reachable_bin_dir(user) / "pg_ctl"
        for mode in ("fast", "immediate"):
            halt = ["stop", "--wait", "--timeout=30", f"--mode={mode}"]
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            if user.run([pg_ctl, "--pgdata", self.data, *halt], cwd=self.home, **quiet).returncode == 0:
                break
        return True


def _home(directory: Path) -> Path:
    """Return the folder itself, or for root one in /var/lib that stands for it."""
    if os.geteuid() != 0:
        return directory
    digest = hashlib.sha256(str(directory.resolve()).encode()).hexdigest()[:12]
    return SYSTEM_STATE / f"{directory.name}-{digest}"
