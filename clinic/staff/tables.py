"""The log of sign-ins as a table."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, DateTimeColumn, Table  # type: ignore[import-untyped]

from clinic.screens.conflicts import moment
from clinic.screens.export import Plain, in_words
from clinic.staff.models import SignInEvent, SignInKind


class SignInTable(Table):  # type: ignore[misc]
    """Newest first."""

    topics = ()
    noun = _("lines")
    plain = {"kind": Plain(in_words(SignInKind), "kind")}

    at = DateTimeColumn(verbose_name=_("When"), order_by=("at", "id"))
    kind = Column(_("What"), orderable=False)
    username = Column(_("User name"), orderable=False)
    address = Column(_("Address"), orderable=False)
    device = Column(_("Device"), orderable=False)

    class Meta:
        model = SignInEvent
        fields = ("at", "kind", "username", "address", "device")
        order_by = "-at"
        default = ""
        empty_text = _("Nothing matches.")

    def render_at(self, value: datetime) -> str:
        """Show the clinic's clock."""
        return moment(value)
