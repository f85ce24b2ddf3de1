"""What the desk adds to every change: its actor's name, and the event that has the numbers read again."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from clinic.database.actor import current
from clinic.screens.middleware import ActorMiddleware, ScreensMiddleware


def answer(response: HttpResponse, method: str = "POST", htmx: bool = False) -> HttpResponse:
    request = RequestFactory().generic(method, "/somewhere/", headers={"HX-Request": "true"} if htmx else {})
    request.user = AnonymousUser()
    return ScreensMiddleware(lambda _request: response)(request)  # type: ignore[return-value]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_change_carries_the_event(method: str) -> None:
    assert answer(HttpResponse(), method)["HX-Trigger"] == "refreshStats"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_does_not(method: str) -> None:
    assert "HX-Trigger" not in answer(HttpResponse(), method)


@pytest.mark.parametrize("status", [400, 403, 409, 422, 500])
def test_a_refusal_does_not(status: int) -> None:
    assert "HX-Trigger" not in answer(HttpResponse(status=status))


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("saved", "saved, refreshStats"),
        ("saved, other", "saved, other, refreshStats"),
        ("refreshStats", "refreshStats"),
    ],
)
def test_it_joins_other_names(given: str, sent: str) -> None:
    assert answer(HttpResponse(headers={"HX-Trigger": given}))["HX-Trigger"] == sent


def test_it_joins_other_events_with_details() -> None:
    sent = answer(HttpResponse(headers={"HX-Trigger": '{"saved": {"id": 1}}'}))["HX-Trigger"]
    assert json.loads(sent) == {"saved": {"id": 1}, "refreshStats": None}


def test_htmx_is_led_on_without_losing_the_event() -> None:
    led = answer(HttpResponseRedirect("/there/"), htmx=True)
    assert (led.status_code, led["HX-Redirect"], led["HX-Trigger"]) == (200, "/there/", "refreshStats")


@pytest.mark.parametrize(("method", "name"), [("POST", "grace"), ("GET", "")])
def test_who_is_signed_in_acts_during_a_change_and_only_then(method: str, name: str) -> None:
    request = RequestFactory().generic(method, "/")
    request.user = User(username="grace")
    assert ActorMiddleware(lambda _request: HttpResponse(current()))(request).content.decode() == name  # type: ignore[attr-defined]
    assert current() == ""
