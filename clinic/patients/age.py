"""How old a patient is, as a clinic says it: in days, weeks and months as long as these matter."""

from __future__ import annotations

from datetime import date

from django.utils.translation import ngettext

DAYS_UNTIL, WEEKS_UNTIL, MONTHS_UNTIL = 28, 3, 24
"""Days of the youngest; months of those who are told in weeks, and in months."""


def age_in_words(born: date, today: date) -> str:
    """Write an age; years stand without their name. Those born on 29 February have their birthday on 1 March."""
    days = (today - born).days
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if days < DAYS_UNTIL:
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if months < WEEKS_UNTIL:
        return ngettext("%(count)d week", "%(count)d weeks", days // 7) % {"count": days // 7}
    if months < MONTHS_UNTIL:
        return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
    return str(months // 12)
