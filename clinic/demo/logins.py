"""The demonstration's accounts: one for each kind of staff, all with the same password."""

from __future__ import annotations

import os

from django.contrib.auth.models import Group, User
from django.db import transaction

from clinic.errors import ClinicError

NAMES = ("manager", "reception", "clinician", "cashier", "store")
PASSWORD = "demo"  # noqa: S105


def create() -> None:
    """Create the accounts that are missing, each in the group of its name."""
    if os.environ.get("CLINIC_DEMO") != "1":
        raise ClinicError("Accounts with a public password are for the demonstration; run `make demo`.")
    present = set(User.objects.filter(username__in=NAMES).values_list("username", flat=True))
    for name in NAMES:
        if name not in present:
            _create(name)


@transaction.atomic
def _create(name: str) -> None:
    user = User.objects.create_user(name, password=PASSWORD, is_staff=name == "manager")
    user.groups.add(_group(name))


def _group(name: str) -> Group:
    try:
        return Group.objects.get(name=name)
    except Group.DoesNotExist:
        raise ClinicError(f"The group {name} is missing; run manage.py migrate, which creates it.") from None
