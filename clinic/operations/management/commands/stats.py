"""Read, watch, check and mend the numbers from a terminal."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from clinic.live import check_up
from clinic.operations import health
from clinic.stats import snapshot
from clinic.stats.catalogue import SECTIONS

WATCH_SECONDS = 0.5


class Command(BaseCommand):
    """Show, watch, verify or mend the statistics, or tell how the counting fares."""

    help = (
        "The statistics: show them, watch them live, verify them and both ledgers against a recount, "
        "check-up to mend what is off, rebuild all of them; status of relay, bell and inbox."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the action's name."""
        parser.add_argument("action", choices=["show", "watch", "verify", "check-up", "rebuild", "status"])

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        """Do the action."""
        getattr(self, action.replace("-", "_"))()

    def show(self) -> None:
        """Print the numbers by section."""
        self.stdout.write("\n".join(_lines(snapshot.read())))

    def watch(self) -> None:
        """Print the numbers again, in place, whenever one of them moves; until Ctrl-C."""
        shown: snapshot.Snapshot | None = None
        try:
            while True:
                read = snapshot.read()
                if shown is None or read.values != shown.values:
                    self._print_in_place(read)
                    shown = read
                time.sleep(WATCH_SECONDS)
        except KeyboardInterrupt:
            self.stdout.write("")

    def verify(self) -> None:
        """Compare counters and ledgers with the rows; name each that is off and exit 1."""
        with connection.cursor() as cursor:
            cursor.execute("select key, kept, recounted from stats.verify()")
            off = cursor.fetchall()
            cursor.execute("select ledger, id from ledger.mismatches() order by 1, 2")
            unsettled = cursor.fetchall()
        if not off and not unsettled:
            self.stdout.write("All statistics equal a recount, and both ledgers add up.")
            return
        for key, kept, recounted in off:
            self.stderr.write(f"{key}: kept {kept}, recounted {recounted}")
        for ledger, row in unsettled:
            self.stderr.write(f"{ledger} of {row}: not the sum of its ledger")
        self.stderr.write("Mend them with: python manage.py stats check-up")
        sys.exit(1)

    def check_up(self) -> None:
        """Compare counters and ledgers with the rows, mend what is off and name it."""
        found = asyncio.run(check_up.make())
        self.stdout.write("\n".join(["Found off:", *found]) if found else "All numbers are exact.")

    def status(self) -> None:
        """Print how relay, bell, inbox and check-ups fare."""
        for name, value in asdict(health.read()).items():
            shown = value.isoformat(" ", "seconds") if isinstance(value, datetime) else value
            self.stdout.write(f"{name:<28}{'none' if shown is None else shown}")

    def rebuild(self) -> None:
        """Replace the counters by a recount while everybody goes on working."""
        with connection.cursor() as cursor:
            cursor.execute("select stats.rebuild()")
        self.stdout.write("Counters rebuilt from the rows.")

    def _print_in_place(self, read: snapshot.Snapshot) -> None:
        clear = "\x1b[H\x1b[2J" if self.stdout.isatty() else ""
        self.stdout.write(clear + "\n".join([f"{read.at:%H:%M:%S}", *_lines(read)]))
        self.stdout.flush()


def _lines(read: snapshot.Snapshot) -> list[str]:
    lines = []
    for section in SECTIONS:
        lines.append(str(section.label))
        shown = [metric.key for metric in section.metrics if metric.key in read.values]
        lines.extend(f"  {key:<24} {read.text(key):>18}" for key in shown)
    return lines
