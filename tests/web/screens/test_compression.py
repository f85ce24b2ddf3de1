"""What travels compressed, and what must not."""

from __future__ import annotations

import gzip
import http.client
from collections.abc import Callable

import psycopg
import pytest
from django.test import Client

from clinic.screens.export import BYTE_ORDER_MARK
from tests.web.patients.conftest import ClientOf, client_of
from tests.web_server import WebServer

__all__ = ["client_of"]

pytestmark = pytest.mark.usefixtures("transactional_db")
COMPRESSED = {"Accept-Encoding": "gzip, br"}


def get(server: WebServer, path: str, key: str = "", **headers: str) -> tuple[http.client.HTTPMessage, bytes]:
    """Ask the real server; returns headers and the body as it travelled."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", path, headers={"Cookie": f"sessionid={key}", **headers})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status == 200
    return answer.headers, body


def test_a_page_is_compressed_for_clients_that_can_read_it(server: WebServer, sign_in: Callable[[str], str]) -> None:
    key = sign_in("manager")
    headers, plain = get(server, "/", key)
    assert headers["Content-Encoding"] is None
    headers, packed = get(server, "/", key, **COMPRESSED)
    assert headers["Content-Encoding"] == "gzip"
    assert b'data-metric="patients_total"' in gzip.decompress(packed)
    assert len(packed) < len(plain) / 3


def test_two_answers_of_one_content_differ_in_length(client_of: ClientOf) -> None:
    client: Client = client_of("store")
    answers = [client.get("/dashboard/stock/", headers=COMPRESSED) for _ in range(20)]
    texts = {gzip.decompress(answer.content) for answer in answers}
    assert len(texts) == 1
    assert len({len(answer.content) for answer in answers}) > 1


@pytest.mark.parametrize("path", ["/static/js/live-stats.js", "/static/css/tile.css", "/static/vendor/uplot.min.js"])
def test_a_static_file_is_sent_as_it_lies_compressed_on_the_disk(server: WebServer, path: str) -> None:
    _headers, plain = get(server, path)
    headers, packed = get(server, path, **COMPRESSED)
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Content-Length"] == str(len(packed))
    assert gzip.decompress(packed) == plain


def test_a_file_written_while_it_is_read_stays_a_stream(
    server: WebServer, sign_in: Callable[[str], str], sql: psycopg.Connection[tuple[int]]
) -> None:
    sql.execute("insert into patient (first_name) select 'Ada ' || n from generate_series(1, 3000) n")
    headers, body = get(server, "/patients/?export=csv", sign_in("reception"), **COMPRESSED)
    assert headers["Content-Encoding"] is headers["Content-Length"] is None
    assert headers["Transfer-Encoding"] == "chunked"
    text = body.decode()
    assert text.startswith(BYTE_ORDER_MARK)
    assert len(text.splitlines()) == 3001
