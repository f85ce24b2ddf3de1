"""The form that staff edit a stamped row with, and what every form shares whose row a colleague may change."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.validators import MaxLengthValidator
from django.db.models import BaseConstraint, CheckConstraint, Model, Q
from django.db.models.expressions import DatabaseDefault, Expression
from django.db.models.fields import NOT_PROVIDED
from django.http import QueryDict

from clinic.desk.conflicts import Difference, RowChangedError, RowGoneError, differences, lock_unchanged, version
from clinic.errors import ClinicError

Row = TypeVar("Row", bound=Model)
SEEN = "changed_at"
LONGEST_LINE, LONGEST_TEXT = 200, 10_000
"""Characters; the columns are unlimited, but indexes and people are not."""


if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Row]
else:
    ModelForm = forms.ModelForm


class MeetsColleagues:
    """A form that tells what a colleague did to its row meanwhile; what was typed stays."""

    conflict: ClinicError | None = None
    is_gone = False
    differences: list[Difference] = []

    def meet(self, error: RowChangedError | RowGoneError) -> None:
        """Keep what happened, which the page tells above the fields."""
        self.conflict = error
        self.is_gone = isinstance(error, RowGoneError)


class DeskForm(MeetsColleagues, ModelForm, Generic[Row]):  # type: ignore[type-arg]
    """A form that carries the version of the row it was rendered with, and never saves over a newer one.

    `save()` needs a transaction (`clinic.desk.submit` makes one) and may raise `RowChangedError`; the form
    then shows `conflict` and `differences`, and may be sent again on top of the newer row.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_edit = self.instance.pk is not None
        self._limit_texts()
        if self.is_edit:
            seen = forms.CharField(required=False, widget=forms.HiddenInput, initial=self.version_of(self.instance))
            self.fields[SEEN] = seen
        else:
            self._show_defaults()

    def save(self, commit: bool = True) -> Any:
        """Save, unless somebody changed the row since the form was rendered."""
        if self.is_edit:
            lock_unchanged(type(self.instance), self.instance.pk, self.cleaned_data[SEEN], self.version_of)
        return super().save(commit)

    def version_of(self, row: Row) -> str:
        """Spell a row's version; a form of rows that bear no stamp makes one of what it shows."""
        return version(row)

    def _update_errors(self, errors: forms.ValidationError) -> None:
        """Take the model's errors; what a constraint says about a single field is told beside that field."""
        told = errors.error_dict.pop(NON_FIELD_ERRORS, [])
        for name, error in self._refusals_of_single_fields() if told else ():
            told = [other for other in told if other.messages != error.messages]
            errors.error_dict.setdefault(name, []).append(error)
        errors.error_dict |= {NON_FIELD_ERRORS: told} if told else {}
        super()._update_errors(errors)  # type: ignore[misc]

    def _refusals_of_single_fields(self) -> Iterator[tuple[str, forms.ValidationError]]:
        excluded = self._get_validation_exclusions()  # type: ignore[attr-defined]
        for model, constraints in self.instance.get_constraints():
            for constraint in constraints:
                columns = _columns(constraint)
                if len(columns) == 1 and columns <= self.fields.keys():
                    try:
                        constraint.validate(model, self.instance, exclude=excluded)
                    except forms.ValidationError as error:
                        yield columns.pop(), error

    def _limit_texts(self) -> None:
        # What a script wrote may be longer; it may stay, so that the other fields can be edited.
        for name, field in self.fields.items():
            if type(field) is forms.CharField and field.max_length is None and not field.widget.is_hidden:
                longest = LONGEST_TEXT if isinstance(field.widget, forms.Textarea) else LONGEST_LINE
                field.max_length = max(longest, len(str(getattr(self.instance, name, ""))))
                field.validators.append(MaxLengthValidator(field.max_length))
                field.widget.attrs["maxlength"] = field.max_length

    def _show_defaults(self) -> None:
        # The database fills in what a new row leaves out: plain defaults are shown, computed ones left empty.
        for name in self.fields.keys() & {field.name for field in self._meta.model._meta.get_fields()}:
            default = getattr(self._meta.model._meta.get_field(name), "db_default", NOT_PROVIDED)
            if default is not NOT_PROVIDED and isinstance(self.initial.get(name), (DatabaseDefault, NoneType)):
                self.initial[name] = "" if isinstance(default, Expression) else default

    def meet(self, error: RowChangedError | RowGoneError) -> None:
        """Show what the other person did and keep what was typed; over a changed row the next submit is saved."""
        super().meet(error)
        if isinstance(error, RowChangedError):
            self.differences = differences(self, error.row)
            self.data = QueryDict.copy(self.data)  # type: ignore[arg-type]
            self.data[self.add_prefix(SEEN)] = self.version_of(error.row)


def _columns(rule: BaseConstraint | Q) -> set[str]:
    """Collect the columns that a check is about; none for other kinds of constraints."""
    if isinstance(rule, CheckConstraint):
        return _columns(rule.condition) if isinstance(rule.condition, Q) else set()
    columns: set[str] = set()
    for child in rule.children if isinstance(rule, Q) else ():
        columns |= {str(child[0]).partition("__")[0]} if isinstance(child, tuple) else _columns(cast(Q, child))
    return columns
