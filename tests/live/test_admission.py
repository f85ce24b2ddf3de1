"""Sockets that come at once are let in together, each by its own session."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable

import pytest

from clinic.live import access, answers, consumers
from clinic.live import admission as admission_module
from clinic.live.access import Access
from clinic.live.admission import AT_ONCE, Admission, AdmissionError
from tests.waiting import until_async

SignIn = Callable[[str], str]


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many sessions each reading of the database asked for."""
    asked: list[int] = []
    read = access.of_sessions

    def counting(session_keys: Iterable[str]) -> dict[str, Access]:
        keys = list(session_keys)
        asked.append(len(keys))
        return read(keys)

    monkeypatch.setattr(access, "of_sessions", counting)
    return asked


async def test_a_crowd_is_read_in_few_readings_and_each_sees_what_it_may(sign_in: SignIn, readings: list[int]) -> None:
    admission = Admission()
    keys = [sign_in("manager"), sign_in("store"), "nobody's"] * AT_ONCE
    found = await asyncio.gather(*map(admission.of_session, keys))
    assert [each and each.username for each in found] == ["manager", "store", None] * AT_ONCE
    assert readings == [AT_ONCE] * 3
    store = found[1]
    assert store
    assert store.audience.sections == {"inventory"}


async def test_one_that_comes_during_a_reading_is_in_the_next(sign_in: SignIn, readings: list[int]) -> None:
    admission = Admission()
    first = asyncio.create_task(admission.of_session(sign_in("manager")))
    await until_async(lambda: readings, what="the first reading")
    second = await admission.of_session(sign_in("store"))
    assert [each and each.username for each in (await first, second)] == ["manager", "store"]
    assert readings == [1, 1]


async def test_one_that_leaves_while_it_waits_holds_nobody_up(sign_in: SignIn, readings: list[int]) -> None:
    admission = Admission()
    leaving = asyncio.create_task(admission.of_session(sign_in("manager")))
    staying = asyncio.create_task(admission.of_session(sign_in("store")))
    await until_async(lambda: readings, what="the first reading")
    leaving.cancel()
    stayed = await staying
    assert stayed
    assert stayed.username == "store"


async def test_a_failure_to_read_reaches_each_and_the_next_reading_is_made(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    admission = Admission()
    with monkeypatch.context() as broken:
        broken.setattr(access, "of_sessions", _fails)
        failed = await asyncio.gather(*map(admission.of_session, "ab"), return_exceptions=True)
    assert [type(error) for error in failed] == [AdmissionError, AdmissionError]
    assert await admission.of_session(sign_in("manager"))


async def test_a_reading_that_hangs_bars_nobody_who_comes_after_it(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission_module, "TURN_SECONDS", 0.05)
    hangs_now, answers_at_last = threading.Event(), threading.Event()
    read = access.of_sessions

    def hangs(session_keys: Iterable[str]) -> dict[str, Access]:
        keys = list(session_keys)
        if "the first" in keys:
            hangs_now.set()
            answers_at_last.wait()
        return read(keys)

    monkeypatch.setattr(access, "of_sessions", hangs)
    admission = Admission()
    first = asyncio.create_task(admission.of_session("the first"))
    await until_async(hangs_now.is_set, what="the reading that hangs")
    try:
        assert await admission.of_session(sign_in("manager"))
        assert not first.done()
    finally:
        answers_at_last.set()
    assert await first is None


def _fails(session_keys: Iterable[str]) -> dict[str, Access]:
    raise ConnectionError


def test_who_dials_and_who_asks_by_http_wait_in_one_queue() -> None:
    assert answers.admission is consumers.admission
