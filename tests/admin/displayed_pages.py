"""Display the HTML of a page in a browser with its own style sheets, without a server."""

import re
from pathlib import Path

from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route

ORIGIN = "http://admin.example"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


def displayed(page: Page, html: str) -> None:
    """Display the page with its own style sheets and without scripts."""
    page.unroute_all()
    page.route(f"{ORIGIN}/**", lambda route: answer(route, html))
    page.goto(f"{ORIGIN}/")


def answer(route: Route, html: str) -> None:
    path = route.request.url.removeprefix(ORIGIN)
    if path == "/":
        route.fulfill(body=html, content_type="text/html; charset=utf-8")
        return
    found = finders.find(re.sub(r"^/static/", "", path).partition("?")[0])
    if isinstance(found, str):
        route.fulfill(body=Path(found).read_bytes(), content_type=TYPES.get(Path(found).suffix, "text/plain"))
    else:
        route.fulfill(status=404)
