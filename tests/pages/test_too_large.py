"""If a form is too large to be read, a sentence says what to do, and nothing is saved."""

from __future__ import annotations

import logging

import pytest
from django.test import Client
from pytest_django import Settings

from registrations.models import Registration
from tests.builders import Programme

pytestmark = pytest.mark.django_db

PATHS = {"en": "/en/series/psw-cop/register/", "fr": "/fr/series/psw-cop/inscription/"}
TOO_LONG = {
    "en": ("This is too much text to send at once", "shorten the longest text"),
    "fr": ("Ce texte est trop long pour être envoyé d’un coup", "raccourcissez le texte le plus long"),
}
TOO_MANY = {
    "en": ("These are too many fields to send at once", "send fewer rows at a time"),
    "fr": ("Il y a trop de champs pour un seul envoi", "envoyez moins de lignes à la fois"),
}


@pytest.mark.parametrize(("from_here", "debug"), [(True, False), (True, True), (False, False)])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_form_that_is_too_large_says_what_to_do(
    programme: Programme,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    language: str,
    from_here: bool,
    debug: bool,
) -> None:
    """A form of this site is read by the view; a form of another site is read by the check of the CSRF token.

    With DEBUG, the latter displays Django's technical page.
    """
    programme.open_series("psw-cop")
    settings.DEBUG = debug
    client = Client(enforce_csrf_checks=True, headers={"sec-fetch-site": "same-origin"} if from_here else {})
    client.get(PATHS[language])  # sets the cookie of the token
    with caplog.at_level(logging.CRITICAL):
        long = client.post(PATHS[language], {"name": "x" * 1_200_000})
        many = client.post(PATHS[language], {f"field{number}": "x" for number in range(2_100)})
    for response, status, sentences in ((long, 413, TOO_LONG), (many, 400, TOO_MANY)):
        page = " ".join(response.content.decode().split())
        assert response.status_code == status
        assert [words in page for words in sentences[language]] == [True, True]
        assert f'<html lang="{language}-CA"' in page
    assert not Registration.objects.exists()


def test_other_bad_request_has_the_bilingual_page(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.CRITICAL):
        response = client.get("/en/", headers={"host": "bad host"})
    page = response.content.decode()
    assert (response.status_code, "We could not read this request" in page) == (400, True)
