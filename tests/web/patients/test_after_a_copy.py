"""A search of patients comes from its index right after a large COPY, before any statistics know of it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db import connection
from django.http import QueryDict

from clinic.patients.filters import PatientFilter
from clinic.patients.models import Patient
from tests.web.filling import but_former_references


def test_right_after_a_large_copy_a_search_comes_from_the_index(db: None) -> None:
    with connection.cursor() as cursor:
        with cursor.copy("copy patient (first_name, last_name, phone) from stdin") as copy:
            for n in range(9_000):
                copy.write_row((f"Petra {n % 90}", f"Müllerová {n // 90}", f"+420 601 {n:06}"))
        for text in ("Mullerova 17", "601 004 711"):
            found = PatientFilter(QueryDict(urlencode({"q": text})), queryset=Patient.objects.all()).qs
            plan = found.order_by("closeness", "last_name", "first_name", "id")[:50].explain()
            assert "Bitmap Index Scan on patient_search" in plan, f"{text}:\n{plan}"
            assert "Seq Scan on" not in but_former_references(plan), f"{text}:\n{plan}"
        cursor.execute("select gin_clean_pending_list('patient_search')")
        assert cursor.fetchone()[0] <= 32
