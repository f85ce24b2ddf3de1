"""A patient who was merged does not come back with the next import, whatever the script knows of merges."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from clinic.patients.merge import merge
from clinic.patients.models import Patient
from clinic.screens.conflicts import version
from tests.concurrency.bookings.collision import collide
from tests.outside import synthea
from tests.outside.conftest import run_script

UPSERT = """
insert into patient (first_name, phone, external_ref) values ('Ada', '1', 'A'), ('Ada', '2', 'B')
    on conflict (external_ref) do update set first_name = excluded.first_name, phone = excluded.phone
"""
BOOKINGS = """
insert into booking (patient_id, date, external_ref)
select p.id, d.day, d.ref
  from (values ('A', date '2031-03-03', 'a1'), ('B', '2031-03-04', 'b1'), ('B', '2031-03-05', 'b2'))
       d (patient, day, ref)
  join {} on p.external_ref = d.patient
    on conflict (external_ref) do update set patient_id = excluded.patient_id, date = excluded.date
"""
BY_ID = BOOKINGS.replace("p.id", "(select id from patient where external_ref = d.patient)").replace(
    "join {} on p.external_ref = d.patient", ""
)
KNOWING = BOOKINGS.replace("join {} on p.external_ref = d.patient", "cross join lateral patient_by_ref(d.patient) p")
Connection = psycopg.Connection[Any]


@pytest.fixture(autouse=True)
def committed(sql: Connection, transactional_db: None) -> None:
    """Commit for real, on empty tables."""


def merged(kept: str, other: str) -> Patient:
    """Merge two patients by their references."""
    one, two = (Patient.objects.get(external_ref=ref) for ref in (kept, other))
    return merge(one.pk, two.pk, seen={row.pk: version(row) for row in (one, two)})


def patients(sql: Connection) -> list[Any]:
    return sql.execute("select external_ref, phone from patient order by id").fetchall()


def whose(sql: Connection) -> list[Any]:
    return sql.execute(
        "select b.external_ref, p.external_ref from booking b left join patient p on p.id = b.patient_id order by 1"
    ).fetchall()


def test_the_same_upsert_after_a_merge_leaves_it_as_it_is(sql: Connection) -> None:
    sql.execute(UPSERT)
    kept = merged("A", "B")
    sql.execute(UPSERT)
    assert patients(sql) == [("A", "1")]
    assert sql.execute("select patient_id from patient_reference where external_ref = 'B'").fetchall() == [(kept.pk,)]
    assert sql.execute("select value from stats.current where key = 'patients_total'").fetchone() == (1,)


NEWCOMER = "insert into patient (first_name, last_name, birth_date, external_ref) values (%s, %s, %s, 'B')"


def merged_ada(sql: Connection) -> None:
    """Merge Augusta Byron (B), whose birth date was typed wrong, into Ada Lovelace (A)."""
    sql.execute(
        "insert into patient (first_name, last_name, birth_date, external_ref)"
        " values ('Ada', 'Lovelace', '1815-12-10', 'A'), ('Augusta', 'Byron', '1815-10-12', 'B')"
    )
    merged("A", "B")


def test_a_former_reference_is_not_given_to_somebody_who_is_clearly_another(sql: Connection) -> None:
    merged_ada(sql)
    with pytest.raises(
        psycopg.errors.UniqueViolation, match="reference B belongs to patient 1 since a merge"
    ) as refused:
        sql.execute(NEWCOMER, ["Grace", "Hopper", "1906-12-09"])
    assert refused.value.diag.constraint_name == "patient_external_ref_is_not_a_merged_ones"
    assert "delete its row of patient_reference first" in str(refused.value.diag.message_hint)
    sql.execute("delete from patient_reference where external_ref = 'B'")
    sql.execute(NEWCOMER, ["Grace", "Hopper", "1906-12-09"])
    assert sql.execute("select last_name from patient order by id").fetchall() == [("Lovelace",), ("Hopper",)]


@pytest.mark.parametrize(
    ("first", "last", "born"),
    [
        ("Augusta", "Byron", "1815-10-12"),
        ("AUGUSTA", "Byron", "1815-10-12"),
        ("Ada", "Lovelace", "1815-10-12"),
        ("Ada", "King", "1815-12-10"),
        ("Grace", "Hopper", None),
        ("Grace", "", "1906-12-09"),
    ],
)
def test_who_may_be_the_one_that_was_merged_is_taken_for_that_one(
    sql: Connection, first: str, last: str, born: str | None
) -> None:
    merged_ada(sql)
    sql.execute(NEWCOMER, [first, last, born])
    assert sql.execute("select last_name from patient").fetchall() == [("Lovelace",)]


def test_an_id_that_is_looked_up_after_the_commit_is_null_as_the_guide_says(sql: Connection) -> None:
    sql.execute(UPSERT)
    sql.execute(BY_ID)
    merged("A", "B")
    sql.execute(UPSERT)
    sql.execute(BY_ID)
    assert whose(sql) == [("a1", "A"), ("b1", None), ("b2", None)]


def test_the_script_is_told_and_what_to_do(sql: Connection) -> None:
    sql.execute(UPSERT)
    kept = merged("A", "B")
    said: list[str] = []
    sql.add_notice_handler(lambda notice: said.append(f"{notice.message_primary} {notice.message_hint}"))
    sql.execute(UPSERT)
    (notice,) = said
    assert notice.startswith(f"references of patients that were merged: B of patient {kept.pk} ")
    assert "patient_by_ref(reference)" in notice


@pytest.mark.parametrize("script", [BOOKINGS.format("patient p"), BY_ID, KNOWING], ids=["join", "look up", "function"])
def test_an_import_in_one_transaction_goes_through_as_it_is_and_all_bookings_are_the_kept_ones(
    sql: Connection, script: str
) -> None:
    sql.execute(UPSERT)
    sql.execute(script)
    assert whose(sql) == [("a1", "A"), ("b1", "B"), ("b2", "B")]
    merged("A", "B")
    with sql.transaction():
        sql.execute(UPSERT)
        sql.execute(script)
    assert patients(sql) == [("A", "1")]
    assert whose(sql) == [("a1", "A"), ("b1", "A"), ("b2", "A")]


def test_an_import_of_a_transaction_for_each_table_goes_through_with_the_function(sql: Connection) -> None:
    sql.execute(UPSERT)
    sql.execute(KNOWING)
    merged("A", "B")
    sql.execute("delete from booking where external_ref = 'b2'")
    sql.execute(UPSERT)
    sql.execute(KNOWING)
    assert whose(sql) == [("a1", "A"), ("b1", "A"), ("b2", "A")]


def test_the_id_that_an_upsert_returns_is_good_until_the_commit(sql: Connection) -> None:
    sql.execute(UPSERT)
    merged("A", "B")
    with sql.transaction():
        row = sql.execute(
            UPSERT.split("values")[0] + "values ('Ada', '2', 'B') on conflict (external_ref) do update"
            " set phone = excluded.phone returning id"
        ).fetchone()
        assert row is not None
        sql.execute("insert into booking (patient_id, date, external_ref) values (%s, '2031-03-03', 'b1')", row)
        sql.execute("insert into medical_record (patient_id, external_ref) values (%s, 'r1')", row)
        sql.execute("insert into bill (patient_id, service_fee) values (%s, 10)", row)
    assert patients(sql) == [("A", "1")]
    assert whose(sql) == [("b1", "A")]
    owners = "select count(*) from medical_record r join bill using (patient_id) join patient p on p.id = patient_id"
    assert sql.execute(owners).fetchone() == (1,)


def test_a_copy_into_a_staging_table_and_sql_merge_go_through(sql: Connection) -> None:
    sql.execute(UPSERT)
    merged("A", "B")
    sql.execute("create temp table staged (name text, phone text, ref text)")
    with sql.cursor().copy("copy staged from stdin") as copy:
        for row in (("Ada", "1", "A"), ("Ada", "2", "B"), ("Grace", "3", "C")):
            copy.write_row(row)
    sql.execute(
        "insert into patient (first_name, phone, external_ref) select * from staged"
        " on conflict (external_ref) do update set phone = excluded.phone"
    )
    assert patients(sql) == [("A", "1"), ("C", "3")]
    sql.execute(
        "merge into patient p using staged s on p.external_ref = s.ref"
        " when not matched then insert (first_name, phone, external_ref) values (s.name, s.phone, s.ref)"
    )
    with sql.cursor().copy("copy patient (first_name, external_ref) from stdin") as copy:
        copy.write_row(("Ada", "B"))
    assert patients(sql) == [("A", "1"), ("C", "3")]


def test_a_chain_of_merges_leads_to_the_last(sql: Connection) -> None:
    sql.execute(UPSERT)
    sql.execute("insert into patient (first_name, external_ref) values ('Ada', 'C')")
    merged("A", "B")
    merged("C", "A")
    sql.execute(UPSERT)
    assert sql.execute("select external_ref from patient").fetchall() == [("C",)]
    for ref in "ABC":
        assert sql.execute("select external_ref from patient_by_ref(%s)", [ref]).fetchall() == [("C",)]
    assert sql.execute("select * from patient_by_ref('D')").fetchall() == []


def test_when_the_kept_one_is_deleted_its_references_are_free(sql: Connection) -> None:
    sql.execute(UPSERT)
    merged("A", "B")
    sql.execute("delete from patient")
    assert sql.execute("select * from patient_by_ref('B')").fetchall() == []
    sql.execute(UPSERT)
    assert patients(sql) == [("A", "1"), ("B", "2")]
    assert sql.execute("select phone from patient_by_ref('B')").fetchall() == [("2",)]
    merged("B", "A")
    sql.execute(UPSERT)
    assert patients(sql) == [("B", "2")]


def test_emptied_tables_know_no_former_references(sql: Connection) -> None:
    sql.execute(UPSERT)
    merged("A", "B")
    sql.execute("truncate patient restart identity cascade")
    sql.execute(UPSERT)
    assert patients(sql) == [("A", "1"), ("B", "2")]


def test_a_former_reference_given_to_another_patient_is_refused_in_words(sql: Connection) -> None:
    sql.execute(UPSERT)
    kept = merged("A", "B")
    sql.execute("insert into patient (first_name, external_ref) values ('Grace', 'C')")
    with pytest.raises(psycopg.errors.UniqueViolation) as told:
        sql.execute("update patient set external_ref = 'B' where external_ref = 'C'")
    assert told.value.diag.constraint_name == "patient_external_ref_is_not_a_merged_ones"
    assert f"the reference B belongs to patient {kept.pk} since a merge" in str(told.value)
    assert "patient_by_ref('B')" in str(told.value.diag.message_hint)
    sql.execute("delete from patient_reference where external_ref = 'B'")
    sql.execute("update patient set external_ref = 'B' where external_ref = 'C'")


def test_control_without_the_trigger_the_import_brings_the_merged_one_back(sql: Connection) -> None:
    sql.execute(UPSERT)
    merged("A", "B")
    sql.execute("alter table patient disable trigger guard_merged")
    try:
        sql.execute(UPSERT)
        assert patients(sql) == [("A", "1"), ("B", "2")]
    finally:
        sql.execute("alter table patient enable trigger guard_merged")


def test_an_import_that_waits_for_the_merge_does_not_bring_the_merged_one_back(sql: Connection) -> None:
    def imports() -> None:
        with connection.cursor() as cursor:
            cursor.execute(UPSERT)

    sql.execute(UPSERT)
    assert collide(lambda: merged("A", "B"), imports) is None
    assert patients(sql) == [("A", "1")]


def test_the_admin_says_whose_a_reference_is(sql: Connection) -> None:
    sql.execute(UPSERT)
    kept = merged("A", "B")
    with pytest.raises(ValidationError) as told:
        Patient(first_name="Grace", external_ref="B", sex="unknown").full_clean()
    assert told.value.message_dict == {
        "external_ref": [f"This reference belongs to Ada (number {kept.pk}) since a merge; give another one."]
    }


def test_the_example_importer_goes_through_after_a_merge_and_writes_nothing(
    sql: Connection, tmp_path: Path, clerk_url: str
) -> None:
    folder = synthea.write(tmp_path, synthea.files())
    assert run_script(folder, clerk_url).returncode == 0
    merged("synthea:p1", "synthea:p2")
    assert run_script(folder, clerk_url).returncode == 0
    counts = "select count(*), count(distinct patient_id) from booking where external_ref ~ 'e[12]$'"
    before = sql.execute("select id, xmin::text from patient order by 1").fetchall()
    done = run_script(folder, clerk_url)
    assert done.returncode == 0, done.stderr
    assert sql.execute("select id, xmin::text from patient order by 1").fetchall() == before
    assert sql.execute(counts).fetchone() == (2, 1)
    assert sql.execute("select * from stats.verify()").fetchall() == []
