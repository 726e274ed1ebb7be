"""Start Chromium for the browser tests. If it is not installed, they are skipped, or fail if CI=true."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

# The headless shell is first: it takes a third of the time of the full browser.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = "no Chromium here (apt-get install chromium, or playwright install chromium): browser tests skipped"
RUNNING = pytest.StashKey[tuple[contextlib.ExitStack, Browser]]()


def installed_chromium() -> str | None:
    """Return the path of the system's Chromium, or None to use Playwright's own."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture
def chromium(pytestconfig: pytest.Config) -> Browser:
    """Return a browser, which is started for the first test that uses it and shared by the tests that follow."""
    if RUNNING not in pytestconfig.stash:
        with contextlib.ExitStack() as stack:
            browser = stack.enter_context(opened())
            pytestconfig.stash[RUNNING] = stack.pop_all(), browser
    return pytestconfig.stash[RUNNING][1]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """Close the browser before a test that does not use it.

    Playwright's event loop ends with the browser, because Django refuses to query the database in its thread.
    """
    try:
        return (yield)
    finally:
        if "chromium" not in getattr(nextitem, "fixturenames", ()) and RUNNING in item.config.stash:
            stack, _browser = item.config.stash[RUNNING]
            del item.config.stash[RUNNING]
            stack.close()


@contextlib.contextmanager
def opened() -> Iterator[Browser]:
    """Start a browser within the block, for a test that queries the database first."""
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
