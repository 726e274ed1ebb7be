"""Fixtures that open the running portal in a browser, as a visitor or to check pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.journeys.reader import Reader
from tests.journeys.visitor import Visitor
from tests.live_portal import LivePortal


@pytest.fixture
def arrive(chromium: Browser, portal: LivePortal) -> Iterator[Callable[..., Visitor]]:
    """Return a function that creates visitors. At the end, the test fails if one of their pages reported an error."""
    here: list[Visitor] = []

    def someone(**how: Any) -> Visitor:
        here.append(Visitor.arrives(chromium, portal.url, **how))
        return here[-1]

    yield someone
    for visitor in here:
        visitor.leaves()


@pytest.fixture(params=["en", "fr"])
def reader(request: pytest.FixtureRequest, chromium: Browser, portal: LivePortal) -> Iterator[Reader]:
    """Return a Reader for one language. At the end, the test fails if a page had a fault."""
    context = chromium.new_context(locale=f"{request.param}-CA", timezone_id="America/Regina")
    context.set_default_timeout(15_000)
    reader = Reader(context, portal, request.param)
    yield reader
    context.close()
    assert reader.faults == [], "\n".join(reader.faults)
