"""Parts of pages that look alike to all who may see the same, so that one rendering serves many readers.

A view that gives such a part says so by `for_many`, and shows nothing of the reader but what follows from their
rights. Tokens of forms are stood in for and filled in for each reader; a part with anything else of one reader sets
a cookie (as the CSRF token does), and is not shared. `clinic.live.shared` keeps and sends the answers.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseBase

from clinic.live.access import rights_of
from clinic.live.shared import SHARED, digest

Response = TypeVar("Response", bound=HttpResponseBase)


def for_many(request: HttpRequest, response: Response) -> Response:
    """Say that all who have this reader's rights may be sent the same."""
    if is_for_many(request):
        response[SHARED] = digest(rights_of(request.user))  # type: ignore[arg-type]
    return response


def is_for_many(request: Any) -> bool:
    """Tell whether the answer may be sent to others too."""
    return bool(getattr(request, "scope", {}).get("is_for_many"))
