"""A small clinic whose rows tests refer to, and clients signed in as its staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from clinic.bookings.models import Booking
from clinic.practice.models import Practitioner, Service, WorkingHours

ClientOf = Callable[[str], Client]
MONDAY = 0


@dataclass
class Clinic:
    """One practitioner who works mornings, one who works all day, and a service of half an hour."""

    noor: Practitioner
    otto: Practitioner
    service: Service
    monday: date

    def booking(self, **columns: Any) -> Booking:
        """Write a booking down; pending, on Monday, without practitioner and time unless told otherwise."""
        given = {"date": self.monday, "patient_name": "Ada Lovelace", "patient_phone": "0170 1815", **columns}
        return Booking.objects.create(**given)


@pytest.fixture
def clinic(db: None) -> Clinic:
    noor = Practitioner.objects.create(full_name="Noor Haddad")
    otto = Practitioner.objects.create(full_name="Otto Weiss")
    for weekday in range(7):
        WorkingHours.objects.create(practitioner=noor, weekday=weekday, starts=time(9), ends=time(12))
        WorkingHours.objects.create(practitioner=otto, weekday=weekday, starts=time(9), ends=time(17))
    service = Service.objects.create(name="Check-up", price=Decimal("60.00"), duration_minutes=30)
    today = timezone.localdate()
    return Clinic(noor, otto, service, today + timedelta(days=7 - today.weekday()))


@pytest.fixture
def client_of(db: None) -> ClientOf:
    """Sign a user of a role in; the user's name is the role's."""

    def of_role(role: str) -> Client:
        user, is_new = User.objects.get_or_create(username=role)
        if is_new:
            user.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(user)
        return client

    return of_role
