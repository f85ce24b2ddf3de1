"""What people and programs are told when a request cannot be answered just now."""

from __future__ import annotations

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from clinic.serving import busy, locks
from clinic.serving.busy import reason_of

PAGE = {"Accept": "text/html,*/*"}
CASES: dict[str, tuple[Exception, Exception | None]] = {
    "refused": (OperationalError("connection refused"), psycopg.OperationalError()),
    "full": (OperationalError("sorry, too many clients already"), psycopg.errors.TooManyConnections()),
    "no memory": (OperationalError("out of memory"), psycopg.errors.OutOfMemory()),
    "disk": (OperationalError("could not extend file: No space left on device"), psycopg.errors.DiskFull()),
    "ended": (OperationalError("terminating connection"), psycopg.errors.AdminShutdown()),
    "closed": (InterfaceError("connection already closed"), None),
    "locked": (OperationalError("lock timeout"), psycopg.errors.LockNotAvailable()),
    "crossed": (OperationalError("deadlock detected"), psycopg.errors.DeadlockDetected()),
    "slow": (OperationalError("statement timeout"), psycopg.errors.QueryCanceled()),
    "spoiled": (OperationalError("could not read block"), psycopg.errors.IoError()),
    "ours": (ValueError("a fault of ours"), None),
}


def fail(request: HttpRequest, case: str) -> HttpResponse:
    error, cause = CASES[case]
    raise error from cause


urlpatterns = [path("fail/<case>/", fail)]
handler500 = busy.server_error


def test_a_page_says_so_and_tries_again_by_itself() -> None:
    answer = busy.answer(RequestFactory().get("/", headers=PAGE))
    words = answer.content.decode()
    assert answer.status_code == 503
    assert "The system is very busy just now" in words
    assert "This page tries again by itself" in words
    assert 3 <= int(answer["Retry-After"]) <= 8
    assert answer["Refresh"] == answer["Retry-After"]
    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_who_sent_a_form_is_told_that_it_is_still_there_and_nothing_is_sent_twice() -> None:
    answer = busy.answer(RequestFactory().post("/", headers=PAGE))
    assert "what you typed is still in the form" in answer.content.decode()
    assert "Refresh" not in answer
    assert "Retry-After" in answer


def test_a_part_of_a_page_is_no_whole_page() -> None:
    answer = busy.answer(RequestFactory().get("/", headers={"HX-Request": "true", **PAGE}))
    words = answer.content.decode()
    assert "<html" not in words
    assert 'role="alert"' in words
    assert "The system is very busy just now" in words


def test_a_program_gets_plain_words() -> None:
    answer = busy.answer(RequestFactory().get("/"))
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().startswith("The system is very busy just now")


def test_different_requests_are_told_to_return_at_different_times() -> None:
    assert len({busy.answer(RequestFactory().get("/"))["Retry-After"] for _ in range(100)}) > 1


BUSY, LOCKED, SLOW = "very busy just now", "table is locked just now", "takes the database too long"
FULL = "database has no room left"


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("refused", BUSY), ("full", BUSY), ("no memory", BUSY), ("ended", BUSY), ("closed", BUSY),
        ("disk", FULL),
        ("locked", LOCKED), ("crossed", LOCKED), ("slow", SLOW), ("spoiled", ""), ("ours", ""),
    ],
)  # fmt: skip
def test_what_passes_is_told_from_a_fault_of_ours(case: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "_until", {})
    answer = Client(raise_request_exception=False).get(f"/fail/{case}/", headers=PAGE)
    said = answer.content.decode()
    assert answer.status_code == (503 if words else 500)
    assert answer.has_header("Retry-After") is bool(words)
    assert [each for each in (BUSY, LOCKED, SLOW, FULL) if each in said] == ([words] if words else [])
    assert "Traceback" not in said


def test_no_error_is_no_delay() -> None:
    assert reason_of(None) is None
