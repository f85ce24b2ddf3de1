"""Staff accounts as the manager keeps them: a name, a password, and the groups that say what one may do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.models import Group, User
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.errors import ClinicError
from clinic.screens.colleagues import THEIRS, WHOSE
from clinic.screens.forms import StaffForm
from clinic.staff.models import TemporaryPassword
from clinic.staff.passwords import words_of_rules
from clinic.staff.roles import ROLES

MANAGERS = "manager"
SETS_PASSWORD = "sets_password"  # noqa: S105
COLUMNS = ("username", "first_name", "last_name", "email", "is_active")


class OwnAccountError(ClinicError):
    """Nobody can switch off their own account or take the manager's role from it; ask another manager."""


class AccountForm(StaffForm[User]):
    """An account. The password is set when one is typed; a new account needs one."""

    together = (("new_password", "password"),)
    manager: User | None = None
    """Who edits it."""

    groups = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Groups"),
        queryset=Group.objects.filter(name__in=ROLES).order_by("name"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    new_password = forms.CharField(
        label=gettext_lazy("New password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    field_order = ["username", "first_name", "last_name", "email", "new_password", "is_active", "groups"]

    class Meta:
        model = User
        fields = [*COLUMNS, "groups"]
        help_texts = {
            "is_active": gettext_lazy("Switch an account off instead of deleting it."),
            "username": gettext_lazy("Letters, digits and @ . + - _"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and SETS_PASSWORD in self.data:
            self._ask_for_password()
        password = self.fields["new_password"]
        password.required = self.instance.pk is None
        password.help_text = (
            words_of_rules()
            if self.instance.pk is None
            else _(
                "Left empty: the password stays. A new one signs the person out everywhere, and is theirs to change."
            )
        )

    def clean_new_password(self) -> str:
        """Refuse a password that is easily guessed."""
        password: str = self.cleaned_data["new_password"]
        if password:
            password_validation.validate_password(password, self.instance)
        return password

    def save_as(self, manager: User) -> User:
        """Save the account with its groups and password. Raises `OwnAccountError` and what `save` raises."""
        self.manager = manager
        return self.save()

    def save(self, commit: bool = True) -> User:
        """Write only what the form shows; a sign-in meanwhile stays noted."""
        account: User = super().save(commit=False)
        if account == self.manager and not self._keeps_its_manager():
            raise OwnAccountError(
                _("You cannot switch off your own account or take the manager's role from it; ask another manager.")
            )
        if password := self.cleaned_data["new_password"]:
            account.set_password(password)
        account.save(update_fields=[*COLUMNS, "password"] if self.is_edit else None)
        self.save_m2m()
        if password and account != self.manager:
            TemporaryPassword.objects.update_or_create(user=account, defaults={"set_at": Now()})
        return account

    def full_clean(self) -> None:
        """Ask for a new password once more when nothing was saved, for no page repeats it."""
        super().full_clean()
        if self.is_bound and self.is_edit:
            self._insist_on_password()

    def add_error(self, field: str | None, error: Any) -> None:
        """Note a refusal; a password that was typed is to be typed again."""
        super().add_error(field, error)
        if self.is_edit and field != "new_password":
            self._insist_on_password()

    def _insist_on_password(self) -> None:
        """Keep asking for a password that was typed until it is set, or its box is unticked."""
        is_typed = bool(self.data.get("new_password"))
        if self.data.get(WHOSE + "new_password") == THEIRS:
            self.fields.pop(SETS_PASSWORD, None)
        elif is_typed and (self.conflict or self.errors):
            self._ask_for_password()
            self.data = self.data.copy()
            self.data[SETS_PASSWORD] = "on"
            self._refuse_password(_("Type the new password again."))
        elif not is_typed and SETS_PASSWORD in self.fields:
            self._refuse_password(_("Type the new password again, or untick that one is set."))

    def _refuse_password(self, words: str) -> None:
        if "new_password" not in self.errors:
            super().add_error("new_password", words)

    def _ask_for_password(self) -> None:
        self.fields[SETS_PASSWORD] = forms.BooleanField(label=_("Set a new password"), required=False)
        self.order_fields([*self.field_order, SETS_PASSWORD])

    def _names(self) -> list[str]:
        return [name for name in super()._names() if name != SETS_PASSWORD]

    def words_of_stored(self, name: str) -> str:
        """Tell that there is another password, and nothing of it."""
        return _("changed") if name == "password" else super().words_of_stored(name)

    def _keeps_its_manager(self) -> bool:
        was_manager = self.instance.groups.filter(name=MANAGERS).exists()
        is_manager = any(group.name == MANAGERS for group in self.cleaned_data["groups"])
        return self.cleaned_data["is_active"] and (is_manager or not was_manager)
