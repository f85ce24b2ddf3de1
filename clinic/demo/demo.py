"""Run the whole product on this machine until Ctrl-C: PostgreSQL, sample data, the web server.

What this process started, it stops; a PostgreSQL that was already running stays.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clinic.demo.logins import NAMES, PASSWORD
from clinic.embedded.connection import write_secret
from clinic.embedded.listening import refuse_taken, wait_until_listening
from clinic.embedded.postgres import default_cluster, var_dir
from clinic.errors import ClinicError

ROOT = Path(__file__).resolve().parents[2]
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOP_SECONDS = 10

BANNER = """
  Clinic Pulse is running:  http://127.0.0.1:{port}/

  Sign in as    {names}
  Password      {password}, unless you changed it

  Change the data from anywhere and watch the page:
      psql "$({python} manage.py dburl)"

  Ctrl-C stops it and keeps the data. FRESH=1 make demo starts over.
"""


def run(port: int, *, fresh: bool) -> None:
    """Run until Ctrl-C, SIGTERM or SIGHUP; return normally then."""
    refuse_taken(port)
    for number in STOP_SIGNALS:
        signal.signal(number, signal.default_int_handler)
    try:
        with _database(fresh) as url:
            if os.environ.get("DATABASE_URL"):
                _prepare(_environment(os.environ.get("OWNER_DATABASE_URL") or url), is_own=False)
            else:
                _prepare(_environment(url), is_own=True)
                url = default_cluster().web_url()
            _serve(port, _environment(url))
    except KeyboardInterrupt:
        _say("Stopped.")


@contextmanager
def _database(fresh: bool) -> Iterator[str]:
    """Yield the URL of the database, and stop the server afterwards if it was started here."""
    if url := os.environ.get("DATABASE_URL"):
        if fresh:
            raise ClinicError("FRESH=1 drops only the demonstration's own database; unset DATABASE_URL.")
        yield url
        return
    cluster = default_cluster()
    if fresh:
        cluster.wipe()
    if not (cluster.data / "PG_VERSION").exists():
        _say("Making a new database.")
    started = cluster.start()
    try:
        yield cluster.url()
    finally:
        with _deaf():
            if started:
                cluster.stop()


@contextmanager
def _deaf() -> Iterator[None]:
    """Ignore a second Ctrl-C, so that nothing is left half stopped."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in STOP_SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def _environment(url: str) -> dict[str, str]:
    ours = {
        "CLINIC_DEMO": "1",
        "DATABASE_URL": url,
        "OWNER_DATABASE_URL": "",
        "LIVE_DATABASE_URL": os.environ.get("LIVE_DATABASE_URL", "") if os.environ.get("DATABASE_URL") else "",
        "DEBUG": "0",
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
        "STOP_SECONDS": os.environ.get("STOP_SECONDS", "5"),
        "SECRET_KEY": os.environ.get("SECRET_KEY") or _secret_key(),
    }
    return {**os.environ, **ours}


def _secret_key() -> str:
    """Return a random key that stays, so that a restart signs nobody out."""
    path = var_dir() / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_secret(path, secrets.token_urlsafe(50))
    return path.read_text()


def _prepare(environment: dict[str, str], *, is_own: bool) -> None:
    command = [sys.executable, "manage.py", "prepare_demo", *(["--own"] if is_own else [])]
    with _child(command, environment) as process:
        if process.wait():
            raise ClinicError("The demonstration's database could not be prepared; the reason is above.")


def _serve(port: int, environment: dict[str, str]) -> None:
    options = ["--bind", "127.0.0.1", "--port", str(port), "--verbosity", "0"]
    command = [sys.executable, "-m", "daphne", *options, "clinic.asgi:application"]
    with _child(command, environment) as process:
        wait_until_listening(port, process)
        python = Path(sys.executable)
        shown = python.relative_to(ROOT) if python.is_relative_to(ROOT) else python
        _say(BANNER.format(port=port, names=", ".join(NAMES), password=PASSWORD, python=shown))
        code = process.wait()
    raise ClinicError(f"The web server ended by itself with code {code}; its messages are above.")


@contextmanager
def _child(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program out of the terminal's reach, and end it when the block ends."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)  # noqa: S603
    try:
        yield process
    finally:
        with _deaf():
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
