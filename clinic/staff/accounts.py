"""Staff accounts as the manager keeps them: a name, a password, and the groups that say what one may do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.models import Group, User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.desk.forms import DeskForm
from clinic.errors import ClinicError
from clinic.staff.roles import ROLES

MANAGERS = "manager"
COLUMNS = ("username", "first_name", "last_name", "email", "is_active")


class OwnAccountError(ClinicError):
    """Nobody can switch off their own account or take the manager's role from it; ask another manager."""


class AccountForm(DeskForm[User]):
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
        password = self.fields["new_password"]
        password.required = self.instance.pk is None
        password.help_text = (
            _("At least eight characters, not a common word.")
            if self.instance.pk is None
            else _("Left empty: the password stays. A new one signs the person out everywhere.")
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
        return account

    def full_clean(self) -> None:
        """Ask for a new password once more when there is to choose, for no page repeats it."""
        super().full_clean()
        if self.conflict and self.cleaned_data.get("new_password"):
            self.add_error("new_password", _("Type the new password again."))

    def words_of_stored(self, name: str) -> str:
        """Tell that there is another password, and nothing of it."""
        return _("changed") if name == "password" else super().words_of_stored(name)

    def _keeps_its_manager(self) -> bool:
        was_manager = self.instance.groups.filter(name=MANAGERS).exists()
        is_manager = any(group.name == MANAGERS for group in self.cleaned_data["groups"])
        return self.cleaned_data["is_active"] and (is_manager or not was_manager)
