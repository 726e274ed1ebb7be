"""The kit of templates: there are templates for each stage, in both languages, as a page and as a file."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from proposals import kit
from proposals.models import Plan

pytestmark = pytest.mark.django_db

TYPED_SPACE = re.compile(r" [:;!?»]|« ")


def test_every_template_is_in_both_languages_and_every_stage_has_one() -> None:
    assert kit.missing() == []
    assert {one.stage for one in kit.templates("fr")} == set(Plan.Stage.values)
    headings = [[one.text.count("\n#") for one in kit.templates(language)] for language in ("en", "fr")]
    assert headings[0] == headings[1]


def test_french_templates_have_no_break_spaces() -> None:
    faults = [(one.name, TYPED_SPACE.findall(one.text)) for one in kit.templates("fr")]
    assert [fault for fault in faults if fault[1]] == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_template_is_a_page_and_a_file(client: Client, language: str) -> None:
    with translation.override(language):
        listed = client.get(reverse("kit")).content.decode()
        for one in kit.templates(language):
            address = reverse("kit_template", kwargs={"slug": one.name})
            assert address in listed
            assert f"<h1>{one.title}</h1>" in client.get(address).content.decode()
            file = client.get(reverse("kit_file", kwargs={"slug": one.name}))
            assert (file.content.decode(), file["Content-Type"]) == (one.text, "text/markdown; charset=utf-8")
            assert file["Content-Disposition"] == f'attachment; filename="{one.name}-{language}.md"'


@pytest.mark.parametrize("view", ["kit_template", "kit_file"])
def test_unknown_template_is_not_found(client: Client, view: str) -> None:
    assert client.get(reverse(view, kwargs={"slug": "settings"})).status_code == 404
