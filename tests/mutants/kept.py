"""What is stored, locked, listed and attributed."""

from __future__ import annotations

from tests.mutants.mutation import Mutation

MIDDLEWARE = "clinic/screens/middleware.py"
MERGE = "clinic/patients/merge.py"
ARCHIVE = "clinic/patients/archive.py"
BILLS = "clinic/billing/tables.py"
DELIVERY = "clinic/inventory/receive_delivery.py"
DASHBOARD = "clinic/dashboard/views.py"
FILES = "tests/web/screens/test_export.py"
BOTH_DELIVER = "tests/concurrency/inventory/test_collisions.py"

KEPT = (
    Mutation(
        "a merge hides who is in the lists",
        MERGE,
        "return kept and merged and kept",
        "return kept or merged",
        ("tests/web/patients/test_merge.py::test_who_comes_to_the_clinic_stays_in_the_lists",),
    ),
    Mutation(
        "archiving again moves its time",
        ARCHIVE,
        "filter(pk=patient_id, archived_at=None)",
        "filter(pk=patient_id)",
        ("tests/web/patients/test_patients.py::test_when_somebody_was_archived_is_kept_until_they_come_back",),
    ),
    Mutation(
        "void bills are owed in files",
        BILLS,
        '"balance": Plain(owed, "status", "balance"),',
        '"balance": stored("balance"),',
        (f"{FILES}::test_nothing_is_owed_on_a_void_bill_in_the_file_either",),
    ),
    Mutation(
        "deliveries lock as typed",
        DELIVERY,
        "sorted(lines, key=lambda line: line.item_id)",
        "lines",
        (f"{BOTH_DELIVER}::test_two_deliveries_typed_in_opposite_order_are_both_received",),
    ),
    Mutation(
        "money's chart comes first",
        DASHBOARD,
        "CHARTS = ((BOOKINGS, chart.BOOKINGS), (MONEY, chart.MONEY))",
        "CHARTS = ((MONEY, chart.MONEY), (BOOKINGS, chart.BOOKINGS))",
        ("tests/web/test_dashboard.py::test_what_waits_comes_first_and_money_last",),
    ),
    Mutation(
        "a change is nobody's",
        MIDDLEWARE,
        '"" if request.method in SAFE else request.user.get_username()',
        '""',
        ("tests/web/screens/test_middleware.py",),
    ),
    Mutation(
        "a refused change has the numbers read again",
        MIDDLEWARE,
        "response.status_code >= 400",
        "response.status_code >= 600",
        ("tests/web/screens/test_middleware.py",),
    ),
)
