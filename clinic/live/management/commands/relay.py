"""Run the relay on its own, for deployments that keep it apart from the web processes."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clinic.live.process import publish
from clinic.live.relay import Relay


class Command(BaseCommand):
    """Hear the database and publish to all web processes, until stopped."""

    help = "Run the relay on its own. Needs REDIS_URL, shared with the web processes."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until Ctrl-C."""
        if not settings.REDIS_URL:
            raise CommandError("Set REDIS_URL: without it no web process can hear this relay.")
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: the relay resigns before it ends
        try:
            asyncio.run(Relay(publish).run())
        except KeyboardInterrupt:
            self.stdout.write("Relay stopped.")
