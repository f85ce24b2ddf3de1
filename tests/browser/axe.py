"""What axe-core, the accessibility checker, finds wrong with a page."""

from __future__ import annotations

from importlib.resources import files

from playwright.sync_api import Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
RUN = "() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"


def violations(page: Page) -> list[str]:
    """List each rule broken with the elements that break it; evaluated, so that the page's policy stays on."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return [
        f"{found['id']} ({found['help']}): {node['html']}" for found in page.evaluate(RUN) for node in found["nodes"]
    ]
