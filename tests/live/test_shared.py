"""One rendering serves many readers: never one that is too old, never one of another audience."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from clinic.live import shared
from clinic.live.moments import Moment
from clinic.live.shared import Answer, Asked, Shared, digest, understood

RECEPTION, STORE = frozenset({"bookings.view_booking"}), frozenset({"inventory.view_item"})
PLAIN: dict[str, Any] = {"headers": []}


class Django:
    """An application whose answers wait until they may go, and say what the database held when it was read."""

    def __init__(self) -> None:
        self.rows = "one row"
        self.now = 100
        self.asked = 0
        self.marks = digest(RECEPTION)
        self.status = 200
        self.cookie = False
        self.may_go = asyncio.Event()
        self.may_go.set()

    async def __call__(self, scope: Any, receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
        self.asked += 1
        rows = self.rows
        await self.may_go.wait()
        headers = [(b"Live-Shared", self.marks.encode())] if self.marks else []
        headers += [(b"Set-Cookie", b"csrftoken=x")] if self.cookie else []
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": rows.encode()})


class Reader:
    """Who asks, and what came."""

    def __init__(self, side: Shared, wanted: int, rights: frozenset[str] = RECEPTION, epoch: str = "e") -> None:
        self.messages: list[dict[str, Any]] = []
        self.asked = Asked(rights, "/bookings/", b"", Moment(epoch, wanted))
        self.side = side

    async def read(self, scope: dict[str, Any] = PLAIN) -> str | None:
        """Ask; returns the text, or None when each has to ask Django."""

        async def receive() -> dict[str, Any]:
            raise AssertionError

        async def send(message: dict[str, Any]) -> None:
            self.messages.append(message)

        if not await self.side.answer(self.asked, scope, receive, send):
            return None
        return str(self.messages[1]["body"].decode("latin-1"))


def process(django: Django, personal: Callable[[bytes], bytes] = lambda body: body) -> Shared:
    return Shared(django, lambda: Moment("e", django.now), personal)


async def started(*readers: Reader) -> list[asyncio.Task[str | None]]:
    """Have readers ask, and come as far as they can."""
    tasks = [asyncio.create_task(reader.read()) for reader in readers]
    for _ in range(5):
        await asyncio.sleep(0)
    return tasks


async def test_a_thousand_who_ask_together_cost_one_rendering() -> None:
    django = Django()
    side = process(django)
    django.may_go.clear()
    tasks = await started(*(Reader(side, 90) for _ in range(1000)))
    django.may_go.set()
    assert set(await asyncio.gather(*tasks)) == {"one row"}
    assert django.asked == 1
    assert await Reader(side, 100).read() == "one row"
    assert django.asked == 1


async def test_who_asks_for_a_later_change_is_never_sent_what_was_read_before_it() -> None:
    django = Django()
    side = process(django)
    assert await Reader(side, 90).read() == "one row"
    django.rows, django.now = "two rows", 200
    assert await Reader(side, 150).read() == "two rows"
    assert django.asked == 2


async def test_control_without_comparing_moments_it_would_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Answer, "shows", lambda self, wanted: True)
    django = Django()
    side = process(django)
    await Reader(side, 90).read()
    django.rows, django.now = "two rows", 200
    assert await Reader(side, 150).read() == "one row"


async def test_who_comes_while_an_older_one_is_being_made_waits_and_then_has_one_made() -> None:
    django = Django()
    side = process(django)
    django.may_go.clear()
    (early,) = await started(Reader(side, 90))
    django.rows, django.now = "two rows", 200
    late = await started(*(Reader(side, 150) for _ in range(50)))
    django.may_go.set()
    assert await early == "one row"
    assert set(await asyncio.gather(*late)) == {"two rows"}
    assert django.asked == 2


async def test_an_answer_says_when_it_was_read_and_not_when_it_was_sent() -> None:
    django = Django()
    side = process(django)
    await Reader(side, 90).read()
    django.now = 500
    reader = Reader(side, 90)
    await reader.read()
    assert (b"live-read", b"e 100") in reader.messages[0]["headers"]


async def test_moments_of_another_epoch_are_not_compared() -> None:
    django = Django()
    side = process(django)
    await Reader(side, 90).read()
    django.rows = "two rows"
    assert await Reader(side, 90, epoch="another").read() == "two rows"


async def test_an_answer_is_not_kept_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    django = Django()
    side = process(django)
    await Reader(side, 90).read()
    django.rows = "tomorrow's"
    monkeypatch.setattr(shared, "KEPT_SECONDS", 0)
    assert await Reader(side, 90).read() == "tomorrow's"


async def test_other_rights_get_an_answer_of_their_own() -> None:
    django = Django()
    side = process(django)
    assert await Reader(side, 90).read() == "one row"
    django.rows, django.marks = "the store's", digest(STORE)
    assert await Reader(side, 90, STORE).read() == "the store's"
    assert await Reader(side, 90).read() == "one row"


async def test_an_answer_under_other_rights_than_the_asker_had_is_sent_to_nobody_else() -> None:
    django = Django()
    side = process(django)
    django.marks, django.rows = digest(RECEPTION | STORE), "with what only the promoted may see"
    assert await Reader(side, 90).read() == "with what only the promoted may see"
    django.marks, django.rows = digest(RECEPTION), "one row"
    assert await Reader(side, 90).read() == "one row"
    assert await Reader(side, 90).read() == "one row"
    assert django.asked == 2


@pytest.mark.parametrize("own", ["unmarked", "with a cookie"])
async def test_what_is_for_one_reader_goes_to_nobody_else(own: str) -> None:
    django = Django()
    side = process(django)
    django.marks = "" if own == "unmarked" else django.marks
    django.cookie = own == "with a cookie"
    django.may_go.clear()
    tasks = await started(*(Reader(side, 90) for _ in range(10)))
    django.may_go.set()
    assert sorted(map(str, await asyncio.gather(*tasks))) == 9 * ["None"] + ["one row"]
    assert django.asked == 1, "the others ask Django each for itself"


async def test_what_a_view_does_not_share_is_asked_of_django_by_each_and_in_a_while_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    django = Django()
    side = process(django)
    django.marks = ""
    await Reader(side, 90).read()
    assert await Reader(side, 90).read() is None
    monkeypatch.setattr(shared, "KEPT_SECONDS", 0)
    assert await Reader(side, 90).read() == "one row"


@pytest.mark.parametrize("status", [302, 400, 403, 404, 422])
async def test_a_refusal_to_one_reader_ends_sharing_for_nobody(status: int) -> None:
    django = Django()
    side = process(django)
    django.status, django.marks = status, ""
    assert await Reader(side, 90).read() == "one row"
    django.status, django.marks = 200, digest(RECEPTION)
    assert {await Reader(side, 90).read() for _ in range(10)} == {"one row"}
    assert django.asked == 2


@pytest.mark.parametrize("other", ["rights", "query"])
async def test_what_is_not_shared_of_one_address_is_shared_under_other_rights_and_queries(other: str) -> None:
    django = Django()
    side = process(django)
    django.marks = ""
    first = Reader(side, 90, STORE)
    first.asked = replace(first.asked, query=b"" if other == "rights" else b"format=csv")
    await first.read()
    django.marks = digest(RECEPTION if other == "rights" else STORE)
    later = [Reader(side, 90, RECEPTION if other == "rights" else STORE) for _ in range(10)]
    assert {await reader.read() for reader in later} == {"one row"}
    assert django.asked == 2


async def test_a_message_to_one_reader_has_the_others_ask_for_themselves_only_this_once() -> None:
    django = Django()
    side = process(django)
    django.cookie = True
    await Reader(side, 90).read()
    django.cookie = False
    assert {await Reader(side, 90).read() for _ in range(10)} == {"one row"}
    assert django.asked == 2


async def test_what_is_known_of_many_addresses_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "OWN_KNOWN", 3)
    django = Django()
    side = process(django)
    django.marks = ""
    for number in range(10):
        reader = Reader(side, 90)
        reader.asked = replace(reader.asked, query=b"page=%d" % number)
        await reader.read()
    assert [query for _rights, _path, query in side._own] == [b"page=7", b"page=8", b"page=9"]


async def test_a_server_that_is_too_busy_for_one_is_so_for_all_who_wait_with_it() -> None:
    django = Django()
    side = process(django)
    django.status, django.rows = 503, "later"
    django.may_go.clear()
    tasks = await started(*(Reader(side, 90) for _ in range(10)))
    django.may_go.set()
    assert set(await asyncio.gather(*tasks)) == {"later"}
    assert django.asked == 1
    django.status, django.rows = 200, "one row"
    assert await Reader(side, 90).read() == "one row"


async def test_those_who_wait_go_on_when_the_one_who_asked_first_leaves() -> None:
    django = Django()
    side = process(django)
    django.may_go.clear()
    first, second = await started(Reader(side, 90), Reader(side, 90))
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    django.may_go.set()
    assert await second == "one row"


async def test_each_reader_is_sent_tokens_of_their_own() -> None:
    django = Django()
    numbers = iter(range(10))
    side = process(django, lambda body: body.replace(b"row", f"token {next(numbers)}".encode()))
    assert [await Reader(side, 90).read() for _ in range(3)] == ["one token 0", "one token 1", "one token 2"]


async def test_who_takes_it_compressed_is_sent_it_so() -> None:
    reader = Reader(process(Django()), 90)
    await reader.read({"headers": [(b"accept-encoding", b"gzip, br")]})
    assert gzip.decompress(reader.messages[1]["body"]) == b"one row"
    assert (b"content-encoding", b"gzip") in reader.messages[0]["headers"]


@pytest.mark.parametrize("text", ["", "e", "e ", "e -1", "e ²", "e 1.5", " 7", "e " + 20 * "9"])
def test_what_names_no_moment_asks_for_none(text: str) -> None:
    assert understood(text) is None
