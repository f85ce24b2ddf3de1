"""What people and programs are told when a request cannot be answered just now."""

from __future__ import annotations

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from clinic.serving import busy
from clinic.serving.busy import is_unreachable

PAGE = {"Accept": "text/html,*/*"}
CASES: dict[str, tuple[Exception, Exception | None]] = {
    "refused": (OperationalError("connection refused"), psycopg.OperationalError()),
    "full": (OperationalError("sorry, too many clients already"), psycopg.errors.TooManyConnections()),
    "ended": (OperationalError("terminating connection"), psycopg.errors.AdminShutdown()),
    "closed": (InterfaceError("connection already closed"), None),
    "locked": (OperationalError("lock timeout"), psycopg.errors.LockNotAvailable()),
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


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("case", "status"),
    [("refused", 503), ("full", 503), ("ended", 503), ("closed", 503), ("locked", 500), ("ours", 500)],
)
def test_a_database_out_of_reach_is_told_from_a_fault_of_ours(case: str, status: int) -> None:
    answer = Client(raise_request_exception=False).get(f"/fail/{case}/", headers=PAGE)
    assert answer.status_code == status
    assert answer.has_header("Retry-After") is (status == 503)
    assert ("very busy" in answer.content.decode()) is (status == 503)
    assert "Traceback" not in answer.content.decode()


def test_no_error_is_no_unreachable_database() -> None:
    assert not is_unreachable(None)
