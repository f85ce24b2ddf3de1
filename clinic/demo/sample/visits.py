"""Make up the medical records of visits that took place."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from clinic.demo.sample.people import age_on
from clinic.demo.sample.rows import Booking, MedicalRecord, Patient, Practitioner
from clinic.demo.sample.words import VISITS

WITH_RECORD = 0.8


def records(
    random: Random, bookings: list[Booking], patients: list[Patient], practitioners: list[Practitioner]
) -> list[MedicalRecord]:
    """Return a record for most completed bookings."""
    specialties = {practitioner.id: practitioner.specialty for practitioner in practitioners}
    return [
        _record(random, booking, patients[booking.patient_id - 1], specialties[booking.practitioner_id])
        for booking in bookings
        if booking.status == "completed"
        and booking.patient_id
        and booking.practitioner_id
        and random.random() < WITH_RECORD
    ]


def _record(random: Random, booking: Booking, patient: Patient, specialty: str) -> MedicalRecord:
    complaint, diagnosis, plan = _complaint(random, booking, specialty)
    child = age_on(patient, booking.date) < 16
    height = _height(random, patient, booking.date)
    return MedicalRecord(
        patient_id=patient.id,
        booking_id=booking.id,
        practitioner_id=booking.practitioner_id,
        visit_on=booking.date,
        chief_complaint=complaint,
        diagnosis=diagnosis,
        treatment_plan=plan,
        temperature_celsius=Decimal(round(random.triangular(36.1, 39.2, 36.7) * 10)) / 10,
        pulse_bpm=round(random.gauss(98 if child else 74, 9)),
        respiratory_rate=round(random.gauss(22 if child else 15, 1.5)),
        systolic_mmhg=None if child else round(random.triangular(98, 168, 124)),
        diastolic_mmhg=None if child else round(random.triangular(58, 97, 79)),
        oxygen_saturation=random.choices((99, 98, 97, 96, 94), (30, 40, 20, 8, 2))[0],
        weight_kg=Decimal(round(height * height * random.triangular(15, 34, 18 if child else 24) / 1000)) / 10,
        height_cm=Decimal(height),
        follow_up_on=_follow_up(random, booking.date),
    )


def _complaint(random: Random, booking: Booking, specialty: str) -> tuple[str, str, str]:
    """Return what goes with the booking's reason, or any of the specialty's."""
    known = VISITS[specialty]
    return next((visit for visit in known if visit[0] == booking.reason), None) or random.choice(known)


def _height(random: Random, patient: Patient, day: date) -> int:
    """Return a height in whole centimetres that hardly changes from visit to visit."""
    grown = 176 if patient.sex == "male" else 164
    age = age_on(patient, day)
    usual = grown if age >= 16 else 52 + (grown - 52) * (age / 16) ** 0.8
    return round(usual + (patient.id * 7 % 21 - 10) * usual / 175 + random.uniform(-0.4, 0.4))


def _follow_up(random: Random, day: date) -> date | None:
    return day + timedelta(days=random.choice((7, 14, 28, 56, 90))) if random.random() < 0.25 else None
