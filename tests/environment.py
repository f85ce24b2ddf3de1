"""Points the settings at a PostgreSQL of the tests' own; loaded as a plugin, before Django's settings."""

from __future__ import annotations

import os

from tests import services

os.environ["DATABASE_URL"] = services.postgres_url()
os.environ["SECRET_KEY"] = "a key for tests only, long enough and secret from nobody"
os.environ.pop("REDIS_URL", None)
os.environ.pop("LIVE_DATABASE_URL", None)
# Playwright and asynchronous tests run an event loop, beside which fixtures may well use the ORM.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
