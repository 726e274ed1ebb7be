"""Layout in a browser: the home page does not move while it loads (DESIGN.md 1)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.live_portal import LivePortal

pytestmark = pytest.mark.browser

MOST = 0.02
SUM_SHIFTS = """
  window.shifts = 0;
  new PerformanceObserver(list => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.shifts += shift.value;
  }).observe({type: "layout-shift", buffered: true});
"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/en/", "/fr/"])
def test_home_page_keeps_its_layout_while_loading(portal: LivePortal, chromium: Browser, path: str, width: int) -> None:
    with chromium.new_context(viewport={"width": width, "height": 844}, timezone_id="America/Vancouver") as context:
        page = context.new_page()
        page.add_init_script(SUM_SHIFTS)
        page.goto(portal.url + path, wait_until="networkidle")
        page.evaluate("document.fonts.ready")
        assert page.evaluate("window.shifts") <= MOST
