"""Fixtures for all tests: the database as an outside script sees it, staff, sessions, and the web server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import pytest_django
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from django.test.utils import override_settings, setup_databases, teardown_databases

from clinic.staff import roles
from clinic.staff.hashers import StaffHasher
from tests.emptying import COUNTED, Broom, empty, empty_all
from tests.repair.databases import keep_as_template
from tests.services import alone
from tests.web_server import WebServer

Connect = Callable[..., psycopg.Connection[Any]]
TransactionTestCase._fixture_teardown = lambda _case: None  # its flush takes the groups too; see `transactional_db`
LAST_TO_GIVE_WAY = "-c deadlock_timeout=3s"
"""Of two in a deadlock the web server is told first, and not a test that empties the tables."""

HASHERS = ["tests.hashing.QuickHasher", "clinic.staff.hashers.StaffHasher"]
RIGHTS = "select group_id, permission_id from auth_group_permissions order by 1, 2"
MIGRATED_RIGHTS = pytest.StashKey[list[Any]]()
"""Set once the test database is made: which group may do what."""


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> Iterator[None]:
    """Make the test database; pytest-django's own fixture does so only for tests that use the ORM."""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
        connections.close_all()
    keep_as_template(address())
    with psycopg.connect(address()) as connection:
        request.session.stash[MIGRATED_RIGHTS] = connection.execute(RIGHTS).fetchall()
    settings.DATABASES["default"]["OPTIONS"]["options"] = LAST_TO_GIVE_WAY  # type: ignore[index]
    yield
    if "TEST_DATABASE_URL" in os.environ:  # the tests' own server goes with all that it has
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def database_url(django_db_setup: None) -> str:
    """URL of the migrated test database, as an outside script would be given it."""
    return address()


def address() -> str:
    """Return the URL of the database which Django is told to use."""
    config = settings.DATABASES["default"]
    return "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**config)


@pytest.fixture(scope="module", autouse=True)
def nothing_is_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a module that leaves rows in the counted tables, or other rights, to those that come after it by chance."""
    yield
    if (rights := request.session.stash.get(MIGRATED_RIGHTS, default=None)) is None:
        return
    with psycopg.connect(address(), autocommit=True) as connection:
        rows = {table: connection.execute(f"select count(*) from {table}").fetchone() for table in COUNTED.split(", ")}
        left = {table: row[0] for table, row in rows.items() if row and row[0]}
        if left:
            empty(connection)
        is_changed = connection.execute(RIGHTS).fetchall() != rights
    assert left == {}
    assert not is_changed, "a group's rights are not what `migrate` gave it"


@pytest.fixture
def connect(database_url: str) -> Iterator[Connect]:
    """Open connections that share nothing with Django; autocommit unless told otherwise."""
    opened: list[psycopg.Connection[Any]] = []

    def open_connection(*, autocommit: bool = True, name: str = "a script") -> psycopg.Connection[Any]:
        opened.append(
            psycopg.connect(database_url, autocommit=autocommit, application_name=name, options=LAST_TO_GIVE_WAY)
        )
        return opened[-1]

    yield open_connection
    for connection in opened:
        connection.close()


@pytest.fixture(scope="session")
def broom(database_url: str) -> Iterator[Broom]:
    """What empties the tables between tests."""
    broom = Broom(database_url)
    yield broom
    broom.close()


@pytest.fixture
def sql(connect: Connect, broom: Broom) -> Iterator[psycopg.Connection[Any]]:
    """A script's autocommit session on empty tables, emptied again afterwards."""
    empty(broom.session())
    connection = connect()
    yield connection
    if not connection.closed:
        connection.rollback()
    empty(broom.session())


@pytest.fixture
def transactional_db(
    broom: Broom, django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[None]:
    """Let a test commit by the ORM; afterwards no row of the application is left.

    In place of pytest-django's own, whose flush makes all content types and permissions again (0.4 s for each test).
    """
    with django_db_blocker.unblock():
        yield
        empty_all(broom.session())


@pytest.fixture
def db(request: pytest.FixtureRequest) -> None:
    """Let a test use the ORM: in a transaction that is rolled back, or as `transactional_db` if it asks for both.

    In place of pytest-django's own, which would flush every table then, and with them the groups that `migrate` made.
    """
    is_committing = "transactional_db" in request.fixturenames
    request.getfixturevalue("transactional_db" if is_committing else "_django_db_helper")


@pytest.fixture(scope="session", autouse=True)
def quick_hashes_and_clients(django_test_environment: None) -> Iterator[None]:
    """Hash passwords in a moment, and let a client look a static file up when it asks for one.

    In the product both are slow on purpose: a process reads all static files before its first answer, and each of
    Django's test clients would.
    """
    with override_settings(PASSWORD_HASHERS=HASHERS, WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(scope="session")
def password() -> str:
    """The hash of `demo` as the served product makes it, which it would replace any other by at the next sign-in."""
    return make_password("demo", hasher=StaffHasher())


@pytest.fixture
def staff(transactional_db: None, password: str) -> dict[str, User]:
    """One user of each group, by the group's name; password `demo`."""
    made = User.objects.bulk_create(User(username=name, password=password) for name in roles.ROLES)
    users = {user.username: user for user in made}
    groups = {group.name: group for group in Group.objects.all()}
    membership = User.groups.through
    membership.objects.bulk_create(membership(user=user, group=groups[name]) for name, user in users.items())
    return users


@pytest.fixture
def sign_in(staff: dict[str, User]) -> Callable[[str], str]:
    """Return a signed-in session's key for a group's user, as the login page would make it."""
    # Made beforehand: an asynchronous test would open a connection of its own and leave it open.
    sessions = {name: new_session(user) for name, user in staff.items()}
    Session.objects.bulk_create(sessions.values())
    return {name: session.session_key for name, session in sessions.items()}.__getitem__


def session_key(user: User) -> str:
    """Make a signed-in session as the login page would; returns its key."""
    session = new_session(user)
    session.save(force_insert=True)
    return str(session.session_key)


def new_session(user: User) -> Session:
    """Return a signed-in session that is not written yet."""
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store._session_key = store._get_new_session_key()
    return store.create_model_instance(store._get_session())


@pytest.fixture(scope="session")
def web_server(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """The web server that all tests share; it starts, and stops, when a test asks for that."""
    log = tmp_path_factory.mktemp("server") / "daphne.log"
    # Tests that change rows behind the triggers' back are not to be mended meanwhile.
    server = WebServer(database_url, log, LIVE_CHECK_UPS="0")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def static_files() -> None:
    """Static files as they are served, in a folder which workers that test side by side share."""
    with alone("collectstatic"):
        call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture
def shared_server(web_server: WebServer, static_files: None) -> WebServer:
    """The web server, running."""
    return web_server.start()


@pytest.fixture
def no_other_relay(web_server: WebServer) -> None:
    """Nobody but the test leads in its database, falls asleep, wakes up and folds."""
    web_server.stop()


@pytest.fixture
def server(shared_server: WebServer, transactional_db: None) -> Iterator[WebServer]:
    """The shared web server, running again even when the test stopped it."""
    yield shared_server
    shared_server.start()


@pytest.fixture
def a_file(tmp_path: Path) -> Callable[[str], Path]:
    """Write a text to a file of the test's own."""

    def write(text: str) -> Path:
        path = tmp_path / "file"
        path.write_text(text)
        return path

    return write
