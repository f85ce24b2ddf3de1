"""Settings, all of them from environment variables that `docs/settings.md` lists.

A variable that makes no sense stops the start with the variable's name and what it takes.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dj_database_url
import phonenumbers
from babel.numbers import get_currency_precision, list_currencies
from csp.constants import NONE, SELF

from clinic.embedded import postgres
from clinic.errors import ConfigurationError

BASE_DIR = Path(__file__).resolve().parent.parent
DECIMALS = 2
"""Of every amount, in tables, forms and on the wire."""


def _flag(name: str, default: bool = False) -> bool:
    word = os.environ.get(name, "1" if default else "0").lower()
    if word not in {"0", "1", "false", "true"}:
        raise ConfigurationError(f"{name} is {word!r}; set it to 0 or 1.")
    return word in {"1", "true"}


def _list(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def _number(name: str, default: int, least: int = 1) -> int:
    word = os.environ.get(name, str(default))
    if not word.isdecimal() or int(word) < least:
        raise ConfigurationError(f"{name} is {word!r}; set it to a whole number, {least} or more.")
    return int(word)


def _word(name: str, default: str) -> str:
    word = os.environ.get(name) or default
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,40}", word):
        raise ConfigurationError(f"{name} is {word!r}; set it to at most 40 letters, digits, periods, _ or -.")
    return word


def _choice(name: str, *choices: str) -> str:
    word = os.environ.get(name) or choices[0]
    if word not in choices:
        raise ConfigurationError(f"{name} is {word!r}; set it to {' or '.join(choices)}.")
    return word


def _networks(name: str) -> list[IPv4Network | IPv6Network]:
    try:
        return [ip_network(word) for word in _list(name)]
    except ValueError as error:
        raise ConfigurationError(
            f"{name} cannot be read: {error}. Set it to addresses or networks such as 127.0.0.1,10.0.0.0/8."
        ) from error


def _time_zone(name: str, default: str) -> str:
    zone = os.environ.get(name, default)
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigurationError(f"{name} is {zone!r}; set it to a name such as Europe/Berlin.") from error
    return zone


def _country(name: str, default: str) -> str:
    country = os.environ.get(name, default).upper()
    if country not in phonenumbers.SUPPORTED_REGIONS:
        raise ConfigurationError(f"{name} is {country!r}; set it to two letters of ISO 3166 such as DE.")
    return country


def _currency(name: str, default: str) -> str:
    code = os.environ.get(name, default)
    if code not in list_currencies():
        raise ConfigurationError(f"{name} is {code!r}; set it to an ISO 4217 code in capitals, such as EUR.")
    if (decimals := get_currency_precision(code)) != DECIMALS:
        raise ConfigurationError(
            f"{name} is {code}, whose amounts have {decimals} decimals; they are kept with {DECIMALS}, and would be"
            " rounded or misread. Set it to a currency that has as many, such as EUR."
        )
    return code


DATABASE_KEEPALIVE = {
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""How every connection notices that its server is gone, unless `DATABASE_URL` says otherwise: `?connect_timeout=3`."""


def _database(url: str, name: str = "DATABASE_URL") -> dict[str, object]:
    if re.search(r"[@/][^@/?#]*:\d+,[^@/?#]*(?:[/?#]|$)", url):
        raise ConfigurationError(
            f"{name} names the ports of several servers before the database; name servers and ports after it:"
            " postgresql://user:password@/name?host=h1,h2&port=5432,5432&target_session_attrs=read-write."
        )
    try:
        config = dict(dj_database_url.parse(url))
    except ValueError as error:
        raise ConfigurationError(f"{name} cannot be read: {error}.") from error
    if config["ENGINE"] != "django.db.backends.postgresql":
        raise ConfigurationError(f"{name} must begin with postgresql://; no other database has the triggers.")
    options = {"application_name": "clinic-pulse", **DATABASE_KEEPALIVE, **dict(config.get("OPTIONS") or {})}  # type: ignore[call-overload]
    return {**config, "ENGINE": "clinic.database", "OPTIONS": options, "CONN_MAX_AGE": 0}


DEMO = _flag("CLINIC_DEMO")
DEBUG = _flag("DEBUG")
SECRET_KEY = os.environ.get("SECRET_KEY") or "django-insecure-for-development-only"
ALLOWED_HOSTS = _list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _list("CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXIES = _networks("TRUSTED_PROXIES")

CLINIC_NAME = os.environ.get("CLINIC_NAME", "Clinic Pulse")
CLINIC_TIME_ZONE = _time_zone("CLINIC_TIME_ZONE", "UTC")
CLINIC_COUNTRY = _country("CLINIC_COUNTRY", "GB")
CLINIC_CURRENCY = _currency("CLINIC_CURRENCY", "EUR")

DATABASES = {"default": _database(os.environ.get("DATABASE_URL") or postgres.url())}
DATABASE_POOL_SIZE = _number("DATABASE_POOL_SIZE", 8, least=0)
DATABASE_WAIT_SECONDS = _number("DATABASE_WAIT_SECONDS", 5)
DATABASE_LOCK_SECONDS = _number("DATABASE_LOCK_SECONDS", 3, least=0)
DATABASE_STATEMENT_SECONDS = _number("DATABASE_STATEMENT_SECONDS", 30, least=0)
DATABASE_EXPORT_SECONDS = _number("DATABASE_EXPORT_SECONDS", 600, least=0)
REQUESTS_AT_WORK = _number("REQUESTS_AT_WORK", 2)
REQUESTS_WAITING = _number("REQUESTS_WAITING", 400)
REQUEST_WAIT_SECONDS = _number("REQUEST_WAIT_SECONDS", 15)
LIVE_DATABASE_URL = os.environ.get("LIVE_DATABASE_URL", "")
if LIVE_DATABASE_URL:
    _database(LIVE_DATABASE_URL, "LIVE_DATABASE_URL")
OWNER_DATABASE_URL = os.environ.get("OWNER_DATABASE_URL", "")
OWNER_DATABASE = _database(OWNER_DATABASE_URL, "OWNER_DATABASE_URL") if OWNER_DATABASE_URL else None
REDIS_URL = os.environ.get("REDIS_URL", "")
REDIS_PREFIX = _word("REDIS_PREFIX", "clinic-pulse")
STOP_NOTICE_SECONDS = _number("STOP_NOTICE_SECONDS", 0, least=0)
STOP_SECONDS = _number("STOP_SECONDS", 20, least=0)
LIVE_SOCKETS = _number("LIVE_SOCKETS", 20_000)
LIVE_SOCKETS_PER_SESSION = _number("LIVE_SOCKETS_PER_SESSION", 40)
MONITOR_TOKEN = os.environ.get("MONITOR_TOKEN", "")
LIVE_RELAY = _flag("LIVE_RELAY", default=True)
LIVE_CHECK_UPS = _flag("LIVE_CHECK_UPS", default=True)

INSTALLED_APPS = [
    "daphne",
    "clinic.operations",
    "clinic.demo",
    "clinic.embedded",
    "clinic.dashboard",
    "clinic.records",
    "clinic.billing",
    "clinic.bookings",
    "clinic.inventory",
    "clinic.patients",
    "clinic.practice",
    "clinic.staff",
    "clinic.screens",
    "clinic.live",
    "clinic.stats",
    "clinic.database",
    "channels",
    "django_filters",
    "django_tables2",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "clinic.screens.middleware.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "clinic.screens.compression.CompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "clinic.staff.middleware.TemporaryPasswordMiddleware",
    "clinic.serving.locks.LockedMiddleware",
    "clinic.screens.middleware.ActorMiddleware",
    "clinic.screens.middleware.NonsenseMiddleware",
    "clinic.screens.middleware.ScreensMiddleware",
    "clinic.screens.middleware.RepeatReadsMiddleware",
]

STATS_SECTIONS = "clinic.dashboard.catalogue.SECTIONS"
ROOT_URLCONF = "clinic.urls"
ASGI_APPLICATION = "clinic.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clinic.dashboard.context.clinic",
            ]
        },
    }
]

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "login"
AUTHENTICATION_BACKENDS = ["clinic.staff.backends.StaffBackend"]
PASSWORD_LENGTH = 12
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": PASSWORD_LENGTH}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
PASSWORD_HASHERS = ["clinic.staff.hashers.StaffHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]

LANGUAGE_CODE = os.environ.get("LANGUAGE_CODE", "en")
TIME_ZONE = CLINIC_TIME_ZONE
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = postgres.var_dir() / "static"
with suppress(OSError):  # a read-only deployment has its files collected already
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
# Collected files lie there compressed; without them the tree's own are served, as they are.
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "css").is_dir()

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
HTTPS = _flag("CLINIC_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# Browsers take cookies so named over HTTPS and for this host alone: no other of the domain can set them.
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# What other hosts of the domain promise is theirs to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"] if HTTPS else []

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [{"address": REDIS_URL, "socket_connect_timeout": 2, "socket_timeout": 5}],
            "prefix": REDIS_PREFIX,
        },
    }
    if REDIS_URL
    else {"BACKEND": "clinic.live.layer.ProcessChannelLayer"}
}

LOG_FORMAT = _choice("LOG_FORMAT", "line", "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "clinic.serving.logs.LineFormatter"},
        "json": {"()": "clinic.serving.logs.JsonFormatter"},
    },
    "filters": {"refusals": {"()": "clinic.serving.logs.RefusalFilter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["refusals"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "clinic": {"level": os.environ.get("LOG_LEVEL", "INFO")},
        "psycopg.pool": {"level": "ERROR"},  # what a request did not get is told with the request, once
    },
}
