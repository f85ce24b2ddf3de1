"""Both ends of the wire use the same words: `clinic/live/messages.py` and `static/js/live-messages.js`."""

from __future__ import annotations

import json
import re
from enum import Enum
from pathlib import Path

import pytest

from clinic.live import messages, pace
from clinic.live.messages import Close, Kind, Mode

SCRIPTS = Path(__file__).parents[2] / "static" / "js"
BROWSER = (SCRIPTS / "live-messages.js").read_text()


def spelled(name: str) -> str:
    """Find what the browser's file assigns to an exported name."""
    found = re.search(rf"export const {name} = (?:Object\.freeze\()?(.*?)\)?;", BROWSER, re.DOTALL)
    assert found, f"live-messages.js exports no {name}"
    return found[1]


@pytest.mark.parametrize("words", [Kind, Mode, Close])
def test_the_browser_knows_every_word_of_the_server_and_no_other(words: type[Enum]) -> None:
    pairs = re.findall(r'(\w+): "?([\w-]+)"?', spelled(words.__name__))
    assert dict(pairs) == {word.name: str(word.value) for word in words}


def test_both_agree_on_how_often_to_acknowledge() -> None:
    assert float(spelled("MESSAGES_PER_ACK")) == messages.MESSAGES_PER_ACK


def test_the_browser_takes_the_pace_by_the_names_that_the_server_tells() -> None:
    taken = re.search(r"take\(\{ (.*?) \}\)", (SCRIPTS / "live-pace.js").read_text())
    assert taken
    assert set(taken[1].split(", ")) == set(pace.for_browsers()) == {"heartbeat", "silence"}


@pytest.mark.parametrize(("text", "meaning"), [('{"ack": 7}', 7), ('{"resync": true}', None)])
def test_what_the_browser_sends_is_understood(text: str, meaning: int | None) -> None:
    assert messages.decode_request(text) == meaning
    (key,) = json.loads(text)
    assert re.search(rf"export const {key} = ", BROWSER)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"ack":' * 100_000, None, "9" * 5000, '{"ack": NaN}'])
def test_what_cannot_be_read_is_a_bad_message_and_nothing_else(text: str | None) -> None:
    with pytest.raises(messages.BadMessageError, match="Not understood"):
        messages.decode_request(text)
