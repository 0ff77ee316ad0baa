"""A parent's hands and eyes in a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

STEP_MS = 30
PATIENCE_MS = 30_000
SIDEWAYS = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  return Math.max(document.documentElement.scrollWidth, main ? main.scrollWidth : 0) - window.innerWidth;
}"""


def settled(page: Page) -> None:
    """Returns once the app has nothing left to do."""
    app = page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
    app.wait_for(timeout=PATIENCE_MS)
    page.wait_for_timeout(250)
    app.wait_for(timeout=PATIENCE_MS)


def tap(page: Page, name: str) -> None:
    """Taps the button with this name and waits for the app."""
    button = page.get_by_role("button", name=name, exact=True).first
    button.scroll_into_view_if_needed()
    button.tap() if page.evaluate("'ontouchstart' in window") else button.click()
    settled(page)


def heading(page: Page, text: str) -> None:
    """Waits for the page with this title."""
    expect(page.get_by_role("heading", name=text, level=1)).to_be_visible(timeout=PATIENCE_MS)
    settled(page)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float], steps: int = 10) -> None:
    """Moves one finger over the screen."""
    session = page.context.new_cdp_session(page)

    def finger(kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    finger("touchStart", start)
    for step in range(1, steps + 1):
        share = step / steps
        finger("touchMove", (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share))
        page.wait_for_timeout(STEP_MS)
    finger("touchEnd")
    settled(page)


def middle(element: Locator) -> tuple[float, float]:
    """The middle of an element on screen."""
    box = element.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def width(element: Locator) -> float:
    """How wide an element is on screen, 0 while it is not there."""
    boxes = element.all()
    box = boxes[0].bounding_box(timeout=PATIENCE_MS) if boxes else None
    return box["width"] if box else 0.0


def until(page: Page, is_so: Callable[[], bool]) -> None:
    """Returns once something is so; fails when it takes too long."""
    for _ in range(PATIENCE_MS // 100):
        if is_so():
            return
        page.wait_for_timeout(100)
    assert is_so()


def look(page: Page, folder: Path, name: str) -> None:
    """Keeps a screenshot, and checks that nothing has to be scrolled sideways."""
    page.screenshot(path=folder / f"{name}.png")
    assert page.evaluate(SIDEWAYS) <= 0
