"""Chromium for the browser tests. Without one they are skipped, and with CI=true that is a failure."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from tests.journeys.visitor import Visitor
from tests.live_portal import LivePortal

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = "no Chromium here (apt-get install chromium, or playwright install chromium): browser tests skipped"


@cache
def installed_chromium() -> str | None:
    """The system's, or None for Playwright's own."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium per file. Playwright's event loop ends with it, because Django refuses to work beside one."""
    with sync_playwright() as playwright:
        flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        try:
            browser = playwright.chromium.launch(executable_path=installed_chromium(), args=flags)
        except Error as error:
            if os.environ.get("CI", "").lower() in ("1", "true"):
                pytest.fail(f"{NO_BROWSER}\n{error}", pytrace=False)
            pytest.skip(NO_BROWSER)
        yield browser
        browser.close()


@pytest.fixture
def arrive(browser: Browser, portal: LivePortal) -> Iterator[Callable[..., Visitor]]:
    """Visitors of the running portal; when the test ends, none of their pages may have complained."""
    here: list[Visitor] = []

    def someone(**how: Any) -> Visitor:
        here.append(Visitor.arrives(browser, portal.url, **how))
        return here[-1]

    yield someone
    for visitor in here:
        visitor.leaves()
