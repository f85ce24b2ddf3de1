"""Read, watch, check and mend the nineteen numbers from a terminal."""

from __future__ import annotations

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from clinic.stats import snapshot
from clinic.stats.catalogue import SECTIONS

WATCH_SECONDS = 0.5


class Command(BaseCommand):
    """Show, watch, verify or rebuild the statistics."""

    help = "The nineteen statistics: show them, watch them live, verify them against a recount, rebuild them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the action's name."""
        parser.add_argument("action", choices=["show", "watch", "verify", "rebuild"])

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        """Do the action."""
        getattr(self, action)()

    def show(self) -> None:
        """Print the numbers by section."""
        self.stdout.write("\n".join(_lines(snapshot.read())))

    def watch(self) -> None:
        """Print the numbers anew, in place, whenever one of them moves; until Ctrl-C."""
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
        """Compare counters with a recount; name each that is off and exit 1."""
        with connection.cursor() as cursor:
            cursor.execute("select key, kept, recounted from stats.verify()")
            off = cursor.fetchall()
        if not off:
            self.stdout.write("All nineteen statistics equal a recount.")
            return
        for key, kept, recounted in off:
            self.stderr.write(f"{key}: kept {kept}, recounted {recounted}")
        self.stderr.write("Mend them with: python manage.py stats rebuild")
        sys.exit(1)

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
        lines.extend(f"  {metric.key:<24} {read.text(metric.key):>18}" for metric in section.metrics)
    return lines
