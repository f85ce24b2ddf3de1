"""Cause one fault after another and measure what open pages saw: `python -m tests.chaos [words of names]`.

Writes docs/chaos.md when all were caused. Exits 1 when a page showed a number that never was, or a goal does not hold.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import monotonic

import psycopg

from tests import services
from tests.benchmarks import database

database.start_server(services.FAST)
database.point_django_at_it()
logging.disable(logging.CRITICAL)

from tests.benchmarks.database import fresh_database  # noqa: E402
from tests.chaos.fault import Fault, LeftOutError  # noqa: E402
from tests.chaos.faults import FAULTS  # noqa: E402
from tests.chaos.installation import (  # noqa: E402
    LIMIT_SECONDS,
    PAGES,
    PROCESSES,
    Installation,
    Script,
    hold,
    installed,
    seconds_until,
)
from tests.waiting import until  # noqa: E402
from tests.web_server import ROOT  # noqa: E402

REPORT = ROOT / "docs" / "chaos.md"
HEAD = f"""# What happens when something fails

`make chaos` starts {PROCESSES} web processes, Redis and PostgreSQL, opens {PAGES} pages that dial, acknowledge and
notice silence as browsers do, behind checks of `/readyz` as a balancer makes them, has a script write and somebody ask
for a page twice a second all the while, and causes one fault after the other, for real. This is what it printed last.

- *lasts*: how long the fault is left to be.
- *others*, *all*: seconds from its end until the pages of the other processes, and every page, are live with the right
  number again; "none" where every page was on the process that was hit.
- *silence*: the longest that a page heard nothing. *slower*: the share of what pages heard that said so.
- *refused*: requests for pages that were answered with 5xx or not at all. *slowest*: the longest that one took.
- *wrong*: numbers that never were, or that went back.

| fault | lasts | others | goal | all | goal | silence | slower | refused | slowest | wrong | |
|---|---|---|---|---|---|---|---|---|---|---|---|
"""


@dataclass
class Outcome:
    """What came of a fault."""

    fault: Fault
    others: float | None
    all: float | None
    silence: float
    slower: float
    refused: int
    slowest: float
    wrong: int
    complaints: list[str]
    notes: list[str]
    has_others: bool = True

    @property
    def holds(self) -> bool:
        """Whether every goal does."""
        others = not self.has_others or _within(self.others, self.fault.others)
        is_answered = self.fault.refused is None or self.refused <= self.fault.refused
        return not self.wrong and not self.complaints and is_answered and others and _within(self.all, self.fault.all)

    def row(self) -> str:
        """Return it as a line of the table."""
        fault = self.fault
        cells = (
            *(
                fault.name,
                f"{fault.seconds:g} s",
                _shown(self.others) if self.has_others else "none",
                f"{fault.others:g}",
            ),
            *(_shown(self.all), f"{fault.all:g}", f"{self.silence:.1f} s", f"{self.slower:.0%}"),
            *(str(self.refused), f"{self.slowest:.1f} s", str(self.wrong)),
            "; ".join(["holds" if self.holds else "**does not hold**", *self.complaints, *self.notes]),
        )
        return f"| {' | '.join(cells)} |"


@dataclass
class LeftOut:
    """A fault that could not be caused here."""

    fault: Fault
    why: str
    holds: bool = True

    def row(self) -> str:
        """Return it as a line of the table."""
        return f"| {self.fault.name} |{' |' * 10} left out: {self.why} |"


def _within(seconds: float | None, goal: float) -> bool:
    return seconds is not None and seconds <= goal


def _shown(seconds: float | None) -> str:
    return f"over {LIMIT_SECONDS:g} s" if seconds is None else f"{seconds:.1f} s"


def suffer(here: Installation, fault: Fault) -> Outcome | LeftOut:
    """Cause a fault, see what pages show, and wait until all is well again."""
    with ExitStack() as here.after_row:
        try:
            return _suffered(here, fault)
        except LeftOutError as error:
            return LeftOut(fault, str(error))


def _suffered(here: Installation, fault: Fault) -> Outcome:
    until(lambda: here.is_right(here.truth()), timeout=LIMIT_SECONDS, what="pages that are live")
    before = here.truth()
    for each in (*here.crowd.pages, here.visitor):
        each.begin_row()
    here.complaints, here.notes = [], []
    begun = monotonic()
    with Script(here.url, fault.writes_a_second) as script:
        hold(1)
        cause = fault.cause(here)
        victim = cause.__enter__()
        try:
            hold(fault.seconds)
        finally:
            if fault.seconds:
                cause.__exit__(None, None, None)
        others = [page for page in here.crowd.pages if victim is None or page.port != victim.port]
        ended = monotonic()
        reached = here.register()  # only a page that hears what came after the fault shows that
        first = seconds_until(lambda: here.are_live(others, reached), LIMIT_SECONDS)
        left = LIMIT_SECONDS - (monotonic() - ended)
        everybody = seconds_until(lambda: here.are_live(here.crowd.pages, reached), left)
        last = None if everybody is None else monotonic() - ended
        if not fault.seconds:
            cause.__exit__(None, None, None)
    most = before + script.tried + 1
    truth = here.truth()
    is_right = seconds_until(lambda: here.is_right(truth, live=False), LIMIT_SECONDS) is not None
    return Outcome(
        fault,
        first,
        last,
        _silence(here, begun),
        _slower(here),
        here.visitor.refused,
        here.visitor.slowest,
        _wrong(here, before, most) + (not is_right),
        here.complaints,
        here.notes,
        has_others=bool(others),
    )


def _slower(here: Installation) -> float:
    """Return the share of what pages heard that said that numbers come slower."""
    heard = [each for page in here.crowd.pages for each in page.shown[1:]]
    return sum(each.mode != "live" for each in heard) / max(1, len(heard))


def _silence(here: Installation, begun: float) -> float:
    """Return the longest time that a page heard nothing."""
    gaps = [0.0]
    for page in here.crowd.pages:
        moments = [begun, *(each.at for each in page.shown[1:])]
        gaps += [after - before for before, after in pairwise(moments)]
    return max(gaps)


def _wrong(here: Installation, least: int, most: int) -> int:
    """Count numbers that never were, those that went back (patients only come), and pairs that contradict."""
    found = 0
    for page in here.crowd.pages:
        numbers = [each.number for each in page.shown]
        found += page.torn
        found += sum(not least <= number <= most for number in numbers)
        found += sum(after < before for before, after in pairwise(numbers))
    return found


@contextmanager
def _database() -> Iterator[str]:
    """Yield a database; it cannot be dropped by a session that was cut, nor where its server is gone."""
    database = fresh_database()
    yield database.__enter__()
    with suppress(psycopg.OperationalError):
        database.__exit__(None, None, None)


def main(words: Iterable[str]) -> int:
    """Cause all faults, or those whose names have one of the words."""
    wanted = [fault for fault in FAULTS if not words or any(word in fault.name for word in words)]
    outcomes = []
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        here = stack.enter_context(installed(stack.enter_context(_database()), Path(folder)))
        for fault in wanted:
            outcomes.append(suffer(here, fault))
            print(outcomes[-1].row(), flush=True)
    if len(outcomes) == len(FAULTS):
        REPORT.write_text(HEAD + "\n".join(outcome.row() for outcome in outcomes) + "\n")
    return int(len(outcomes) < len(wanted) or not all(outcome.holds for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
