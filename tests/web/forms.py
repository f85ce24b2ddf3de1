"""Filling in forms as a browser does: every input the page holds is sent, with some changed."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse


class Forms(HTMLParser):
    """The forms of a page with their inputs as a browser would send them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._option: dict[str, Any] | None = None
        self._select = ""
        self._area = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append({"": given.get("action") or ""})
        if not self.forms:
            return
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "input" and name and given.get("type") not in {"checkbox", "radio", "submit"}:
            self._add(name, value)
        elif tag == "input" and name and "checked" in given:
            self._add(name, value or "on")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in self.forms[-1]):
            self.forms[-1][self._select] = value
        elif tag == "textarea":
            self._area = name
            self.forms[-1][name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self.forms[-1][self._area] = self.forms[-1][self._area].removeprefix("\n")
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1][self._area] += data

    def _add(self, name: str, value: str) -> None:
        known = self.forms[-1].get(name)
        self.forms[-1][name] = value if known is None else [*(known if isinstance(known, list) else [known]), value]


def form_of(response: HttpResponse, action: str | None = None) -> dict[str, Any]:
    """Return the inputs of the page's form with that action; without one, of the form that changes things."""
    for form in Forms(response.content.decode()).forms:
        if form[""] == action or (action is None and "form_token" in form):
            return {name: value for name, value in form.items() if name}
    raise AssertionError(f"no form for {action!r} on the page")
