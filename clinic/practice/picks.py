"""How practitioners and services are picked where they are too many for a list of all."""

from __future__ import annotations

from django.db.models import QuerySet, Value
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from clinic.practice.models import Practitioner, Service
from clinic.screens import search
from clinic.screens.pick import Picks


class PractitionerPicks(Picks[Practitioner]):
    """Practitioners who are active, by name."""

    model = Practitioner
    address = "practitioner-find"
    noun = _("practitioner")
    placeholder = _("Name or specialty")

    def rows(self) -> QuerySet[Practitioner]:
        """Leave out who is switched off."""
        return Practitioner.objects.filter(is_active=True).order_by("full_name", "id")

    def found(self, rows: QuerySet[Practitioner], text: str) -> QuerySet[Practitioner]:
        """Find every word in the name or the specialty."""
        return rows.alias(search_text=search.Thing("full_name", "specialty")).filter(search.meant(text))

    def facts(self, row: Practitioner) -> str:
        """Tell the specialty."""
        return row.specialty

    def unfit(self, row: Practitioner) -> str:
        """Only who is switched off cannot be chosen."""
        return now_("%s is switched off in the set-up. Choose somebody else.") % row


class AnyPractitioner(PractitionerPicks):
    """All practitioners, for what lies in the past."""

    query = "?all=1"

    def rows(self) -> QuerySet[Practitioner]:
        """Offer also who is switched off."""
        return Practitioner.objects.order_by("full_name", "id")


class ServicePicks(Picks[Service]):
    """Services that are offered, by name."""

    model = Service
    address = "service-find"
    noun = _("service")
    placeholder = _("Name")

    def rows(self) -> QuerySet[Service]:
        """Leave out what is switched off."""
        return Service.objects.filter(is_active=True).order_by("name", "id")

    def found(self, rows: QuerySet[Service], text: str) -> QuerySet[Service]:
        """Find every word in the name."""
        return rows.alias(search_text=search.Thing("name", Value(""))).filter(search.meant(text))

    def facts(self, row: Service) -> str:
        """Tell how long it lasts."""
        return now_("%d min") % row.duration_minutes

    def unfit(self, row: Service) -> str:
        """Only what is switched off cannot be chosen."""
        return now_("%s is switched off in the set-up. Choose another service.") % row


PRACTITIONERS, ANY_PRACTITIONER, SERVICES = PractitionerPicks(), AnyPractitioner(), ServicePicks()
