"""On a phone, each row of a list in the administration is a card. Nothing scrolls sideways; all values have names."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.admin.displayed_pages import displayed
from tests.admin.two_hubs import fill, signed_in_client
from tests.builders import Programme
from tests.chromium import opened
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
CELLS = "cells => cells.filter(one => !one.matches('.action-checkbox') && !one.dataset.label).map(one => one.className)"


def lists() -> dict[str, str]:
    """Return the URL of each list by name of its model."""
    return {
        model._meta.label: reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
    }


@pytest.mark.parametrize("language", ["fr", pytest.param("en", marks=pytest.mark.attack)])
def test_every_list_is_cards_on_a_phone(programme: Programme, people: People, language: str) -> None:
    """`make test` opens the lists in French, whose words are longer; `make attack` also opens them in English."""
    fill(programme, people, programme.national, "first")
    client = signed_in_client(people.staff)
    pages = {
        name: client.get(path, headers={"accept-language": language}).content.decode() for name, path in lists().items()
    }
    assert sum('id="result_list"' in html for html in pages.values()) > len(pages) / 2, "most lists have rows"
    wide, unnamed = {}, {}
    with opened() as browser:
        page = browser.new_page(viewport={"width": 390, "height": 844}, java_script_enabled=True)
        for name, html in pages.items():
            displayed(page, re.sub(r"<script\b.*?</script>", "", html, flags=re.DOTALL))
            width = page.evaluate("document.documentElement.scrollWidth")
            scrolls = page.evaluate(
                "[...document.querySelectorAll('#changelist .results')].some(one => one.scrollWidth > one.clientWidth)"
            )
            if width > 390 or scrolls:
                wide[name] = width
            if cells := page.eval_on_selector_all("#result_list td", CELLS):
                unnamed[name] = cells
    assert (wide, unnamed) == ({}, {})
