"""What a browser's socket gets, from a real server on a real port, while scripts change rows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
import websockets
from django.contrib.auth.models import User

from clinic.stats.catalogue import METRICS
from tests.live.client import Client, connected
from tests.web_server import WebServer

SignIn = Callable[[str], str]
ClosedBy = Callable[[str], Awaitable[int]]
Sql = psycopg.Connection[Any]
MONEY = {"amount_billed_total", "amount_paid_total", "balance_outstanding", "revenue_total"}


async def test_a_new_socket_gets_all_nineteen_numbers_at_once(
    shared_server: WebServer, sign_in: SignIn, sql: Sql
) -> None:
    sql.execute("insert into patient (first_name) values ('Ada'), ('Grace')")
    async with connected(shared_server, sign_in("manager")) as client:
        message = await client.receive()
        assert message["type"] == "snapshot"
        rows = sql.execute("select key, value from stats.current").fetchall()
        current = {key: str(value) for key, value in rows}
        while {key: str(value) for key, (value, _text) in client.metrics.items()} != current:
            await client.receive()


async def test_a_committed_change_arrives_and_names_its_topic(
    shared_server: WebServer, sign_in: SignIn, sql: Sql
) -> None:
    async with connected(shared_server, sign_in("manager")) as client:
        await all_earlier_changes_heard(client, sql)
        sql.execute("insert into patient (first_name) values ('Ada')")
        message = await client.until(patients_total=1)
        assert message["topics"] == ["patient"]
        # A frame that meets a heartbeat on its way is sent as a snapshot of everything.
        assert message["type"] == "snapshot" or message["metrics"] == {"patients_total": [1, "1"]}


async def test_money_travels_as_exact_text(shared_server: WebServer, sign_in: SignIn, sql: Sql) -> None:
    async with connected(shared_server, sign_in("cashier")) as client:
        sql.execute("insert into patient (first_name) values ('Ada')")
        sql.execute("insert into bill (patient_id, service_fee) values (1, 1234567.89)")
        await client.until(balance_outstanding="1234567.89")
        assert client.metrics["balance_outstanding"] == ["1234567.89", "€1,234,567.89"]


async def test_a_rolled_back_change_is_never_sent(shared_server: WebServer, sign_in: SignIn, sql: Sql) -> None:
    async with connected(shared_server, sign_in("manager")) as client:
        await all_earlier_changes_heard(client, sql)
        with sql.transaction(force_rollback=True):
            sql.execute("insert into patient (first_name) values ('nobody')")
        sql.execute("insert into service (name) values ('a later change, to know that all before has passed')")
        heard = await until_told_of("service", client)
        assert not [message for message in heard if "patient" in message.get("topics", [])]
        assert client.metrics["patients_total"] == [0, "0"]


async def test_hidden_numbers_and_topics_are_not_sent_at_all(
    shared_server: WebServer, sign_in: SignIn, sql: Sql
) -> None:
    async with (
        connected(shared_server, sign_in("store")) as store,
        connected(shared_server, sign_in("cashier")) as cashier,
    ):
        await store.receive("snapshot")
        sql.execute("insert into patient (first_name) values ('Ada')")
        sql.execute("insert into bill (patient_id, service_fee) values (1, 10)")
        await cashier.until(bills_total=1)
        sql.execute("insert into inventory_item (name) values ('gloves')")
        message = await store.until(inventory_items_total=1)
        assert set(store.metrics) == {
            "inventory_items_total",
            "inventory_low_stock",
            "inventory_out_of_stock",
        }
        assert set(message["topics"]) == {"inventory_item"}
        assert set(cashier.metrics) >= MONEY


async def test_an_outsider_hears_nothing(shared_server: WebServer, sql: Sql) -> None:
    async with connected(shared_server) as client:
        assert await client.closed() == 4401
    async with connected(shared_server, "no-such-session") as client:
        assert await client.closed() == 4401


async def test_a_user_without_rights_is_told_so(shared_server: WebServer, sign_in: SignIn, sql: Sql) -> None:
    sql.execute("delete from auth_user_groups")
    async with connected(shared_server, sign_in("store")) as client:
        assert await client.closed() == 4403


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_another_sites_page_cannot_open_the_socket(
    shared_server: WebServer, sign_in: SignIn, origin: str
) -> None:
    with pytest.raises(websockets.InvalidStatus, match="403"):
        async with connected(shared_server, sign_in("manager"), origin=origin):
            pass


@pytest.mark.parametrize(
    "text", ["junk", "[]", '{"ack": "1"}', '{"ack": true}', '{"ack": 1, "and": 2}', "{}", "9" * 5000, "[" * 50_000]
)
async def test_a_message_it_does_not_know_is_explained_and_ends_the_socket(
    shared_server: WebServer, sign_in: SignIn, text: str
) -> None:
    async with connected(shared_server, sign_in("manager")) as client:
        await client.receive("snapshot")
        await client.socket.send(text)
        message = await client.receive("error")
        assert "Send" in message["message"]
        assert await client.closed() == 4400


async def test_more_sockets_than_one_browser_may_open_are_closed(
    database_url: str, no_other_relay: None, sign_in: SignIn, tmp_path: Path
) -> None:
    server = WebServer(database_url, tmp_path / "log", LIVE_SOCKETS_PER_SESSION="1", LIVE_SOCKETS="2").start()
    try:
        async with connected(server, sign_in("manager")) as one, connected(server, sign_in("manager")) as second:
            await one.receive("snapshot")
            assert await second.closed() == 4429
            async with connected(server, sign_in("store")) as other, connected(server, sign_in("cashier")) as third:
                await other.receive("snapshot")
                assert await third.closed() == 4429
        async with connected(server, sign_in("manager")) as one:
            await one.receive("snapshot")
    finally:
        await asyncio.to_thread(server.stop)


async def test_a_snapshot_is_sent_on_request(shared_server: WebServer, sign_in: SignIn, sql: Sql) -> None:
    async with connected(shared_server, sign_in("manager")) as client:
        await all_earlier_changes_heard(client, sql)
        await client.socket.send('{"resync": true}')
        assert len((await client.receive("snapshot"))["metrics"]) == len(METRICS)


async def test_heartbeats_come_while_nothing_happens(shared_server: WebServer, sign_in: SignIn, sql: Sql) -> None:
    async with connected(shared_server, sign_in("manager")) as client:
        message = await client.receive("heartbeat")
        assert message["mode"] == "live"
        assert message["seq"] == client.seq


async def test_frames_name_the_message_before_them(shared_server: WebServer, sign_in: SignIn, sql: Sql) -> None:
    async with connected(shared_server, sign_in("manager")) as client:
        await client.receive("snapshot")
        frames = 0
        while frames < 3:
            before = client.seq
            sql.execute("insert into patient (first_name) values ('Ada')")
            message = await client.receive()
            if message["type"] == "frame":
                assert message["prev"] == before
                frames += 1


async def test_the_socket_closes_when_the_session_is_deleted_by_anybody(
    shared_server: WebServer, sign_in: SignIn, sql: Sql
) -> None:
    async with (
        connected(shared_server, sign_in("manager")) as manager,
        connected(shared_server, sign_in("store")) as store,
    ):
        await manager.receive("snapshot")
        await store.receive("snapshot")
        sql.execute("delete from django_session where session_key = %s", [sign_in_key(manager)])
        assert await manager.closed() == 4401
        sql.execute("insert into inventory_item (name) values ('gloves')")
        await store.until(inventory_items_total=1)


@pytest.fixture
def closed_by(shared_server: WebServer, sign_in: SignIn, sql: Sql, staff: dict[str, User]) -> ClosedBy:
    """Change something about the cashier, who is connected; return the code with which the socket is closed."""

    async def code(statement: str) -> int:
        async with connected(shared_server, sign_in("cashier")) as client:
            await client.receive("snapshot")
            sql.execute(statement, [staff["cashier"].pk])
            return await client.closed()

    return code


async def test_the_socket_closes_when_rights_are_taken_away(closed_by: ClosedBy) -> None:
    assert await closed_by("delete from auth_user_groups where user_id = %s") == 4403


async def test_the_socket_closes_when_the_user_is_deactivated(closed_by: ClosedBy) -> None:
    assert await closed_by("update auth_user set is_active = false where id = %s") == 4401


async def test_the_socket_closes_when_the_password_is_changed(closed_by: ClosedBy) -> None:
    assert await closed_by("update auth_user set password = 'another' where id = %s") == 4401


async def test_a_socket_is_not_opened_for_a_session_that_is_over(
    shared_server: WebServer, sign_in: SignIn, sql: Sql
) -> None:
    sql.execute("update django_session set expire_date = now() - interval '1 second'")
    async with connected(shared_server, sign_in("cashier")) as client:
        assert await client.closed() == 4401


async def test_the_socket_closes_when_the_session_is_over(shared_server: WebServer, sign_in: SignIn, sql: Sql) -> None:
    key = sign_in("cashier")
    sql.execute("update django_session set expire_date = now() + interval '1 second' where session_key = %s", [key])
    async with connected(shared_server, key) as client:
        assert await client.closed() == 4401


async def all_earlier_changes_heard(client: Client, sql: Sql) -> None:
    """Wait for a change of one's own: what was committed before it has been published by then.

    The first snapshot comes before it, because a socket that is open is not yet one that is served.
    """
    await client.receive("snapshot")
    sql.execute("insert into inventory_item (name) select 'a mark' from generate_series(1, 1717)")
    await client.until(inventory_items_total=1717)


async def until_told_of(topic: str, client: Client) -> list[dict[str, Any]]:
    """Receive until a message names the topic; returns all that came, frames and snapshots alike."""
    heard = [await client.receive()]
    while topic not in heard[-1].get("topics", []):
        heard.append(await client.receive())
    return heard


def sign_in_key(client: Any) -> str:
    """Read back the session key that a client's handshake carried."""
    cookie: str = client.socket.request.headers["Cookie"]
    return cookie.removeprefix("sessionid=")
