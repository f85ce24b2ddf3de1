"""The socket's address, who may open it (same origin), and its cookies.

Place: `clinic.asgi` hands every WebSocket here; it hands them to `consumers`.
"""

from __future__ import annotations

from typing import Any

from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from channels.sessions import CookieMiddleware
from django.urls import path

from clinic.live import consumers

websockets: Any = AllowedHostsOriginValidator(CookieMiddleware(URLRouter([path("ws/live/", consumers.application)])))
