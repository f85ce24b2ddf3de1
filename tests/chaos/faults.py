"""What is caused, in this order."""

from __future__ import annotations

from tests.chaos.fault import NOTICED_SECONDS, TAKEOVER_SECONDS, Fault
from tests.chaos.of_postgres import (
    connections_full,
    disk_full,
    failed_over,
    pooled_sessions_half_open,
    postgres_crashed,
    postgres_stopped,
)
from tests.chaos.of_processes import cut_off, killed, relay_ended, stopped, told_to_stop
from tests.chaos.of_redis import no_redis, redis_told, second_clinic, started_without_redis
from tests.chaos.of_restarts import rolling_restart, rolling_upgrade

FAULTS = (
    Fault("leader killed", lambda here: killed(here.leader()), 0, TAKEOVER_SECONDS, TAKEOVER_SECONDS),
    Fault("leader told to stop", lambda here: told_to_stop(here.leader()), 0, TAKEOVER_SECONDS, TAKEOVER_SECONDS),
    Fault(
        "leader frozen", lambda here: stopped(here.leader()), 0, TAKEOVER_SECONDS, TAKEOVER_SECONDS + NOTICED_SECONDS
    ),
    Fault("leader frozen for a while", lambda here: stopped(here.leader()), 20, TAKEOVER_SECONDS, TAKEOVER_SECONDS),
    Fault("leader cut off from PostgreSQL", cut_off, 0, TAKEOVER_SECONDS, TAKEOVER_SECONDS),
    Fault("all relays' sessions ended", relay_ended, 0, TAKEOVER_SECONDS, TAKEOVER_SECONDS),
    Fault("standby killed", lambda here: killed(here.standby()), 0, 1, TAKEOVER_SECONDS),
    Fault("standby frozen", lambda here: stopped(here.standby()), 0, 1, TAKEOVER_SECONDS + NOTICED_SECONDS),
    Fault("Redis stopped", no_redis, 15, 10, 10),
    Fault("Redis flushed", lambda here: redis_told(here, "flushall"), 0, TAKEOVER_SECONDS, TAKEOVER_SECONDS),
    Fault(
        "Redis full",
        lambda here: redis_told(here, "config set maxmemory-policy noeviction", "config set maxmemory 1"),
        5,
        TAKEOVER_SECONDS,
        TAKEOVER_SECONDS,
    ),
    Fault("a process started while Redis is down", started_without_redis, 10, 10, 15),
    Fault("two clinics on one Redis", second_clinic, 5, 1, 1),
    Fault("PostgreSQL restarted", postgres_stopped, 1, 10, 10),
    Fault("PostgreSQL stopped", postgres_stopped, 15, 10, 20),
    Fault("PostgreSQL crashed", postgres_crashed, 1, 10, 10),
    Fault("connections full", connections_full, 10, 10, 10),
    Fault("PostgreSQL's disk full", disk_full, 15, 10, 10),
    Fault("web processes' sessions half-open", pooled_sessions_half_open, 30, 1, 1),
    Fault("rolling restart", rolling_restart, 0, TAKEOVER_SECONDS, TAKEOVER_SECONDS, refused=0),
    Fault(
        "rolling upgrade: a number more, a number less",
        rolling_upgrade,
        0,
        TAKEOVER_SECONDS,
        TAKEOVER_SECONDS,
        refused=0,
    ),
    Fault("failover to a standby, its clock 20 s behind", failed_over, 0, 10, 10),
)
