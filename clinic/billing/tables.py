"""The columns of the list of bills and of medicine on no bill, and what they come to."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db.models import F, Q, Sum
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, DateColumn, DateTimeColumn, Table  # type: ignore[import-untyped]

from clinic.billing.models import Bill, BillStatus
from clinic.money import written
from clinic.patients.models import full_name
from clinic.records.models import Prescription
from clinic.screens.columns import MoneyColumn, NumberColumn
from clinic.screens.conflicts import moment
from clinic.screens.export import Plain, in_words, stored


def owed(status: str, balance: Decimal) -> Decimal:
    """Owe nothing on a void bill."""
    return Decimal(0) if status == BillStatus.VOID else balance


class BillTable(Table):  # type: ignore[misc]
    """Bills, newest first; nothing is owed on a void one."""

    topics = ("bill", "patient")
    noun = _("bills")
    sums = {
        "total_amount": Sum("total_amount"),
        "amount_paid": Sum("amount_paid"),
        "balance": Sum("balance", filter=~Q(status=BillStatus.VOID)),
    }
    plain = {
        "number": Plain("#{}".format, "id"),
        "patient": Plain(full_name, "patient__first_name", "patient__last_name"),
        "balance": Plain(owed, "status", "balance"),
        "status": Plain(in_words(BillStatus), "status"),
    }

    number = Column(_("Number"), accessor="pk", orderable=False, linkify=True)
    issued_on = DateColumn(verbose_name=_("Date"), format="j M Y", order_by=("issued_on", "id"))
    patient = Column(_("Patient"), orderable=False, linkify=lambda record: record.patient.get_absolute_url())
    total_amount = MoneyColumn(verbose_name=_("Total"), order_by=("total_amount",))
    amount_paid = MoneyColumn(verbose_name=_("Paid"), orderable=False)
    balance = MoneyColumn(verbose_name=_("Balance"), orderable=False)
    status = Column(_("Status"), accessor="get_status_display", orderable=False)

    class Meta:
        model = Bill
        fields = ("number", "issued_on", "patient", "total_amount", "amount_paid", "balance", "status")
        order_by = "-issued_on"
        default = ""
        empty_text = _("No bill matches.")

    def render_number(self, record: Bill) -> str:
        """Show the number as a person quotes it."""
        return str(record)

    def render_status(self, record: Bill, value: str) -> str:
        """Show the status in words."""
        return format_html('<span class="owed owed--{}">{}</span>', record.status, value)

    def render_balance(self, record: Bill, value: Decimal) -> str:
        """Owe nothing on a void bill."""
        return written(owed(record.status, value))


class MedicineTable(Table):  # type: ignore[misc]
    """What was prescribed and is on no bill, the longest waiting first."""

    topics = ("bill", "patient", "prescription", "medical_record", "inventory_item", "booking", "day")
    noun = _("prescriptions on no bill")
    sums = {"amount": Sum(F("quantity") * F("unit_price"))}
    plain = {
        "patient": Plain(full_name, "record__patient__first_name", "record__patient__last_name"),
        "item": stored("item__name"),
        "amount": Plain(lambda quantity, price: quantity * price, "quantity", "unit_price"),
    }

    prescribed_at = DateTimeColumn(verbose_name=_("When"), order_by=("prescribed_at", "id"))
    patient = Column(_("Patient"), accessor="record__patient", orderable=False, linkify=True)
    item = Column(_("Item"), orderable=False)
    quantity = NumberColumn(_("Quantity"), orderable=False)
    unit_price = MoneyColumn(verbose_name=_("Unit price"), orderable=False)
    amount = MoneyColumn(verbose_name=_("Amount"), orderable=False)
    decision = Column("", accessor="record_id", orderable=False, exclude_from_export=True)

    class Meta:
        model = Prescription
        fields = ("prescribed_at", "patient", "item", "quantity", "unit_price", "amount", "decision")
        order_by = "prescribed_at"
        default = ""
        empty_text = _("All medicine is on a bill.")

    def render_prescribed_at(self, value: datetime) -> str:
        """Show the clinic's clock."""
        return moment(value)

    def render_decision(self, value: int) -> str:
        """Lead to the decision."""
        return format_html('<a href="{}">{}</a>', reverse("medicine-decide", args=[value]), _("Decide"))
