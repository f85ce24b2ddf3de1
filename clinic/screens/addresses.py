"""Whose request it is, by address: what proxies say is believed only of those that `TRUSTED_PROXIES` names."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

ONE_CUSTOMER = 64
"""Bits of an IPv6 address that tell one customer of a network from another (RFC 6177)."""


def client_address(request: HttpRequest) -> str:
    """Return the address of the machine that asked, "" where it cannot be known.

    Each proxy adds to `X-Forwarded-For` whom it heard; so the list is read from its end, as far as those who wrote it
    are trusted. What stands before that anybody may have made up.
    """
    nearest = _sane(request.META.get("REMOTE_ADDR", ""))
    for hop in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        if not _is_trusted(nearest) or not (before := _sane(hop)):
            break
        nearest = before
    return nearest


def customer(address: str) -> str:
    """Return what all addresses of one customer share: an IPv4 address itself, the network of an IPv6 address."""
    if address and isinstance(parsed := ip_address(address), IPv6Address):
        return str(ip_network((parsed, ONE_CUSTOMER), strict=False))
    return address


def _sane(text: str) -> str:
    try:
        parsed = ip_address(text.strip())
    except ValueError:
        return ""
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def _is_trusted(address: str) -> bool:
    return bool(address) and any(ip_address(address) in network for network in settings.TRUSTED_PROXIES)
