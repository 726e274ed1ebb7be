"""How many bytes a browser loads for its first page and for the next pages (DESIGN.md 1)."""

from __future__ import annotations

import http.client
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.live_portal import LivePortal

pytestmark = pytest.mark.browser

FIRST_VIEW, NEXT_VIEW = 150 * 1024, 30 * 1024
HOME, SERIES, KEYED, REGISTER = "/en/", "/fr/series/psw-cop/", "/en/series/ltc-cop/", "/en/series/ltc-cop/register/"


class Wire:
    """A counter of the transferred bytes, including headers, of a page and of all files that it loads."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sizes: dict[str, int] = {}
        self._addresses: dict[str, str] = {}
        listener = page.context.new_cdp_session(page)
        listener.send("Network.enable")
        listener.on("Network.responseReceived", self._answered)
        listener.on("Network.loadingFinished", self._loaded)

    def _answered(self, event: dict[str, object]) -> None:
        self._addresses[str(event["requestId"])] = urlsplit(str(event["response"]["url"])).path  # type: ignore[index]

    def _loaded(self, event: dict[str, object]) -> None:
        address = self._addresses.get(str(event["requestId"]), "?")
        self.sizes[address] = self.sizes.get(address, 0) + int(event["encodedDataLength"])  # type: ignore[call-overload]

    def weight_of(self, url: str) -> int:
        self.sizes.clear()
        self.page.goto(url, wait_until="networkidle")
        self.page.evaluate("document.fonts.ready")  # on a busy machine a font is requested later
        return sum(self.sizes.values())


@pytest.mark.parametrize("first", [HOME, SERIES, KEYED])
def test_first_and_next_pages_load_few_bytes(portal: LivePortal, chromium: Browser, first: str) -> None:
    with chromium.new_context(viewport={"width": 390, "height": 844}) as context:
        wire = Wire(context.new_page())
        weight = wire.weight_of(portal.url + first)
        assert weight <= FIRST_VIEW, wire.sizes
        fonts = [name for name in wire.sizes if name.endswith(".woff2")]
        assert len(fonts) == 2, "the text face and the display face, and no other"
        assert sum(name.endswith((".css", ".js")) for name in wire.sizes) == 3
        said = [f"{first}: {weight / 1024:.1f} KB"]
        for path in {HOME, SERIES, KEYED, REGISTER} - {first}:
            weight = wire.weight_of(portal.url + path)
            assert weight <= NEXT_VIEW, wire.sizes
            said.append(f"then {path}: {weight / 1024:.1f} KB")
    print(*said, sep="\n")


def head(portal: LivePortal, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(urlsplit(portal.url).netloc, timeout=10)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "br, gzip"})
        answer = connection.getresponse()
        answer.read()
        return answer
    finally:
        connection.close()


def test_static_files_are_hashed_compressed_and_cached(portal: LivePortal, chromium: Browser) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(portal.url + HOME)
        links = page.eval_on_selector_all(
            "[src^='/static/'], link[href^='/static/']",
            "all => all.map(e => e.getAttribute('src') || e.getAttribute('href'))",
        )
    assert len(links) >= 5
    for link in links:
        answer = head(portal, link)
        assert answer.status == 200, link
        assert re.search(r"\.[0-9a-f]{12}\.", link), f"{link} is not named by its content"
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not answer.headers["Set-Cookie"]
        if link.endswith((".css", ".js", ".svg")):
            assert answer.headers["Content-Encoding"] == "br", link


def test_pages_are_compressed(portal: LivePortal) -> None:
    for path in (HOME, SERIES, KEYED, REGISTER):
        assert head(portal, path).headers["Content-Encoding"] == "gzip", path


@pytest.mark.parametrize(
    "path", ["/static/nothing.css", "/static/../manage.py", "/static/%2e%2e/manage.py", "/static/css/", "/static/"]
)
def test_static_file_that_does_not_exist_is_not_found(portal: LivePortal, path: str) -> None:
    assert head(portal, path).status == 404
