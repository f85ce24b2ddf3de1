"""Pages and fragments travel compressed; static files lie compressed on the disk and WhiteNoise sends them."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressionMiddleware(GZipMiddleware):
    """Compress what a browser takes compressed, but not what is written while it is sent.

    Django's own would make of each part of a stream a gzip of its own, of which browsers read only the first.
    It adds a random length to each answer, so that its size betrays no secret beside a reader's input (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress an answer that is complete."""
        return response if response.streaming else super().process_response(request, response)
