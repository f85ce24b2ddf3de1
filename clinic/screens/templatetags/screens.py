"""Tags that every staff screen's templates share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BaseForm
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clinic.money import written
from clinic.screens import conflicts, tokens
from clinic.screens.days import written_day
from clinic.screens.parts import Part
from clinic.screens.sharing import is_for_many

register = template.Library()

REFRESH = "live-refresh"


@register.simple_tag(takes_context=True)
def form_token(context: dict[str, Any]) -> SafeString:
    """Put a one-use token into a form; every form that changes something carries one."""
    token = tokens.STAND_IN if is_for_many(context.get("request")) else tokens.fresh()
    return format_html('<input type="hidden" name="{}" value="{}">', tokens.FIELD, token)


@register.simple_tag
def hears(*topics: str | Iterable[str]) -> SafeString:
    """Mark an element that shows tables: by `data-live` it is told, with the event live-refresh, that they changed."""
    names = [topic for each in topics for topic in ([each] if isinstance(each, str) else each)]
    return format_html('data-live="{}"', " ".join(names))


@register.simple_tag
def live(*topics: str | Iterable[str], swap: str = "innerMorph", also: str = "") -> SafeString:
    """Have an element with `hx-get` fetched again when one of the tables it shows changed, or nobody knows.

    The one rule of all live parts of pages; `static/js/live-parts.js` is its other half. Without a topic the
    element is fetched only when nobody knows, and after each change that is made on the page itself.
    """
    trigger = f"{also}, {REFRESH}" if also else REFRESH
    return format_html(
        '{} hx-trigger="{}" hx-target="this" hx-swap="{}" hx-status:4xx="swap:none"', hears(*topics), trigger, swap
    )


@register.simple_tag(takes_context=True)
def turned(context: dict[str, Any], part: Part, number: int) -> str:
    """Return the address that shows another page of a part, and all else as it is."""
    query = context["request"].GET.copy()
    query[part.word] = str(number)
    return f"?{query.urlencode()}"


@register.filter
def errors_of_the_whole(form: BaseForm) -> list[str]:
    """List what is wrong with a form as a whole, and with what it carries hidden, which has no place of its own."""
    hidden = [error for field in form.hidden_fields() for error in field.errors]
    return [*form.non_field_errors(), *hidden]


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
