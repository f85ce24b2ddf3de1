"""The permission table: what each group of staff may see and do. Everything else asks it."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission

SEE = ("view",)
WORK = ("view", "add", "change")
ALL = ("view", "add", "change", "delete")
KEEP = ("view", "add")

ROLES: dict[str, dict[str, tuple[str, ...]]] = {
    "manager": dict.fromkeys(
        (
            "patients.patient",
            "records.medicalrecord",
            "practice.practitioner",
            "practice.service",
            "bookings.booking",
            "billing.bill",
            "billing.payment",
            "inventory.item",
            "auth.user",
        ),
        ALL,
    )
    | {"inventory.stockmovement": SEE, "billing.bill": (*ALL, "void"), "billing.payment": (*ALL, "refund")}
    | {"billing.dayclose": KEEP, "staff.signinevent": SEE},
    "reception": {
        "patients.patient": WORK,
        "practice.practitioner": SEE,
        "practice.service": SEE,
        "bookings.booking": ALL,
    },
    "clinician": {
        "patients.patient": WORK,
        "records.medicalrecord": ALL,
        "practice.practitioner": SEE,
        "practice.service": SEE,
        "bookings.booking": WORK,
        "inventory.item": SEE,
    },
    "cashier": {
        "patients.patient": SEE,
        "bookings.booking": SEE,
        "practice.service": SEE,
        "billing.bill": (*WORK, "void"),
        "billing.payment": (*WORK, "refund"),
        "billing.dayclose": KEEP,
    },
    "store": {"inventory.item": ALL, "inventory.stockmovement": SEE},
}
"""Group → `app.model` → actions, in Django's words."""


def sync() -> None:
    """Give each group exactly the permissions of the table, creating what is missing."""
    everything = {(p.content_type.app_label, p.codename): p for p in Permission.objects.select_related("content_type")}
    for name, rights in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        wanted = {
            everything[app, f"{action}_{model}"]
            for app_model, actions in rights.items()
            for app, model in [app_model.split(".")]
            for action in actions
        }
        if set(group.permissions.all()) != wanted:
            group.permissions.set(wanted)
