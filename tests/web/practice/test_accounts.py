"""Staff accounts, kept by the manager."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.http import HttpResponse
from django.test import Client

from clinic.staff.models import TemporaryPassword
from tests.web.bookings.conftest import ClientOf
from tests.web.forms import form_of

PASSWORD = "correct horse battery"


def account(**said: Any) -> dict[str, Any]:
    groups = [Group.objects.get(name=name).pk for name in said.pop("groups", ["reception"])]
    return {"username": "mia", "is_active": "on", "groups": groups, "new_password": PASSWORD, **said}


def seen(client: Client, user: User) -> dict[str, str]:
    """The version of the account that its form shows."""
    return {"as_shown": form_of(client.get(f"/setup/accounts/{user.pk}/"))["as_shown"]}


def test_a_new_account_signs_in_with_its_groups_rights(client_of: ClientOf) -> None:
    assert client_of("manager").post("/setup/accounts/new/", account())["Location"] == "/setup/"
    mia = User.objects.get(username="mia")
    assert (mia.is_staff, mia.is_superuser) == (False, False)
    TemporaryPassword.objects.all().delete()  # as if she had chosen one of her own
    client = Client()
    assert client.login(username="mia", password=PASSWORD)
    assert client.get("/bookings/").status_code == 200
    assert client.get("/setup/").status_code == 403


def test_an_account_sent_twice_is_made_once_and_not_called_taken(client_of: ClientOf) -> None:
    manager, said = client_of("manager"), account(form_token="as rendered once")
    first, second = (manager.post("/setup/accounts/new/", said) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert User.objects.filter(username="mia").count() == 1


@pytest.mark.parametrize("password", ["", "12345678", "mia", "password"])
def test_a_guessable_password_is_refused_in_words(client_of: ClientOf, password: str) -> None:
    answer = client_of("manager").post("/setup/accounts/new/", account(new_password=password))
    assert answer.status_code == 422
    assert answer.context["form"].errors["new_password"]
    assert not User.objects.filter(username="mia").exists()


def test_groups_change_and_the_password_stays_when_none_is_typed(client_of: ClientOf) -> None:
    manager = client_of("manager")
    manager.post("/setup/accounts/new/", account())
    mia = User.objects.get(username="mia")
    manager.post(f"/setup/accounts/{mia.pk}/", account(groups=["cashier"], new_password="", **seen(manager, mia)))
    mia.refresh_from_db()
    assert [group.name for group in mia.groups.all()] == ["cashier"]
    assert mia.check_password(PASSWORD)


def test_a_new_password_and_switching_off_end_what_is_signed_in(client_of: ClientOf) -> None:
    manager, reception = client_of("manager"), client_of("reception")
    user = User.objects.get(username="reception")
    manager.post(f"/setup/accounts/{user.pk}/", account(username="reception", **seen(manager, user)))
    assert reception.get("/bookings/")["Location"].startswith("/login/")
    switched_off = {"is_active": "", "new_password": "", **seen(manager, user)}
    manager.post(f"/setup/accounts/{user.pk}/", account(username="reception", **switched_off))
    assert not Client().login(username="reception", password=PASSWORD)


@pytest.mark.parametrize("said", [{"is_active": ""}, {"groups": []}])
def test_a_manager_cannot_lock_the_manager_out(client_of: ClientOf, said: dict[str, Any]) -> None:
    manager = client_of("manager")
    user = User.objects.get(username="manager")
    own = account(**{"username": "manager", "groups": ["manager"], "new_password": "", **said})
    answer = manager.post(f"/setup/accounts/{user.pk}/", own | seen(manager, user))
    assert answer.status_code == 422
    assert "ask another manager" in answer.content.decode()
    user.refresh_from_db()
    assert user.is_active
    assert user.groups.filter(name="manager").exists()


def test_a_superuser_is_neither_shown_nor_changed(client_of: ClientOf) -> None:
    root = User.objects.create_superuser("root", password=PASSWORD)
    manager = client_of("manager")
    assert "root" not in manager.get("/setup/").content.decode()
    assert manager.post(f"/setup/accounts/{root.pk}/", account(username="root")).status_code == 404


def test_rights_beyond_the_roles_cannot_be_given(client_of: ClientOf) -> None:
    manager = client_of("manager")
    outside = Group.objects.create(name="outside")
    answer = manager.post("/setup/accounts/new/", {**account(), "groups": [outside.pk]})
    assert answer.status_code == 422
    manager.post("/setup/accounts/new/", {**account(), "is_superuser": "on", "is_staff": "on"})
    mia = User.objects.get(username="mia")
    assert (mia.is_staff, mia.is_superuser) == (False, False)


def two_managers(client_of: ClientOf) -> tuple[Client, Client]:
    """Two people in one role."""
    second = User.objects.create_user("second")
    one = client_of("manager")
    second.groups.add(Group.objects.get(name="manager"))
    other = Client()
    other.force_login(second)
    return one, other


def test_what_two_managers_do_to_one_account_is_kept_and_the_second_is_told(client_of: ClientOf) -> None:
    one, other = two_managers(client_of)
    mia = User.objects.create_user("mia", first_name="Mia")
    page = f"/setup/accounts/{mia.pk}/"
    mine, theirs = form_of(one.get(page)), form_of(other.get(page))
    cashier = Group.objects.get(name="cashier").pk
    assert other.post(page, {**theirs, "is_active": "", "groups": [cashier]}).status_code == 302
    done = one.post(page, mine | {"last_name": "Sand", "new_password": PASSWORD}, follow=True)
    assert "A colleague changed this user meanwhile. Kept beside yours: Active, Groups." in done.content.decode()
    mia.refresh_from_db()
    assert (mia.is_active, mia.last_name, mia.check_password(PASSWORD)) == (False, "Sand", True)
    assert [group.name for group in mia.groups.all()] == ["cashier"]


def test_a_new_password_is_typed_again_when_there_is_to_choose(client_of: ClientOf) -> None:
    one, other = two_managers(client_of)
    mia = User.objects.create_user("mia")
    page = f"/setup/accounts/{mia.pk}/"
    mine, theirs = form_of(one.get(page)), form_of(other.get(page))
    cashier, store = (Group.objects.get(name=name).pk for name in ("cashier", "store"))
    other.post(page, {**theirs, "groups": [cashier]})
    asked = one.post(page, mine | {"groups": [store], "new_password": PASSWORD})
    assert asked.status_code == 409
    assert "Type the new password again." in asked.content.decode()
    assert [(q.theirs, q.yours) for q in asked.context["form"].questions] == [("cashier", "store")]
    chosen = form_of(asked) | {"whose_groups": "yours", "new_password": PASSWORD}
    assert one.post(page, chosen).status_code == 302
    mia.refresh_from_db()
    assert mia.check_password(PASSWORD)
    assert [group.name for group in mia.groups.all()] == ["store"]


def refused(client: Client, page: str, form: dict[str, Any]) -> HttpResponse:
    """Send a form with a password that is not saved for another reason, and give the answer."""
    answer = client.post(page, form | {"new_password": PASSWORD})
    assert answer.status_code in {409, 422}
    assert "Type the new password again." in answer.content.decode()
    assert 'name="sets_password"' in answer.content.decode()
    return answer


@pytest.mark.parametrize("reason", ["conflict", "another field"])
def test_a_password_that_was_typed_is_not_forgotten_when_the_form_comes_back(client_of: ClientOf, reason: str) -> None:
    one, _other = two_managers(client_of)
    mia = User.objects.create_user("mia")
    page = f"/setup/accounts/{mia.pk}/"
    form = form_of(one.get(page))
    assert "sets_password" not in form
    if reason == "conflict":
        User.objects.filter(pk=mia.pk).update(first_name="Maria")
        asked = refused(one, page, form | {"first_name": "Mia"})
        chosen = form_of(asked) | {"whose_first_name": "yours"}
    else:
        chosen = form_of(refused(one, page, form | {"username": "m i a"})) | {"username": "mia", "first_name": "Mia"}
    forgotten = one.post(page, chosen)
    assert forgotten.status_code == 422
    assert "Type the new password again, or untick that one is set." in forgotten.content.decode()
    mia.refresh_from_db()
    assert mia.first_name != "Mia"
    assert one.post(page, form_of(forgotten) | {"new_password": PASSWORD}).status_code == 302
    mia.refresh_from_db()
    assert (mia.first_name, mia.check_password(PASSWORD)) == ("Mia", True)


def test_who_unticks_that_a_password_is_set_keeps_the_old_one(client_of: ClientOf) -> None:
    one, _other = two_managers(client_of)
    mia = User.objects.create_user("mia", password="old-and-known-7")
    page = f"/setup/accounts/{mia.pk}/"
    asked = refused(one, page, form_of(one.get(page)) | {"username": "m i a"})
    unticked = {name: value for name, value in form_of(asked).items() if name != "sets_password"}
    assert one.post(page, unticked | {"username": "mia", "first_name": "Mia"}).status_code == 302
    mia.refresh_from_db()
    assert (mia.first_name, mia.check_password("old-and-known-7")) == ("Mia", True)


@pytest.mark.parametrize("change", ["password", "groups"])
def test_a_password_or_groups_that_a_colleague_gave_stay(client_of: ClientOf, change: str) -> None:
    one, other = two_managers(client_of)
    mia = User.objects.create_user("mia")
    page = f"/setup/accounts/{mia.pk}/"
    mine, theirs = form_of(one.get(page)), form_of(other.get(page))
    given = {"password": {"new_password": PASSWORD}, "groups": {"groups": [Group.objects.get(name="store").pk]}}
    other.post(page, {**theirs, **given[change]})
    assert one.post(page, mine | {"first_name": "Mia"}).status_code == 302
    mia.refresh_from_db()
    assert mia.first_name == "Mia"
    assert mia.check_password(PASSWORD) == (change == "password")
    assert mia.groups.exists() == (change == "groups")


def test_signing_in_meanwhile_is_no_change_and_stays_noted(client_of: ClientOf) -> None:
    manager = client_of("manager")
    mia = User.objects.create_user("mia", password=PASSWORD)
    form = form_of(manager.get(f"/setup/accounts/{mia.pk}/"))
    assert Client().login(username="mia", password=PASSWORD)
    assert manager.post(f"/setup/accounts/{mia.pk}/", form | {"first_name": "Mia"}).status_code == 302
    mia.refresh_from_db()
    assert mia.first_name == "Mia"
    assert mia.last_login is not None
