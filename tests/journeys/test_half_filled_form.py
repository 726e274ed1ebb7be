"""In the middle of the form: another language, another clock, a key looked at as it is left, the community's zone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.calendar.clocks import IQALUIT, REGINA
from tests.journeys.reader import Reader
from tests.journeys.steps import COMPUTER, PHONE, Arrive
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser

ENGLISH, FRENCH = "/en/series/ltc-cop/register/", "/fr/series/ltc-cop/inscription/"


def starts_the_form(her: Visitor, address: str = ENGLISH) -> None:
    her.opens(address)
    her.ticks("which", "some")
    her.page.locator("ul.pick label").nth(1).click(position={"x": 12, "y": 12})
    her.types("enrollment_key", "nope")
    her.types("name", "Élodie Tremblay")
    her.types("email", "elodie")
    her.selects("profession", "RN")
    her.selects("province", "NU")
    her.ticks("consent")


def typed(her: Visitor) -> dict[str, Any]:
    """What stands in the form of the page."""
    return dict(
        her.page.locator("#registration").evaluate(
            """form => Object.fromEntries([...new FormData(form)]
                .filter(([name]) => !["csrfmiddlewaretoken", "zone", "next", "website"].includes(name)))"""
        )
    )


@pytest.mark.parametrize("width", [PHONE, COMPUTER])
@pytest.mark.parametrize("javascript", [True, False])
def test_the_language_changes_and_nothing_typed_is_lost(arrive: Arrive, width: int, javascript: bool) -> None:
    her = arrive(place=REGINA, width=width, javascript=javascript)
    starts_the_form(her)
    before = typed(her)
    her.presses(her.page.locator("button.lang"))
    assert her.page.url.endswith(FRENCH)
    assert her.page.title().startswith("Inscription")
    assert typed(her) == before | {"language": "fr"}
    assert her.page.locator(".error").count() == 0
    # And from a refused form, back again
    her.presses(her.page.locator("#main button.btn--big"))
    assert her.page.title().startswith("Erreur")
    her.presses(her.page.locator("button.lang"))
    assert her.page.url.endswith(ENGLISH)
    assert her.page.title().startswith("Register")
    assert typed(her) == before
    her.complaints = [row for row in her.complaints if "422" not in row]


@pytest.mark.parametrize("javascript", [True, False])
def test_the_clock_changes_and_nothing_typed_is_lost(arrive: Arrive, javascript: bool) -> None:
    her = arrive(place=REGINA, width=PHONE, javascript=javascript)
    starts_the_form(her)
    before = typed(her)
    her.selects("zone", "America/Cambridge_Bay")
    her.presses(her.button("Save my time zone"))
    assert her.page.url.endswith(ENGLISH)
    assert "Mountain time (Nunavut)" in her.page.locator("ul.pick").inner_text()
    kept = {name: value for name, value in typed(her).items() if not name.startswith("zone_")}
    assert kept == {name: value for name, value in before.items() if not name.startswith("zone_")}
    assert typed(her)["zone_nu"] == "America/Cambridge_Bay"


def test_enter_sends_the_form_and_does_not_change_the_language(arrive: Arrive) -> None:
    her = arrive(place=REGINA, width=COMPUTER)
    starts_the_form(her)
    with her.page.expect_navigation():
        her.page.locator("[name=name]").press("Enter")
    assert her.page.url.endswith(ENGLISH)
    assert her.page.title().startswith("Error:")
    her.complaints = [row for row in her.complaints if "422" not in row]


def test_a_key_is_looked_at_as_the_field_is_left(reader: Reader) -> None:
    """What is wrong and what is right are said where she is, and the page stays sound."""
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
def test_the_communitys_zone_is_asked_only_where_there_are_several(arrive: Arrive, javascript: bool) -> None:
    her = arrive(place=IQALUIT, width=PHONE, javascript=javascript)
    her.opens("/en/series/psw-cop/register/")
    shown: Callable[[], list[str]] = lambda: [  # noqa: E731
        str(one.get_attribute("name")) for one in her.page.locator("select[name^=zone_]").all() if one.is_visible()
    ]
    for province, expected in {"MB": [], "NU": ["zone_nu"], "SK": ["zone_sk"], "AB": [], "BC": ["zone_bc"]}.items():
        her.selects("province", province)
        assert shown() == expected, province
