"""What a cashier reads when a bill is no longer as the page showed it, or does not allow what was asked."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from clinic.billing.models import Bill
from clinic.errors import ClinicError
from clinic.money import written
from clinic.screens.conflicts import RowChangedError, moment


class BillRefusalError(ClinicError):
    """This bill does not allow that as it stands now; look at it again."""


class AlreadyPaidError(BillRefusalError):
    """This bill is paid already; nothing was taken twice."""


class OverpaymentError(BillRefusalError):
    """That is more than is left to pay; take no more than the balance."""


class VoidBillError(BillRefusalError):
    """This bill is void and takes no change."""


class MoneyOnBillError(BillRefusalError):
    """There is money on this bill; refund it first."""


class RefundTooLargeError(BillRefusalError):
    """No more can be refunded than was paid."""


def changed(bill: Bill) -> RowChangedError:
    """Say who changed the bill, when, and what is paid and left on it by now."""
    words = _("Changed by %(who)s at %(when)s: %(paid)s is paid by now, %(left)s is left to pay.")
    return RowChangedError(bill, words % _state(bill))


def already_paid(bill: Bill) -> AlreadyPaidError:
    """Say who took the last money on the bill, how much and when."""
    last = bill.payments.filter(amount__gt=0).order_by("-changed_at", "-id").first()
    if last is None:
        return AlreadyPaidError(_("Nothing is owed on bill %s. Nothing was taken.") % bill)
    words = _("Bill %(bill)s is paid already: %(who)s took %(amount)s (%(how)s) at %(when)s. Nothing was taken twice.")
    said = {"who": last.changed_by, "amount": written(last.amount), "how": last.get_method_display()}
    return AlreadyPaidError(words % {"bill": bill, **said, "when": moment(last.changed_at)})


def too_much(bill: Bill, amount: Decimal) -> OverpaymentError:
    """Say how much is left to pay."""
    words = _("%(amount)s is more than is owed: %(left)s is left to pay on bill %(bill)s.")
    return OverpaymentError(words % {**_state(bill), "amount": written(amount)})


def is_void(bill: Bill) -> VoidBillError:
    """Say who voided the bill, when and why."""
    words = _("Bill %(bill)s is void: %(who)s voided it at %(when)s (%(why)s). Nothing was changed.")
    return VoidBillError(words % {**_state(bill), "why": bill.void_reason or _("no reason given")})


def has_money(bill: Bill) -> MoneyOnBillError:
    """Say that the money must be refunded before the bill is voided."""
    return MoneyOnBillError(
        _("%(paid)s is paid on bill %(bill)s, so it cannot be voided. Refund it first.") % _state(bill)
    )


def too_cheap(bill: Bill, total: Decimal) -> MoneyOnBillError:
    """Say that the bill cannot fall below what was paid."""
    words = _("%(paid)s is paid on bill %(bill)s, so its total cannot be %(total)s. Refund the difference first.")
    return MoneyOnBillError(words % {**_state(bill), "total": written(total)})


def refund_too_large(bill: Bill) -> RefundTooLargeError:
    """Say how much can be refunded."""
    words = _("No more than %(paid)s can be refunded: that is what is paid on bill %(bill)s by now.")
    return RefundTooLargeError(words % _state(bill))


def _state(bill: Bill) -> dict[str, object]:
    return {
        "bill": bill,
        "who": bill.changed_by,
        "when": moment(bill.changed_at),
        "paid": written(bill.amount_paid),
        "left": written(bill.balance),
    }
