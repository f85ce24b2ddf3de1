"""Each request has an id: in its answer, in the log's lines of it, and in PostgreSQL's view of its statements."""

from __future__ import annotations

import json
import logging
import re
import sys
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from clinic.serving.handler import Handler
from clinic.serving.logs import JsonFormatter, LineFormatter
from clinic.serving.tracing import Tracing, request_id
from clinic.urls import urlpatterns as clinic_addresses
from tests.serving.test_handler import Visit
from tests.waiting import until
from tests.web.test_settings import started
from tests.web_server import WebServer


def running(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("select query from pg_stat_activity where pid = pg_backend_pid()")
        return HttpResponse(cursor.fetchone()[0])


urlpatterns = [path("running/", running), *clinic_addresses]


async def told(*headers: tuple[bytes, bytes]) -> str:
    """Ask an application that answers nothing; returns the id in the answer."""
    inside: list[str] = []
    sent: list[Any] = []

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        inside.append(request_id())
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        sent.append(message)

    await Tracing(application)({"type": "http", "headers": headers}, None, send)
    assert request_id() == "", "it ends with the request"
    ((name, value),) = sent[0]["headers"]
    assert (name, [value.decode()]) == (b"x-request-id", inside)
    return inside[0]


async def test_a_proxys_id_is_taken_over() -> None:
    assert await told((b"x-request-id", b"Proxy-7.a_b")) == "Proxy-7.a_b"


@pytest.mark.parametrize("sent", [b"", b"a b", b"*/ drop table bill; --", b"x" * 65, b"a\nb", "ü".encode()])
async def test_what_could_do_harm_is_none_and_one_is_made(sent: bytes) -> None:
    assert re.fullmatch("[0-9a-f]{16}", await told((b"x-request-id", sent)))


async def test_two_requests_have_two() -> None:
    assert await told() != await told()


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.urls(__name__)
async def test_postgresql_shows_whose_statement_it_runs() -> None:
    visit = Visit(Tracing(Handler()), "/running/")  # type: ignore[arg-type]
    assert await visit.status() == 200
    known = dict(visit.sent[0]["headers"])[b"x-request-id"].decode()
    body = b"".join(message.get("body", b"") for message in visit.sent[1:]).decode()
    assert body == f"/* request {known} */ select query from pg_stat_activity where pid = pg_backend_pid()"


def test_a_line_for_programs_is_one_object_with_the_requests_id(database_url: str, tmp_path: Path) -> None:
    server = WebServer(database_url, tmp_path / "log", LOG_FORMAT="json", LIVE_RELAY="0").start()
    try:
        with pytest.raises(HTTPError, match="404") as refused:
            urlopen(Request(server.url + "/nowhere/", headers={"X-Request-ID": "proxy-7"}), timeout=20)
        assert refused.value.headers["X-Request-ID"] == "proxy-7"
        refused.value.close()
        until(lambda: "proxy-7" in server.log.read_text(), what="the line of the request")
    finally:
        server.stop()
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    (line,) = [each for each in lines if each.get("request_id") == "proxy-7" and each["logger"] == "django.request"]
    wanted = {"level": "warning", "logger": "django.request", "message": "Not Found: /nowhere/", "status": 404}
    assert wanted.items() <= line.items()
    assert line["event"] == "%s: %s"


def record() -> logging.LogRecord:
    return logging.LogRecord("clinic.live", logging.ERROR, "file", 1, "%s: %s", ("relay", "gone\naway"), None)


def test_what_is_of_no_request_bears_no_id() -> None:
    assert "request_id" not in json.loads(JsonFormatter().format(record()))
    assert LineFormatter().format(record()).endswith(" ERROR clinic.live: relay: gone\naway")


def test_a_trace_stays_within_its_object() -> None:
    try:
        raise ValueError("a fault of ours")
    except ValueError:
        failed = record()
        failed.exc_info = sys.exc_info()
    (line,) = JsonFormatter().format(failed).splitlines()
    assert json.loads(line)["trace"].endswith("ValueError: a fault of ours")


def test_another_format_stops_the_start() -> None:
    assert "LOG_FORMAT is 'xml'; set it to line or json." in started(LOG_FORMAT="xml").stderr
