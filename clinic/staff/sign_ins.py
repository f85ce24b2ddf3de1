"""The log of sign-ins, written from Django's own signals, so that each way to sign in is in it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from clinic.screens.addresses import client_address
from clinic.staff.models import DEVICE_LENGTH, NAME_LENGTH, SignInEvent, SignInKind


def note(request: HttpRequest | None, kind: SignInKind, username: str) -> None:
    """Write one line."""
    SignInEvent.objects.create(
        kind=kind,
        username=_printable(username, NAME_LENGTH),
        address=client_address(request) or None if request else None,
        device=_printable(request.META.get("HTTP_USER_AGENT", ""), DEVICE_LENGTH) if request else "",
    )


def _printable(text: str, length: int) -> str:
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text[:length])


@receiver(user_logged_in)
def _signed_in(sender: Any, request: HttpRequest, user: User, **more: Any) -> None:
    note(request, SignInKind.SIGNED_IN, user.get_username())


@receiver(user_logged_out)
def _signed_out(sender: Any, request: HttpRequest, user: User | None, **more: Any) -> None:
    if user is not None:
        note(request, SignInKind.SIGNED_OUT, user.get_username())


@receiver(user_login_failed)
def _failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **more: Any) -> None:
    attempt = getattr(request, "refused_attempt", None)
    if attempt is None or attempt.is_noted():
        kind = SignInKind.FAILED if attempt is None else SignInKind.REFUSED
        note(request, kind, str(credentials.get("username", "")))
