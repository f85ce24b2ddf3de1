"""The settings: what cannot be one stops the start; what they promise stands in each answer's headers and cookies."""

from __future__ import annotations

import logging
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.test import Client

from clinic import checks
from clinic.serving.logs import LineFormatter, RefusalFilter

SOURCE = Path(settings.BASE_DIR) / "clinic" / "settings.py"
READ = "import clinic.settings; print(clinic.settings.CLINIC_CURRENCY)"


def started(**variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", READ],
        env={**os.environ, **variables},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("KWD", "CLINIC_CURRENCY is KWD, whose amounts have 3 decimals; they are kept with 2"),
        ("JPY", "CLINIC_CURRENCY is JPY, whose amounts have 0 decimals; they are kept with 2"),
        ("XYZ", "CLINIC_CURRENCY is 'XYZ'; set it to an ISO 4217 code in capitals, such as EUR."),
        ("eur", "CLINIC_CURRENCY is 'eur'; set it to an ISO 4217 code in capitals, such as EUR."),
        ("", "CLINIC_CURRENCY is ''; set it to an ISO 4217 code in capitals, such as EUR."),
    ],
)
def test_a_currency_that_would_be_rounded_stops_the_start(code: str, words: str) -> None:
    start = started(CLINIC_CURRENCY=code)
    assert start.returncode != 0
    assert words in start.stderr


@pytest.mark.parametrize("code", ["USD", "CHF"])
def test_a_currency_with_two_decimals_is_taken(code: str) -> None:
    assert started(CLINIC_CURRENCY=code).stdout.strip() == code


@pytest.mark.parametrize("name", ["DATABASE_URL", "LIVE_DATABASE_URL"])
@pytest.mark.parametrize("servers", ["h1:5432,h2:5432", "u:p@h1:5432,h2", "u:12,3@h1:5432,h2:5433"])
def test_several_servers_before_the_database_are_told_where_they_belong(name: str, servers: str) -> None:
    start = started(**{name: f"postgresql://{servers}/clinic"})
    assert start.returncode != 0
    assert f"{name} names the ports of several servers before the database" in start.stderr
    assert "postgresql://user:password@/name?host=h1,h2&port=5432,5432" in start.stderr


def test_several_servers_after_the_database_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://u:12,3@/clinic?host=h1,h2&port=5432,5433&target_session_attrs=read-write"
    read = read_with(monkeypatch, DATABASE_URL=url, LIVE_DATABASE_URL=url)["DATABASES"]["default"]
    assert (read["NAME"], read["PASSWORD"], read["HOST"]) == ("clinic", "12,3", "")
    wanted = {"host": "h1,h2", "port": "5432,5433", "target_session_attrs": "read-write"}
    assert wanted.items() <= read["OPTIONS"].items()


POLICY = {
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
LOCAL = ["localhost", "127.0.0.1", "[::1]"]


def read_with(monkeypatch: pytest.MonkeyPatch, **variables: str) -> dict[str, Any]:
    """Read the settings file as a start with these variables does, and no other of its own."""
    for name in re.findall(r'"([A-Z_]{4,})"', SOURCE.read_text()):
        if name not in ("DATABASE_URL", "SECRET_KEY"):
            monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(SOURCE))


@pytest.mark.parametrize("address", ["/login/", "/", "/book/", "/nothing/", "/bills/"])
def test_every_answer_forbids_what_a_page_needs_not(db: None, address: str) -> None:
    client = Client()
    client.force_login(User.objects.create(username="grace"))  # who has no role: a page, and two refusals
    answer = client.get(address)
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
    assert {name: answer.get(name) for name in HEADERS} == HEADERS


def test_scripts_cannot_read_the_session_and_other_sites_do_not_send_it(db: None, password: str) -> None:
    User.objects.create(username="grace", password=password)
    client = Client()
    client.get("/login/")
    client.post("/login/", {"username": "grace", "password": "demo"})
    session, token = client.cookies["sessionid"], client.cookies["csrftoken"]
    assert (session["httponly"], session["samesite"], token["samesite"]) == (True, "Lax", "Lax")
    assert (session["secure"], token["secure"]) == ("", "")


def test_behind_https_cookies_are_sent_over_https_only(
    db: None, settings: Any, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(settings, read_with(monkeypatch, CLINIC_HTTPS="1"))
    User.objects.create(username="grace", password=password)
    client = Client(headers={"X-Forwarded-Proto": "https"})
    assert client.get("/login/").wsgi_request.is_secure()
    client.post("/login/", {"username": "grace", "password": "demo"})
    assert sorted(client.cookies) == ["__Host-csrftoken", "__Host-known_device", "__Host-sessionid"]
    for cookie in client.cookies.values():
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")


def test_behind_https_a_page_leads_there_and_promises_to_stay(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    take(settings, read_with(monkeypatch, CLINIC_HTTPS="1"))
    assert Client().get("/book/?day=today")["Location"] == "https://testserver/book/?day=today"
    answer = Client(headers={"X-Forwarded-Proto": "https"}).get("/login/")
    assert answer["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"SECRET_KEY": "clinic"}, "SECRET_KEY can be guessed; set it to 32 random characters or more"),
        ({"SECRET_KEY": "abababababababababababababababababab"}, "SECRET_KEY can be guessed"),
        ({"ALLOWED_HOSTS": "clinic.example,*"}, "ALLOWED_HOSTS is *, which is every name"),
    ],
)
def test_a_web_process_does_not_start_with_what_protects_nobody(variables: dict[str, str], words: str) -> None:
    command = [sys.executable, "-c", "import clinic.asgi"]
    environment = {**os.environ, "DEBUG": "0", **variables}
    start = subprocess.run(
        command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False, timeout=60
    )
    assert start.returncode != 0
    assert words in start.stderr


def test_a_refused_request_is_one_line_of_the_log(db: None, capfd: pytest.CaptureFixture[str]) -> None:
    handler = logging.StreamHandler()
    handler.addFilter(RefusalFilter())
    handler.setFormatter(LineFormatter())
    clients = Client(), Client(headers={"Host": "evil.example"})
    clients[0].force_login(User.objects.create(username="grace"))
    loggers = [logging.getLogger(name) for name in ("django.request", "django.security.DisallowedHost")]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        answers = [client.get("/bills/").status_code for client in clients]
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
    lines = capfd.readouterr().err.splitlines()
    assert (answers, len([line for line in lines if "Forbidden" in line])) == ([403, 400], 1)
    assert not any("Traceback" in line or line.startswith("  ") for line in lines)


def test_without_it_nobody_is_believed_to_come_by_https(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(settings, read_with(monkeypatch))
    assert not Client().get("/login/", headers={"X-Forwarded-Proto": "https"}).wsgi_request.is_secure()


def test_what_is_not_set_is_on_the_safe_side(monkeypatch: pytest.MonkeyPatch) -> None:
    read = read_with(monkeypatch)
    assert (read["DEBUG"], read["DEMO"], read["ALLOWED_HOSTS"]) == (False, False, LOCAL)
    assert (read["CSRF_TRUSTED_ORIGINS"], read["SECURE_PROXY_SSL_HEADER"]) == ([], None)
    assert (read["CLINIC_TIME_ZONE"], read["TIME_ZONE"], read["USE_TZ"]) == ("UTC", "UTC", True)


def test_the_clinics_zone_is_djangos(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_with(monkeypatch, CLINIC_TIME_ZONE="Asia/Tokyo")["TIME_ZONE"] == "Asia/Tokyo"


def test_passwords_are_checked_in_four_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {each["NAME"].rpartition(".")[2] for each in read_with(monkeypatch)["AUTH_PASSWORD_VALIDATORS"]}
    assert names == {
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    }


def test_a_deployment_behind_https_passes_djangos_own_checks(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    take(settings, read_with(monkeypatch, CLINIC_HTTPS="1"))
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE")
    call_command("check", deploy=True, fail_level="WARNING")


def test_one_that_is_not_is_told_that_its_cookies_travel_in_the_open(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(settings, read_with(monkeypatch))
    with pytest.raises(CommandError, match=r"(?s)security\.W012.*security\.W016"):
        call_command("check", deploy=True, fail_level="WARNING")


def take(settings: Any, read: dict[str, Any]) -> None:
    """Take over what was read of security."""
    for name in read:
        if name.startswith(("SECURE_", "SESSION_", "CSRF_", "X_FRAME", "SILENCED", "COOKIE_", "DEBUG")):
            setattr(settings, name, read[name])


def test_every_variable_is_in_the_documentation() -> None:
    read = set(re.findall(r'(?:_[a-z_]+|environ\.get)\("([A-Z_]{4,})"', SOURCE.read_text()))
    listed = set(re.findall(r"^\| `([A-Z_]+)`", (SOURCE.parents[1] / "docs" / "settings.md").read_text(), re.MULTILINE))
    assert read - {"CLINIC_DEMO"} == listed - {"CLINIC_VAR", "POSTGRES_BIN", "TEST_DATABASE_URL"}


@pytest.mark.parametrize(
    ("relay", "redis", "ids"),
    [(False, "", ["clinic.W001"]), (True, "", []), (False, "redis://r/0", []), (True, "redis://r/0", [])],
)
def test_a_process_that_no_relay_can_reach_is_named(settings: Any, relay: bool, redis: str, ids: list[str]) -> None:
    settings.LIVE_RELAY, settings.REDIS_URL = relay, redis
    assert [message.id for message in checks.relay_can_reach_others(None)] == ids


@pytest.mark.django_db
def test_a_server_older_than_15_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.OLDEST_POSTGRESQL == 150_000
    assert checks.postgresql_is_recent(None, ["default"]) == []
    monkeypatch.setattr(checks, "OLDEST_POSTGRESQL", 1_000_000)
    assert [message.id for message in checks.postgresql_is_recent(None, ["default"])] == ["clinic.E001"]
    with pytest.raises(SystemCheckError, match=r"PostgreSQL 1\d is too old[\s\S]*PostgreSQL 15 or newer"):
        call_command("migrate", verbosity=0, skip_checks=False)
