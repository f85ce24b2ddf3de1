"""A read that PostgreSQL ends to resolve a deadlock is made again, and nobody notices."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import path

pytestmark = [pytest.mark.usefixtures("transactional_db"), pytest.mark.urls(__name__)]

Read = Callable[[], str]


def failing(times: int) -> Read:
    """Return something to read from the database that fails so many times before it succeeds."""
    attempts = count(1)

    def read() -> str:
        with connection.cursor() as cursor:
            if next(attempts) <= times:
                cursor.execute("do $$ begin raise deadlock_detected; end $$")
            cursor.execute("select 'read'")
            return str(cursor.fetchone()[0])  # type: ignore[index]

    return read


@pytest.fixture
def client(staff: dict[str, object]) -> Client:
    client = Client()
    client.force_login(staff["manager"])  # type: ignore[arg-type]
    return client


def in_the_view(request: HttpRequest, times: int) -> HttpResponse:
    return HttpResponse(read[times]())


def in_the_template(request: HttpRequest, times: int) -> SimpleTemplateResponse:
    return SimpleTemplateResponse(engines["django"].from_string("{{ read }}"), {"read": read[times]})


read: dict[int, Read] = {}
urlpatterns = [path("view/<int:times>/", in_the_view), path("template/<int:times>/", in_the_template)]


@pytest.fixture(autouse=True)
def reads_again() -> None:
    read.update({times: failing(times) for times in (1, 2)})


@pytest.mark.parametrize("where", ["view", "template"])
def test_a_read_that_lost_to_a_deadlock_is_made_again(where: str, client: Client) -> None:
    assert client.get(f"/{where}/1/").content == b"read"


@pytest.mark.parametrize("where", ["view", "template"])
def test_it_is_made_again_but_once(where: str, client: Client) -> None:
    with pytest.raises(OperationalError):
        client.get(f"/{where}/2/")


def test_a_change_is_never_made_again(client: Client) -> None:
    with pytest.raises(OperationalError):
        client.post("/view/1/")
