"""Choosing one row of many as people do."""

from __future__ import annotations

from playwright.sync_api import Locator, expect


def pick(field: Locator, text: str, offered: str) -> None:
    """Type a text, wait until an option that contains `offered` is shown, and choose it with the keyboard."""
    field.fill(text)
    option = field.page.get_by_role("option").filter(has_text=offered)
    expect(option).to_be_visible()
    for _n in range(9):
        field.press("ArrowDown")
        if option.get_attribute("aria-selected") == "true":
            break
    field.press("Enter")
    expect(field).to_have_attribute("aria-expanded", "false")
