"""Guessing at a password: it ends soon, and locks out whoever guesses and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from clinic.screens import rates
from clinic.staff.models import SignInEvent, SignInKind
from clinic.staff.sign_ins import note

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"
PASSWORD = "compilers and moths"


@pytest.fixture(autouse=True)
def uncounted(transactional_db: None) -> Iterator[None]:
    rates.forget_all()
    yield
    rates.forget_all()


@pytest.fixture
def grace() -> User:
    return User.objects.create_user("grace", password=PASSWORD)


def tries(client: Client, password: str, *, name: str = "grace", address: str = HERE, path: str = "/login/") -> Any:
    return client.post(path, {"username": name, "password": password}, REMOTE_ADDR=address)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_after_six_wrong_passwords_even_the_right_one_waits(client: Client, grace: User) -> None:
    wrong = [tries(client, "wrong").status_code for _ in range(6)]
    answer = tries(client, PASSWORD)
    assert (wrong, answer.status_code) == (6 * [200], 429)
    assert 240 < int(answer["Retry-After"]) <= 300
    assert "Too many attempts. Wait 5 minutes, then try again" in words(answer)


def test_the_name_in_other_letters_is_the_same_account(client: Client, grace: User) -> None:
    names = ["grace", "GRACE", "Grace", "gRace", "grAce", "graCe", "gracE"]
    assert [tries(client, "wrong", name=name).status_code for name in names][-1] == 429


def test_elsewhere_nobody_waits_for_a_stranger_who_guesses(client: Client, grace: User) -> None:
    for _ in range(7):
        tries(client, "wrong")
    assert tries(Client(), PASSWORD, address=ELSEWHERE).status_code == 302


def test_a_right_password_begins_the_count_again(client: Client, grace: User) -> None:
    for _ in range(3):
        assert [tries(Client(), "wrong").status_code for _ in range(5)] == 5 * [200]
        assert tries(Client(), PASSWORD).status_code == 302


def test_an_account_that_is_guessed_at_from_everywhere_is_closed_to_strangers_and_not_to_its_owner(
    client: Client, grace: User
) -> None:
    assert tries(client, PASSWORD).status_code == 302
    client.post("/logout/")
    for n in range(30):
        tries(Client(), "wrong", address=f"198.51.100.{n}")
    assert tries(Client(), PASSWORD, address="192.0.2.1").status_code == 429
    assert tries(client, PASSWORD, address="192.0.2.1").status_code == 302, "this browser knows the account"


def test_what_a_browser_is_told_to_remember_cannot_be_made_up(client: Client, grace: User) -> None:
    assert tries(client, PASSWORD).status_code == 302
    cookie = client.cookies["known_device"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert "grace" not in cookie.value
    stranger = Client()
    stranger.cookies["known_device"] = cookie.value.replace("|", "|0123456789abcdef|", 1)
    for n in range(30):
        tries(Client(), "wrong", address=f"198.51.100.{n}")
    assert tries(stranger, PASSWORD, address="192.0.2.1").status_code == 429


def test_a_device_that_knows_an_account_may_not_guess_for_ever(client: Client, grace: User) -> None:
    assert tries(client, PASSWORD).status_code == 302
    client.post("/logout/")
    assert [tries(client, "wrong", address=f"192.0.2.{n}").status_code for n in range(7)] == [*6 * [200], 429]


def test_one_address_cannot_try_one_password_on_everybody(grace: User) -> None:
    for n in range(100):
        tries(Client(), "summer2026", name=f"colleague{n}")
    assert tries(Client(), PASSWORD).status_code == 429
    assert tries(Client(), PASSWORD, address=ELSEWHERE).status_code == 302


def test_many_at_once_are_not_all_the_first(client: Client, grace: User) -> None:
    control = [rates.Rate("control", "6 per 5 minute").seconds_left("grace") for _ in range(9)]
    assert control == 9 * [0], "looking without counting lets all of them pass"
    counted = [rates.Rate("control", "6 per 5 minute").hit("grace") for _ in range(9)]
    assert counted == 6 * [True] + 3 * [False]


def test_the_administrations_own_way_in_leads_to_the_one_that_counts(client: Client, grace: User) -> None:
    answer = client.get("/admin/login/?next=/admin/")
    assert answer["Location"] == "/login/?next=/admin/"
    assert tries(client, PASSWORD, path="/admin/login/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_each_sign_in_failure_refusal_and_sign_out_is_in_the_log(client: Client, grace: User) -> None:
    for _ in range(9):
        tries(client, "wrong")
    tries(Client(), "x", name="nobody\u202e\x07", address=ELSEWHERE)
    other = Client(headers={"User-Agent": "Firefox " + 300 * "x"})
    tries(other, PASSWORD, address=ELSEWHERE)
    other.post("/logout/", REMOTE_ADDR=ELSEWHERE)
    lines = [(line.kind, line.username, line.address) for line in SignInEvent.objects.order_by("id")]
    assert lines == [
        *6 * [("failed", "grace", HERE)],
        ("refused", "grace", HERE),  # once for all refusals of five minutes
        ("failed", "nobody\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}", ELSEWHERE),
        ("signed_in", "grace", ELSEWHERE),
        ("signed_out", "grace", ELSEWHERE),
    ]
    assert {len(line.device) for line in SignInEvent.objects.filter(kind="signed_in")} == {200}


def test_a_manager_reads_the_log_and_finds_a_name_an_address_and_a_day(client: Client) -> None:
    note(None, SignInKind.FAILED, "grace")
    note(None, SignInKind.SIGNED_IN, "ada")
    client.force_login(User.objects.create_superuser("boss"))
    page = words(client.get("/setup/sign-ins/?q=GRA"))
    assert "wrong password or user name" in page
    assert "ada" not in page.partition("<table")[2]
    assert "Nothing matches." in words(client.get("/setup/sign-ins/?day=2001-01-01"))
    file = b"".join(client.get("/setup/sign-ins/?export=csv&kind=failed")).decode()  # type: ignore[call-overload]
    assert '"wrong password or user name","grace"' in file
    assert "ada" not in file
