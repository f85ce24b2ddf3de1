"""The shapes of the rows: each field is a column of the table."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple


class Patient(NamedTuple):
    """A row of `patient`."""

    id: int
    first_name: str
    last_name: str
    birth_date: date
    sex: str
    phone: str
    email: str
    address: str
    blood_type: str
    allergies: str
    registered_on: date
    archived_at: datetime | None


class Practitioner(NamedTuple):
    """A row of `practitioner`."""

    id: int
    full_name: str
    specialty: str


class WorkingHours(NamedTuple):
    """A row of `working_hours`."""

    practitioner_id: int
    weekday: int
    starts: time
    ends: time


class Service(NamedTuple):
    """A row of `service`."""

    id: int
    name: str
    price: Decimal
    duration_minutes: int


class Booking(NamedTuple):
    """A row of `booking`."""

    id: int
    patient_id: int | None
    patient_name: str
    patient_phone: str
    patient_email: str
    practitioner_id: int | None
    service_id: int | None
    date: date
    start_time: time | None
    duration_minutes: int
    status: str
    reason: str


class MedicalRecord(NamedTuple):
    """A row of `medical_record`."""

    patient_id: int
    booking_id: int
    practitioner_id: int | None
    visit_on: date
    chief_complaint: str
    diagnosis: str
    treatment_plan: str
    temperature_celsius: Decimal
    pulse_bpm: int
    respiratory_rate: int
    systolic_mmhg: int | None
    diastolic_mmhg: int | None
    oxygen_saturation: int
    weight_kg: Decimal
    height_cm: Decimal
    follow_up_on: date | None


class Bill(NamedTuple):
    """A row of `bill`."""

    id: int
    patient_id: int
    booking_id: int
    issued_on: date
    service_fee: Decimal
    medicine_fee: Decimal
    other_fee: Decimal
    discount: Decimal
    voided_at: datetime | None

    @property
    def total(self) -> Decimal:
        """Return what the database will generate as `total_amount`."""
        return self.service_fee + self.medicine_fee + self.other_fee - self.discount


class Payment(NamedTuple):
    """A row of `payment`."""

    bill_id: int
    amount: Decimal
    method: str
    reference: str
    paid_on: date


class Item(NamedTuple):
    """A row of `inventory_item`."""

    sku: str
    name: str
    category: str
    unit_price: Decimal
    quantity: int
    reorder_level: int
    expires_on: date | None
