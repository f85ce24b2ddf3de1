"""The channel layer of a single process."""

from __future__ import annotations

from clinic.live.layer import ProcessChannelLayer

FRAME = {"type": "live.frame", "seq": 1}


async def test_each_member_gets_what_is_sent_to_the_group() -> None:
    layer = ProcessChannelLayer()
    members = [await layer.new_channel("hub") for _ in range(2)]
    for member in members:
        await layer.group_add("live", member)
    await layer.group_send("live", FRAME)
    assert [await layer.receive(member) for member in members] == [FRAME, FRAME]


async def test_a_member_that_takes_nothing_keeps_the_first_and_holds_nobody_up() -> None:
    layer = ProcessChannelLayer(capacity=2)
    idle, busy = [await layer.new_channel("hub") for _ in range(2)]
    for member in (idle, busy):
        await layer.group_add("live", member)
    for seq in range(4):
        await layer.group_send("live", {**FRAME, "seq": seq})
        assert (await layer.receive(busy))["seq"] == seq
    assert [(await layer.receive(idle))["seq"] for _ in range(2)] == [0, 1]
    await layer.group_send("live", {**FRAME, "seq": 4})
    assert (await layer.receive(idle))["seq"] == 4


async def test_nobody_there_is_no_error() -> None:
    await ProcessChannelLayer().group_send("live", FRAME)
