"""Changes of the browser's scripts."""

from __future__ import annotations

from tests.mutants.mutation import Mutation

WORDS_JS = "static/js/live-messages.js"
FEED_JS = "static/js/live-feed.js"
SOCKET_JS = "static/js/live-socket.js"
STATS_JS = "static/js/live-stats.js"
UNSAVED_JS = "static/js/unsaved.js"
PACE_JS = "static/js/live-pace.js"
BROWSER = "tests/browser/test_socket.py"

SCRIPTED = (
    Mutation(
        "the page knows another word for a heartbeat",
        WORDS_JS,
        '"heartbeat"',
        '"beat"',
        ("tests/live/test_contract.py",),
    ),
    Mutation(
        "the page does not know that it is slow",
        WORDS_JS,
        "TOO_SLOW: 4408",
        "TOO_SLOW: 4409",
        ("tests/live/test_contract.py",),
    ),
    Mutation(
        "the page acknowledges more rarely",
        WORDS_JS,
        "MESSAGES_PER_ACK = 16",
        "MESSAGES_PER_ACK = 64",
        ("tests/live/test_contract.py",),
    ),
    Mutation(
        "the page takes another name for the pace",
        PACE_JS,
        "take({ heartbeat, silence })",
        "take({ heartbeat, quiet: silence })",
        ("tests/live/test_contract.py",),
    ),
    Mutation(
        "a gap between frames is painted over",
        FEED_JS,
        "message.epoch !== this.epoch || message.prev !== this.#seq",
        "message.epoch !== this.epoch",
        (f"{BROWSER}::test_a_gap_asks_for_a_snapshot_once_and_paints_nothing_until_it_comes",),
    ),
    Mutation(
        "another epoch is no gap",
        FEED_JS,
        "message.epoch !== this.epoch || message.prev",
        "message.prev",
        (f"{BROWSER}::test_another_epoch_is_a_gap",),
    ),
    Mutation(
        "heartbeats are not acknowledged",
        FEED_JS,
        "const reply = ack(message.seq);",
        "const reply = undefined;",
        (f"{BROWSER}::test_each_heartbeat_is_acknowledged",),
    ),
    Mutation(
        "signed out, the page dials on",
        SOCKET_JS,
        "[Close.SIGNED_OUT, Close.NOT_ALLOWED]",
        "[]",
        (f"{BROWSER}::test_a_final_close_is_never_called_again",),
    ),
    Mutation(
        "slower numbers are called live",
        STATS_JS,
        'this.#feed.mode === Mode.LIVE ? "live" : "slow"',
        '"live"',
        (f"{BROWSER}::test_slower_numbers_are_called_slower",),
    ),
    Mutation(
        "a form is sent with each click",
        UNSAVED_JS,
        "if (known.isSent) event.preventDefault();",
        "",
        ("tests/browser/test_front_desk_patients.py::test_a_form_that_was_sent_is_not_sent_again",),
    ),
)
