"""Numbers of any length stay inside their tiles and off their labels, at every width, at first and after a change."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.board import PAINTED, Sql, clinic, live
from tests.browser.conftest import Visit

__all__ = ["clinic"]

WIDTHS = (320, 390, 768, 1024, 1280, 1400, 1440, 1920)
LONGEST = {
    "en": {"money": "€999,999,999.99", "count": "999,999,999"},
    "de": {"money": "999.999.999,99 €", "count": "999.999.999"},
}
FILL = """(texts) => {
  for (const tile of document.querySelectorAll(".tile")) {
    const shown = tile.querySelector(".tile__value"), text = texts[tile.dataset.unit] ?? texts.count;
    shown.textContent = text;
    shown.dataset.length = text.length;
    tile.querySelector(".tile__change").textContent = `${text} more`;
    tile.querySelector(".tile__change").dataset.direction = "up";
  }
}"""
WRONG = """() => [...document.querySelectorAll(".tile")].flatMap((tile) => {
  const box = (node) => {
    const range = new Range();
    range.selectNodeContents(node);
    return range.getBoundingClientRect();
  };
  const edge = tile.getBoundingClientRect(), wrong = [];
  const number = box(tile.querySelector(".tile__value")), label = box(tile.querySelector(".tile__label"));
  const key = tile.dataset.metric;
  if (number.left < edge.left - 0.5 || number.right > edge.right + 0.5) wrong.push(`${key}: out of its tile`);
  if (label.right > edge.right + 0.5) wrong.push(`${key}: its label is out of its tile`);
  const isApart = (other) => number.right <= other.left + 0.5 || other.right <= number.left + 0.5
    || number.bottom <= other.top + 4 || other.bottom <= number.top + 4;
  const foot = tile.querySelector(".tile__foot").getBoundingClientRect();
  if (!isApart(label)) wrong.push(`${key}: on its label`);
  if (!isApart(foot)) wrong.push(`${key}: on what is said below`);
  if (foot.right > edge.right + 0.5) wrong.push(`${key}: its foot is out of its tile`);
  if (parseFloat(getComputedStyle(tile.querySelector(".tile__value")).fontSize) < 11) wrong.push(`${key}: too small`);
  return wrong;
})"""


def sizes(page: Page, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(PAINTED)
    return list(page.evaluate(WRONG))


@pytest.mark.parametrize("path", ["/", "/?tv=1"])
@pytest.mark.parametrize("language", LONGEST)
def test_the_longest_numbers_stay_in_their_tiles(visit: Visit, clinic: Sql, path: str, language: str) -> None:
    page = live(visit, path)
    page.get_by_role("button", name="Pause").click() if path == "/" else None
    page.evaluate(FILL, LONGEST[language])
    found = {width: wrong for width in WIDTHS if (wrong := sizes(page, width))}
    assert found == {}, found


def test_a_number_that_grows_becomes_smaller_by_itself(visit: Visit, clinic: Sql) -> None:
    page = live(visit, viewport={"width": 1280, "height": 900})
    clinic.execute("insert into bill (patient_id, service_fee) values (1, 999999899.99)")
    page.locator("#tile-amount_billed_total .tile__value[data-length='15']").wait_for()
    assert page.evaluate(WRONG) == []
    page.reload()
    page.locator("#tile-amount_billed_total .tile__value[data-length='15']").wait_for()
    assert page.evaluate(WRONG) == []
