"""Changes bear the name of who made them, and no session keeps a name for who uses it next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from clinic.database.actor import acting_as
from clinic.practice.models import Service

WEB = "clinic-pulse (clinic)"
"""Who changed what nobody is named for: the session's `application_name`, and its login."""

pytestmark = pytest.mark.usefixtures("transactional_db")


class BrokenError(Exception):
    """What a view raises in the middle of its work."""


def add(name: str) -> None:
    Service.objects.create(name=name)


def who_added(name: str) -> str:
    return Service.objects.get(name=name).changed_by


def session_actor() -> str:
    """What the session itself says when nobody acts and no transaction runs."""
    row = connection.connection.execute("select coalesce(current_setting('clinic.actor', true), '')").fetchone()
    return str(row[0])


def test_a_single_statement_bears_the_name() -> None:
    with acting_as("grace"):
        add("Massage")
    assert who_added("Massage") == "grace"


def test_a_transaction_bears_the_name() -> None:
    with acting_as("grace"), transaction.atomic():
        add("Massage")
    assert who_added("Massage") == "grace"


def test_a_copy_in_a_transaction_bears_the_name() -> None:
    with (
        acting_as("grace"),
        transaction.atomic(),
        connection.cursor() as cursor,
        cursor.copy("copy service (name) from stdin") as copy,
    ):
        copy.write_row(["Massage"])
    assert who_added("Massage") == "grace"


def test_nothing_is_left_when_the_block_ends() -> None:
    with acting_as("grace"):
        add("Massage")
        with transaction.atomic():
            add("X-ray")
    add("Check-up")
    assert who_added("Check-up") == WEB
    assert session_actor() == ""


def test_the_name_outlives_a_savepoint_that_was_taken_back() -> None:
    with transaction.atomic(), acting_as("grace"):
        with suppress(BrokenError), transaction.atomic():
            add("Lost")
            raise BrokenError
        add("Massage")
    assert who_added("Massage") == "grace"


def test_a_name_given_within_a_savepoint_goes_with_it() -> None:
    with transaction.atomic():
        with suppress(BrokenError), transaction.atomic(), acting_as("grace"):
            add("Lost")
            raise BrokenError
        add("Massage")
    assert who_added("Massage") == WEB


def test_a_statement_that_failed_leaves_the_error_readable_and_the_name_right() -> None:
    with transaction.atomic():
        with pytest.raises(DatabaseError, match="nowhere"), acting_as("grace"), transaction.atomic():
            connection.cursor().execute("select nowhere")
        add("Massage")
    assert who_added("Massage") == WEB


def test_each_may_act_in_turn_in_one_transaction() -> None:
    with acting_as("grace"), transaction.atomic():
        add("Massage")
        with acting_as("ada"):
            add("X-ray")
        add("Check-up")
    assert [who_added(name) for name in ("Massage", "X-ray", "Check-up")] == ["grace", "ada", "grace"]


def test_after_an_exception_the_next_on_the_same_session_is_not_taken_for_the_one_before() -> None:
    connection.ensure_connection()
    session = connection.connection
    with suppress(BrokenError), acting_as("grace"), transaction.atomic():
        add("Lost")
        raise BrokenError
    with acting_as("ada"):
        add("Massage")
    add("X-ray")
    assert connection.connection is session
    assert [who_added(name) for name in ("Massage", "X-ray")] == ["ada", WEB]


def test_control_a_name_set_for_the_session_is_borne_by_the_next_ones_changes() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('clinic.actor', 'grace', false)")
    add("Massage")
    assert who_added("Massage") == "grace"
    connection.close()


def test_transactions_ended_by_hand_are_told_each() -> None:
    with acting_as("grace"):
        transaction.set_autocommit(False)
        add("Massage")
        transaction.commit()
        add("X-ray")
        transaction.rollback()
        add("Check-up")
        transaction.commit()
        transaction.set_autocommit(True)
    assert [who_added(name) for name in ("Massage", "Check-up")] == ["grace", "grace"]


@pytest.mark.parametrize(("name", "messages"), [("", 1), ("grace", 4)])
def test_looking_as_nobody_costs_one_message_and_acting_four(name: str, messages: int) -> None:
    """Begin, tell, do, commit."""
    connection.ensure_connection()
    with acting_as(name), messages_sent() as sent:
        Service.objects.filter(name="Massage").exists()
    assert sent == [messages]


@contextmanager
def messages_sent() -> Iterator[list[int]]:
    """Count the messages on the wire that ask something of the server."""
    sent: list[int] = []
    with TemporaryFile() as file:
        connection.connection.pgconn.trace(file.fileno())
        yield sent
        connection.connection.pgconn.untrace()
        file.seek(0)
        sent.append(file.read().count(b"\tF\t"))


@csrf_exempt
def act(request: HttpRequest, name: str, end: str) -> HttpResponse:
    """Change something without a transaction and within one, and end well or not."""
    add(f"{name} alone")
    with suppress(BrokenError) if end == "caught" else transaction.atomic(), transaction.atomic():
        add(f"{name} together")
        if end != "well":
            raise BrokenError
    add(f"{name} after")
    return HttpResponse()


urlpatterns = [path("act/<name>/<end>/", act)]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("end", ["well", "caught", "badly"])
def test_requests_on_one_session_bear_their_own_names_however_each_ends(end: str) -> None:
    grace, ada = client("grace"), client("ada")
    session = connection.connection
    grace.post(f"/act/first/{end}/")
    ada.post("/act/second/well/")
    Client().post("/act/third/well/")
    assert connection.connection is session
    assert who_added("first alone") == "grace"
    expected = {"second alone": "ada", "second together": "ada", "second after": "ada", "third alone": WEB}
    assert {name: who_added(name) for name in expected} == expected
    assert session_actor() == ""


def client(name: str) -> Client:
    made = Client(raise_request_exception=False)
    made.force_login(User.objects.create_user(name))
    return made
