"""Tags that every staff screen's templates share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clinic.desk import conflicts, tokens
from clinic.desk.days import written_day
from clinic.desk.parts import Part
from clinic.money import written

register = template.Library()


@register.simple_tag
def form_token() -> SafeString:
    """Put a one-use token into a form; every form that changes something carries one."""
    return format_html('<input type="hidden" name="{}" value="{}">', tokens.FIELD, tokens.fresh())


@register.simple_tag(takes_context=True)
def turned(context: dict[str, Any], part: Part, number: int) -> str:
    """Give the address that shows another page of a part, and all else as it is."""
    query = context["request"].GET.copy()
    query[part.word] = str(number)
    return f"?{query.urlencode()}"


@register.filter
def version(row: Any) -> str:
    """Spell a row's version as `changed_at` in forms and `since` in addresses."""
    return conflicts.version(row)


@register.filter
def money(amount: Decimal) -> str:
    """Write an amount in the clinic's language and currency."""
    return written(amount)


@register.filter
def day(value: date, form: str = "j M") -> str:
    """Write a day, with its year unless it is this year."""
    return written_day(value, form)


@register.filter
def moment(at: Any) -> str:
    """Write a moment as the clinic's clock shows it; today's without the date."""
    return conflicts.moment(at)
