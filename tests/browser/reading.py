"""Reading the page as a person would."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.waiting import PATIENCE_SECONDS

WATCH = """() => {
  window.stayed = true;
  window.flashed = [];
  window.moved = [];
  new MutationObserver((records) => records.forEach(({target, attributeName}) => {
    const list = attributeName === "class" ? window.flashed : window.moved;
    if (attributeName === "data-value" || target.classList.contains("is-changed")) list.push(target.dataset.metric);
  })).observe(document.querySelector("main"), {subtree: true, attributeFilter: ["class", "data-value"]});
}"""


def numbers(page: Page) -> dict[str, str]:
    """Metric keys and the texts of their tiles."""
    read = "tiles => tiles.map(t => [t.dataset.metric, t.querySelector('.tile__value').textContent])"
    return dict(page.locator(".tile").evaluate_all(read))


def see_number(page: Page, key: str, text: str, timeout: float = PATIENCE_SECONDS) -> None:
    """Wait until a tile shows a text."""
    expect(page.locator(f"#tile-{key} .tile__value")).to_have_text(text, timeout=timeout * 1000)


def see_words(page: Page, words: str, timeout: float = PATIENCE_SECONDS) -> None:
    """Wait until the connection's state begins with some words."""
    expect(page.locator(".live__words")).to_have_text(words, timeout=timeout * 1000)


def watch_tiles(page: Page) -> None:
    """Take down from now on which tiles move and flash, and notice a reload."""
    page.evaluate(WATCH)


def noted(page: Page, what: str) -> set[str]:
    """The tiles taken down since `watch_tiles`: those that `moved` or `flashed`."""
    assert page.evaluate("window.stayed"), "the page was loaded again"
    return set(page.evaluate(f"window.{what}"))
