"""A slow browser is never waited for: it is held back, brought up to date, and in the end closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from types import SimpleNamespace

import pytest

from clinic.live import daphne, pace
from clinic.live.access import Access, Audience
from clinic.live.messages import Close, Message, to_socket
from clinic.live.subscriber import WINDOW, Subscriber
from tests.waiting import until_async


class Browser:
    """The far end of a subscriber: what arrived, and a tap that can be shut."""

    def __init__(self) -> None:
        self.received: list[str] = []
        self.ended: list[str] = []
        self.is_gone = False
        self.is_open = asyncio.Event()
        self.is_open.set()
        access = Access("key", "ada", Audience(frozenset({"bookings"})), datetime.now(UTC) + timedelta(hours=1))
        self.subscriber = Subscriber(access, send=self.take, close=self.close, render=self.render)
        self.latest = 0

    async def take(self, message: Message) -> None:
        if self.is_gone:
            raise ConnectionError
        text = message["text"]
        self.received.append(text)
        try:
            await self.is_open.wait()
        finally:
            self.ended.append(text)

    async def close(self, reason: Close) -> None:
        raise AssertionError(f"closed for {reason}")

    def render(self, subscriber: Subscriber) -> Message:
        subscriber.seq = self.latest
        return to_socket(f"snapshot {self.latest}")

    def offer(self, seq: int) -> None:
        self.latest = seq
        self.subscriber.offer(to_socket(f"frame {seq}"), seq)

    def beat(self, text: str = "a heartbeat") -> None:
        self.subscriber.offer_sign_of_life(to_socket(text))


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """A connected browser that has its first snapshot."""
    far_end = Browser()
    far_end.subscriber.fall_behind()
    await until_async(lambda: far_end.received == ["snapshot 0"], what="the first snapshot")
    try:
        yield far_end
    finally:
        far_end.subscriber.end()


async def test_frames_pass_one_by_one_to_a_browser_that_keeps_up() -> None:
    async with browser() as far_end:
        for seq in (1, 2):
            far_end.offer(seq)
            await until_async(lambda seq=seq: far_end.received[-1] == f"frame {seq}", what="the frame")


async def test_a_stalled_browser_gets_the_latest_values_and_not_each_frame() -> None:
    async with browser() as far_end:
        far_end.is_open.clear()
        far_end.offer(1)
        await until_async(lambda: far_end.received[-1] == "frame 1", what="the frame that stalls")
        for seq in range(2, 50):
            far_end.offer(seq)
        far_end.is_open.set()
        await until_async(lambda: len(far_end.received) == 3, what="one more message")
        assert far_end.received[-1] == "snapshot 49"


async def test_a_heartbeat_right_behind_a_frame_costs_no_snapshot() -> None:
    async with browser() as far_end:
        far_end.offer(1)
        far_end.beat()
        assert far_end.received == ["snapshot 0", "frame 1", "a heartbeat"]


async def test_a_heartbeat_behind_a_frame_that_stalls_is_left_out() -> None:
    async with browser() as far_end:
        far_end.is_open.clear()
        far_end.offer(1)
        far_end.beat()
        far_end.is_open.set()
        far_end.beat("still on its way")
        await until_async(lambda: not far_end.subscriber._is_sending, what="the end of the stalled send")
        far_end.beat("a later heartbeat")
        assert far_end.received == ["snapshot 0", "frame 1", "a later heartbeat"]


async def test_nobody_hears_of_a_send_to_a_socket_that_is_gone() -> None:
    async with browser() as far_end:
        far_end.is_gone = True
        far_end.offer(1)
        far_end.offer(2)
        assert far_end.received == ["snapshot 0"]


async def test_a_stalled_send_ends_with_its_socket() -> None:
    async with browser() as far_end:
        far_end.is_open.clear()
        far_end.offer(1)
        far_end.subscriber.end()
        await until_async(lambda: far_end.ended == ["snapshot 0", "frame 1"], what="the end of the stalled send")
        far_end.offer(2)
        assert far_end.received == ["snapshot 0", "frame 1"]


async def test_a_browser_that_acknowledges_nothing_is_held_back_until_it_does() -> None:
    async with browser() as far_end:
        for seq in range(1, WINDOW):
            far_end.offer(seq)
            await until_async(lambda seq=seq: far_end.received[-1] == f"frame {seq}", what="the frame")
        far_end.offer(WINDOW)
        far_end.offer(WINDOW + 1)
        assert len(far_end.received) == WINDOW
        far_end.subscriber.acknowledge(WINDOW - 1)
        await until_async(lambda: far_end.received[-1].startswith(f"snapshot {WINDOW + 1}"), what="a snapshot")


async def test_a_browser_that_acknowledges_heartbeats_alone_keeps_up_however_many_frames_come() -> None:
    async with browser() as far_end:
        for beat in (1, 2, 3):
            for seq in range(beat * 1000, beat * 1000 + 2 * WINDOW):
                far_end.offer(seq)
            far_end.beat()
            assert far_end.received[-1] == "a heartbeat"
            far_end.subscriber.acknowledge(far_end.latest)
            assert far_end.received[-1] == f"snapshot {far_end.latest}"


async def test_a_browser_that_asks_for_a_snapshot_has_read_what_came_before() -> None:
    async with browser() as far_end:
        for seq in range(1, WINDOW + 1):
            far_end.offer(seq)
        far_end.subscriber.start_over()
        assert far_end.received[-1] == f"snapshot {WINDOW}"


async def test_a_heartbeat_does_not_come_before_the_first_snapshot() -> None:
    far_end = Browser()
    far_end.beat()
    assert far_end.received == []


async def test_numbers_that_start_over_leave_nothing_unacknowledged(monkeypatch: pytest.MonkeyPatch) -> None:
    async with browser() as far_end:
        far_end.offer(500)
        far_end.latest = 1  # another leader, which counts from the beginning
        far_end.subscriber.fall_behind()
        far_end.subscriber.acknowledge(1)
        monkeypatch.setattr(pace, "HEARTBEAT_SECONDS", -1)
        assert not far_end.subscriber.is_stuck


async def test_an_old_acknowledgement_takes_nothing_back() -> None:
    async with browser() as far_end:
        for seq in range(1, 2 * WINDOW):
            far_end.offer(seq)
            far_end.subscriber.acknowledge(seq)
        far_end.subscriber.acknowledge(1)
        far_end.offer(2 * WINDOW)
        assert far_end.received[-1] == f"frame {2 * WINDOW}"


@pytest.mark.parametrize("seed", range(20))
async def test_whatever_happens_the_window_holds_and_the_last_number_arrives(seed: int) -> None:
    chance = Random(seed)
    async with browser() as far_end:
        acknowledged = seq = 0
        for _ in range(1000):
            match chance.choice(["frames", "frames", "beat", "acknowledge", "ask", "stall", "flow"]):
                case "frames":
                    for _ in range(chance.randrange(WINDOW)):
                        far_end.offer(seq := seq + 1)
                case "beat":
                    far_end.beat(f"heartbeat {seq}")
                case "acknowledge" | "ask" as word:
                    acknowledged = len(far_end.received)
                    read = int(far_end.received[-1].split()[1])
                    far_end.subscriber.acknowledge(read) if word == "acknowledge" else far_end.subscriber.start_over()
                case "stall":
                    far_end.is_open.clear()
                case "flow":
                    far_end.is_open.set()
                    await asyncio.sleep(0)
            unread = [text for text in far_end.received[acknowledged:] if not text.startswith("heartbeat")]
            assert len(unread) <= WINDOW
        far_end.is_open.set()
        far_end.subscriber.acknowledge(seq)
        await until_async(lambda: far_end.received[-1].split()[1] == str(seq), what="the last number")


async def test_it_counts_as_stuck_only_when_the_oldest_message_waits_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with browser() as far_end:
        assert not far_end.subscriber.is_stuck
        monkeypatch.setattr(pace, "HEARTBEAT_SECONDS", -1)
        assert far_end.subscriber.is_stuck
        far_end.subscriber.acknowledge(0)
        assert not far_end.subscriber.is_stuck


async def test_a_browser_that_acknowledges_what_it_does_not_take_is_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    async with browser() as far_end:
        far_end.is_open.clear()
        far_end.offer(1)
        far_end.subscriber.acknowledge(1)
        assert not far_end.subscriber.is_stuck
        monkeypatch.setattr(pace, "HEARTBEAT_SECONDS", -1)
        assert far_end.subscriber.is_stuck


async def test_daphne_is_not_given_more_for_a_browser_that_takes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with browser() as far_end:
        transport = SimpleNamespace(dataBuffer=b"", offset=0, _tempDataLen=0, disconnected=False)
        far_end.subscriber.send = partial(_take, SimpleNamespace(transport=transport), far_end)
        transport.dataBuffer = bytes(daphne.MOST_BYTES + 1)
        for seq in range(1, 4):
            far_end.offer(seq)
            far_end.subscriber.acknowledge(seq)
            far_end.subscriber.start_over()  # asking for snapshots is no way around it
        assert far_end.received == ["snapshot 0"]
        assert not far_end.subscriber.is_stuck
        transport.dataBuffer = b""
        far_end.beat()
        assert far_end.received == ["snapshot 0"], "a heartbeat is no news to one that is behind"
        far_end.offer(4)
        assert far_end.received == ["snapshot 0", "snapshot 4"]
        transport.dataBuffer = bytes(daphne.MOST_BYTES + 1)
        far_end.offer(5)
        monkeypatch.setattr(pace, "HEARTBEAT_SECONDS", -1)
        far_end.subscriber.acknowledge(5)
        assert far_end.subscriber.is_stuck


async def _take(_protocol: object, far_end: Browser, message: Message) -> None:
    await far_end.take(message)
