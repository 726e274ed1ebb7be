"""Visitors of the running portal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.journeys.visitor import Visitor
from tests.live_portal import LivePortal


@pytest.fixture
def arrive(chromium: Browser, portal: LivePortal) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors; when the test ends, none of their pages may have complained."""
    here: list[Visitor] = []

    def someone(**how: Any) -> Visitor:
        here.append(Visitor.arrives(chromium, portal.url, **how))
        return here[-1]

    yield someone
    for visitor in here:
        visitor.leaves()
