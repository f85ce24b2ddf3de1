"""Fields for amounts, typed as the clinic's language writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clinic.money import CENT, as_input, read


class AmountField(forms.DecimalField):
    """An amount of ten digits and two decimals at most; a third decimal is refused, not rounded."""

    widget = forms.TextInput

    def __init__(self, *, min_value: Decimal = CENT, **options: Any) -> None:
        super().__init__(min_value=min_value, max_digits=12, decimal_places=2, **options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Ask a phone for its keyboard of digits."""
        return {"inputmode": "decimal", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        """Write an amount as it is typed; what was typed stays as it is."""
        return as_input(value) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        """Read the amount."""
        if value in self.empty_values:
            return None
        try:
            return read(str(value))
        except ValueError as error:
            words = _("Write an amount like %(example)s.") % {"example": as_input(Decimal("1250.5"))}
            raise ValidationError(words, code="invalid") from error


class FeeField(AmountField):
    """A part of a bill, which may be nothing."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=Decimal(0), required=False, **options)

    def to_python(self, value: Any) -> Any:
        """Take an empty field as nothing to pay."""
        return super().to_python(value) or Decimal(0)
