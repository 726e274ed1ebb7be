"""Operate a browser as a person would, count keys and presses, and collect the errors that pages report.

With PACE=person, keys and clicks are as slow as a person's (`make e2e` then takes minutes). Otherwise, the time that a
person would need is computed by the keystroke-level model of Card, Moran and Newell, and the measured time of the
machine is added.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field

from django.utils.translation import gettext, ngettext, override
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Response

from tests.calendar.clocks import Place

KEY_SECONDS = 0.28  # an average typist, on a keyboard or a phone
POINT_SECONDS = 1.3  # to move a finger or a pointer to a target and press
THINK_SECONDS = 1.35  # to look at a new page before the first action on it
HEIGHT = {1280: 800, 390: 844}
AS_A_PERSON = os.environ.get("PACE") == "person"


@dataclass
class Visitor:
    """A person in their own browser context. `errors` contains console errors, CSP reports and failed requests."""

    context: BrowserContext
    page: Page
    url: str
    language: str
    width: int
    javascript: bool
    keys: int = 0
    points: int = 0
    pages: int = 0
    began: float = field(default_factory=time.monotonic)
    errors: list[str] = field(default_factory=list)

    @classmethod
    def arrives(
        cls, browser: Browser, url: str, *, width: int, language: str = "en", place: Place, javascript: bool = True
    ) -> Visitor:
        """Return a visitor in a new browser context, with the time zone of that place."""
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHT[width]},
            locale=f"{language}-CA",
            timezone_id=place.zone,
            java_script_enabled=javascript,
            has_touch=width < 600,
            is_mobile=width < 600,
        )
        context.set_default_timeout(15_000)
        page = context.new_page()
        visitor = cls(context, page, url, language, width, javascript)
        page.on("console", visitor._hear)
        page.on("pageerror", lambda error: visitor.errors.append(f"script: {error}"))
        page.on("response", visitor._see)
        visitor.opens("/")
        return visitor

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(f"console: {message.text}")

    def _see(self, response: Response) -> None:
        if response.status >= 500 or (response.status == 404 and "/static/" in response.url):
            self.errors.append(f"{response.status}: {response.url}")

    def says(self, words: str, **values: object) -> str:
        """Return this English text in the visitor's language."""
        with override(self.language):
            return gettext(words) % values if values else gettext(words)

    def counts(self, one: str, many: str, number: int) -> str:
        with override(self.language):
            return ngettext(one, many, number)

    def starts(self) -> None:
        """Start the clock, because the home page is open."""
        self.began = time.monotonic()

    def opens(self, path: str) -> None:
        """Open a URL without typing it, such as a link in an email or the first page."""
        self.page.goto(path if path.startswith("http") else self.url + path)
        self.pages += 1

    def presses(self, target: Locator) -> None:
        """Click or touch a target. If this opens another page, wait for it."""
        before = self.page.url
        if AS_A_PERSON:
            self.page.wait_for_timeout(POINT_SECONDS * 1000)
        target.click()
        self.points += 1
        self.page.wait_for_load_state("domcontentloaded")
        if self.page.url != before:
            self.pages += 1
            if AS_A_PERSON:
                self.page.wait_for_timeout(THINK_SECONDS * 1000)

    def types(self, name: str, text: str) -> None:
        """Replace the content of the field with this name by typing the text, one key at a time."""
        box = self.page.locator(f"input[name={name}]:visible")
        self.presses(box)
        if box.input_value():
            box.press("ControlOrMeta+a")
            self.keys += 2
        box.press_sequentially(text, delay=KEY_SECONDS * 1000 if AS_A_PERSON else 0)
        self.keys += len(text)

    def selects(self, name: str, value: str) -> None:
        """Choose an option. This counts as two presses: the list and the option."""
        if AS_A_PERSON:
            self.page.wait_for_timeout(2 * POINT_SECONDS * 1000)
        self.page.locator(f"select[name={name}]").select_option(value)
        self.points += 2

    def ticks(self, name: str, value: str = "") -> None:
        """Tick a box by pressing its label, as people do on a phone."""
        with_value = f"[value='{value}']" if value else ""
        identifier = self.page.locator(f"input[name={name}]{with_value}:not([type=hidden])").get_attribute("id")
        # At its left end: in the middle of a label there may be a link.
        if AS_A_PERSON:
            self.page.wait_for_timeout(POINT_SECONDS * 1000)
        self.page.locator(f"label[for='{identifier}']").click(position={"x": 12, "y": 12})
        self.points += 1

    def button(self, words: str, **values: object) -> Locator:
        return self.page.locator("#main").get_by_role("button", name=self.says(words, **values), exact=False)

    def link(self, words: str) -> Locator:
        return self.page.locator("#main").get_by_role("link", name=words, exact=False)

    @property
    def seconds(self) -> float:
        """Return how many seconds a person would need from the time at which the home page was opened until now."""
        measured = time.monotonic() - self.began
        if AS_A_PERSON:
            return measured
        return measured + self.keys * KEY_SECONDS + self.points * POINT_SECONDS + self.pages * THINK_SECONDS

    @property
    def effort(self) -> str:
        return f"{self.keys} keys, {self.points} presses, {self.pages} pages, {self.seconds:.0f} s"

    def tells(self, words: str) -> None:
        """Print information about the run, which pytest displays with -rP."""
        sys.stdout.write(f"{words}\n")

    def leaves(self) -> None:
        """Close the browser context. Fail if a page has reported an error."""
        self.context.close()
        assert self.errors == []
