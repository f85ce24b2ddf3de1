"""What time it surely is at the database: never too late, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from clinic.live.moments import DatabaseClock, LastChanges, rounded_down, rounded_up

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
EPOCH_MS = 1_796_040_000_000


class Watch:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def test_before_the_databases_first_word_nothing_is_known() -> None:
    assert DatabaseClock(Watch()).now() is None


def test_time_goes_on_here_and_a_little_slower_than_it_may_there() -> None:
    watch = Watch()
    clock = DatabaseClock(watch)
    assert clock.hear(NOON)
    watch.seconds += 100
    assert clock.now() == NOON + timedelta(seconds=99.9)


def test_of_two_words_the_one_that_came_faster_counts() -> None:
    watch = Watch()
    clock = DatabaseClock(watch)
    clock.hear(NOON)
    watch.seconds += 10
    assert clock.hear(NOON + timedelta(seconds=9)), "a second on its way is no clock that was set back"
    assert clock.now() == NOON + timedelta(seconds=9.99)
    assert clock.hear(NOON + timedelta(seconds=10))
    assert clock.now() == NOON + timedelta(seconds=10)


def test_a_clock_that_was_set_back_is_noticed_and_followed() -> None:
    clock = DatabaseClock(Watch())
    clock.hear(NOON)
    assert not clock.hear(NOON - timedelta(hours=1))
    assert clock.now() == NOON - timedelta(hours=1)


def test_a_reading_is_rounded_down_and_a_change_up() -> None:
    at = NOON + timedelta(microseconds=1_500)
    assert (rounded_down(NOON), rounded_up(NOON)) == (EPOCH_MS, EPOCH_MS)
    assert (rounded_down(at), rounded_up(at)) == (EPOCH_MS + 1, EPOCH_MS + 2)


def test_the_latest_change_of_each_table_is_kept() -> None:
    changes = LastChanges()
    changes.note({"bill", "payment"}, NOON)
    changes.note({"bill"}, NOON + timedelta(seconds=1))
    assert changes == {"bill": EPOCH_MS + 1_000, "payment": EPOCH_MS}


def test_after_a_clock_was_set_back_moments_bear_another_name_and_every_table_counts_as_changed() -> None:
    changes = LastChanges(DatabaseClock(Watch()))
    changes.hear(NOON)
    changes.note({"bill", "payment"}, NOON)
    before = changes.times_set_back
    changes.hear(NOON - timedelta(hours=1))
    assert changes.times_set_back == before + 1
    assert changes == {"bill": EPOCH_MS - 3_600_000, "payment": EPOCH_MS - 3_600_000}
    assert changes.now("e") == ("e", EPOCH_MS - 3_600_000)
