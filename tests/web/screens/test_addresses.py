"""Whose request it is: forwarded addresses are believed as far as those who wrote them are trusted."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from django.test import RequestFactory, override_settings

from clinic.screens.addresses import client_address, customer

OURS = [ip_network("127.0.0.1"), ip_network("10.0.0.0/8")]


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        pytest.param("203.0.113.7", "", "203.0.113.7", id="nobody forwards"),
        pytest.param("203.0.113.7", "192.0.2.1", "203.0.113.7", id="a stranger says what he likes"),
        pytest.param("127.0.0.1", "203.0.113.7", "203.0.113.7", id="our proxy says whom it heard"),
        pytest.param("127.0.0.1", "192.0.2.1, 203.0.113.7", "203.0.113.7", id="the first was there before our proxy"),
        pytest.param("127.0.0.1", "192.0.2.1, 203.0.113.7, 10.1.2.3", "203.0.113.7", id="two proxies of ours"),
        pytest.param("127.0.0.1", "nonsense", "127.0.0.1", id="no address"),
        pytest.param("127.0.0.1", "", "127.0.0.1", id="a proxy that says nothing"),
        pytest.param("", "203.0.113.7", "", id="nobody knows"),
        pytest.param("127.0.0.1", "::ffff:203.0.113.7", "203.0.113.7", id="IPv4 within IPv6"),
        pytest.param("10.9.9.9", "10.8.8.8", "10.8.8.8", id="all are ours"),
    ],
)
def test_the_address_is_the_nearest_that_is_no_proxy_of_ours(remote: str, forwarded: str, address: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=remote, headers={"X-Forwarded-For": forwarded})
    with override_settings(TRUSTED_PROXIES=OURS):
        assert client_address(request) == address


def test_without_a_trusted_proxy_nothing_forwarded_is_believed() -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "203.0.113.7"})
    assert client_address(request) == "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "shared"),
    [("203.0.113.7", "203.0.113.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("", "")],
)
def test_a_customer_is_an_address_or_a_network_of_ipv6(address: str, shared: str) -> None:
    assert customer(address) == shared
