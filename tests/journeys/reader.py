"""Open pages and collect their faults: axe violations, console errors, wrong language, horizontal scrolling."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import BrowserContext, ViewportSize

from tests.live_portal import LivePortal

SHOTS = os.environ.get("SHOTS", "")
COMPUTER, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=844)
SMALLEST = ViewportSize(width=320, height=640)
# Axe runs once for each page, at the width of a phone: both languages and all widths have the same markup.
AXE_LANGUAGE = "en"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    "preload": False,  # do not fetch style sheets again: only experimental rules need them
}
RUN_AXE = """async rules => (await axe.run(rules)).violations.map(
    one => [one.id, one.help, one.nodes.slice(0, 3).map(node => node.target[0]).join("; ")]
)"""
SIDEWAYS = """[
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
    document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] : [
        ...document.querySelectorAll("#main *")]
        .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth)
        .map(one => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 30)}`)
        .slice(-2)
]"""


class Reader:
    """A browser context that opens pages and collects the faults of each."""

    def __init__(self, context: BrowserContext, portal: LivePortal, language: str) -> None:
        self.context, self.portal, self.language = context, portal, language
        self.page = context.new_page()
        self.faults: list[str] = []
        self.lang = f"{language}-CA"
        self.name = ""
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.name}: script: {error}"))

    def _hear(self, message: Any) -> None:
        refused = "the server responded with a status of 4" in message.text  # expected: tests open error pages
        rules = (
            "does not match the recipient window's origin ('null')" in message.text
        )  # caused by axe, which sends a message to a sandboxed frame
        if message.type in ("error", "warning") and not refused and not rules:
            self.faults.append(f"{self.name}: console: {message.text}")

    def address(self, view: str, **arguments: object) -> str:
        with translation.override(self.language):
            return reverse(view, kwargs=arguments or None)

    def opens(self, name: str, path: str, *, status: int = 200, same_markup: bool = False) -> None:
        self.name = name
        answer = self.page.goto(self.portal.url + path)
        assert answer is not None
        if answer.status != status:
            self.faults.append(f"{name}: status {answer.status}")
        self.looks(name, same_markup=same_markup)

    def sends(self, name: str, /, **values: str) -> None:
        """Fill in these fields of the page's form, submit it, and check the next page."""
        self.name = name
        form = self.page.locator("#main form").first
        for field, value in values.items():
            form.locator(f"[name={field}]").first.fill(value)
        form.locator("button[type=submit]").first.click()
        self.page.wait_for_load_state("domcontentloaded")
        self.looks(name)

    def looks(self, name: str, *, same_markup: bool = False) -> None:
        """Check the current page, from the widest screen to the narrowest.

        If `same_markup` is true, axe is not run, because it has already checked a page with the same elements.
        """
        self.name = name
        said = self.page.locator("html").get_attribute("lang")
        if said != self.lang:
            self.faults.append(f"{name}: lang is {said}")
        self._checks_width(name, COMPUTER)
        by_axe = self.language == AXE_LANGUAGE and not same_markup
        if by_axe or SHOTS:
            self._checks_width(name, PHONE)
        if by_axe:
            self._run_axe(name)
        # No style depends on the difference between this width and a phone's: a page that fits here fits there, too.
        self._checks_width(name, SMALLEST)

    def _checks_width(self, name: str, size: ViewportSize) -> None:
        self.page.set_viewport_size(size)
        self._scrolls_only_down(name)
        if SHOTS and size != SMALLEST:
            folder = Path(SHOTS)
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{name.replace(' ', '-')}-{self.language}-{size['width']}.png"
            self.page.screenshot(path=path, full_page=True)

    def _run_axe(self, name: str) -> None:
        self.page.evaluate(AXE_SCRIPT)
        for fault, words, where in self.page.evaluate(RUN_AXE, RULES):
            self.faults.append(f"{name}: {fault}: {words} ({where})")

    def _scrolls_only_down(self, name: str) -> None:
        wide, seen, widest = self.page.evaluate(SIDEWAYS)
        if wide > seen:
            self.faults.append(f"{name}: {wide} px wide on a screen of {seen}: {widest}")
