"""A PostgreSQL of its own for the tests that start, stop and break one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic.embedded.postgres import FAST, Cluster


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cluster") / "postgres"


@pytest.fixture(scope="module")
def made_once(directory: Path) -> Iterator[Cluster]:
    """A cluster whose data is made once for the tests of a module."""
    cluster = Cluster(directory, FAST)
    cluster.start()
    cluster.stop()
    yield cluster
    cluster.remove()


@pytest.fixture
def cluster(made_once: Cluster) -> Iterator[Cluster]:
    """The cluster, stopped before the test and after it."""
    yield made_once
    made_once.stop()
