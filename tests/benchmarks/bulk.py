"""What counting costs an import, and what an open import costs everybody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter

from tests.benchmarks.database import Connection, connect, set_triggers
from tests.benchmarks.harness import Figure, Size, at_most, percentile, ratios, take_turns
from tests.benchmarks.programs import relay

GENERATED = """
copy (select current_date + g % 700 - 600, (array['pending', 'confirmed', 'completed', 'declined'])[1 + g % 4],
             'Patient ' || g
        from generate_series(1, {rows}) g) to stdout
"""
COPY = "copy booking (date, status, patient_name) from stdin"
UPDATE = "update booking set status = 'completed' where id in (select id from booking order by id limit {rows})"
OPEN_IMPORT = """
begin;
insert into booking (date, patient_name) select current_date + g % 60, 'Imported' from generate_series(1, 20000) g;
update bill set service_fee = service_fee + 1 where id > 10000;
"""
BILLS = """
insert into patient (first_name) select 'First' from generate_series(1, 100) n;
insert into bill (patient_id, service_fee) select 1 + n % 100, 1000 from generate_series(1, 20000) n;
"""
WRITES = (
    "insert into booking (patient_id, date) values (1 + (random() * 99)::int, current_date)",
    "insert into payment (bill_id, amount) values (1 + (random() * 9999)::int, 0.01)",
)


def measure(size: Size) -> Iterator[Figure]:
    """Compare COPY and UPDATE with triggers disabled; compare a writer's wait beside an open import with none."""
    rows = size.pick(1_000_000, 10_000)
    with connect() as connection, relay():
        data = _generated(connection, rows)
        yield _compare(connection, size, f"COPY of {rows:,} bookings", at_most(1.08), lambda: _copy(connection, data))
        yield _compare(
            connection, size, f"UPDATE of {rows // 4:,} bookings", at_most(1.2), lambda: _update(connection, data)
        )
        connection.execute("truncate booking cascade")
        connection.execute(BILLS)
        yield _wait(connection, size)


def _compare(connection: Connection, size: Size, what: str, goal: object, seconds: Callable[[], float]) -> Figure:
    def run(*, on: bool) -> float:
        connection.execute("truncate booking cascade")
        set_triggers(connection, "booking", on=on)
        try:
            return seconds()
        finally:
            set_triggers(connection, "booking", on=True)

    values = take_turns({"on": lambda: run(on=True), "off": lambda: run(on=False)}, size.pick(3, 1))
    return Figure(
        what,
        "triggers disabled",
        ratios(values["on"], values["off"]),
        goal=goal,  # type: ignore[arg-type]
        reading=f"{median(values['on']):.2f} s against {median(values['off']):.2f} s",
    )


def _generated(connection: Connection, rows: int) -> bytes:
    with connection.cursor().copy(GENERATED.format(rows=rows)) as copy:  # type: ignore[arg-type]
        return b"".join(bytes(block) for block in copy)


def _copy(connection: Connection, data: bytes) -> float:
    connection.execute("checkpoint")
    began = perf_counter()
    with connection.cursor().copy(COPY) as copy:
        for start in range(0, len(data), 1 << 20):
            copy.write(data[start : start + (1 << 20)])
    return perf_counter() - began


def _update(connection: Connection, data: bytes) -> float:
    _copy(connection, data)
    connection.execute("vacuum analyze booking")
    connection.execute("checkpoint")
    began = perf_counter()
    connection.execute(UPDATE.format(rows=data.count(b"\n") // 4))  # type: ignore[arg-type]
    return perf_counter() - began


def _wait(connection: Connection, size: Size) -> Figure:
    """Compare a writer's slowest commits beside an import that stays open with those beside nothing."""
    seconds: dict[str, list[list[float]]] = {"open": [], "alone": []}

    def run(side: str) -> float:
        with connect() as importer:
            if side == "open":
                importer.execute(OPEN_IMPORT)
            seconds[side].append([_write(connection, number) for number in range(size.pick(1000, 20))])
        return median(seconds[side][-1])

    values = take_turns({"open": lambda: run("open"), "alone": lambda: run("alone")}, size.pick(5, 1))
    slowest = {side: percentile([s for each in runs for s in each], 0.99) for side, runs in seconds.items()}
    return Figure(
        "a commit beside an open import",
        "beside nothing",
        ratios(values["open"], values["alone"]),
        goal=at_most(1.05),
        reading=f"99 % within {1000 * slowest['open']:.1f} ms against {1000 * slowest['alone']:.1f} ms",
    )


def _write(connection: Connection, number: int) -> float:
    began = perf_counter()
    connection.execute(WRITES[number % 2])  # type: ignore[call-overload]
    return perf_counter() - began
