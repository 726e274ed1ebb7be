"""Chromium for the browser tests. Without one they are skipped, and with CI=true that is a failure."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

# The first has no window and costs a third.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = "no Chromium here (apt-get install chromium, or playwright install chromium): browser tests skipped"


def installed_chromium() -> str | None:
    """The system's, or None for Playwright's own."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One per file. Playwright's event loop ends with it, because Django refuses to work beside one."""
    with opened() as browser:
        yield browser


@contextlib.contextmanager
def opened() -> Iterator[Browser]:
    """For a test that asks the database first, and a browser only then."""
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
