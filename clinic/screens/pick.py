"""Pick one row of many: somebody types, the server searches, one of what it finds is chosen.

    patient = PickField(PATIENTS, label=_("patient"))

`Picks` says what can be chosen and how it is found, `PickField` is the form's field, the element `pick-one`
(static/js/pick-one.js) the control, and `offers` answers it. Without JavaScript the typed text is sent with the form,
which comes back with what it finds, to choose from.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms.utils import flatatt
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.screens.conflicts import gone
from clinic.screens.numbers import row_number
from clinic.screens.search import closeness, typed

Row = TypeVar("Row", bound=Model)
Words = str | Promise
SHOWN, LONGEST = 8, 100
"""Rows that one answer shows, and characters that a search reads."""
FEW = 50
"""So many rows are still chosen faster from a list of all than by typing."""


class Picks(Generic[Row]):
    """Rows that can be picked: which, how they are found, and what is told of them."""

    model: type[Row]
    address: str
    """The name of the view that answers with `offers`."""
    query = ""
    noun: Words
    placeholder: Words = ""

    def rows(self) -> QuerySet[Row]:
        """Return the rows that may be chosen, in the order in which they are offered."""
        raise NotImplementedError

    def found(self, rows: QuerySet[Row], text: str) -> QuerySet[Row]:
        """Find those that a text means; they have a `search_text`."""
        raise NotImplementedError

    def facts(self, row: Row) -> str:
        """Tell what sets a row apart from another of the same name."""
        return ""

    def details(self, row: Row) -> dict[str, str]:
        """Return what else a form fills in when the row is chosen."""
        return {}

    def unfit(self, row: Row) -> str:
        """Say why a row that exists cannot be chosen."""
        raise NotImplementedError

    def new(self, text: str) -> str:
        """Offer to go on with the text, for somebody or something that has no row yet; empty where that cannot be."""
        return ""

    def search(self, text: str) -> QuerySet[Row]:
        """Find among the rows that may be chosen, those first that the text means most closely; no text finds all."""
        rows = self.rows()
        return self.found(rows, text).order_by(closeness(text), *rows.query.order_by) if text else rows

    def row(self, number: Any) -> Row | None:
        """Return the row of a number, also one that could not be chosen now."""
        return self.model._default_manager.filter(pk=row_number(str(number))).first()

    def src(self) -> str:
        """Return the address that answers with what a text finds."""
        return reverse(self.address) + self.query

    def said(self, text: str, count: int) -> str:
        """Say what was found."""
        if count > SHOWN:
            return _("The first %d; more match. Type more to narrow them down.") % SHOWN
        if count:
            return ngettext("%d found.", "%d found.", count) % count
        return _("No %(noun)s matches “%(text)s”.") % {"noun": self.noun, "text": text}

    def refusal(self, value: str) -> str:
        """Say why a value is not taken: its row was deleted meanwhile, cannot be chosen, or there never was one."""
        number = row_number(value)
        if not number:
            return _("Choose one of those that are offered.")
        row = self.row(number)
        return self.unfit(row) if row else f"{gone(self.model, number)} {_('Choose another one.')}"


class Sought(str):
    """A text that was typed, in the place of the number of a row that was chosen."""

    __slots__ = ()


class PickWidget(forms.Widget):
    """A text field that searches, with the number of what was chosen beside it."""

    def __init__(self, picks: Picks[Any], attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.picks = picks

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the number that was chosen, or what was typed since."""
        chosen, text = data.get(name) or "", data.get(f"{name}-text")
        if text is None or (chosen and text == data.get(f"{name}-was", "")):
            return chosen
        return Sought(text) if (text := typed(text)[:LONGEST]) else ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Show what was chosen; to a text, what it finds."""
        row = self.picks.row(value) if value and not isinstance(value, Sought) else None
        text = value if isinstance(value, Sought) else row or ""
        sought = self.picks.search(text)[:SHOWN] if isinstance(text, Sought) else []
        attrs = self.build_attrs(self.attrs, attrs)
        context = {
            "picks": self.picks,
            "name": name,
            "row": row,
            "text": text,
            "facts": self.picks.facts(row) if row else "",
            "offers": _described(self.picks, sought),
            "is_fixed": attrs.get("disabled", False),
            "list_id": f"{attrs.get('id', name)}_list",
            "attrs": flatatt(attrs),
        }
        return render_to_string("screens/_pick.html", context)


class PickField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One row of many."""

    few: list[Any] | None = None
    """The rows, where they are so few that all are shown."""

    def __init__(self, picks: Picks[Any], **kwargs: Any) -> None:
        self.picks = picks
        super().__init__(picks.rows(), widget=PickWidget(picks), **kwargs)

    def offer(self, rows: QuerySet[Any], known: list[Any] | None = None) -> None:
        """Take these rows instead, all of them shown where they are few; `known` if they are read already."""
        found = list(rows[: FEW + 1]) if known is None else known
        if len(found) <= FEW:
            self.few = found
            self.widget = forms.Select(self.widget.attrs)
            self.widget.is_required = self.required
        self.queryset = rows

    @property
    def choices(self) -> Any:  # type: ignore[override]
        """Name the few; of many nobody asks for all."""
        return [("", self.empty_label), *((row.pk, str(row)) for row in self.few or [])]

    def to_python(self, value: Any) -> Any:
        """Return the row; raises a `ValidationError` that says what is wrong with it."""
        if isinstance(value, Sought):
            raise ValidationError(self._unchosen(value), code="sought")
        try:
            known = next((row for row in self.few or [] if str(row.pk) == str(value)), None)
            return known or super().to_python(value)
        except ValidationError:
            raise ValidationError(self.picks.refusal(str(value)), code="invalid_choice") from None

    def _unchosen(self, text: str) -> str:
        if not self.picks.search(text).exists():
            return self.picks.said(text, 0)
        return _("“%s” was typed, and none of those found was chosen. Choose one.") % text


def offer_current(form: Any, *names: str) -> None:
    """Offer in a row's form what can be chosen now, and what the row has already."""
    for name in names:
        if name in form.fields:
            field, current = form.fields[name], getattr(getattr(form, "instance", None), f"{name}_id", None)
            field.offer(
                field.queryset | field.picks.model._default_manager.filter(pk=current) if current else field.queryset
            )


def offers(request: HttpRequest, picks: Picks[Any]) -> HttpResponse:
    """Answer a `pick-one` with what the text typed so far finds."""
    text = typed(request.GET.get("q", ""))[:LONGEST]
    rows = list(picks.search(text)[: SHOWN + 1])
    context = {
        "said": picks.said(text, len(rows)),
        "offers": _described(picks, rows[:SHOWN]),
        "text": text,
        "new": picks.new(text) if text else "",
    }
    return render(request, "screens/_offers.html", context)


def _described(picks: Picks[Row], rows: Any) -> list[dict[str, Any]]:
    return [{"row": row, "facts": picks.facts(row), "details": picks.details(row)} for row in rows]
