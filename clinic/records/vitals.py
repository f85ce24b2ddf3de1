"""The vital signs: their units and the ranges that a living patient can have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from clinic.records.models import MedicalRecord


@dataclass(frozen=True)
class Vital:
    """One measurement; `low` and `high` are those of the table's constraint, `step` is what instruments show."""

    name: str
    label: Any
    unit: Any
    low: str
    high: str
    step: str = "1"


VITALS = (
    Vital("temperature_celsius", _("temperature"), "°C", "20", "45", "0.1"),
    Vital("pulse_bpm", _("pulse"), _("beats/min"), "0", "350"),
    Vital("respiratory_rate", _("respiratory rate"), _("breaths/min"), "0", "120"),
    Vital("systolic_mmhg", _("systolic pressure"), "mmHg", "0", "350"),
    Vital("diastolic_mmhg", _("diastolic pressure"), "mmHg", "0", "250"),
    Vital("oxygen_saturation", _("oxygen saturation"), "%", "0", "100"),
    Vital("weight_kg", _("weight"), "kg", "0", "700", "0.01"),
    Vital("height_cm", _("height"), "cm", "10", "280", "0.1"),
)


def taken(record: MedicalRecord) -> Iterator[dict[str, Any]]:
    """Yield label, value and unit of what was measured."""
    for vital in VITALS:
        value = getattr(record, vital.name)
        if value is not None:
            yield {"label": vital.label, "value": value, "unit": vital.unit}
