"""Who may listen: what one session may see, read from the database.

Place: asked by `consumers` at connect and by `hub` whenever sessions, users or rights change.
Rights are read here and not trusted from the page, because a page outlives them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

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
        return frozenset[str]().union(*(s.topics | s.also_told for s in SECTIONS if s.key in self.sections))


@dataclass(frozen=True)
class Access:
    """A session's right to listen, until `expires_at`; `rights` are all that its user has, and not only to listen."""

    session_key: str
    username: str
    audience: Audience
    expires_at: datetime
    rights: frozenset[str] = frozenset()


def of_session(session_key: str) -> Access | None:
    """Read what a session may see; None when it is signed out, over, or its user is inactive."""
    return of_sessions([session_key]).get(session_key)


def of_sessions(session_keys: Iterable[str]) -> dict[str, Access]:
    """Read what each of some sessions may see; leaves out those that are over and those whose user may not sign in."""
    rows = Session.objects.filter(session_key__in=set(session_keys), expire_date__gt=timezone.now())
    signed_in = [(row, row.get_decoded()) for row in rows]
    ids = {data[SESSION_KEY] for _row, data in signed_in if SESSION_KEY in data}
    users, granted = User.objects.in_bulk(ids), _granted(ids)
    known: dict[object, tuple[Audience, frozenset[str]]] = {}
    found = {}
    for row, data in signed_in:
        user = users.get(int(data.get(SESSION_KEY, 0)))
        if user is not None and _is_signed_in(user, data):
            audience, rights = _seen_by(user, granted[user.pk], known)
            found[row.session_key] = Access(row.session_key, user.username, audience, row.expire_date, rights)
    return found


def rights_of(user: User) -> frozenset[str]:
    """Return all that decides what a user is shown."""
    return frozenset(user.get_all_permissions()) | ({"superuser"} if user.is_superuser else set())


def _granted(user_ids: Iterable[Any]) -> defaultdict[int, set[tuple[str, int]]]:
    """Read which groups and rights users were given, by their keys alone: a crowd comes together."""
    found: defaultdict[int, set[tuple[str, int]]] = defaultdict(set)
    for given in ("group", "permission"):
        rows = (User.groups if given == "group" else User.user_permissions).through.objects
        for user_id, key in rows.filter(user_id__in=user_ids).values_list("user_id", f"{given}_id"):
            found[user_id].add((given, key))
    return found


def _seen_by(
    user: User, granted: set[tuple[str, int]], known: dict[object, tuple[Audience, frozenset[str]]]
) -> tuple[Audience, frozenset[str]]:
    """Return what a user may see; users with the same rights are asked for once."""
    key = (user.is_superuser, frozenset(granted))
    if key not in known:
        audience = Audience(frozenset(section.key for section in visible_sections(user)))
        known[key] = (audience, rights_of(user))
    return known[key]


def _is_signed_in(user: User, data: Mapping[str, str]) -> bool:
    """Tell what `auth.get_user` does, which asks the database for one user and ends or renews the session itself."""
    if not user.is_active or data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return False
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(data.get(HASH_SESSION_KEY, ""), each) for each in hashes)
