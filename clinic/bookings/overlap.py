"""A practitioner cannot be booked twice: the database refuses it, and this says so kindly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from clinic.errors import ClinicError
from clinic.screens.refusals import constraint_of

CONSTRAINT = "booking_does_not_overlap_for_its_practitioner"
WORDS = _("The practitioner is already booked at that time; choose another time or another practitioner.")


class TimeTakenError(ClinicError):
    """The practitioner is already booked at that time; choose another time or another practitioner."""


@contextmanager
def overlap_in_words() -> Iterator[None]:
    """Run a change of a booking; raise `TimeTakenError` when the practitioner is booked at that time.

    The change is undone; a transaction around it goes on.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if constraint_of(error) != CONSTRAINT:
            raise
        raise TimeTakenError(str(WORDS)) from error
