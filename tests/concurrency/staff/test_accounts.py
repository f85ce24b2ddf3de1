"""Two managers at one account: the second is told; the control shows what is lost without the digest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.http import QueryDict

from clinic.desk.conflicts import RowChangedError
from clinic.staff import roles
from clinic.staff.accounts import AccountForm
from tests.concurrency.bookings.collision import collide


@pytest.fixture
def mia(sql: psycopg.Connection[Any], transactional_db: None) -> User:
    """A cashier."""
    roles.sync()
    mia = User.objects.create_user("mia")
    mia.groups.add(Group.objects.get(name="cashier"))
    return mia


def saving(mia: User, form_of: type[AccountForm] = AccountForm, **typed: Any) -> Callable[[], object]:
    """Read the account's form, type into it, and save it later."""
    shown = form_of(instance=User.objects.get(pk=mia.pk))
    said = QueryDict(mutable=True)
    for name in ("username", "first_name", "last_name", "email", "changed_at"):
        said[name] = typed.get(name, shown[name].value() or "")
    said.setlist("groups", typed.get("groups", [group.pk for group in mia.groups.all()]))
    said["is_active"] = typed.get("is_active", "on")

    def save() -> None:
        form = form_of(said, instance=User.objects.get(pk=mia.pk))
        assert form.is_valid(), form.errors
        with transaction.atomic():
            form.save()

    return save


def test_the_second_of_two_managers_is_told_and_what_the_first_did_stays(mia: User) -> None:
    told = collide(saving(mia, groups=[]), saving(mia, last_name="Sand"))
    assert isinstance(told, RowChangedError)
    assert not mia.groups.exists()
    mia.refresh_from_db()
    assert mia.last_name == ""


class Unguarded(AccountForm):
    """The form without its digest."""

    def version_of(self, row: User) -> str:
        """Take every row for the one that was shown."""
        return "any"


def test_control_without_the_digest_the_second_gives_back_the_rights_that_the_first_took(mia: User) -> None:
    assert collide(saving(mia, Unguarded, groups=[]), saving(mia, Unguarded, last_name="Sand")) is None
    assert [group.name for group in mia.groups.all()] == ["cashier"]
