"""All that a project sets which lifts the packages."""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url

BASE_DIR = Path(__file__).parent.parent
"""Its folder `sql` is installed."""

DATABASES = {
    "default": {**dj_database_url.parse(os.environ["DATABASE_URL"]), "ENGINE": "clinic.database", "CONN_MAX_AGE": 0}
}
STATS_SECTIONS = "library.catalogue.SECTIONS"
CLINIC_TIME_ZONE = TIME_ZONE = "Europe/Berlin"
CLINIC_CURRENCY = "EUR"
LIVE_RELAY = LIVE_CHECK_UPS = True
LIVE_DATABASE_URL = REDIS_URL = ""
LIVE_SOCKETS = LIVE_SOCKETS_PER_SESSION = 100
STOP_NOTICE_SECONDS = 0
DATABASE_POOL_SIZE = DATABASE_WAIT_SECONDS = DATABASE_LOCK_SECONDS = 5
DATABASE_STATEMENT_SECONDS = DATABASE_EXPORT_SECONDS = 60
DATABASE_KEEPALIVE = {"connect_timeout": 10}

INSTALLED_APPS = [
    "library",
    "clinic.live",
    "clinic.stats",
    "clinic.database",
    "channels",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
]
CHANNEL_LAYERS = {"default": {"BACKEND": "clinic.live.layer.ProcessChannelLayer"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SECRET_KEY = "of a test"
ALLOWED_HOSTS = ["localhost"]
LANGUAGE_CODE = "en"
USE_TZ = True
