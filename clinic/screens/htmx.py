"""What a request of htmx asks for: a page's part, to take the place of what is shown."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


def wants_part(request: HttpRequest) -> bool:
    """Tell whether htmx asks, not a browser for a page."""
    return bool(HtmxDetails(request))


def template_for(request: HttpRequest, page: str, part: str) -> str:
    """Choose between the template of a page and that of the part which htmx refreshes."""
    return part if wants_part(request) else page


def current_page(request: HttpRequest) -> str:
    """Tell the address of the page that htmx asks from, without the host; empty if it is not one of ours."""
    return HtmxDetails(request).current_url_abs_path or ""


def restores_history(request: HttpRequest) -> bool:
    """Tell whether htmx goes back to a page that it no longer has, and wants all of it."""
    return HtmxDetails(request).history_restore_request
