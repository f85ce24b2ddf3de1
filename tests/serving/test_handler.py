"""However a request ends, its connection is given back and its place at work is free."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from clinic.practice.models import Service
from clinic.screens.export import DOWNLOADS_AT_ONCE, _read_in_thread
from clinic.serving import busy, handler
from clinic.serving.gate import Gate
from clinic.urls import urlpatterns as clinic_addresses
from tests.database.pooled import in_use, pool_of
from tests.waiting import PATIENCE_SECONDS, until_async

pytestmark = [pytest.mark.usefixtures("transactional_db"), pytest.mark.urls(__name__)]

may_go_on = threading.Event()
begun: list[str] = []


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(Service.objects.count()))


def broken(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        Service.objects.create(name="Lost")
        raise ValueError("a fault of ours")


def slow(request: HttpRequest) -> HttpResponse:
    begun.append(request.GET.get("name", ""))
    Service.objects.count()
    may_go_on.wait(PATIENCE_SECONDS)
    return HttpResponse()


def rows() -> Iterator[str]:
    """Two parts, of one transaction; the second when it may."""
    with transaction.atomic():
        yield str(Service.objects.count())
        may_go_on.wait(PATIENCE_SECONDS)
        yield str(Service.objects.count())


def download(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(_read_in_thread(rows()))  # type: ignore[arg-type]


urlpatterns = [
    path("page/", page),
    path("broken/", broken),
    path("slow/", slow),
    path("download/", download),
    *clinic_addresses,
]
handler500 = busy.server_error


class Visit:
    """One request, whose client reads what comes and may leave."""

    def __init__(self, application: handler.Handler, address: str) -> None:
        self._incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._incoming.put_nowait({"type": "http.request", "body": b"", "more_body": False})
        self.sent: list[dict[str, Any]] = []
        where, _, query = address.partition("?")
        scope = {
            "type": "http", "method": "GET", "path": where, "query_string": query.encode(),
            "headers": [(b"host", b"localhost")],
        }  # fmt: skip
        self.task = asyncio.create_task(application(scope, self._incoming.get, self._send))

    async def _send(self, message: Any) -> None:
        self.sent.append(message)

    def leave(self) -> None:
        self._incoming.put_nowait({"type": "http.disconnect"})

    async def status(self) -> int:
        """Wait for the whole answer."""
        await asyncio.wait_for(asyncio.shield(self.task), PATIENCE_SECONDS)
        return int(self.sent[0]["status"])


@pytest.fixture
async def application(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[handler.Handler]:
    """The handler with a gate for one and a pool of three; everything must be free again in the end."""
    may_go_on.clear()
    begun.clear()
    gate = Gate(at_work=1, waiting=2, seconds=PATIENCE_SECONDS)
    monkeypatch.setattr(handler, "gate", lambda: gate)
    with pool_of(3):
        yield handler.Handler()
        may_go_on.set()
        await until_async(lambda: in_use() == 0, what="a pool with nothing in use")
        await until_async(lambda: gate.state() == {"at_work": 0, "waiting": 0}, what="nobody at work")


async def test_a_page_gives_back_what_it_used(application: handler.Handler) -> None:
    assert await Visit(application, "/page/").status() == 200


async def test_so_does_one_that_fails_in_the_middle_of_a_change(application: handler.Handler) -> None:
    assert await Visit(application, "/broken/").status() == 500


async def test_so_does_a_page_that_is_not_there(application: handler.Handler) -> None:
    assert await Visit(application, "/nowhere/").status() == 404


async def test_so_does_a_download_read_to_its_end(application: handler.Handler) -> None:
    may_go_on.set()
    visit = Visit(application, "/download/")
    assert await visit.status() == 200
    assert [message.get("body") for message in visit.sent[1:]] == [b"0", b"0", None]


async def test_so_does_a_download_whose_reader_leaves(application: handler.Handler) -> None:
    visit = Visit(application, "/download/")
    await until_async(lambda: len(visit.sent) == 2, what="the first part")
    await until_async(lambda: in_use() == 1, what="its connection alone")
    visit.leave()
    may_go_on.set()
    await visit.task


async def test_so_does_a_page_whose_reader_leaves(application: handler.Handler) -> None:
    visit = Visit(application, "/slow/")
    await until_async(lambda: begun, what="a page at work")
    visit.leave()
    may_go_on.set()
    await visit.task
    assert visit.sent == []


async def test_so_does_one_that_the_server_itself_cuts_short(application: handler.Handler) -> None:
    visit = Visit(application, "/slow/")
    await until_async(lambda: in_use() == 1, what="a page at work")
    visit.task.cancel()
    await asyncio.gather(visit.task, return_exceptions=True)
    may_go_on.set()


async def test_one_whose_reader_left_is_at_work_until_its_thread_is_done(application: handler.Handler) -> None:
    first = Visit(application, "/slow/?name=first")
    await until_async(lambda: begun == ["first"], what="a page at work")
    second = Visit(application, "/slow/?name=second")
    first.leave()
    await until_async(lambda: handler.gate().state() == {"at_work": 1, "waiting": 1}, what="the second waiting")
    assert begun == ["first"]
    may_go_on.set()
    assert await second.status() == 200


async def test_who_leaves_the_queue_costs_no_work(application: handler.Handler) -> None:
    first = Visit(application, "/slow/?name=first")
    await until_async(lambda: begun == ["first"], what="a page at work")
    leaving = Visit(application, "/slow/?name=leaving")
    await until_async(lambda: handler.gate().waiting == 1, what="one that waits")
    leaving.leave()
    await leaving.task
    may_go_on.set()
    assert await first.status() == 200
    assert begun == ["first"]


async def test_beyond_the_queue_one_is_answered_at_once(application: handler.Handler) -> None:
    visits = [Visit(application, "/slow/") for _ in range(4)]
    assert await visits[3].status() == 503
    assert b"very busy" in visits[3].sent[1]["body"]
    may_go_on.set()
    assert [await visit.status() for visit in visits[:3]] == [200, 200, 200]


async def test_neither_downloads_nor_files_wait_at_the_gate(application: handler.Handler) -> None:
    download = Visit(application, "/download/")
    await until_async(lambda: len(download.sent) == 2, what="the first part")
    slow = Visit(application, "/slow/")
    await until_async(lambda: begun, what="a page at work beside the download")
    assert await Visit(application, "/static/nothing.css").status() == 404
    may_go_on.set()
    assert [await download.status(), await slow.status()] == [200, 200]


async def test_downloads_beyond_the_allowed_wait_without_a_connection(application: handler.Handler) -> None:
    visits = [Visit(application, "/download/") for _ in range(DOWNLOADS_AT_ONCE + 1)]
    await until_async(lambda: all(visit.sent for visit in visits), what="downloads begun")
    await until_async(
        lambda: [len(visit.sent) for visit in visits] == [2, 2, 1], what="two that read and one that waits"
    )
    await until_async(lambda: in_use() == DOWNLOADS_AT_ONCE, what="connections for those two alone")
    may_go_on.set()
    assert [await visit.status() for visit in visits] == [200, 200, 200]


async def test_control_without_the_handlers_end_a_cut_request_keeps_its_connection(
    application: handler.Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Any] = []
    monkeypatch.setattr(handler.connections, "close_all", lambda: None)
    monkeypatch.setattr(handler, "close_old_connections", lambda: kept.append(connection.connection))
    visit = Visit(application, "/slow/")
    await until_async(lambda: in_use() == 1, what="a page at work")
    visit.task.cancel()
    await asyncio.gather(visit.task, return_exceptions=True)
    may_go_on.set()
    await until_async(lambda: kept, what="the end of the work")
    await until_async(lambda: in_use() == 1, what="the connection that nobody gave back")
    connection._connection_pools["default"].putconn(kept[0])  # type: ignore[attr-defined]
