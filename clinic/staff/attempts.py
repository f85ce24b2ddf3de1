"""How often signing in may be tried: enough for somebody who mistypes, too seldom for one who guesses.

Three things are counted: attempts for one account from one place, for one account from anywhere, and from one address
for any account. A browser in which somebody has signed in before knows that account (a "device cookie", as OWASP names
it): attempts from there are counted by themselves, so that no stranger who guesses at an account locks its owner out.
Attempts are counted before the password is looked at, or many at once would all be the first.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from clinic.screens.addresses import client_address, customer
from clinic.screens.rates import Rate

FROM_ONE_PLACE = Rate("sign-in-here", "6 per 5 minute")
FROM_ANYWHERE = Rate("sign-in-account", "30 per hour")
OF_ONE_ADDRESS = Rate("sign-in-address", "100 per 10 minute")
"""A clinic behind one address signs in at eight."""
NOTED = Rate("sign-in-refused", "1 per 5 minute")
"""How often a refusal of one account is written to the log, lest refusals fill the disk."""

COOKIE = "known_device"
COOKIE_SECONDS = 365 * 24 * 3600
MOST_ACCOUNTS = 20
"""Of one device; the one at the reception desk knows many."""


@dataclass(frozen=True)
class Attempt:
    """One attempt for an account; `place` is the device where it is known there, else the customer's address."""

    account: str
    address: str
    place: str
    is_known: bool

    def seconds_to_wait(self) -> int:
        """Count the attempt; return for how many seconds it is refused, 0 if it may go on."""
        rates: list[tuple[Rate, tuple[str, ...]]] = [(FROM_ONE_PLACE, (self.account, self.place))]
        if not self.is_known:
            rates += [(FROM_ANYWHERE, (self.account,)), (OF_ONE_ADDRESS, (self.address,))]
        exceeded = [rate.seconds_left(*who) for rate, who in rates if not rate.hit(*who)]
        return max(exceeded, default=0)

    def succeeded(self) -> None:
        """Begin to count again for this place."""
        FROM_ONE_PLACE.forget(self.account, self.place)

    def is_noted(self) -> bool:
        """Say whether this refusal is to be written down."""
        return NOTED.hit(self.account, self.place)


def attempt_of(request: HttpRequest, username: str) -> Attempt:
    """Return who tries, and from where."""
    account, address = _mark(username), customer(client_address(request))
    nonce, known = _device(request)
    is_known = account in known
    return Attempt(account, address, nonce if is_known else address, is_known)


def remember(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Let a browser know the account that has signed in there."""
    nonce, known = _device(request)
    accounts = [_mark(username), *(mark for mark in known if mark != _mark(username))][:MOST_ACCOUNTS]
    response.set_signed_cookie(
        settings.COOKIE_PREFIX + COOKIE,
        "|".join([nonce or secrets.token_urlsafe(12), *accounts]),
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        path=settings.SESSION_COOKIE_PATH,
    )


def _device(request: HttpRequest) -> tuple[str, list[str]]:
    nonce, *known = (
        request.get_signed_cookie(settings.COOKIE_PREFIX + COOKIE, "", max_age=COOKIE_SECONDS) or ""
    ).split("|")
    return nonce, known


def _mark(username: str) -> str:
    """Return what stands for a user name in cookies and counts, where it is not to be read."""
    return salted_hmac("clinic.staff.attempts", username.casefold()).hexdigest()[:16]
