"""What the live pipe sends, to whom, and when it stops."""

from __future__ import annotations

from tests.mutants.mutation import Mutation

DAY = "clinic/billing/day_close/views.py"
CATALOGUE = "clinic/dashboard/catalogue.py"
HUB = "clinic/live/hub.py"
RIGHTS = "clinic/live/rights.py"
MESSAGES = "clinic/live/messages.py"
ACCESS = "clinic/live/access.py"
RELAY = "clinic/live/relay.py"
ROUTING = "clinic/live/routing.py"
AUDIENCES = "tests/live/test_audiences.py"
HUBS = "tests/live/test_hub.py"
RELAYS = "tests/live/test_relay.py"
SOCKETS = "tests/live/test_socket.py"

TOLD = (
    Mutation(
        "one audience's snapshot is sent to another",
        HUB,
        "(encoded := self._encoded.get(audience)) is None",
        "(encoded := next(iter(self._encoded.values()), None)) is None",
        (f"{AUDIENCES}::test_who_comes_after_one_who_sees_all_is_sent_a_snapshot_of_their_own",),
    ),
    Mutation(
        "frames name every topic", MESSAGES, "sorted(frame.topics & topics)", "sorted(frame.topics)", (AUDIENCES,)
    ),
    Mutation(
        "frames hold every number",
        MESSAGES,
        "for key, value in frame.metrics.items() if key in keys",
        "for key, value in frame.metrics.items()",
        (AUDIENCES,),
    ),
    Mutation(
        "snapshots name every topic",
        HUB,
        "in self._changed.items() if topic in audience.topics",
        "in self._changed.items()",
        (AUDIENCES,),
    ),
    Mutation(
        "who sees stock hears of money",
        CATALOGUE,
        'frozenset({"inventory_item", DAY})',
        'frozenset({"inventory_item", "payment", DAY})',
        (AUDIENCES,),
    ),
    Mutation(
        "an old password's session hears on",
        ACCESS,
        'return any(constant_time_compare(data.get(HASH_SESSION_KEY, ""), each) for each in hashes)',
        "return bool(hashes)",
        (f"{AUDIENCES}::test_a_session_made_before_the_password_was_changed_is_nobodys",),
    ),
    Mutation(
        "a session that is over is let in",
        ACCESS,
        ", expire_date__gt=timezone.now())",
        ")",
        (f"{AUDIENCES}::test_a_session_that_is_over_is_nobodys",),
    ),
    Mutation(
        "only groups give rights",
        ACCESS,
        'for given in ("group", "permission")',
        'for given in ("group",)',
        (f"{AUDIENCES}::test_a_users_own_rights_stand_beside_those_of_the_group",),
    ),
    Mutation(
        "a switched-off user hears on",
        ACCESS,
        "if not user.is_active or data",
        "if data",
        (f"{SOCKETS}::test_the_socket_closes_when_the_user_is_deactivated",),
    ),
    Mutation(
        "lost rights close nothing",
        RIGHTS,
        "return Close.NOT_ALLOWED if now.audience != before.audience else None",
        "return None",
        (f"{SOCKETS}::test_the_socket_closes_when_rights_are_taken_away",),
    ),
    Mutation(
        "stuck sockets stay",
        HUB,
        "elif subscriber.is_stuck:",
        "elif subscriber.is_stuck and False:",
        (f"{HUBS}::test_a_page_that_acknowledges_nothing_for_too_long_is_closed",),
    ),
    Mutation(
        "an open page outlives its session",
        HUB,
        "if subscriber.access.expires_at <= datetime.now(UTC):",
        "if False:",
        (f"{HUBS}::test_a_page_whose_session_is_over_is_closed",),
    ),
    Mutation(
        "polling gives no sign of life",
        HUB,
        "            self._beat(look.begun_at)\n",
        "            pass\n",
        (f"{HUBS}::test_without_a_relay_numbers_come_slower_and_the_browser_is_told",),
    ),
    Mutation(
        "a hub that polls is called live",
        HUB,
        "else self.mode.value",
        'else "live"',
        (f"{HUBS}::test_without_a_relay_numbers_come_slower_and_the_browser_is_told",),
    ),
    Mutation(
        "a heartbeat shows no gap",
        HUB,
        "frame.seq == self._seq + (frame.kind is Kind.FRAME)",
        "(frame.kind is Kind.HEARTBEAT or frame.seq == self._seq + 1)",
        (f"{HUBS}::test_a_gap_that_only_a_heartbeat_shows_is_healed",),
    ),
    Mutation(
        "a sleeping relay is silent",
        RELAY,
        "            await self._beat_if_due(db)\n            if monotonic() >= self._safety_due",
        "            if monotonic() >= self._safety_due",
        (f"{RELAYS}::test_asleep_it_gives_signs_of_life_without_a_word_to_the_database",),
    ),
    Mutation(
        "no day is opened",
        RELAY,
        "            await db.open_day()\n",
        "",
        (f"{RELAYS}::test_it_opens_the_day_once_with_the_numbers_of_its_first_look",),
    ),
    Mutation(
        "a frame of a new kind is fatal",
        MESSAGES,
        "except (AttributeError, LookupError, TypeError, ValueError) as error",
        "except (AttributeError, LookupError, TypeError) as error",
        ("tests/live/test_versions.py::test_a_frame_that_cannot_be_read_is_called_unreadable",),
    ),
    Mutation(
        "topics leave the relay in no order",
        MESSAGES,
        '"topics": sorted(self.topics)',
        '"topics": list(self.topics)',
        equivalent="who unpacks them makes a set of them; sorted, they read better in a log",
    ),
    Mutation(
        "a session that is asked for twice is asked for twice",
        ACCESS,
        "session_key__in=set(session_keys)",
        "session_key__in=list(session_keys)",
        equivalent="the database finds each row once, however often its key is named",
    ),
    Mutation(
        "any site's page opens the socket",
        ROUTING,
        "SameOrigin(CookieMiddleware",
        "(CookieMiddleware",
        (f"{SOCKETS}::test_another_sites_page_cannot_open_the_socket",),
    ),
)
