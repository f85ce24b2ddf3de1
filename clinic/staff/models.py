"""Who signed in and out, who tried to, and whose password is not their own yet."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

NAME_LENGTH = 150
DEVICE_LENGTH = 200


class SignInKind(models.TextChoices):
    """What happened."""

    SIGNED_IN = "signed_in", _("signed in")
    FAILED = "failed", _("wrong password or user name")
    REFUSED = "refused", _("refused: too many attempts")
    SIGNED_OUT = "signed_out", _("signed out")
    PASSWORD_CHANGED = "password_changed", _("changed the password")
    PASSWORD_SET = "password_set", _("got a password from a manager")


class SignInEvent(models.Model):
    """One line of the log of sign-ins. It has no reference to an account, so that it outlives it."""

    listed_at = "sign-ins"

    at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    kind = models.TextField(_("what"), choices=SignInKind)
    username = models.TextField(_("user name"))
    """As it was typed, at most `NAME_LENGTH` characters."""
    address = models.GenericIPAddressField(_("address"), null=True)
    """Null where it cannot be known."""
    device = models.TextField(_("device"), db_default="")
    """What the browser calls itself, at most `DEVICE_LENGTH` characters."""

    class Meta:
        db_table = "sign_in_event"
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["-at", "-id"], name="sign_in_event_by_time"),
            models.Index(fields=["username", "-at"], name="sign_in_event_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.username}: {self.kind}"


class TemporaryPassword(models.Model):
    """An account whose password somebody else has set; it is changed at the next sign-in, before anything else."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, db_constraint=False
    )
    set_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "temporary_password"
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user_id)
