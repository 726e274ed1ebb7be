"""A partly filled form keeps its values when a visitor changes the language or the time zone.

The form also checks the key, and asks for the community in provinces with several time zones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.calendar.clocks import IQALUIT, REGINA
from tests.journeys.reader import Reader
from tests.journeys.steps import COMPUTER, PHONE, Arrive
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser

TYPED = "elodie@straße"  # not an address yet
ENGLISH, FRENCH = "/en/series/ltc-cop/register/", "/fr/series/ltc-cop/inscription/"


def starts_the_form(visitor: Visitor, address: str = ENGLISH) -> None:
    visitor.opens(address)
    visitor.ticks("which", "some")
    visitor.page.locator("ul.pick label").nth(1).click(position={"x": 12, "y": 12})
    visitor.types("enrollment_key", "nope")
    visitor.types("name", "Élodie Tremblay")
    visitor.types("email", TYPED)
    visitor.selects("profession", "RN")
    visitor.selects("province", "NU")
    visitor.ticks("consent")


def typed(visitor: Visitor) -> dict[str, Any]:
    """Return the values in the form of the page."""
    return dict(
        visitor.page.locator("#registration").evaluate(
            """form => Object.fromEntries([...new FormData(form)]
                .filter(([name]) => !["csrfmiddlewaretoken", "zone", "next", "website"].includes(name)))"""
        )
    )


@pytest.mark.parametrize(("width", "javascript"), [(PHONE, True), (COMPUTER, False)])
def test_changing_the_language_keeps_the_typed_values(arrive: Arrive, width: int, javascript: bool) -> None:
    visitor = arrive(place=REGINA, width=width, javascript=javascript)
    starts_the_form(visitor)
    before = typed(visitor)
    assert before["email"] == TYPED, "browsers would encode the domain of a field of the type “email”"
    visitor.presses(visitor.page.locator("button.lang"))
    assert urlsplit(visitor.page.url).path == FRENCH
    assert visitor.page.title().startswith("Inscription")
    assert typed(visitor) == before | {"language": "fr"}
    assert visitor.page.locator(".error").count() == 0
    # And after the form was refused, changing back keeps the values, too
    visitor.presses(visitor.page.locator("#main button.btn--big"))
    assert visitor.page.title().startswith("Erreur")
    visitor.presses(visitor.page.locator("button.lang"))
    assert urlsplit(visitor.page.url).path == ENGLISH
    assert visitor.page.title().startswith("Register")
    assert typed(visitor) == before


@pytest.mark.parametrize("javascript", [True, False])
def test_changing_the_time_zone_keeps_the_typed_values(arrive: Arrive, javascript: bool) -> None:
    visitor = arrive(place=REGINA, width=PHONE, javascript=javascript)
    starts_the_form(visitor)
    before = typed(visitor)
    visitor.selects("zone", "America/Cambridge_Bay")
    visitor.presses(visitor.button("Save my time zone"))
    assert urlsplit(visitor.page.url).path == ENGLISH
    assert "Mountain time (Nunavut)" in visitor.page.locator(".only-choose").inner_text()
    kept = {name: value for name, value in typed(visitor).items() if not name.startswith("zone_")}
    assert kept == {name: value for name, value in before.items() if not name.startswith("zone_")}
    assert typed(visitor)["zone_nu"] == "America/Cambridge_Bay"


def test_enter_key_submits_the_form(arrive: Arrive) -> None:
    visitor = arrive(place=REGINA, width=COMPUTER)
    starts_the_form(visitor)
    with visitor.page.expect_navigation():
        visitor.page.locator("[name=name]").press("Enter")
    assert urlsplit(visitor.page.url).path == ENGLISH
    assert visitor.page.title().startswith("Error:")


def test_key_is_checked_when_the_field_loses_focus(reader: Reader) -> None:
    """The result of the check is displayed beside the field, and the page has no accessibility or layout fault."""
    page = reader.page
    key, said = page.locator("#id_enrollment_key"), page.locator("#id_enrollment_key_error")

    def opens_the_form() -> None:
        page.goto(reader.portal.url + reader.address("register", slug="ltc-cop"))

    def leaves_it_with(text: str, answer: str) -> None:
        key.fill(text)
        key.press("Tab")
        said.locator(answer).wait_for()

    opens_the_form()
    leaves_it_with("heart22", "a")
    assert "heart-cop" in str(said.locator("a").get_attribute("href"))
    reader.looks("register key of another series")
    opens_the_form()
    leaves_it_with("nope", ".error")
    leaves_it_with("ltc 2122", ".right")
    assert said.locator(".error").count() == 0
    assert key.input_value() == "ltc 2122"
    reader.looks("register key right")


@pytest.mark.parametrize("javascript", [True, False])
def test_form_asks_for_the_community_in_provinces_with_several_zones(arrive: Arrive, javascript: bool) -> None:
    visitor = arrive(place=IQALUIT, width=PHONE, javascript=javascript)
    visitor.opens("/en/series/psw-cop/register/")
    shown: Callable[[], list[str]] = lambda: [  # noqa: E731
        str(one.get_attribute("name")) for one in visitor.page.locator("select[name^=zone_]").all() if one.is_visible()
    ]
    for province, expected in {"MB": [], "NU": ["zone_nu"], "SK": ["zone_sk"], "AB": [], "BC": ["zone_bc"]}.items():
        visitor.selects("province", province)
        assert shown() == expected, province
