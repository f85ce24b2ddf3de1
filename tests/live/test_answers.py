"""What a page without a socket is told by HTTP, by a real server: what the socket would say, and nothing more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import psycopg
import pytest

from tests.live.client import connected
from tests.services import free_port
from tests.waiting import until
from tests.web_server import WebServer

Sql = psycopg.Connection[Any]
Answer = tuple[int, dict[str, str], str]


def ask(server: WebServer, session_key: str = "", path: str = "/live/", **headers: str) -> Answer:
    """Ask with a session's cookie; returns status, headers and text."""
    request = Request(server.url + path, headers={"Cookie": f"sessionid={session_key}", **headers})
    try:
        with urlopen(request, timeout=20) as response:
            return _answer(response)
    except HTTPError as refusal:
        with refusal:
            return _answer(refusal)


def _answer(response: Any) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return response.status, headers, response.read().decode()


def polled(server: WebServer, session_key: str) -> dict[str, Any]:
    """Wait until the server knows, and read what it says."""
    until(lambda: ask(server, session_key)[0] == 200, what="an answer")
    found: dict[str, Any] = json.loads(ask(server, session_key)[2])
    return found


async def test_the_poll_says_what_the_socket_says_at_its_beginning(
    server: WebServer, sql: Sql, sign_in: Callable[[str], str]
) -> None:
    sql.execute("insert into patient (first_name) values ('Ada')")
    async with connected(server, sign_in("manager")) as socket:
        await socket.until(patients_total=1)
        by_http = polled(server, sign_in("manager"))
    async with connected(server, sign_in("manager")) as socket:
        by_socket = await socket.receive("snapshot")
    assert by_http["metrics"]["patients_total"] == [1, "1"]
    assert {**by_http, "at": ""} == {**by_socket, "at": ""}


def test_hidden_numbers_and_topics_are_not_told_at_all(
    server: WebServer, sql: Sql, sign_in: Callable[[str], str]
) -> None:
    told = polled(server, sign_in("store"))
    assert set(told["metrics"]) == {"inventory_items_total", "inventory_low_stock", "inventory_out_of_stock"}
    assert set(told["changed"]) == {"inventory_item", "day"}


def test_nobody_is_told_anything_without_a_session(server: WebServer, sql: Sql) -> None:
    assert ask(server)[0] == 401
    assert ask(server, "no such session")[0] == 401


def test_who_has_no_role_is_told_nothing(server: WebServer, sql: Sql, sign_in: Callable[[str], str]) -> None:
    sql.execute("delete from auth_user_groups")
    assert ask(server, sign_in("manager"))[0] == 403


def test_a_changed_table_has_a_later_moment_and_an_answer_read_after_it_one_later_still(
    server: WebServer, sql: Sql, sign_in: Callable[[str], str]
) -> None:
    manager = sign_in("manager")
    before = polled(server, manager)["changed"]
    sql.execute("insert into patient (first_name) values ('Ada')")
    until(lambda: polled(server, manager)["changed"]["patient"] > before["patient"], what="the change")
    told = polled(server, manager)
    assert told["changed"]["payment"] == before["payment"]
    _status, headers, page = ask(server, manager, "/patients/")
    epoch, ms = headers["live-read"].split(" ")
    assert epoch == told["epoch"]
    assert int(ms) >= told["changed"]["patient"]
    assert f'data-read="{epoch} {ms}"' in page


@pytest.mark.usefixtures("no_other_relay")
def test_a_process_that_knows_nothing_says_so(
    database_url: str, tmp_path: Any, sql: Sql, sign_in: Callable[[str], str]
) -> None:
    alone = WebServer(database_url, tmp_path / "alone.log", LIVE_RELAY="0").start()
    try:
        status, headers, _text = ask(alone, sign_in("manager"))
        assert status == 503
        assert 3 <= int(headers["retry-after"]) <= 8
    finally:
        alone.stop()


@pytest.fixture(scope="module")
def lost(database_url: str, tmp_path_factory: pytest.TempPathFactory, static_files: None) -> Iterator[WebServer]:
    """A web server whose database is away: nobody listens at its port."""
    parts = urlsplit(database_url)
    nobody = parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{free_port()}", query="").geturl()
    server = WebServer(nobody, tmp_path_factory.mktemp("lost") / "daphne.log", LIVE_RELAY="0").start()
    yield server
    server.stop()


def test_a_page_without_a_socket_is_told_to_ask_later_while_the_database_is_away(lost: WebServer) -> None:
    status, headers, _text = ask(lost, "a session")
    assert status == 503
    assert 3 <= int(headers["retry-after"]) <= 8


@pytest.mark.parametrize("path", ["/bookings/", "/patients/", "/inventory/", "/bills/", "/", "/records/"])
def test_a_part_of_a_page_says_in_words_that_the_database_is_away(lost: WebServer, path: str) -> None:
    asks_again = {"HX-Request": "true", "Live-After": "epoch 1", "Accept": "text/html"}
    status, headers, text = ask(lost, "a session", path, **asks_again)
    assert status == 503
    assert 3 <= int(headers["retry-after"]) <= 8
    assert "The system is very busy just now" in text
    assert "Traceback" not in text


def test_the_log_has_one_line_for_what_could_not_be_read_and_why_without_a_trace(lost: WebServer) -> None:
    before = len(lost.log.read_text())
    assert ask(lost, "a session")[0] == 503
    assert ask(lost, "a session", "/bookings/")[0] == 503
    polled_line, page_line = lost.log.read_text()[before:].splitlines()
    assert "1 sessions could not be read (OperationalError connection failed" in polled_line
    assert "no answer from the database for /bookings/ (connection failed" in page_line
