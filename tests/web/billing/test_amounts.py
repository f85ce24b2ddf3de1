"""Amounts that a script wrote without decimals read as those the screens write, and a third decimal is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from clinic.billing.models import Bill, Payment
from clinic.money import in_cents, read
from clinic.patients.models import Patient
from clinic.practice.models import Service
from clinic.screens.refusals import words_of_refusal


@pytest.mark.parametrize(
    ("written", "meant"),
    [("80", "80.00"), ("80.5", "80.50"), ("80.500", "80.50"), ("1E+3", "1000.00"), ("-0.01", "-0.01")],
)
def test_an_amount_is_given_two_decimals(written: str, meant: str) -> None:
    assert str(in_cents(Decimal(written))) == meant


@pytest.mark.parametrize("amount", ["19.999", "0.001", "NaN", "sNaN", "Infinity", "1E+999"])
def test_what_has_no_cents_is_not_rounded(amount: str) -> None:
    assert str(in_cents(Decimal(amount))) == amount


def test_what_a_script_wrote_as_80_reads_as_80_00(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("insert into service (name, price) values ('A', 80)")
    assert str(Service.objects.get().price) == "80.00"
    assert str(Service.objects.aggregate(sum=Sum("price"))["sum"]) == "80.00"
    assert str(Service.objects.values_list("price", flat=True).get()) == "80.00"


def test_what_the_application_writes_has_two_decimals_in_the_table(db: None) -> None:
    Service.objects.create(name="A", price=Decimal(80))
    Service.objects.create(name="B")
    with connection.cursor() as cursor:
        cursor.execute("select price::text from service order by name")
        assert cursor.fetchall() == [("80.00",), ("0.00",)]


def test_the_application_cannot_write_a_third_decimal_either(db: None) -> None:
    bill = Bill.objects.create(patient=Patient.objects.create(first_name="A"), service_fee=100)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        Payment.objects.create(bill=bill, amount=Decimal("19.999"))
    assert words_of_refusal(refusal.value) == "The amount can have ten digits and two decimals at most."


def test_a_form_says_so_before_the_database_does(db: None) -> None:
    with pytest.raises(ValidationError) as refusal:
        Service(name="A", price=Decimal("19.999")).full_clean()
    assert refusal.value.message_dict == {"price": ["Ensure that there are no more than 2 decimal places."]}
    Service(name="A", price=Decimal("19.99")).full_clean()


@pytest.mark.parametrize("text", ["1_0", "1_000.00", "1_0.5", "_1", "1_"])
def test_digits_grouped_as_programs_do_are_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="_"):
        read(text)
