"""A pytest plugin: keep the test database between the runs of one list of mutants, for making it takes longest."""

from __future__ import annotations

from functools import partial

from django.test.utils import setup_databases


def pytest_collection() -> None:
    """Have the fixture that makes the database find it made."""
    from tests import conftest

    conftest.setup_databases = partial(setup_databases, keepdb=True)
    conftest.teardown_databases = lambda *_made, **_how: None
