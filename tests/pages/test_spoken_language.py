"""The language in which a session is taught is displayed on its card, in the form and on the page after the form."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.builders import Programme
from tests.registrations.forms import form

pytestmark = pytest.mark.django_db

WORDS = {
    ("en", "fr"): ("In French", "French", "In French"),
    ("en", "en"): ("", "English", "In English"),
    ("fr", "en"): ("En anglais", "Anglais", "En anglais"),
    ("fr", "fr"): ("", "Français", "En français"),
}


@pytest.mark.parametrize(("language", "taught_in"), WORDS)
def test_language_of_a_session_is_displayed(
    client: Client, programme: Programme, language: str, taught_in: str
) -> None:
    """A card displays it only if it is not the language of the page."""
    series, (session,) = programme.open_series(sessions=1, language=taught_in)
    on_card, in_form, on_done_page = WORDS[language, taught_in]
    with translation.override(language):
        pages = [reverse("catalogue"), reverse("session", kwargs={"session": session.public_id})]
        register = reverse("register", kwargs={"slug": series.slug})
    (card,) = re.findall(r'<article class="session.*?</article>', client.get(pages[0]).content.decode(), re.DOTALL)
    said = [word for word in ("In French", "In English", "En français", "En anglais") if word in card]
    assert said == [on_card][: bool(on_card)]
    assert (on_card or in_form) in client.get(pages[1]).content.decode()
    assert f"<dd>{in_form}</dd>" in client.get(register).content.decode()
    done = client.post(register, form(sessions=[session.pk], language=language), follow=True)
    assert f'<p class="soft">{on_done_page}</p>' in done.content.decode()
