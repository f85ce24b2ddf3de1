"""Two people at one item; each with its control, which shows the harm without the guard."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from django.db import OperationalError

from clinic.inventory import receive_delivery as receive_module
from clinic.inventory.adjust import QuantityMovedError, change_quantity, last_movement, set_quantity
from clinic.inventory.delete_item import ItemWasPrescribedError, delete_item
from clinic.inventory.models import Item
from clinic.inventory.move_stock import NotEnoughStockError
from clinic.inventory.receive_delivery import Line, receive_delivery
from clinic.patients.models import Patient
from clinic.records.models import MedicalRecord, Prescription
from clinic.records.prescribe import prescribe
from clinic.screens.conflicts import RowGoneError
from tests.concurrency.bookings.collision import Act, Rival, collide


@pytest.fixture(autouse=True)
def committed(sql: psycopg.Connection[Any], transactional_db: None) -> None:
    """Commit for real, on empty tables."""


@pytest.fixture
def gauze() -> Item:
    return Item.objects.create(name="Gauze", quantity=5)


@pytest.fixture
def record() -> MedicalRecord:
    return MedicalRecord.objects.create(patient=Patient.objects.create(first_name="Ada"))


def stock(item: Item) -> int:
    return Item.objects.values_list("quantity", flat=True).get(pk=item.pk)


def counting(item: Item, counted: int) -> Act:
    """Count what the page shows now, and save it later."""
    last = last_movement(item.pk)
    return lambda: set_quantity(item.pk, counted, last.pk if last else 0)


def by_memory(item: Item, change: int) -> Act:
    """Write later what the page showed, plus the change."""
    known = stock(item)
    return lambda: Item.objects.filter(pk=item.pk).update(quantity=known + change)


def test_of_two_who_take_the_last_one_is_refused(gauze: Item) -> None:
    told = collide(lambda: change_quantity(gauze.pk, -4, "used"), lambda: change_quantity(gauze.pk, -4, "used"))
    assert isinstance(told, NotEnoughStockError)
    assert stock(gauze) == 1


def test_control_by_memory_both_take_them(gauze: Item) -> None:
    assert collide(by_memory(gauze, -4), by_memory(gauze, -4)) is None
    assert stock(gauze) == 1


def test_a_count_overtaken_by_a_prescription_is_refused(gauze: Item, record: MedicalRecord) -> None:
    told = collide(lambda: prescribe(record.pk, gauze.pk, 2), counting(gauze, 5))
    assert isinstance(told, QuantityMovedError)
    assert stock(gauze) == 3


def test_control_a_count_that_does_not_look_brings_back_what_was_dispensed(gauze: Item, record: MedicalRecord) -> None:
    collide(lambda: prescribe(record.pk, gauze.pk, 2), by_memory(gauze, 0))
    assert stock(gauze) == 5


def test_a_delivery_received_while_somebody_adjusts_adds_up(gauze: Item) -> None:
    adjust = lambda: change_quantity(gauze.pk, -2, "damaged")  # noqa: E731
    assert collide(adjust, lambda: receive_delivery("D-17", [Line(gauze.pk, 10)])) is None
    assert stock(gauze) == 13


def test_control_by_memory_the_adjustment_is_lost(gauze: Item) -> None:
    collide(lambda: change_quantity(gauze.pk, -2, "damaged"), by_memory(gauze, 10))
    assert stock(gauze) == 15


def both_deliver(gauze: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    """Receive two deliveries of two items at once, typed in opposite order; each has its first item before going on."""
    gloves = Item.objects.create(name="Gloves", quantity=5)
    both_have_one, move = threading.Barrier(2), receive_module.move_stock

    def moves(item_id: int, *rest: Any) -> object:
        moved = move(item_id, *rest)
        with suppress(threading.BrokenBarrierError):
            both_have_one.wait(timeout=1)
        return moved

    monkeypatch.setattr(receive_module, "move_stock", moves)
    one, other = [Line(gauze.pk, 1), Line(gloves.pk, 1)], [Line(gloves.pk, 1), Line(gauze.pk, 1)]
    rivals = [Rival(lambda lines=lines: receive_delivery("D", lines)) for lines in (one, other)]  # type: ignore[misc]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        assert rival.finish() is None
    assert (stock(gauze), stock(gloves)) == (7, 7)


def test_two_deliveries_typed_in_opposite_order_are_both_received(gauze: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    both_deliver(gauze, monkeypatch)


def test_control_in_the_order_typed_each_waits_for_the_other(gauze: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receive_module, "sorted", lambda lines, key: lines, raising=False)
    with pytest.raises(OperationalError, match="deadlock detected"):
        both_deliver(gauze, monkeypatch)


def test_an_item_deleted_while_it_is_dispensed_stays(gauze: Item, record: MedicalRecord) -> None:
    told = collide(lambda: prescribe(record.pk, gauze.pk, 2), lambda: delete_item(gauze.pk))
    assert isinstance(told, ItemWasPrescribedError)
    assert (stock(gauze), Prescription.objects.count()) == (3, 1)


def test_control_a_deletion_that_looked_before_runs_into_the_database(gauze: Item, record: MedicalRecord) -> None:
    assert not Prescription.objects.filter(item=gauze).exists()
    with pytest.raises(Exception, match="prescription_item_exists"):
        collide(
            lambda: prescribe(record.pk, gauze.pk, 2), lambda: Item.objects.filter(pk=gauze.pk)._raw_delete("default")
        )
    assert Prescription.objects.count() == 1


def test_adjusting_what_is_being_deleted_says_that_it_was(gauze: Item) -> None:
    for adjust in (lambda: change_quantity(gauze.pk, -1, "used"), counting(gauze, 4)):
        item = Item.objects.get(pk=gauze.pk)
        told = collide(lambda: delete_item(gauze.pk), adjust)
        assert isinstance(told, RowGoneError)
        assert str(told).startswith("This inventory item was deleted by ")
        item.save(force_insert=True)


def test_control_by_memory_the_adjustment_of_a_deleted_item_is_lost_without_a_word(gauze: Item) -> None:
    assert collide(lambda: delete_item(gauze.pk), by_memory(gauze, -1)) is None
    assert not Item.objects.exists()
