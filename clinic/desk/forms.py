"""The form that staff edit a stamped row with."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django import forms
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault, Expression
from django.db.models.fields import NOT_PROVIDED
from django.http import QueryDict

from clinic.desk.conflicts import Difference, RowChangedError, RowGoneError, differences, lock_unchanged, version
from clinic.errors import ClinicError

Row = TypeVar("Row", bound=Model)
SEEN = "changed_at"


if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Row]
else:
    ModelForm = forms.ModelForm


class DeskForm(ModelForm, Generic[Row]):  # type: ignore[type-arg]
    """A form that carries the version of the row it was rendered with, and never saves over a newer one.

    `save()` needs a transaction (`clinic.desk.submit` makes one) and may raise `RowChangedError`; the form
    then shows `conflict` and `differences`, and may be sent again on top of the newer row.
    """

    conflict: ClinicError | None = None
    is_gone = False
    differences: list[Difference] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_edit = self.instance.pk is not None
        if self.is_edit:
            seen = forms.CharField(required=False, widget=forms.HiddenInput, initial=version(self.instance))
            self.fields[SEEN] = seen
        else:
            self._show_defaults()

    def save(self, commit: bool = True) -> Any:
        """Save, unless somebody changed the row since the form was rendered."""
        if self.is_edit:
            lock_unchanged(type(self.instance), self.instance.pk, self.cleaned_data[SEEN])
        return super().save(commit)

    def _show_defaults(self) -> None:
        # The database fills in what a new row leaves out: plain defaults are shown, computed ones left empty.
        for name in self.fields.keys() & {field.name for field in self._meta.model._meta.get_fields()}:
            default = getattr(self._meta.model._meta.get_field(name), "db_default", NOT_PROVIDED)
            if default is not NOT_PROVIDED and isinstance(self.initial.get(name), (DatabaseDefault, NoneType)):
                self.initial[name] = "" if isinstance(default, Expression) else default

    def meet(self, error: RowChangedError | RowGoneError) -> None:
        """Show what the other person did and keep what was typed; over a changed row the next submit is saved."""
        self.conflict = error
        if isinstance(error, RowGoneError):
            self.is_gone = True
            return
        self.differences = differences(self, error.row)
        self.data = QueryDict.copy(self.data)  # type: ignore[arg-type]
        self.data[self.add_prefix(SEEN)] = version(error.row)
