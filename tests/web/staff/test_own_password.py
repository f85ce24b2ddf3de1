"""One's own password: changed by oneself, and at once where somebody else has set it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from clinic.staff.models import SignInEvent, TemporaryPassword
from tests.web.forms import form_of

pytestmark = pytest.mark.django_db
OLD, NEW = "compilers and moths", "a nanosecond of wire"


@pytest.fixture
def grace(transactional_db: None) -> User:
    user = User.objects.create_user("grace", password=OLD, last_name="Hopper-Murray")
    user.groups.add(Group.objects.get(name="reception"))
    return user


@pytest.fixture
def hers(grace: User) -> Client:
    client = Client()
    client.force_login(grace)
    return client


def send(client: Client, **typed: str) -> Any:
    form = form_of(client.get("/password/"))
    return client.post("/password/", form | {"old_password": OLD, "new_password1": NEW, "new_password2": NEW} | typed)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_staff_change_their_own_password_and_stay_signed_in_here_alone(hers: Client, grace: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(grace)
    assert send(hers)["Location"] == "/"
    grace.refresh_from_db()
    assert grace.check_password(NEW)
    assert "Your password is changed." in words(hers.get("/"))
    assert elsewhere.get("/")["Location"].startswith("/login/")
    assert SignInEvent.objects.filter(kind="password_changed", username="grace").count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"old_password": "wrong"}, "This is not your present password. Capital letters count."),
        ({"new_password2": "another one entirely"}, "The two password fields didn"),
        ({"new_password1": OLD, "new_password2": OLD}, "This is your present password. Choose another."),
        ({"new_password1": "elevenchars", "new_password2": "elevenchars"}, "It must contain at least 12 characters."),
        ({"new_password1": "qwerty123456", "new_password2": "qwerty123456"}, "This password is too common."),
        ({"new_password1": "hopper-murray", "new_password2": "hopper-murray"}, "too similar to the last name"),
    ],
)
def test_a_password_that_will_not_do_is_refused_in_words(
    hers: Client, grace: User, typed: dict[str, str], said: str
) -> None:
    answer = send(hers, **typed)
    assert answer.status_code == 422
    assert said in words(answer)
    grace.refresh_from_db()
    assert grace.check_password(OLD)


def managed(grace: User, **typed: str) -> Any:
    manager = Client()
    manager.force_login(User.objects.create_superuser("boss"))
    address = f"/setup/accounts/{grace.pk}/"
    return manager.post(address, form_of(manager.get(address)) | typed)


def test_a_password_that_a_manager_set_opens_nothing_before_it_is_changed(hers: Client, grace: User) -> None:
    assert managed(grace, new_password="from the manager").status_code == 302
    assert hers.get("/")["Location"].startswith("/login/"), "she is signed out everywhere"
    client = Client()
    assert client.post("/login/", {"username": "grace", "password": "from the manager"}).status_code == 302
    for address in ("/", "/patients/", "/live/", "/nothing/"):
        assert client.get(address)["Location"] == "/password/", address
    assert client.get("/dashboard/stats/", headers={"HX-Request": "true"})["HX-Redirect"] == "/password/"
    assert client.post("/patients/new/", {"first_name": "Ada"})["Location"] == "/password/"
    assert "Somebody else has set your password." in words(client.get("/password/"))
    assert send(client, old_password="from the manager")["Location"] == "/"
    assert client.get("/patients/").status_code == 200
    assert not TemporaryPassword.objects.exists()
    again = Client()
    assert again.post("/login/", {"username": "grace", "password": NEW})["Location"] == "/"
    assert again.get("/").status_code == 200


def test_who_has_a_password_of_somebody_else_may_leave(grace: User) -> None:
    TemporaryPassword.objects.create(user=grace)
    client = Client()
    client.force_login(grace)
    assert client.post("/logout/")["Location"] == "/login/"


def test_a_new_account_begins_with_a_password_of_its_own_choice() -> None:
    manager = Client()
    manager.force_login(User.objects.create_superuser("boss"))
    form = form_of(manager.get("/setup/accounts/new/"))
    assert manager.post("/setup/accounts/new/", form | {"username": "ada", "new_password": OLD}).status_code == 302
    assert TemporaryPassword.objects.get().user.username == "ada"
    assert SignInEvent.objects.filter(kind="password_set", username="ada").count() == 1


def test_a_managers_own_new_password_is_nobody_elses(transactional_db: None) -> None:
    boss = User.objects.create_user("boss", password=OLD)
    boss.groups.add(Group.objects.get(name="manager"))
    client = Client()
    client.force_login(boss)
    address = f"/setup/accounts/{boss.pk}/"
    assert client.post(address, form_of(client.get(address)) | {"new_password": NEW}).status_code == 302
    assert not TemporaryPassword.objects.exists()


def test_a_script_that_deletes_an_account_takes_its_mark_with_it(grace: User, sql: Any) -> None:
    TemporaryPassword.objects.create(user=grace)
    sql.execute("delete from auth_user_groups")
    sql.execute("delete from auth_user where username = 'grace'")
    assert not TemporaryPassword.objects.exists()
