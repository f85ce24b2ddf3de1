"""Staff accounts as the manager keeps them: a name, a password, and the groups that say what one may do."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.models import Group, User
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.desk.conflicts import RowChangedError, RowGoneError
from clinic.desk.forms import DeskForm
from clinic.errors import ClinicError
from clinic.staff.roles import ROLES

MANAGERS = "manager"
COLUMNS = ("username", "first_name", "last_name", "email", "is_active")


class OwnAccountError(ClinicError):
    """Nobody can switch off their own account or take the manager's role from it; ask another manager."""


class AccountForm(DeskForm[User]):
    """An account. The password is set when one is typed; a new account needs one."""

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
        if self.instance.pk == manager.pk and not self._keeps_its_manager():
            raise OwnAccountError(
                _("You cannot switch off your own account or take the manager's role from it; ask another manager.")
            )
        if password := self.cleaned_data["new_password"]:
            self.instance.set_password(password)
        account: User = self.save()
        return account

    def save(self, commit: bool = True) -> User:
        """Write only what the form shows, unless somebody changed that since; a sign-in meanwhile stays noted."""
        if not self.is_edit:
            return cast(User, super().save(commit))
        account: User = super().save(commit=False)
        account.save(update_fields=[*COLUMNS, "password"])
        self.save_m2m()
        return account

    def meet(self, error: RowChangedError | RowGoneError) -> None:
        """Ask for a new password once more, which no page repeats."""
        super().meet(error)
        if isinstance(error, RowChangedError) and self.cleaned_data.get("new_password"):
            self.add_error("new_password", _("Type the new password again."))

    def version_of(self, row: User) -> str:
        """Digest what the form shows and may write; accounts bear no stamp."""
        groups = sorted(row.groups.values_list("pk", flat=True)) if row.pk else []
        shown = [getattr(row, name) for name in (*COLUMNS, "password")]
        return salted_hmac("clinic.staff.account", repr((shown, groups))).hexdigest()

    def _keeps_its_manager(self) -> bool:
        was_manager = self.instance.groups.filter(name=MANAGERS).exists()
        is_manager = any(group.name == MANAGERS for group in self.cleaned_data["groups"])
        return self.cleaned_data["is_active"] and (is_manager or not was_manager)
