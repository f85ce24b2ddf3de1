"""Signing in and out, and what a visitor without a session gets."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return User.objects.create_user("grace", password="compilers")


def test_a_visitor_is_sent_to_the_sign_in_page_and_back(client: Client, user: User) -> None:
    assert client.get("/")["Location"] == "/login/?next=/"
    answer = client.post("/login/", {"username": "grace", "password": "compilers", "next": "/?seen"})
    assert answer["Location"] == "/?seen"


def test_signing_in_never_leads_to_another_site(client: Client, user: User) -> None:
    answer = client.post("/login/", {"username": "grace", "password": "compilers", "next": "https://example.org/"})
    assert answer["Location"] == "/"


def test_a_wrong_password_is_answered_kindly(client: Client, user: User) -> None:
    html = client.post("/login/", {"username": "grace", "password": "wrong"}).content.decode()
    assert "do not belong together" in html
    assert 'role="alert"' in html
    assert 'value="grace"' in html
    assert "wrong" not in html


def test_an_unknown_user_reads_the_same_words_as_a_wrong_password(client: Client, user: User) -> None:
    unknown = client.post("/login/", {"username": "nobody", "password": "x"}).context["form"].non_field_errors()
    wrong = client.post("/login/", {"username": "grace", "password": "x"}).context["form"].non_field_errors()
    assert unknown == wrong


def test_a_fragment_of_an_expired_session_sends_the_whole_page_to_sign_in(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/?day=1"}
    answer = client.get("/dashboard/stats/", headers=headers)
    assert answer["HX-Redirect"] == "/login/?next=%2F%3Fday%3D1"
    assert answer.content == b""


def test_a_fragment_opened_as_a_page_redirects_like_any_page(client: Client) -> None:
    assert client.get("/dashboard/stats/")["Location"] == "/login/?next=/dashboard/stats/"


def test_signing_out_needs_a_post(client: Client, user: User) -> None:
    client.force_login(user)
    assert client.get("/logout/").status_code == 405
    assert client.get("/").status_code == 200
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/").status_code == 302


def test_a_user_who_is_signed_in_passes_the_sign_in_page(client: Client, user: User) -> None:
    client.force_login(user)
    assert client.get("/login/")["Location"] == "/"


def test_a_form_without_its_token_says_what_to_do() -> None:
    answer = Client(enforce_csrf_checks=True).post("/login/", {"username": "grace", "password": "compilers"})
    assert answer.status_code == 403
    assert "reload the page" in answer.content.decode()


def test_an_address_that_does_not_exist_offers_the_way_back(client: Client) -> None:
    answer = client.get("/nothing/")
    assert answer.status_code == 404
    assert 'href="/"' in answer.content.decode()
