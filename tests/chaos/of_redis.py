"""What happens to Redis."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import redis

from tests.benchmarks.database import fresh_database
from tests.chaos.installation import Installation
from tests.web_server import WebServer


@contextmanager
def no_redis(here: Installation) -> Iterator[None]:
    """Stop Redis, and start it again."""
    here.redis.stop()
    yield None
    here.redis.start()


@contextmanager
def redis_told(here: Installation, *commands: str) -> Iterator[None]:
    """Have Redis do something."""
    with redis.Redis.from_url(here.redis.url) as client:
        for command in commands:
            client.execute_command(*command.split())
        yield None


@contextmanager
def started_without_redis(here: Installation) -> Iterator[WebServer]:
    """Start a web process while Redis is down."""
    server = here.standby()
    server.stop()
    here.redis.stop()
    server.start()
    yield server
    here.redis.start()


@contextmanager
def second_clinic(here: Installation) -> Iterator[None]:
    """Run another clinic on the same Redis and the same server, with ten thousand patients."""
    with fresh_database("bench_other") as url:
        with psycopg.connect(url, autocommit=True) as session:
            session.execute("insert into patient (first_name) select 'Bob' from generate_series(1, 10000)")
        server = WebServer(url, here.servers[0].log.with_name("other.log"), REDIS_URL=here.redis.url).start()
        try:
            with psycopg.connect(url, autocommit=True) as session:
                for _ in range(20):
                    session.execute("insert into patient (first_name) values ('Bob')")
            yield None
        finally:
            server.stop()
