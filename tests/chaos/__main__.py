"""Cause one fault after another and measure what open pages saw: `python -m tests.chaos [words of names]`.

Writes docs/chaos.md when all were caused. Exits 1 when a page showed a number that never was, or a goal does not hold.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack, suppress
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
from tests.chaos.faults import FAULTS, Fault  # noqa: E402
from tests.chaos.installation import PAGES, PROCESSES, Installation, Script, hold, installed, seconds_until  # noqa: E402
from tests.waiting import until  # noqa: E402
from tests.web_server import ROOT  # noqa: E402

LIMIT_SECONDS = 60.0
REPORT = ROOT / "docs" / "chaos.md"
HEAD = f"""# What happens when something fails

`make chaos` starts {PROCESSES} web processes, Redis and PostgreSQL, opens {PAGES} pages that dial, acknowledge and
notice silence as browsers do, behind checks of `/readyz` as a balancer makes them, has a script write all the while,
and causes one fault after the other, for real. This is what it printed last.

- *lasts*: how long the fault is left to be.
- *others*, *all*: seconds from its end until the pages of the other processes, and every page, are live with the right
  number again; "none" where every page was on the process that was hit.
- *silence*: the longest that a page heard nothing. *slower*: the share of what pages heard that said so.
- *wrong*: numbers that never were, or that went back.

| fault | lasts | others | goal | all | goal | silence | slower | wrong | |
|---|---|---|---|---|---|---|---|---|---|
"""


@dataclass
class Outcome:
    """What came of a fault."""

    fault: Fault
    others: float | None
    all: float | None
    silence: float
    slower: float
    wrong: int
    has_others: bool = True

    @property
    def holds(self) -> bool:
        """Whether every goal does."""
        others = not self.has_others or _within(self.others, self.fault.others)
        return not self.wrong and others and _within(self.all, self.fault.all)

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
            *(_shown(self.all), f"{fault.all:g}", f"{self.silence:.1f} s", f"{self.slower:.0%}", str(self.wrong)),
            "holds" if self.holds else "**does not hold**",
        )
        return f"| {' | '.join(cells)} |"


def _within(seconds: float | None, goal: float) -> bool:
    return seconds is not None and seconds <= goal


def _shown(seconds: float | None) -> str:
    return f"over {LIMIT_SECONDS:g} s" if seconds is None else f"{seconds:.1f} s"


def suffer(here: Installation, fault: Fault) -> Outcome:
    """Cause a fault, see what pages show, and wait until all is well again."""
    until(lambda: here.is_right(here.truth()), timeout=LIMIT_SECONDS, what="pages that are live")
    before = here.truth()
    for page in here.crowd.pages:
        del page.shown[:-1]
    begun = monotonic()
    with Script(here.url) as script:
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
        seen = lambda pages: all(p.is_open and p.shown and p.shown[-1].number >= reached for p in pages)  # noqa: E731
        live = lambda pages: seen(pages) and all(p.shown[-1].mode == "live" for p in pages)  # noqa: E731
        first = seconds_until(lambda: live(others), LIMIT_SECONDS)
        everybody = seconds_until(lambda: live(here.crowd.pages), LIMIT_SECONDS - (monotonic() - ended))
        last = None if everybody is None else monotonic() - ended
        if not fault.seconds:
            cause.__exit__(None, None, None)
    most = before + script.tried + 1
    heard = [each for page in here.crowd.pages for each in page.shown[1:]]
    slower = sum(each.mode != "live" for each in heard) / max(1, len(heard))
    truth = here.truth()
    is_right = seconds_until(lambda: here.is_right(truth, live=False), LIMIT_SECONDS) is not None
    wrong = _wrong(here, before, most) + (not is_right)
    return Outcome(fault, first, last, _silence(here, begun), slower, wrong, has_others=bool(others))


def _silence(here: Installation, begun: float) -> float:
    """Return the longest time that a page heard nothing."""
    gaps = [0.0]
    for page in here.crowd.pages:
        moments = [begun, *(each.at for each in page.shown[1:])]
        gaps += [after - before for before, after in pairwise(moments)]
    return max(gaps)


def _wrong(here: Installation, least: int, most: int) -> int:
    """Count the numbers that never were, and those that went back: patients only come."""
    found = 0
    for page in here.crowd.pages:
        numbers = [each.number for each in page.shown]
        found += sum(not least <= number <= most for number in numbers)
        found += sum(after < before for before, after in pairwise(numbers))
    return found


def main(words: Iterable[str]) -> int:
    """Cause all faults, or those whose names have one of the words."""
    wanted = [fault for fault in FAULTS if not words or any(word in fault.name for word in words)]
    outcomes = []
    with ExitStack() as stack:
        stack.enter_context(
            suppress(psycopg.OperationalError)
        )  # a database cannot be dropped by a session that was cut
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        here = stack.enter_context(installed(stack.enter_context(fresh_database()), Path(folder)))
        for fault in wanted:
            outcomes.append(suffer(here, fault))
            print(outcomes[-1].row(), flush=True)
    if len(outcomes) == len(FAULTS):
        REPORT.write_text(HEAD + "\n".join(outcome.row() for outcome in outcomes) + "\n")
    return int(len(outcomes) < len(wanted) or not all(outcome.holds for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
