"""A wall display keeps its screen awake, where the browser lets it."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visit
from tests.browser.reading import see_words
from tests.waiting import until

WATCH_LOCKS = """
  window.locks = [];
  const request = WakeLock.prototype.request;
  WakeLock.prototype.request = async function (...kind) {
    const lock = await %s;
    window.locks.push(lock);
    return lock;
  };
"""
GRANTED = WATCH_LOCKS % "request.apply(this, kind)"
REFUSED = WATCH_LOCKS % "(window.locks.push(null), Promise.reject(new DOMException('no', 'NotAllowedError')))"


@pytest.fixture(scope="module")
def browser_program(browser_with_windows: str) -> str:
    """A browser without windows has no screen to keep awake."""
    return browser_with_windows


def test_a_wall_display_stays_awake_and_asks_again_when_the_lock_was_dropped(visit: Visit) -> None:
    page = visit()
    page.add_init_script(GRANTED)
    page.reload()
    see_words(page, "Live")
    assert page.evaluate("window.locks.length") == 0
    page.goto(page.url + "?tv=1")
    until(lambda: page.evaluate("window.locks.length === 1"), what="a lock asked for")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.evaluate("window.locks[0].release()")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    until(lambda: page.evaluate("window.locks.length === 2 && !window.locks[1].released"), what="another lock")


def test_a_refused_lock_is_no_trouble(visit: Visit) -> None:
    page = visit()
    page.add_init_script(REFUSED)
    page.goto(page.url + "?tv=1")
    until(lambda: page.evaluate("window.locks.length === 1"), what="a lock asked for")
    see_words(page, "Live")
