"""The day close: what it shows, what it keeps, what came since, and for whom."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.billing.day_close.close_day import close_day
from clinic.billing.day_close.takings import since_closing
from clinic.billing.models import Bill, DayClose, DayCloseLine, Payment
from clinic.staff.roles import ROLES
from tests.web.billing.conftest import ClientOf
from tests.web.forms import form_of


def take(bill: Bill, amount: int, method: str = "cash", day: date | None = None) -> Payment:
    paid_on = day or timezone.localdate()
    return Payment.objects.create(bill=bill, amount=Decimal(amount), method=method, paid_on=paid_on)


def close(counted: int = 0) -> DayClose:
    return close_day(timezone.localdate(), Decimal(counted))


def test_the_takings_of_a_day_are_summed_by_method_without_other_days(client_of: ClientOf, bill: Bill) -> None:
    take(bill, 40)
    take(bill, -10)
    take(bill, 25, "card")
    take(bill, 5, "cash", timezone.localdate() - timedelta(days=1))
    html = client_of("cashier").get("/day-close/").content.decode()
    assert 'data-method="cash">€30.00<' in html
    assert 'data-method="card">€25.00<' in html
    assert "€55.00" in html


def test_another_days_takings_are_shown_by_its_address_and_nonsense_is_today(client_of: ClientOf, bill: Bill) -> None:
    take(bill, 5, "cash", date(2026, 3, 1))
    client = client_of("cashier")
    assert 'data-method="cash">€5.00<' in client.get("/day-close/?day=2026-03-01").content.decode()
    assert 'data-method="cash">€0.00<' in client.get("/day-close/?day=yesterday").content.decode()


def test_closing_keeps_the_takings_the_count_and_who_counted(client_of: ClientOf, bill: Bill) -> None:
    take(bill, 40)
    take(bill, 25, "card")
    client = client_of("cashier")
    form = form_of(client.get("/day-close/")) | {"counted": "38.50", "note": "a coin rolled away"}
    answer = client.post("/day-close/", form)
    sheet = DayClose.objects.get()
    assert answer["Location"] == sheet.get_absolute_url()
    assert (sheet.number, sheet.closed_by, sheet.note) == (1, "cashier", "a coin rolled away")
    kept = {line.method: (line.expected, line.counted, line.difference) for line in sheet.lines.all()}
    assert kept == {"cash": (40, Decimal("38.50"), Decimal("-1.50")), "card": (25, None, None)}
    html = client.get(answer["Location"]).content.decode()
    assert "-€1.50" in html
    assert "a coin rolled away" in html
    assert "Nothing has come since." in html


def test_a_double_click_closes_the_day_once(client_of: ClientOf, bill: Bill) -> None:
    take(bill, 40)
    client = client_of("cashier")
    form = form_of(client.get("/day-close/")) | {"counted": "40"}
    first, second = client.post("/day-close/", form), client.post("/day-close/", form)
    assert first["Location"] == second["Location"] == DayClose.objects.get().get_absolute_url()


def test_closing_again_makes_sheet_number_two_and_the_first_stays(client_of: ClientOf, bill: Bill) -> None:
    take(bill, 40)
    first = close(40)
    take(bill, 10)
    client = client_of("manager")
    assert client.post("/day-close/", form_of(client.get("/day-close/")) | {"counted": "50"}).status_code == 302
    assert list(DayClose.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert first.lines.get().expected == 40
    html = client.get("/day-close/").content.decode()
    assert "Sheet 1" in html
    assert "Sheet 2" in html


def test_a_count_of_a_drawer_that_moved_is_not_kept(client_of: ClientOf, bill: Bill) -> None:
    client = client_of("cashier")
    form = form_of(client.get("/day-close/")) | {"counted": "0"}
    take(bill, 40)
    refused = client.post("/day-close/", form)
    assert refused.status_code == 422
    assert "Cash moved while you counted: €40.00 should be there now." in refused.content.decode()
    assert client.post("/day-close/", form_of(refused) | {"counted": "40"}).status_code == 302
    assert DayClose.objects.get().cash.difference == 0


def test_a_card_payment_does_not_disturb_who_counts_cash(client_of: ClientOf, bill: Bill) -> None:
    client = client_of("cashier")
    form = form_of(client.get("/day-close/")) | {"counted": "0"}
    take(bill, 40, "card")
    assert client.post("/day-close/", form).status_code == 302


def test_who_closes_after_a_colleague_reads_what_was_counted(client_of: ClientOf) -> None:
    first, second = client_of("cashier"), client_of("manager")
    forms = [form_of(client.get("/day-close/")) | {"counted": "3"} for client in (first, second)]
    first.post("/day-close/", forms[0])
    refused = second.post("/day-close/", forms[1])
    assert refused.status_code == 422
    words = refused.content.decode()
    assert "cashier closed this day at " in words
    assert "as sheet 1 and counted €3.00" in words
    assert DayClose.objects.count() == 1


@pytest.mark.parametrize("counted", ["", "-1", "1.005", "many", "NaN"])
def test_a_count_that_is_none_is_refused_beside_its_field(client_of: ClientOf, counted: str) -> None:
    client = client_of("cashier")
    refused = client.post("/day-close/", form_of(client.get("/day-close/")) | {"counted": counted})
    assert refused.status_code == 422
    assert "field--wrong" in refused.content.decode()
    assert not DayClose.objects.exists()


def test_a_payment_after_closing_is_shown_on_the_sheet_as_come_since(client_of: ClientOf, bill: Bill) -> None:
    take(bill, 40)
    sheet = close(40)
    late = take(bill, 25, "card")
    html = client_of("cashier").get(sheet.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert f'id="payment-{late.pk}"' in html
    assert "Żaneta Łącka" in html
    assert 'data-since="card">€25.00<' in html
    assert 'data-since="cash"' not in html


def test_what_was_corrected_or_deleted_on_a_sheet_is_told_apart_from_what_came(bill: Bill) -> None:
    kept, gone = take(bill, 40), take(bill, 5, "card")
    sheet = close(40)
    late = take(bill, 7)
    Payment.objects.filter(pk=kept.pk).update(amount=30)
    gone.delete()
    since = since_closing(sheet)
    assert [(taking.method, taking.amount) for taking in since.by_method] == [("cash", -3), ("card", -5)]
    assert since.arrived == [late]
    assert since.corrected == -15


def test_a_payment_moved_to_the_day_from_another_counts_as_come_since(bill: Bill) -> None:
    moved = take(bill, 5, "cash", date(2026, 3, 1))
    sheet = close()
    Payment.objects.filter(pk=moved.pk).update(paid_on=sheet.day)
    assert since_closing(sheet).arrived == [moved]


def test_a_day_to_come_has_no_form_to_close_it(client_of: ClientOf) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    client = client_of("cashier")
    assert 'name="counted"' not in client.get(f"/day-close/?day={tomorrow}").content.decode()
    refused = client.post(f"/day-close/?day={tomorrow}", {"counted": "0"})
    assert refused.status_code == 422
    assert not DayClose.objects.exists()


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("insert into day_close default values", "day_close_number_is_given_once_a_day"),
        ("update day_close set number = 0", "day_close_number_begins_at_one"),
        ("update day_close set day = 'infinity'", "day_close_day_is_a_calendar_day"),
        ("update day_close_line set counted = null", "day_close_line_of_cash_is_counted"),
        ("update day_close_line set counted = -1", "day_close_line_counted_is_not_negative"),
        ("update day_close_line set expected = 'NaN'", "day_close_line_expected_fits_ten_digits_and_two_decimals"),
        ("update day_close_line set method = 'shells'", "day_close_line_method_is_a_known_word"),
        (
            "insert into day_close_line (day_close_id, counted) select id, 1 from day_close",
            "day_close_line_is_the_only_one_of_its_method",
        ),
        ("insert into day_close_line (day_close_id, counted) values (-1, 1)", "day_close_line_day_close_exists"),
    ],
)
def test_the_database_refuses_by_the_rules_name(db: None, statement: str, rule: str) -> None:
    close()
    with pytest.raises(IntegrityError, match=rule), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_sheets_lines_go_with_it_when_an_administrator_deletes_it(db: None) -> None:
    close()
    with connection.cursor() as cursor:
        cursor.execute("delete from day_close")
    assert not DayCloseLine.objects.exists()


def test_as_many_queries_for_a_day_of_many_payments_as_for_one_of_few(client_of: ClientOf, bill: Bill) -> None:
    client = client_of("cashier")
    for _ in range(6):
        take(bill, 1)
        close(1)
    take(bill, 1)
    sheet = DayClose.objects.latest("id")
    for address, allowed in (("/day-close/", 6), (sheet.get_absolute_url(), 6)):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) == allowed, [query["sql"] for query in queries]


@pytest.mark.parametrize("role", ROLES)
def test_cashiers_and_managers_close_days_and_nobody_else(client_of: ClientOf, role: str) -> None:
    sheet = close()
    client = client_of(role)
    may = role in {"cashier", "manager"}
    for address in ("/day-close/", sheet.get_absolute_url()):
        assert client.get(address).status_code == (200 if may else 403)
    assert client.post("/day-close/", {"counted": "0"}).status_code == (302 if may else 403)
    assert ("Day close" in client.get("/").content.decode()) == may
