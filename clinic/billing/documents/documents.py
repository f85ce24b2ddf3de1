"""What stands on the papers a patient takes home: a bill, a receipt, a statement."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clinic.billing.documents.pdf import Paper, day, when
from clinic.billing.documents.statement import Statement
from clinic.billing.models import Bill, Payment
from clinic.money import written
from clinic.patients.models import Patient
from clinic.records.models import Prescription


def bill_paper(bill: Bill, payments: Sequence[Payment], medicine: Sequence[Prescription] = ()) -> Paper:
    """Write a bill with the medicine it is for and what was paid on it; a void one says so first."""
    paper = Paper(_("Bill %s") % bill if bill.voided_at is None else _("Bill %s, void") % bill)
    void = _("%(when)s %(why)s") % {"when": when(bill.voided_at), "why": bill.void_reason} if bill.voided_at else ""
    paper.facts([*_who(bill.patient), (_("Issued"), day(bill.issued_on)), (_("Void since"), void)])
    fees = [
        (_("Service"), bill.service_fee),
        (_("Medicine"), bill.medicine_fee),
        (_("Other"), bill.other_fee),
        (_("Discount"), -bill.discount),
    ]
    sums = [(_("Total"), bill.total_amount), (_("Paid"), bill.amount_paid), (_("Left to pay"), bill.balance)]
    lines = [(label, written(amount)) for label, amount in [*(fee for fee in fees if fee[1]), *sums]]
    paper.rows([_("For"), _("Amount")], lines, (130, 44), amounts=1, bold=len(sums))
    if medicine:
        paper.section(_("Medicine"))
        given = [
            (p.item.name, str(p.quantity), written(p.unit_price or Decimal(0)), written(p.amount or Decimal(0)))
            for p in medicine
        ]
        paper.rows([_("Item"), _("Quantity"), _("Unit price"), _("Amount")], given, (86, 24, 32, 32), amounts=3)
    if payments:
        paper.section(_("Payments"))
        paid = [
            (day(p.paid_on), capfirst(p.get_method_display()), p.reference or p.reason, written(p.amount))
            for p in payments
        ]
        paper.rows([_("Day"), _("Method"), _("Reference"), _("Amount")], paid, (32, 36, 62, 44), amounts=1)
    return paper


def receipt_paper(payment: Payment) -> Paper:
    """Write the receipt of a payment; of a refund, that the money was given back."""
    bill, is_refund = payment.bill, payment.amount < 0
    paper = Paper((_("Refund %d") if is_refund else _("Receipt %d")) % payment.pk)
    paper.facts(
        [
            *_who(bill.patient),
            (_("Given back") if is_refund else _("Received"), written(abs(payment.amount))),
            (_("Method"), capfirst(payment.get_method_display())),
            (_("On"), day(payment.paid_on)),
            (_("For"), _("Bill %s") % bill),
            (_("Reference"), payment.reference),
            (_("Reason"), payment.reason),
            (_("By"), payment.changed_by),
        ]
    )
    sums = [(_("Total"), bill.total_amount), (_("Paid"), bill.amount_paid), (_("Left to pay"), bill.balance)]
    paper.section(_("Bill %s as it stands now") % bill)
    paper.rows([_("Sum"), _("Amount")], [(label, written(sum_)) for label, sum_ in sums], (130, 44), amounts=1, bold=1)
    return paper


def statement_paper(statement: Statement) -> Paper:
    """Write a statement with the balance brought forward, carried along, and left."""
    paper = Paper(_("Statement"))
    since, until = day(statement.since), day(statement.until)
    paper.facts([*_who(statement.patient), (_("From"), since), (_("To"), until)])
    head = [_("Day"), "", _("Billed"), _("Paid"), _("Balance")]
    forward = [(since, _("Balance brought forward"), "", "", written(statement.brought_forward))] if since else []
    lines = [
        (
            day(line.day),
            line.words,
            "" if line.billed is None else written(line.billed),
            "" if line.paid is None else written(line.paid),
            written(line.balance),
        )
        for line in statement.lines
    ]
    last = (until, _("Balance"), "", "", written(statement.balance))
    paper.rows(head, [*forward, *lines, last], (24, 72, 26, 26, 26), amounts=3, bold=1)
    return paper


def _who(patient: Patient) -> list[tuple[str, str]]:
    return [(_("Patient"), str(patient)), (_("Born"), day(patient.birth_date)), (_("Address"), patient.address)]
