"""Requests share few connections, which outlive a restart of the server and never mix up who acts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections, transaction

from clinic.database import pool
from clinic.database.actor import acting_as
from clinic.database.base import DatabaseWrapper
from clinic.practice.models import Service
from tests.database.pooled import in_use, pool_of
from tests.services import free_port
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("transactional_db")


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        return int(cursor.fetchone()[0])


def on_threads(number: int, work: Callable[[int], Any]) -> list[Any]:
    """Do a work on so many threads at once, each giving its connection back in the end."""

    def done(turn: int) -> Any:
        try:
            return work(turn)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(done, range(number)))


@pytest.fixture
def three() -> Iterator[list[int]]:
    """A pool of three connections, all of them open; returns their backends."""
    with pool_of(3):
        all_in = threading.Barrier(3)

        def hold(_turn: int) -> int:
            pid = backend()
            all_in.wait(20)
            return pid

        yield on_threads(3, hold)


def test_many_share_few() -> None:
    with pool_of(2):
        assert len(set(on_threads(20, lambda _turn: backend()))) <= 2
        until(lambda: in_use() == 0)


def test_who_finds_none_free_in_time_is_told() -> None:
    with pool_of(1, seconds=0.1):
        backend()
        with pytest.raises(OperationalError, match="couldn't get a connection after"):
            on_threads(1, lambda _turn: backend())
        connection.close()
        until(lambda: in_use() == 0)


def test_after_the_server_cut_all_connections_the_next_request_works_at_once(
    three: list[int], sql: psycopg.Connection[Any]
) -> None:
    for pid in three:
        sql.execute("select pg_terminate_backend(%s, 20000)", [pid])
    began = monotonic()
    assert on_threads(1, lambda _turn: backend())[0] not in three
    assert monotonic() - began < 10
    until(lambda: in_use() == 0)


def test_one_that_was_cut_in_use_is_replaced(sql: psycopg.Connection[Any]) -> None:
    with pool_of(1):
        pid = backend()
        sql.execute("select pg_terminate_backend(%s, 20000)", [pid])
        with pytest.raises(OperationalError):
            backend()
        connection.close()
        assert backend() != pid


def test_a_transaction_that_was_left_open_is_taken_back() -> None:
    with pool_of(1):
        transaction.atomic().__enter__()
        Service.objects.create(name="Lost")
        connection.close()
        assert on_threads(1, lambda _turn: Service.objects.filter(name="Lost").count()) == [0]
    connection.in_atomic_block = False
    connection.closed_in_transaction = False


def test_on_one_connection_in_turns_each_ones_changes_bear_their_name() -> None:
    names = ("grace", "ada", "mia", "")

    def act(turn: int) -> None:
        for number in range(5):
            with acting_as(names[turn]):
                Service.objects.create(name=f"{turn} {number} alone")
                connection.close()
                with transaction.atomic():
                    Service.objects.create(name=f"{turn} {number} together")
            connection.close()

    with pool_of(1):
        on_threads(len(names), act)
    found = set(Service.objects.values_list("name", "changed_by"))
    assert found == {
        (f"{turn} {number} {how}", name or "clinic-pulse (clinic)")
        for turn, name in enumerate(names)
        for number in range(5)
        for how in ("alone", "together")
    }


def test_while_there_is_no_server_one_is_told_why_and_soon() -> None:
    nowhere = {**settings.DATABASES["default"], "HOST": "127.0.0.1", "PORT": free_port()}
    options = {"application_name": "clinic-pulse", "pool": {"min_size": 1, "max_size": 3, "timeout": 30}}
    wrapper = DatabaseWrapper({**connection.settings_dict, **nowhere, "OPTIONS": options}, alias="nowhere")
    began = monotonic()
    with pytest.raises(OperationalError, match="refused"):
        wrapper.ensure_connection()
    assert monotonic() - began < 20


def test_the_relays_and_the_scripts_connections_are_their_own() -> None:
    with pool_of(1):
        assert "pool" not in connection.get_connection_params()
    assert pool.state() is None
