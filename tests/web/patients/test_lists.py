"""The lists of patients and records: search, filters, sorting, paging, and their price."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic.patients.models import Patient
from clinic.practice.models import Practitioner
from clinic.records.models import MedicalRecord
from clinic.stats import snapshot
from clinic.stats.catalogue import BY_KEY
from tests.web.patients.conftest import ClientOf

SESSION_USER_AND_RIGHTS = 3


def names(client: Client, address: str) -> list[str]:
    """The first cell's text of each row of a list."""
    html = client.get(address).content.decode()
    return re.findall(r'<tr id="row-\d+">\s*<td[^>]*><a [^>]*>([^<]*)</a>', html)


@pytest.mark.parametrize(
    "text",
    ["ada", "lovel", "ace ada", "LOVELACE", "ada@ex", "20 7946", "2079460958", "(020) 7946 0958"[5:], "SYN-1815", "lo"],
)
def test_a_patient_is_found_by(client_of: ClientOf, ada: Patient, text: str) -> None:
    Patient.objects.create(first_name="Grace", last_name="Hopper", phone="555 0100")
    assert names(client_of("reception"), f"/patients/?q={text}") == ["Lovelace, Ada"]


@pytest.mark.parametrize("text", ["ada hopper", "SYN", "%", "_", "ad%ce", "a_a"])
def test_a_patient_is_not_found_by(client_of: ClientOf, ada: Patient, text: str) -> None:
    assert names(client_of("reception"), f"/patients/?q={text}".replace("%", "%25")) == []


def test_nothing_found_says_what_to_do(client_of: ClientOf, ada: Patient) -> None:
    assert "No patient matches." in client_of("reception").get("/patients/?q=nobody").content.decode()


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name", ["A", "B", "C"]),
        ("-name", ["C", "B", "A"]),
        ("birth_date", ["B", "C", "A"]),
        ("nonsense", ["A", "B", "C"]),
    ],
)
def test_the_list_is_sorted_by(client_of: ClientOf, sort: str, order: str) -> None:
    for name, born in [("C", "1950-01-01"), ("A", "1990-01-01"), ("B", "1940-01-01")]:
        Patient.objects.create(first_name=name, birth_date=born)
    assert names(client_of("reception"), f"/patients/?sort={sort}") == list(order)


def test_patients_are_filtered_by_the_day_of_registration(client_of: ClientOf) -> None:
    for day in ("2020-01-01", "2020-06-01", "2021-01-01"):
        Patient.objects.create(first_name=day, registered_on=day)
    client = client_of("reception")
    assert names(client, "/patients/?registered_from=2020-02-01&registered_to=2020-12-31") == ["2020-06-01"]


def test_a_filter_that_makes_no_sense_is_said_beside_its_field(client_of: ClientOf, ada: Patient) -> None:
    answer = client_of("reception").get("/patients/?registered_from=soon")
    assert answer.status_code == 200
    assert "Enter a valid date." in answer.content.decode()


@pytest.mark.parametrize(("page", "count"), [("1", 50), ("2", 50), ("3", 20), ("99", 20), ("x", 50), ("0", 20)])
def test_the_list_is_paged(client_of: ClientOf, page: str, count: int) -> None:
    Patient.objects.bulk_create(Patient(first_name=f"P{n:03}") for n in range(120))
    assert len(names(client_of("reception"), f"/patients/?page={page}")) == count


def test_htmx_gets_the_table_alone_and_caches_are_told(client_of: ClientOf, ada: Patient) -> None:
    client = client_of("reception")
    answer = client.get("/patients/", headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert answer.content.decode().strip() in client.get("/patients/").content.decode()
    assert "HX-Request" in answer["Vary"]


@pytest.mark.parametrize(
    "address", ["/patients/", "/patients/?q=ada&sort=-registered_on", "/records/", "/records/?q=ada"]
)
def test_a_list_costs_at_most_three_queries(client_of: ClientOf, ada: Patient, address: str) -> None:
    MedicalRecord.objects.bulk_create(MedicalRecord(patient=ada) for _n in range(60))
    client = client_of("manager")
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) - SESSION_USER_AND_RIGHTS <= 3, [query["sql"] for query in queries]


@pytest.mark.parametrize("key", ["patients_total", "medical_records_total"])
def test_a_tile_is_the_number_of_rows_of_its_list(client_of: ClientOf, ada: Patient, key: str) -> None:
    gone = Patient.objects.create(first_name="Gone", archived_at="2020-01-01T00:00Z")
    MedicalRecord.objects.create(patient=ada)
    MedicalRecord.objects.create(patient=gone)
    client = client_of("manager")
    tile = int(snapshot.read().values[key])
    html = client.get(BY_KEY[key].list_url).content.decode()
    assert f'data-total="{tile}"' in html
    assert len(re.findall(r'<tr id="row-', html)) == tile
    assert f'href="{BY_KEY[key].list_url}"' in client.get("/").content.decode()


def test_records_are_filtered(client_of: ClientOf, ada: Patient) -> None:
    doctor = Practitioner.objects.create(full_name="Dr. Snow")
    other = Patient.objects.create(first_name="Grace")
    MedicalRecord.objects.create(patient=ada, visit_on="2020-01-01", follow_up_on="2020-02-01", practitioner=doctor)
    MedicalRecord.objects.create(patient=other, visit_on="2021-01-01", follow_up_on="2999-01-01")
    client = client_of("clinician")
    assert names(client, "/records/") == ["1 Jan 2021", "1 Jan 2020"]
    assert names(client, "/records/?q=lovelace") == ["1 Jan 2020"]
    assert names(client, f"/records/?practitioner={doctor.pk}") == ["1 Jan 2020"]
    assert names(client, "/records/?follow_up=due") == ["1 Jan 2020"]
    assert names(client, "/records/?follow_up=planned") == ["1 Jan 2021"]
    assert names(client, "/records/?visit_from=2020-06-01") == ["1 Jan 2021"]
    assert names(client, "/records/?visit_to=2020-06-01") == ["1 Jan 2020"]
