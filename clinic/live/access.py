"""Who may listen: what one session may see, read from the database.

Place: asked by `consumers` at connect and by `hub` whenever sessions, users or rights change.
Rights are read here and not trusted from the page, because a page outlives them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib import auth
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from clinic.stats.catalogue import SECTIONS, visible_sections


class Audience(NamedTuple):
    """Everybody who may see the same sections: they get the same bytes."""

    sections: frozenset[str]

    @property
    def keys(self) -> frozenset[str]:
        """The metrics of those sections."""
        return frozenset(m.key for s in SECTIONS if s.key in self.sections for m in s.metrics)

    @property
    def topics(self) -> frozenset[str]:
        """The topics of those sections."""
        return frozenset[str]().union(*(s.topics for s in SECTIONS if s.key in self.sections))


@dataclass(frozen=True)
class Access:
    """A session's right to listen, until `expires_at`."""

    session_key: str
    username: str
    audience: Audience
    expires_at: datetime


class _ReadOnlySession(dict[str, Any]):
    """A session's data for `auth.get_user`, which would end or renew the session itself."""

    def flush(self) -> None:
        self.clear()

    def cycle_key(self) -> None:
        pass


def of_session(session_key: str) -> Access | None:
    """Read what a session may see; None when it is signed out, over, or its user is inactive."""
    row = Session.objects.filter(session_key=session_key, expire_date__gt=timezone.now()).first()
    if row is None:
        return None
    request = HttpRequest()
    request.session = _ReadOnlySession(row.get_decoded())  # type: ignore[assignment]
    user = auth.get_user(request)
    if not user.is_authenticated:
        return None
    sections = frozenset(section.key for section in visible_sections(user))
    return Access(session_key, user.get_username(), Audience(sections), row.expire_date)
