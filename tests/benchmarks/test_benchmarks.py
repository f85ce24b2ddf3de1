"""The benchmarks measure what they say: tiny sizes, nothing timed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import psycopg
import pytest

from tests.benchmarks import chart, clients, database, pgbench, reading, report, usual_ways
from tests.benchmarks.harness import Figure, at_least, at_most, ratios, take_turns
from tests.benchmarks.write_path import ACTIONS, ACTIONS_BY_HAND
from tests.sql.seed import SEED
from tests.web_server import WebServer

Sql = psycopg.Connection[Any]
TRIGGERS = """
select tgrelid::regclass::text, tgname, tgenabled from pg_trigger
 where not tgisinternal and tgrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
 order by 1, 2
"""
FIGURES = (
    Figure("a good one", "theirs", [3, 1, 2], goal=at_most(2), reading="1 s against 2 s"),
    Figure("a bad one", "theirs", [3, 1, 2], goal=at_least(2.5)),
    Figure("one <without> a goal", "", [7], "/s"),
)


def test_sides_take_turns_and_begin_by_turns() -> None:
    order: list[str] = []

    def side(name: str) -> Callable[[], float]:
        return lambda: order.append(name) or len(order)

    values = take_turns({"a": side("a"), "b": side("b")}, rounds=3)
    assert "".join(order) == "abbaab"
    assert ratios(values["a"], values["b"]) == [1 / 2, 4 / 3, 5 / 6]


def test_a_goal_is_held_against_the_median() -> None:
    assert [figure.holds for figure in FIGURES] == [True, False, None]


def test_the_page_keeps_the_words_written_by_hand(tmp_path: Path) -> None:
    page, picture = tmp_path / "page.md", tmp_path / "chart.svg"
    page.write_text(f"before\n{report.BEGIN}\nold figures\n{report.END}\nafter\n")
    figures = [report.asdict(figure) for figure in FIGURES]
    report.write({"bulk": {"machine": "a machine", "figures": figures}}, ["bulk"], page, picture)
    text = page.read_text()
    assert (text[:7], text[-6:]) == ("before\n", "after\n")
    assert "old figures" not in text
    assert "| a good one | theirs | 2 times (1 to 3) | ≤ 2 | holds | 1 s against 2 s |" in text
    assert "| a bad one | theirs | 2 times (1 to 3) | ≥ 2.5 | **does not hold** |  |" in text
    drawn = "".join(ElementTree.fromstring(picture.read_text()).itertext())
    assert all(figure.what in drawn for figure in FIGURES if figure.goal)


def test_the_chart_says_how_far_a_figure_is_from_its_goal() -> None:
    assert [round(chart.advantage(figure), 3) for figure in FIGURES[:2]] == [1.0, 0.8]


def test_the_pages_figures_are_those_in_its_data() -> None:
    page, kept = report.PAGE.read_text(), report.kept()
    for row in kept.values():
        for values in row["figures"]:
            assert report.line(report.figure(values)).split(" | ")[0] in page


@pytest.mark.parametrize("prefix", ["", "track_", "ledger_"])
def test_triggers_that_were_off_are_on_again_as_installed(sql: Sql, prefix: str) -> None:
    installed = sql.execute(TRIGGERS).fetchall()
    with sql.transaction(force_rollback=True):
        database.set_triggers(sql, on=False, prefix=prefix)
        off = {name for _table, name, state in sql.execute(TRIGGERS) if state == "D"}
        assert off == {name for _table, name, _state in installed if name.startswith(prefix)}
        database.set_triggers(sql, on=True, prefix=prefix)
        assert sql.execute(TRIGGERS).fetchall() == installed


def test_the_nineteen_aggregates_ask_for_the_nineteen_numbers(sql: Sql) -> None:
    sql.execute(SEED)
    expected = dict(sql.execute("select key, value from stats.current").fetchall())
    assert {key: _one(sql, aggregate) for key, aggregate in reading.AGGREGATES.items()} == expected


def test_the_usual_ways_count_what_happens(sql: Sql) -> None:
    with sql.transaction(force_rollback=True):
        sql.execute(Path(usual_ways.__file__).with_suffix(".sql").read_text())
        sql.execute("insert into patient (first_name) values ('Ada')")
        sql.execute("insert into bill (patient_id, service_fee) values (1, 80)")
        sql.execute("insert into booking (date) values (current_date), (current_date)")
        sql.execute("update booking set status = 'confirmed' where id = 1")
        sql.execute("insert into payment (bill_id, amount) values (1, 30)")
        in_place = sql.execute("select bookings, pending, confirmed, paid from usual.counter").fetchone()
        appended, slots = (
            sql.execute(f"select sum(bookings), sum(pending), sum(confirmed), sum(paid) from usual.{table}").fetchone()
            for table in ("change", "slot")
        )
        assert in_place == appended == (2, 1, 1, 30)
        assert slots == (4, 2, 2, 60), "two ways write the slots"


@pytest.mark.parametrize("script", [ACTIONS, ACTIONS_BY_HAND])
def test_pgbench_runs_the_actions_of_staff(
    script: str, sql: Sql, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", database_url)
    sql.execute("insert into patient (first_name) select 'Ada' from generate_series(1, 10000)")
    sql.execute("insert into bill (patient_id, service_fee) select 1, 1000 from generate_series(1, 100000)")
    if script is ACTIONS_BY_HAND:
        database.set_triggers(sql, on=False)
    try:
        assert pgbench.commits_per_second(script, clients=2, seconds=1) > 0
    finally:
        database.set_triggers(sql, on=True)
    assert _one(sql, "select count(*) from booking where status = 'confirmed'") > 0
    assert _one(sql, "select sum(amount_paid) from bill") == _one(sql, "select sum(amount) from payment") > 0


def test_pgbench_says_what_went_wrong(sql: Sql, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", database_url)
    with pytest.raises(AssertionError, match="nowhere"):
        pgbench.commits_per_second("select 1 from nowhere;", clients=1, seconds=1)


def test_a_crowd_is_told_of_a_change(shared_server: WebServer, sign_in: Callable[[str], str], sql: Sql) -> None:
    with clients.crowd(shared_server.port, [sign_in("manager")] * 5) as many:
        sql.execute("insert into patient (first_name) values ('Ada')")
        many.receive_while(
            lambda: any(browser.value("patients_total") != 1 for browser in many.browsers), lambda browser: None
        )
        seq = max(browser.number() for browser in many.browsers)
        many.receive(seq)
        assert all(browser.is_open and browser.number() >= seq for browser in many.browsers)


def test_a_crowd_without_a_session_is_turned_away(shared_server: WebServer, sql: Sql) -> None:
    with pytest.raises(ConnectionError, match="the server closed a socket"), clients.crowd(shared_server.port, ["?"]):
        pass


def test_a_crowds_own_ceiling_counts_every_frame() -> None:
    assert clients.ceiling(sockets=3, rounds=2) > 0
    assert not clients.Crowd.everybody


def _one(sql: Sql, query: str) -> Any:
    row = sql.execute(query).fetchone()  # type: ignore[call-overload]
    assert row
    return row[0]
