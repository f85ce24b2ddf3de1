"""Sessions of signed-in staff, for sockets to present."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta


def signed_in(number: int) -> Sequence[str]:
    """Sign in a manager of his own for each of so many sockets; returns the session keys."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import Group, User
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from clinic.staff import roles

    users = User.objects.bulk_create(User(username=f"bench{n}", password="!") for n in range(number))
    roles.sync()
    Group.objects.get(name="manager").user_set.add(*users)
    store, expires = SessionStore(), timezone.now() + timedelta(hours=8)
    return [
        session.session_key
        for session in Session.objects.bulk_create(
            Session(
                session_key=f"{n:032x}",
                session_data=store.encode(
                    {
                        SESSION_KEY: str(user.pk),
                        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                        HASH_SESSION_KEY: user.get_session_auth_hash(),
                    }
                ),
                expire_date=expires,
            )
            for n, user in enumerate(users)
        )
    ]
