"""The socket's address, who may open it (same origin), and its cookies.

Place: `clinic.asgi` hands every WebSocket here; it hands them to `consumers`.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from channels.routing import URLRouter
from channels.security.websocket import WebsocketDenier
from channels.sessions import CookieMiddleware
from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import path
from django.utils.http import is_same_domain

from clinic.live import consumers

Scope = dict[str, Any]


class SameOrigin:
    """Let only pages of this very origin dial, scheme and port included; by the rule that Django has for forms."""

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> Any:
        """Serve the socket, or refuse it."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        is_ours = _is_own(headers.get(b"origin", ""), headers.get(b"host", ""))
        return await (self._application if is_ours else WebsocketDenier())(scope, receive, send)


def _is_own(origin: str, host: str) -> bool:
    scheme = "https" if settings.SESSION_COOKIE_SECURE else "http"
    if origin == f"{scheme}://{host}":
        return validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)
    return any(_is_of(trusted, origin) for trusted in settings.CSRF_TRUSTED_ORIGINS)


def _is_of(trusted: str, origin: str) -> bool:
    """Say whether an origin is the trusted one, or of the domain that `https://*.clinic.example` names."""
    allowed, asked = urlsplit(trusted), urlsplit(origin)
    return allowed.scheme == asked.scheme and is_same_domain(asked.netloc, allowed.netloc.removeprefix("*"))


websockets: Any = SameOrigin(CookieMiddleware(URLRouter([path("ws/live/", consumers.application)])))
