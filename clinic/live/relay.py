"""The relay: hears the database's bell, looks once, and publishes what changed.

Place: receives from `stats.bell` (NOTIFY) and `stats.look`; hands frames to the channel layer's group;
on failure of the connection it reconnects with backoff, and a standby takes the lead meanwhile. A connection that
hears nothing does not lead: hubs read for themselves then.

Asleep and awake follow one protocol, with `sql/040_bell.sql`: writers append, then read the bell; the relay
sets the bell, then takes a transaction id, then looks until every older transaction has ended.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from time import monotonic

import psycopg
from django.conf import settings

from clinic.live import check_up, database, echo, lease, pace
from clinic.live.check_up import CheckUps
from clinic.live.database import Database
from clinic.live.echo import DeafError
from clinic.live.elapsed import Stopwatch
from clinic.live.messages import Frame, Kind, Metrics, pack_metrics
from clinic.live.supervision import OUTAGES, Supervisor, faults
from clinic.stats.snapshot import NOTHING_SEEN, Look

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.05
"""Between looks while numbers keep moving."""
PATIENT_LOOK_SECONDS = 0.2
"""Between looks while nothing moves and only an old transaction keeps the relay from sleeping."""
SAFETY_SECONDS = 10.0
"""Between thorough looks: at all numbers, and at what nobody rings for. Asleep it is the relay's only query."""
RING_LATE_SECONDS = 5.0
"""After this long a ring for what the safety read found is not on its way any more."""
NAP_SECONDS = 0.5
"""Between glances at the clock while asleep, without a word to the database."""
FOLD_AT = 500
"""Pending deltas at which the relay folds while awake."""

Publish = Callable[[Frame], Awaitable[None]]


class Relay:
    """One leader per database; run in every web process, all but one stand by.

    `found_by_safety_read` counts changes that no bell announced; it must stay 0, and each is noted in
    `stats.unannounced`. `looks` counts the readings, `folds` the folds; `epoch` is empty while another one leads.
    """

    def __init__(self, publish: Publish) -> None:
        self.found_by_safety_read = self.looks = self.folds = 0
        self.is_asleep = False
        self._publish = publish
        self.epoch, self.term = "", 0
        self._database, self._seq, self._is_dated = "", 0, False
        self._values: dict[str, Decimal] = {}
        self._look: Look
        self._looked = Stopwatch()
        self._look_due = self._beat_due = self._safety_due = 0.0
        self._unfolded = 0
        self._is_ring_deferred = False
        self._opened: date | None = None
        self._check_ups = CheckUps()
        self._leading = Supervisor("relay", usual=(*OUTAGES, DeafError))

    async def run(self) -> None:
        """Lead or stand by for ever, whatever happens."""
        await self._leading.run(self._take_part)

    def faults(self) -> dict[str, str]:
        """Tell what fails just now, by name."""
        return faults((self._leading, self._check_ups.supervisor))

    async def _take_part(self) -> None:
        try:
            async with database.connect() as db:
                await echo.prove(db)
                await lease.take(db, self._leading.note_success)
                try:
                    await self._lead(db)
                finally:
                    self.epoch = ""
                    await db.resign()
        except psycopg.errors.ObjectNotInPrerequisiteState:
            log.warning("the counters were kept by another server, as after a restored dump; recounting")
            await check_up.make()

    async def _lead(self, db: Database) -> None:
        await db.listen()  # before the first look, or a change between the two would be missed
        await db.wake_up()
        await db.fold()  # or, where very much is pending, no look would end within its deadline
        self.is_asleep = False
        self._database, self.term = await db.begin_term()
        self._is_dated = db.knows_commits
        self.epoch, self._seq, self._values = uuid.uuid4().hex[:12], 0, {}
        self._check_ups = CheckUps()  # before the first look, which tells it the state of the triggers
        await self._look_and_publish(db, is_first=True)
        self._leading.note_success()
        log.info("leading as %s, term %d", self.epoch, self.term)
        async with self._checking():
            while True:
                await self._watch(db)
                if await self._settle(db):
                    await self._sleep(db)

    @asynccontextmanager
    async def _checking(self) -> AsyncIterator[None]:
        """Have check-ups made beside."""
        if not settings.LIVE_CHECK_UPS:
            yield
            return
        task = asyncio.create_task(self._check_ups.keep_making())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _watch(self, db: Database) -> None:
        """Awake: look again and again while numbers keep moving; folding is done within the pause."""
        is_moving = True
        while is_moving:
            await asyncio.sleep(max(0.0, self._look_due - monotonic()))
            is_moving = await self._look_and_publish(db)

    async def _settle(self, db: Database) -> bool:
        """Fall asleep: look until everybody who may have read "awake" has ended; tells whether it slept.

        When numbers move meanwhile the relay is awake again, or every commit would go on ringing.
        """
        asleep_since = await db.fall_asleep()
        while True:
            if await self._look_and_publish(db):
                await db.wake_up()
                return False
            if self._look.oldest_running > asleep_since:
                return True
            await db.rung(PATIENT_LOOK_SECONDS)

    async def _sleep(self, db: Database) -> None:
        """Asleep: wait for the bell, a word, the day's end, or for the slow safety read to find something."""
        self.is_asleep = True
        while not await db.rung(min(NAP_SECONDS, self._day_ends_in(), self._safety_due - monotonic())):
            if self._day_ends_in() <= 0:
                break
            await lease.renew_if_due(db)
            await self._beat_if_due(db)
            if monotonic() >= self._safety_due and await self._safety_read(db):
                break
        self.is_asleep = False
        await self._look_and_publish(db)
        await db.wake_up()

    def _day_ends_in(self) -> float:
        """Count the seconds to the clinic's midnight, as the database saw it in the last look."""
        return self._look.day_ends_in - self._looked.seconds()

    async def _safety_read(self, db: Database) -> bool:
        """Look although nobody rang; what is found then, and not announced a moment later, is counted.

        Tells whether there is a reason to be awake.
        """
        day = self._look.today
        if not await self._look_and_publish(db):
            if self._unfolded:
                await self._fold(db)
            return self._is_ring_deferred
        is_new_day = self._look.today != day and not self._look.topics
        if not is_new_day and not self._is_ring_deferred and not await lease.rung(db, RING_LATE_SECONDS):
            self.found_by_safety_read += 1
            log.error("the safety read found a change that no bell announced: %s", ", ".join(self._look.topics))
            await db.note_unannounced(self._look.topics)
        return True

    async def _look_and_publish(self, db: Database, *, is_first: bool = False) -> bool:
        """Look, publish what changed, open a new day, fold when much is pending; tells whether anything had changed.

        All is published at first, and when the database counts other things than before, as after an upgrade.
        """
        look = await self._look_again(db, is_first=is_first)
        if is_first or (look.is_whole and look.metrics.keys() != self._values.keys()):
            self._values, changed = dict(look.metrics), look.metrics
            await self._send(db, Kind.SNAPSHOT, changed, look.topics)
        elif (changed := look.changes(self._values)) or look.topics:
            self._values |= changed
            await self._send(db, Kind.FRAME, changed, look.topics)
        self._look_due = monotonic() + LOOK_SECONDS
        if look.today != self._opened:
            await db.open_day()
            self._opened = look.today
        if self._unfolded >= FOLD_AT:
            await self._fold(db)
        await self._beat_if_due(db)
        return bool(changed or look.topics)

    async def _look_again(self, db: Database, *, is_first: bool) -> Look:
        """Read how the numbers moved; at first and now and then all of them, with what nobody rings for."""
        if is_first or monotonic() >= self._safety_due:
            look, signs = await db.look_thoroughly(NOTHING_SEEN if is_first else self._look.snapshot)
            self._safety_due = monotonic() + SAFETY_SECONDS
            self._is_ring_deferred = signs.is_ring_deferred
            self._check_ups.notice(signs.trigger_marks)
        else:
            look = await db.look(self._look)
        self._look, self._looked = look, Stopwatch()
        self._unfolded = 0 if is_first else self._unfolded + look.appended
        self.looks += 1
        return look

    async def _fold(self, db: Database) -> None:
        if await db.fold():
            self._unfolded = 0
            self.folds += 1

    async def _send(self, db: Database, kind: Kind, values: dict[str, Decimal], topics: frozenset[str]) -> None:
        await lease.renew_if_due(db, lease.OVERDUE_SECONDS)
        self._seq += 1
        await self._publish(self._frame(kind, self._look.at, pack_metrics(values), topics))

    async def _beat_if_due(self, db: Database) -> None:
        """Give a sign of life."""
        if monotonic() >= self._beat_due:
            await lease.renew_if_due(db, lease.OVERDUE_SECONDS)
            self._beat_due = monotonic() + pace.HEARTBEAT_SECONDS
            await self._publish(self._frame(Kind.HEARTBEAT, self._database_time()))

    def _frame(self, kind: Kind, at: datetime, metrics: Metrics | None = None, topics: Iterable[str] = ()) -> Frame:
        age, keys = self._look.age + self._looked.seconds(), frozenset(self._values)
        told = (metrics or {}, frozenset(topics), self._look.order, age, keys, self._is_dated)
        return Frame(kind, self.epoch, self._seq, at, *told, database=self._database, term=self.term)

    def _database_time(self) -> datetime:
        """Tell the time by the database's clock, which stamps all frames, without asking it."""
        return self._look.at + timedelta(seconds=self._looked.seconds())
