"""Reads a page at both widths and keeps what is wrong with it: axe's rules, the console, sideways scrolling."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import BrowserContext

from tests.live_portal import LivePortal

SHOTS = os.environ.get("SHOTS", "")
COMPUTER, PHONE, SMALLEST = {"width": 1280, "height": 800}, {"width": 390, "height": 844}, {"width": 320, "height": 640}
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# More than half of what axe costs, and colours know no language: on the computer in English, on the phone in French.
COLOURS = {("en", 1280), ("fr", 390)}
ASK = """async rules => (await axe.run(rules)).violations.map(
    one => [one.id, one.help, one.nodes.slice(0, 3).map(node => node.target[0]).join("; ")]
)"""
SIDEWAYS = """[
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
    [...document.querySelectorAll("#main *")]
        .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth)
        .map(one => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 30)}`)
        .slice(-2)
]"""


class Reader:
    """Opens pages in one browser context and keeps what is wrong with each."""

    def __init__(self, context: BrowserContext, portal: LivePortal, language: str) -> None:
        self.context, self.portal, self.language = context, portal, language
        self.page = context.new_page()
        self.faults: list[str] = []
        self.name = ""
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.name}: script: {error}"))

    def _hear(self, message: Any) -> None:
        refused = "the server responded with a status of 4" in message.text  # a page of errors is one on purpose
        rules = "does not match the recipient window's origin ('null')" in message.text  # axe asks into a sealed frame
        if message.type in ("error", "warning") and not refused and not rules:
            self.faults.append(f"{self.name}: console: {message.text}")

    def address(self, view: str, **arguments: object) -> str:
        with translation.override(self.language):
            return reverse(view, kwargs=arguments or None)

    def opens(self, name: str, path: str, *, status: int = 200) -> None:
        self.name = name
        answer = self.page.goto(self.portal.url + path)
        assert answer is not None
        if answer.status != status:
            self.faults.append(f"{name}: status {answer.status}")
        self.looks(name)

    def sends(self, name: str, /, **values: str) -> None:
        """The form of the page as it stands, with these fields filled in."""
        self.name = name
        form = self.page.locator("#main form").first
        for field, value in values.items():
            form.locator(f"[name={field}]").first.fill(value)
        form.locator("button[type=submit]").first.click()
        self.page.wait_for_load_state("domcontentloaded")
        self.looks(name)

    def looks(self, name: str) -> None:
        """At both widths; the page is loaded once."""
        self.name = name
        self.page.evaluate(AXE_SCRIPT)
        for size in (COMPUTER, PHONE):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            colours = {"color-contrast": {"enabled": (self.language, size["width"]) in COLOURS}}
            for fault, words, where in self.page.evaluate(ASK, {**RULES, "rules": colours}):
                self.faults.append(f"{name} at {size['width']}: {fault}: {words} ({where})")
            self._scrolls_only_down(name)
            if SHOTS:
                folder = Path(SHOTS)
                folder.mkdir(parents=True, exist_ok=True)
                path = folder / f"{name.replace(' ', '-')}-{self.language}-{size['width']}.png"
                self.page.screenshot(path=path, full_page=True)
        self.page.set_viewport_size(SMALLEST)  # type: ignore[arg-type]
        self._scrolls_only_down(name)

    def _scrolls_only_down(self, name: str) -> None:
        wide, seen, widest = self.page.evaluate(SIDEWAYS)
        if wide > seen:
            self.faults.append(f"{name}: {wide} px wide on a screen of {seen}: {widest}")
