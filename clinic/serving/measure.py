"""How often each view was asked for, and how long it took from the whole request to the answer, waiting included.

Views are told by their names: an address holds a patient's number, and there is no end of them.
"""

from __future__ import annotations

from time import perf_counter

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from prometheus_client import Counter, Histogram, disable_created_metrics

BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)
NO_VIEW = "none"
"""Static files, addresses that are none, and requests that were sent away before their turn."""

disable_created_metrics()  # type: ignore[no-untyped-call]
requests = Counter("clinic_requests", "Requests, by view and status.", ["view", "status"], registry=None)
seconds = Histogram("clinic_request_seconds", "From a request to its answer.", ["view"], buckets=BOUNDS, registry=None)


def note(request: HttpRequest, response: HttpResponseBase, begun: float) -> None:
    """Count one request, which began at `begun` of `perf_counter`."""
    view = (request.resolver_match and request.resolver_match.view_name) or NO_VIEW
    requests.labels(view, str(response.status_code)).inc()
    seconds.labels(view).observe(perf_counter() - begun)
