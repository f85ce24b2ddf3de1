"""Points the settings at a PostgreSQL of the tests' own; loaded as a plugin, before Django's settings."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clinic.embedded.connection import NOBODY_LISTENS
from tests import services

FIRST = (
    "web/test_admin_nonsense.py",
    "concurrency/test_permutations.py",
    "sql/test_every_table.py",
    "browser",
    "concurrency",
    "live",
    "embedded",
    "stats",
    "repair",
)
"""The files, and folders of files, that take long. Begun last, one would keep the run waiting for one worker."""

BROWSERS = {"browser_program", "browser_with_windows"}
"""The fixtures that alone find a browser: a test that uses none of them needs none."""


def zone_of_another_day() -> str:
    """Name a zone where it is another day than in UTC just now, and where no midnight comes within the next hour.

    A program that takes UTC, or the machine's clock, for the clinic's is off by a day there at any time of the day.
    """
    return "Pacific/Pago_Pago" if datetime.now(UTC).hour < 10 else "Pacific/Kiritimati"


# What takes UTC for the clinic's clock is to be noticed by any test; CLINIC_TIME_ZONE=UTC runs them there.
os.environ.setdefault("CLINIC_TIME_ZONE", zone_of_another_day())
os.environ["SECRET_KEY"] = "a key for tests only, long enough and secret from nobody"
os.environ.pop("REDIS_URL", None)
os.environ.pop("LIVE_DATABASE_URL", None)
# Playwright and asynchronous tests run an event loop, beside which fixtures may well use the ORM.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
# Containers like to set it; but the product is imported by each of the many processes that tests start.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Start the server before anybody reads the settings; not where tests are only given to workers."""
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    if is_worker or not getattr(early_config.known_args_namespace, "numprocesses", None):
        os.environ["DATABASE_URL"] = services.postgres_url()
    else:
        os.environ["DATABASE_URL"] = NOBODY_LISTENS
    return (yield)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the tests that need a browser be left out, which is alike on every Python and PostgreSQL."""
    parser.addoption("--no-browser", action="store_true", help="leave out the tests that need a browser")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes long, file by file."""
    if config.getoption("--no-browser"):
        _leave_out(config, items)
    tests = Path(__file__).parent

    def place(item: pytest.Item) -> tuple[int, str]:
        path = item.path.relative_to(tests)
        known = (FIRST.index(name) for name in (path.as_posix(), path.parts[0]) if name in FIRST)
        return (next(known, len(FIRST)), str(path))

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over all that was imported and collected: it stays until the end."""
    gc.collect()
    gc.freeze()


def _leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests that need a browser."""
    needs = [bool(BROWSERS & set(getattr(item, "fixturenames", ()))) for item in items]
    config.hook.pytest_deselected(items=[item for item, need in zip(items, needs, strict=True) if need])
    items[:] = [item for item, need in zip(items, needs, strict=True) if not need]
