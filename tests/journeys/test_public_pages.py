"""All public pages, and all states of the registration form.

Each page is opened in both languages: the browser logs no error, `lang` is set, and the page does not scroll
horizontally on a computer or a phone. Axe finds no violation of WCAG 2.2 AA (in English, on a phone). With
SHOTS=folder, the screenshots are saved.
"""

from __future__ import annotations

import uuid

import pytest

from tests.journeys.own_places import enroll, somebody, to_come
from tests.journeys.reader import Reader
from tests.live_portal import LivePortal

pytestmark = pytest.mark.browser


def test_public_pages_have_no_accessibility_or_console_error(reader: Reader, portal: LivePortal) -> None:
    at = reader.address
    home = at("catalogue")
    reader.opens("home", home)
    reader.opens("home filtered", f"{home}?profession=RN&credits=1&hub=national", same_markup=True)
    reader.opens("home no result", f"{home}?area=PED&language=fr&credits=1&hub=bc")
    reader.opens("home all", f"{home}?show=200", same_markup=True)
    reader.opens("series psw-cop", at("series", slug="psw-cop"), same_markup=True)
    for slug in ("ltc-cop", "capaciti-information", "journal-watch"):
        reader.opens(f"series {slug}", at("series", slug=slug))
    _series, sessions = portal.within(lambda: to_come("ltc-cop"))
    reader.opens("session", at("session", session=sessions[0].public_id))
    reader.opens("calendars", at("calendars"))
    reader.opens("search", at("search"))
    reader.opens("search found", f"{at('search')}?q=neurologiqes")
    reader.opens("search no result", f"{at('search')}?q=xylophone")
    reader.opens("library", at("library"))
    reader.opens("library found", f"{at('library')}?q=neurologiqes&language=fr")
    reader.opens("library no result", f"{at('library')}?q=xylophone")
    for name in (
        "about",
        "hubs",
        "public_data",
        "framed_sessions",
        "questions",
        "newsletters",
        "contact",
        "accessibility",
    ):
        reader.opens(name, at(name))
    reader.opens("page", at("page", slug="how-it-works"))
    reader.opens("hub", at("hub", slug="bc"))
    reader.opens("newsletter", at("newsletter", slug="2022-01"))
    reader.opens("privacy", at("privacy"))
    reader.opens("key", at("have_key"))
    reader.sends("key wrong", enrollment_key="NOPE")
    reader.opens("not found", f"{home}no-such-page/", status=404)


def test_registration_pages_have_no_accessibility_or_console_error(reader: Reader, portal: LivePortal) -> None:
    at = reader.address
    reader.opens("register open", at("register", slug="psw-cop"))
    reader.opens("register choose one", at("register", slug="capaciti-information"))
    reader.opens("register ongoing", at("register", slug="journal-watch"))
    reader.opens("register keyed", f"{at('register', slug='ltc-cop')}?key=LTC2122")
    reader.opens("register keyed empty", at("register", slug="ltc-cop"), same_markup=True)
    reader.sends("register errors", name="x" * 150, email="nobody", enrollment_key="NOPE")
    page = reader.page
    assert page.locator(".error-summary a").count() >= 3
    person = portal.within(lambda: somebody(reader.language))

    def enrolled() -> uuid.UUID:
        series, sessions = to_come("psw-cop")
        return enroll(person, series, sessions[:3])[0]

    reader.opens("done", at("registered", receipt=portal.within(enrolled)))


def test_form_that_was_sent_before_displays_an_explanation(reader: Reader, portal: LivePortal) -> None:
    """A browser that still displays the page sends the same form key again, with another name."""
    reader.page.goto(portal.url + reader.address("register", slug="psw-cop"))
    address = f"somebody-whose-address-does-not-fit.{uuid.uuid4().hex[:8]}@example.org"
    key = reader.page.locator("[name=form_key]").get_attribute("value")

    def send(name: str) -> None:
        page = reader.page
        page.locator("[name=name]").fill(name)
        page.locator("[name=email]").fill(address)
        page.locator("[name=profession]").select_option("PSW")
        page.locator("[name=province]").select_option("SK")
        page.locator("[name=consent]").check()
        page.locator("#main form button.btn--big").click()
        page.wait_for_load_state("domcontentloaded")

    send("Ama Okpik")
    reader.looks("done from the form")
    reader.page.goto(portal.url + reader.address("register", slug="psw-cop"))
    reader.page.locator("[name=form_key]").evaluate("(field, key) => field.value = key", key)
    send("Ama O.")
    reader.looks("sent already")
    assert reader.page.locator(".done-mark").count() == 0
    assert reader.page.locator("ol.steps li").count() == 2
