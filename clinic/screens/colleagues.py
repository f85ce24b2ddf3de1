"""Forms whose row a colleague may change: what both did is merged, and only what collides is asked about.

A form carries the row as it was rendered (`BASE`). That needs no signature: who may send the form may write all its
fields anyway. Sent, it is merged onto the row as it is then, and once more onto the row that `save` has locked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from clinic.errors import ClinicError
from clinic.screens.conflicts import (
    NOTHING,
    Difference,
    RowChangedError,
    RowGoneError,
    in_words,
    label_of,
    locked,
    shown,
    version,
    words_of_change,
)
from clinic.screens.merging import Question, Sent, Unit, as_rendered, as_sent, is_same, is_spelled, merge, units_of

SEEN, BASE = "changed_at", "as_shown"
ASKED, WHOSE = "asked", "whose_"
"""Names the questions that a page asks, and begins the name of each answer."""
THEIRS, YOURS = "theirs", "yours"


class Hidden(forms.CharField):
    """What a form carries for itself."""

    def __init__(self, initial: str | Callable[[], str]) -> None:
        super().__init__(required=False, widget=forms.HiddenInput, initial=initial)


class MergesEdits:
    """A form that tells what a colleague did to its row meanwhile; what was typed stays."""

    conflict: ClinicError | None = None
    is_gone = False
    differences: list[Difference] = []

    def show_conflict(self, error: RowChangedError | RowGoneError) -> None:
        """Keep what happened, which the page tells above the fields."""
        self.conflict = error
        self.is_gone = isinstance(error, RowGoneError)

    def _clean_fields(self) -> None:
        """Refuse 1_0, which Python reads as 10."""
        super()._clean_fields()  # type: ignore[misc]
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            if isinstance(field, forms.IntegerField) and "_" in str(self[name].data):  # type: ignore[index]
                self.add_error(name, field.error_messages["invalid"])  # type: ignore[attr-defined]


if TYPE_CHECKING:
    Base = forms.ModelForm[Any]
else:
    Base = object


class MergesChanges(MergesEdits, Base):
    """The part of a `StaffForm` that merges; `together` names columns that mean something only with one another.

    A column of `together` that the form does not show is watched: its change by a colleague makes a question of what
    was typed into the others, where it `matters`.
    """

    together: ClassVar[tuple[Unit, ...]] = ()
    questions: list[Question] = []
    kept = told = ""
    """What a colleague changed that stands beside what was typed, in words, and with whose and when it is."""
    is_edit: bool
    data: Any
    _errors: Any
    _theirs: dict[str, Sent] | None = None
    _stored: dict[str, tuple[str, Any]] = {}
    _untouched: dict[str, Any] = {}

    def carry_the_row(self) -> None:
        """Add the hidden fields that tell which row, and which version of it, was rendered."""
        if hasattr(self.instance, SEEN):
            self.fields[SEEN] = Hidden(initial=version(self.instance))
        self.fields[BASE] = Hidden(initial=lambda: json.dumps(self.rendered()))

    def rendered(self) -> dict[str, Sent]:
        """Spell the row: its fields as browsers send them, and a digest of each column that is watched."""
        values = {name: self.get_initial_for_field(self.fields[name], name) for name in self._names()}
        watched = {name: getattr(self.instance, name) for name in self._watched()}
        return {name: as_rendered(self.fields[name], value) for name, value in values.items()} | {
            name: salted_hmac(f"clinic.screens.{name}", str(value)).hexdigest()[:16] for name, value in watched.items()
        }

    def full_clean(self) -> None:
        """Merge, then check what came of it."""
        if self.is_bound and self.is_edit:
            if self._theirs is None:
                self._look_at(self)
            self._merge()
        super().full_clean()
        if self.questions or (self.told and self._errors):
            self.conflict = self.conflict or self.refusal(self.instance)

    def is_valid(self) -> bool:
        """Tell whether everything fits and nothing is left to choose."""
        return super().is_valid() and not self.questions

    def save(self, commit: bool = True) -> Any:
        """Lock the row, merge onto it, and save. Raises `RowGoneError`, or `RowChangedError` if there is to choose."""
        if self.is_edit:
            self.instance = locked(type(self.instance), self.instance.pk)
            now = type(self)(instance=self.instance)
            self.initial = now.initial
            self._look_at(now)
            self.full_clean()
            if not self.is_valid():
                raise self.conflict or self.refusal(self.instance)
        return super().save(commit)

    def refusal(self, row: Any) -> ClinicError:
        """Say above the questions who changed the row."""
        return RowChangedError(row)

    def matters(self, watched: str, touched: Collection[str]) -> bool:
        """Tell whether the change of a watched column makes a question of what was typed into these others."""
        return True

    def is_touched(self, name: str) -> bool:
        """Tell whether a field takes another value than the stored one; a new row has none."""
        return name in self.fields and self._stored.get(name, (name,))[0] not in self._untouched

    def words_of_stored(self, name: str) -> str:
        """Write what is stored in a column that the form does not show."""
        return shown(self.instance, name)

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        for name, value in self._untouched.items() if self.is_bound and self.is_edit else ():
            setattr(self.instance, name, value)  # exactly as stored, also where no input can show it

    def _names(self) -> list[str]:
        return [name for name, field in self.fields.items() if name not in (SEEN, BASE) and not field.disabled]

    def _watched(self) -> list[str]:
        return [name for unit in self.together for name in unit if name not in self.fields]

    def _look_at(self, now: MergesChanges) -> None:
        """Remember the row as another form, made of it just now, shows it."""
        self._theirs = now.rendered()
        columns = (column for column in self.instance._meta.concrete_fields if column.name in self._names())
        self._stored = {column.name: (column.attname, getattr(now.instance, column.attname)) for column in columns}

    def _merge(self) -> None:
        theirs, base = self._theirs or {}, self._base()
        self.data = self.data.copy()
        units = [tuple(name for name in unit if name in theirs) for unit in units_of(self._names(), self.together)]
        unanswered = [unit for unit in units if not self._is_answered(unit, base)]
        yours = {name: as_sent(self[name]) for name in self._names()}
        merged = merge(base, theirs, yours, units, self._is_same, self.matters)
        for name in merged.taken:
            if name in yours:
                self._put(name, theirs[name])
        self._put(BASE, json.dumps(theirs))
        if SEEN in self.fields:
            self._put(SEEN, version(self.instance))
        self._untouched = dict(pair for name, pair in self._stored.items() if merged.values.get(name) == theirs[name])
        self.questions = [
            self._question(unit, yours, base, unit in unanswered)
            for unit in units
            if unit in merged.asked or unit in unanswered
        ]
        self._tell(merged.taken)

    def _base(self) -> dict[str, Sent]:
        """Read the row as it was rendered; a form that does not tell may still tell that the row is the same."""
        try:
            base = json.loads(self.data.get(self.add_prefix(BASE), ""))
        except (ValueError, RecursionError):
            base = None
        if isinstance(base, dict):
            return {name: value for name, value in base.items() if is_spelled(value)}
        seen = self.data.get(self.add_prefix(SEEN), "")
        return dict(self._theirs or {}) if seen and seen == version(self.instance) else {}

    def _is_answered(self, unit: Unit, base: dict[str, Sent]) -> bool:
        """Tell whether a question about the unit was answered, or never asked; put theirs in its place if wished."""
        fields = [name for name in unit if name in self.fields]
        answer = self.data.get(WHOSE + fields[0])
        if fields[0] not in self.data.getlist(ASKED) or answer == YOURS:
            return True
        if answer == THEIRS:
            for name in fields:
                self._put(name, base.get(name, ""))
        return all(self._is_same(name, as_sent(self[name]), base.get(name, "")) for name in fields)

    def _is_same(self, name: str, one: Sent, other: Sent) -> bool:
        return is_same(self.fields[name], one, other)

    def _put(self, name: str, value: Sent) -> None:
        for part in [part for part in self.data if part.startswith(f"{self.add_prefix(name)}-")]:
            del self.data[part]  # what else a control sends of what was typed
        if isinstance(value, list):
            self.data.setlist(self.add_prefix(name), value)
        else:
            self.data[self.add_prefix(name)] = value

    def _question(self, unit: Unit, yours: dict[str, Sent], base: dict[str, Sent], is_unanswered: bool) -> Question:
        theirs = self._theirs or {}
        fields = [name for name in unit if name in yours and not self._is_same(name, yours[name], theirs[name])]
        watched = [name for name in unit if name not in yours and theirs[name] != base.get(name)]
        stored = [(name, self._words(name, theirs[name])) for name in fields]
        stored += [(name, self.words_of_stored(name)) for name in watched]
        typed = [(name, self._words(name, yours[name])) for name in fields]
        label = ", ".join(self._label(name) for name in fields)
        key = next(name for name in unit if name in self.fields)
        changed = [name for name in fields if theirs[name] != base.get(name)]
        why = "" if changed or not watched else _("A colleague changed the %s meanwhile.") % self._label(watched[0])
        return Question(key, label, self._told(stored), self._told(typed, len(stored)), is_unanswered, why)

    def _told(self, pairs: list[tuple[str, str]], count: int = 0) -> str:
        """Write values, each with its column's name where there are several."""
        is_one = max(len(pairs), count) == 1
        return pairs[0][1] if is_one else "; ".join(f"{self._label(name)}: {words}" for name, words in pairs)

    def _words(self, name: str, sent: Sent) -> str:
        field = self.fields[name]
        if isinstance(field.widget, forms.PasswordInput):
            return str(_("the one you typed")) if sent else NOTHING
        try:
            value = field.clean(sent) if isinstance(sent, list) else field.to_python(sent)
        except ValidationError:
            value = sent
        choices = {} if isinstance(field, forms.ModelChoiceField) else dict(getattr(field, "choices", ()))
        return in_words(sent if isinstance(field, forms.DecimalField) else value, choices)

    def _label(self, name: str) -> str:
        return str(self.fields[name].label if name in self.fields else label_of(self.instance, name))

    def _tell(self, taken: Iterable[str]) -> None:
        if labels := ", ".join(dict.fromkeys(self._label(name) for name in taken)):
            self.kept = _("Kept beside yours: %s.") % labels
            self.told = f"{words_of_change(self.instance)} {self.kept}"
