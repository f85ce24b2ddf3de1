"""What is searched for is folded by the database, for every writer: names of all scripts, telephones, references."""

# ruff: noqa: RUF001

from __future__ import annotations

import unicodedata

import pytest

from clinic.screens.search import words_of
from tests.sql.oracle import Session

PLACES = {
    "patient": "insert into patient (first_name) values (%s) returning id",
    "booking": "insert into booking (date, patient_name) values (current_date, %s) returning id",
    "inventory_item": "insert into inventory_item (name) values (%s) returning id",
}
NAMES = [
    ("Müllerová", "Mullerova"),
    ("İpek", "ipek"),
    ("IPEK", "ıpek"),
    ("Weiß", "weiss"),
    ("WEIẞ", "Weiß"),
    ("Weiss", "weiß"),
    ("Błaszczyk", "Blaszczyk"),
    ("Øvergård", "overgard"),
    ("O'Neill", "o’neill"),
    ("O’Neill", "O'Neill"),
    ("Oneill", "O`Neill"),
    ("D´Angelo", "dangelo"),
    ("Þórður Ævarsson", "thordur aevarsson"),
    ("Đặng Thị Ngọc Ánh", "dang anh"),
    ("Ștefănescu", "stefanescu"),
    ("Kadıoğlu", "KADIOGLU"),
    ("Juan de la Cruz", "la"),
    ("Juan de la Cruz", "cruz, juan"),
    ("Anne-Marie", "anne marie"),
    ("Anne Marie", "Anne-Marie"),
    ("Ａｄａ", "ada"),
    ("王小明", "王小明"),
    ("王小明", "王 小明"),
    ("小明 王", "王小明"),
    ("王 小明", "小明"),
    ("김민수", "김 민수"),
    ("田中 さくら", "田中さくら"),
    ("مُحَمَّد", "محمد"),
    ("محمد", "مُحَمَّد"),
    ("محمد", "محـــمد"),
    ("أحمد", "احمد"),
    ("فاطمة", "فاطمه"),
    ("علی", "علي"),
    ("שָׁלוֹם", "שלום"),
    ("ΑΘΗΝΆ ΣΟΦΌΣ", "αθηνά σοφός"),
    ("Алёна ЩЕРБАКОВА", "щербакова алена"),
    ("राहुल", "राहुल"),
]
OTHERS = [
    ("Juan Dela Cruz", "la"),
    ("Müller", "m_ller"),
    ("かとう", "がとう"),
    ("Иван", "320"),
    ("王小明", "王大明"),
    ("Ada Lovelace", "ada lovelock"),
]


def is_found(session: Session, table: str, row: int, text: str) -> bool:
    """Search a row as the application does: every word must be found."""
    words = words_of(text)
    condition = " and ".join("search_text like search.pattern(%s)" for _word in words)
    found = session.execute(f"select {condition} from {table} where id = %s", [*words, row]).fetchone()
    assert found is not None
    return bool(found[0])


def written(session: Session, table: str, name: str) -> int:
    """Write a name as a script does."""
    row = session.execute(PLACES[table], [name]).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize(("name", "text"), NAMES)
def test_a_name_is_found_however_it_is_typed(name: str, text: str, clinic: Session) -> None:
    assert is_found(clinic, "patient", written(clinic, "patient", name), text)


@pytest.mark.parametrize("table", ["booking", "inventory_item"])
def test_bookings_and_items_are_folded_alike(table: str, clinic: Session) -> None:
    for name, text in NAMES:
        assert is_found(clinic, table, written(clinic, table, name), text), name


@pytest.mark.parametrize("name", ["Müllerová", "Øvergård", "أحمد", "김민수", "राहुल", "が"])
def test_decomposed_letters_are_found_by_composed_ones_and_the_other_way(name: str, clinic: Session) -> None:
    decomposed = unicodedata.normalize("NFD", name)
    assert is_found(clinic, "patient", written(clinic, "patient", name), decomposed)
    assert is_found(clinic, "patient", written(clinic, "patient", decomposed), name)


@pytest.mark.parametrize(("name", "text"), OTHERS)
def test_another_name_is_not_found(name: str, text: str, clinic: Session) -> None:
    assert not is_found(clinic, "patient", written(clinic, "patient", name), text)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("  O'Neill,  Mary-Jane\t", "oneill mary jane"),
        ("Jean\u200b-Luc", "jean luc"),
        ("zero\u200cwidth", "zerowidth"),
        ("2½ ﬁn", "21 2 fin"),
        ("٢٥ ملغ", "25 ملغ"),
        ("😀 %_\\", ""),
        ("", ""),
    ],
)
def test_words_are_folded_to_one_spelling(name: str, folded: str, clinic: Session) -> None:
    assert clinic.execute("select search.words(%s)", [name]).fetchone() == (folded,)


def test_folding_twice_changes_nothing_more(clinic: Session) -> None:
    for name, _text in NAMES:
        found = clinic.execute("select search.words(search.words(%(n)s)) = search.words(%(n)s)", {"n": name}).fetchone()
        assert found == (True,), name


def test_no_matter_who_writes_the_column_follows(clinic: Session) -> None:
    with clinic.cursor().copy("copy patient (first_name, last_name, phone) from stdin") as copy:
        copy.write_row(("Zoë", "Šimůnková", "+420 (0)601 123 456"))
    row = clinic.execute("select id, search_text from patient where last_name = 'Šimůnková'").fetchone()
    assert row is not None
    assert row[1] == " zoe simunkova 420601123456 "
    clinic.execute("update patient set last_name = 'Nagy' where id = %s", [row[0]])
    assert clinic.execute("select search_text from patient where id = %s", [row[0]]).fetchone() == (
        " zoe nagy 420601123456 ",
    )


@pytest.mark.parametrize(
    ("one", "other", "typos"),
    [
        ("remy delaunay", "remy delaunay", 0),
        ("remy delaunay", "remi delaunay", 1),
        ("remy delaunay", "rmey delaunay", 1),
        ("remy delaunay", "remy delauny", 1),
        ("remy delaunay", "reemy delaunay", 1),
        ("remy delaunay", "rene delaunay", 2),
        ("remy delaunay", "remy", 2),
        ("bo li", "bo lu", 1),
        ("王 小 明", "王 小 名", 1),
        ("a" * 300, "a" * 299 + "b", 2),
    ],
)
def test_one_slip_is_told_from_more(one: str, other: str, typos: int, clinic: Session) -> None:
    assert clinic.execute("select search.typos(%s, %s)", [one, other]).fetchone() == (typos,)


def test_rows_are_folded_again_when_the_functions_changed(clinic: Session) -> None:
    row, other = written(clinic, "patient", "Ada"), written(clinic, "patient", "Grace")
    clinic.execute("begin")
    clinic.execute(
        "create or replace function search.digits(phone text) returns text language sql immutable strict"
        " return case when phone = '' then 'none' else phone end"
    )
    clinic.execute("update patient set phone = '1' where id = %s", [other])
    clinic.execute("select search.refold()")
    found = clinic.execute("select search_text from patient where id in (%s, %s) order by id", [row, other]).fetchall()
    clinic.execute("rollback")
    assert found == [(" ada none ",), (" grace 1 ",)]


INDEXES = """
select c.relname, coalesce(c.reloptions, '{}') from pg_class c join pg_am a on a.oid = c.relam
 where a.amname = 'gin' and c.relkind = 'i' and c.relnamespace = 'public'::regnamespace
"""


def test_no_gin_index_has_a_long_pending_list_that_searches_would_read_through(clinic: Session) -> None:
    indexes = dict(clinic.execute(INDEXES).fetchall())
    assert {"patient_search", "booking_search", "inventory_item_search"} <= indexes.keys()
    assert {name for name, options in indexes.items() if "gin_pending_list_limit=256" not in options} == set()
