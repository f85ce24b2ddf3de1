"""The heartbeat is one constant: with another one, all that depends on it follows, at both ends of the wire."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from clinic import checks
from clinic.live import pace
from clinic.live import subscriber as subscriber_module
from clinic.live.access import Access, Audience
from clinic.live.messages import Mode, encode_snapshot, to_socket
from clinic.live.subscriber import Subscriber

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def slower(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the heart beat each ten seconds."""
    monkeypatch.setattr(pace, "HEARTBEAT_SECONDS", 10.0)


def snapshot() -> dict[str, Any]:
    """Return a snapshot as a browser gets it."""
    text = encode_snapshot("epoch", 1, NOW, Mode.LIVE, 0, {}, {})
    told: dict[str, Any] = json.loads(text)
    return told


async def nothing(*_any: object) -> None:
    """Take what is sent or closed."""


def test_today_silence_is_noticed_by_the_hub_first_and_by_browsers_later() -> None:
    assert pace.hub_silence_seconds() == 6.5
    assert (snapshot()["heartbeat"], snapshot()["silence"]) == (5, 12)


@pytest.mark.usefixtures("slower")
def test_a_snapshot_tells_browsers_the_pace() -> None:
    assert (snapshot()["heartbeat"], snapshot()["silence"]) == (10, 24)


@pytest.mark.usefixtures("slower")
def test_a_page_tells_it_before_the_first_snapshot(client: Client, staff: dict[str, Any]) -> None:
    client.force_login(staff["manager"])
    html = client.get("/").content.decode()
    (element,) = re.findall(r"<live-stats[^>]*>", html)
    assert 'data-heartbeat="10" data-silence="24"' in element


@pytest.mark.usefixtures("slower")
def test_the_hub_takes_the_relay_for_dead_before_browsers_take_the_hub() -> None:
    assert pace.hub_silence_seconds() == 13
    assert pace.browser_silence_seconds() == 24


@pytest.mark.usefixtures("slower")
async def test_a_stuck_client_is_given_six_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(subscriber_module, "monotonic", lambda: clock[0])
    access = Access("key", "ada", Audience(frozenset()), NOW + timedelta(hours=1))
    slow = Subscriber(access, send=nothing, close=nothing, render=lambda _subscriber: to_socket("snapshot"))
    slow.fall_behind()
    clock[0] = 59
    assert not slow.is_stuck
    clock[0] = 61
    assert slow.is_stuck


@pytest.mark.usefixtures("slower")
def test_the_check_of_settings_names_the_pace(settings: Any) -> None:
    settings.LIVE_RELAY, settings.REDIS_URL = False, ""
    (warning,) = checks.relay_can_reach_others(None)
    assert "it reads every 10 s" in warning.msg
