"""Forms that are carried out once, however often they are sent."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from secrets import token_hex
from uuid import uuid4

from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.errors import ClinicError
from clinic.screens.models import FormToken

FIELD = "form_token"
KEPT = timedelta(days=1)
PRUNED_AT_ONCE = 100
TOKEN_BYTES = 16

CLAIM = "insert into form_token (token, content) values (%s, %s) on conflict do nothing"


class FormAlreadySentError(ClinicError):
    """The same form comes again and says something else: Back was pressed after saving."""


STAND_IN = str(uuid4())
"""What an answer for many readers has in the place of tokens; each reader is sent tokens of their own."""


def fresh() -> str:
    """Make the token of a form about to be rendered; nothing is stored until it is sent."""
    return token_hex(TOKEN_BYTES)


def filled_in(body: bytes) -> bytes:
    """Put a token of its own into each form of an answer for many readers, for one of them."""
    first, *rest = body.split(STAND_IN.encode())
    drawn = token_hex(TOKEN_BYTES * len(rest)).encode()  # at once, because a list has a hundred
    size = 2 * TOKEN_BYTES
    return first + b"".join(drawn[n * size : (n + 1) * size] + piece for n, piece in enumerate(rest))


def once(request: HttpRequest, change: Callable[[], str]) -> str:
    """Run `change` in a transaction unless this form was carried out before; give its result's address.

    A second submit waits for the first and gets the first one's result. If the first failed, the second
    is the first. A request without a token is carried out each time it comes.
    Raises `FormAlreadySentError`, and whatever `change` raises.
    """
    token = _token(request)
    with transaction.atomic():
        if not token:
            return change()
        if not _claim(token, _content(request)):
            return _first_result(token, _content(request))
        url = change()
        FormToken.objects.filter(pk=token).update(result_url=url)
        _prune()
        return url


def carried_out(request: HttpRequest) -> str | None:
    """Return the address of this very form's result if it was carried out before, so that it need not fit again."""
    token = _token(request)
    first = FormToken.objects.filter(pk=token, content=_content(request)).first() if token else None
    return first.result_url if first else None


def _token(request: HttpRequest) -> str:
    """Read the form's token as the database can keep it, whatever was sent."""
    return request.POST.get(FIELD, "")[:64].replace("\x00", "")


def _content(request: HttpRequest) -> str:
    said = [(name, values) for name, values in request.POST.lists() if name not in {FIELD, "csrfmiddlewaretoken"}]
    return hashlib.sha256(repr((request.path, sorted(said))).encode()).hexdigest()


def _claim(token: str, content: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [token, content])
        return bool(cursor.rowcount == 1)


def _first_result(token: str, content: str) -> str:
    first = FormToken.objects.get(pk=token)
    if first.content != content:
        raise FormAlreadySentError(
            _(
                "This form was already saved at %(time)s, and what it says has changed since. "
                "Send it again if you want to save it once more."
            )
            % {"time": timezone.localtime(first.used_at).strftime("%H:%M")}
        )
    return first.result_url


def _prune() -> None:
    old = FormToken.objects.filter(used_at__lt=timezone.now() - KEPT).select_for_update(skip_locked=True)
    FormToken.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:PRUNED_AT_ONCE])).delete()
