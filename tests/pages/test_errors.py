"""Error pages are in the language of the URL and explain what to do next, with DEBUG as well."""

import logging

import pytest
from django.test import Client
from pytest_django import Settings

from echo_portal.views import queries
from tests.builders import Programme

pytestmark = pytest.mark.django_db

NO_PAGE = {"en": "There is no page at this address", "fr": "Il n’y a pas de page à cette adresse"}
ONLY_FORMS = {"en": "This address only takes a form", "fr": "Cette adresse ne reçoit qu’un formulaire"}
TOO_OLD = {"en": "This form has been open too long", "fr": "Ce formulaire est resté ouvert trop longtemps"}
NEXT = {"en": 'href="/en/"', "fr": 'href="/fr/"'}

languages = pytest.mark.parametrize("language", ["en", "fr"])


@languages
@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("path", ["no-such-page/", "series/no-such-series/", "my-sessions/x/y/z"])
def test_unknown_url_displays_the_portals_error_page(
    client: Client, settings: Settings, language: str, debug: bool, path: str
) -> None:
    settings.DEBUG = debug
    response = client.get(f"/{language}/{path}")
    page = response.content.decode()
    assert (response.status_code, NO_PAGE[language] in page, NEXT[language] in page) == (404, True, True)
    assert f'lang="{language}-CA"' in page


@pytest.mark.parametrize("path", ["/{}/nope/", "/{}/nope/?page=2", "/nope/"])
@languages
def test_language_link_of_an_unknown_url_leads_home(client: Client, language: str, path: str) -> None:
    other = {"en": "fr", "fr": "en"}[language]
    page = client.get(path.format(language), headers={"accept-language": language}).content.decode()
    assert f'<a class="lang" href="/{other}/" lang="{other}"' in page


def test_language_link_of_an_unknown_series_keeps_its_address(client: Client) -> None:
    assert 'href="/fr/series/nope/" lang="fr"' in client.get("/en/series/nope/").content.decode()


def test_unknown_url_without_a_language_uses_the_browsers_language(client: Client, settings: Settings) -> None:
    settings.DEBUG = True
    page = client.get("/no-such-page", headers={"accept-language": "fr"}).content.decode()
    assert NO_PAGE["fr"] in page


def test_debug_without_the_middleware_displays_djangos_error_page(settings: Settings) -> None:
    """Control: without the middleware, Django's own error page is displayed."""
    settings.DEBUG = True
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith("ErrorPagesMiddleware")]
    for path in ("no-such-page/", "series/no-such-series/"):
        page = Client().get(f"/en/{path}").content.decode()
        assert ("DEBUG = True" in page, NO_PAGE["en"] in page) == (True, False)


def test_debug_displays_the_traceback_of_an_error(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DEBUG = True
    monkeypatch.setattr(queries, "series_with_details", _fault)
    response = Client(raise_request_exception=False).get("/en/series/any/")
    assert (response.status_code, "Traceback" in response.content.decode()) == (500, True)
    caplog.clear()


@languages
def test_server_error_has_a_bilingual_page_and_is_logged(
    language: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(queries, "series_with_details", _fault)
    response = Client(raise_request_exception=False).get(f"/{language}/series/any/")
    page = response.content.decode()
    assert response.status_code == 500
    assert "Something went wrong on our side" in page
    assert "Une erreur s’est produite de notre côté" in page
    assert [row.levelno for row in caplog.records if row.name == "django.request"] == [logging.ERROR]
    caplog.clear()


def _fault(*arguments: object, **named: object) -> None:
    raise RuntimeError("a fault of the test")


@languages
def test_get_of_a_url_for_posts_displays_an_explanation(client: Client, language: str) -> None:
    path = {"en": "/en/sign-out/", "fr": "/fr/deconnexion/"}[language]
    response = client.get(path)
    page = response.content.decode()
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert ONLY_FORMS[language] in page
    assert NEXT[language] in page


@languages
def test_form_sent_without_a_cookie_displays_what_to_do(language: str, programme: Programme) -> None:
    programme.open_series("psw-cop")
    path = {"en": "/en/series/psw-cop/register/", "fr": "/fr/series/psw-cop/inscription/"}[language]
    response = Client(enforce_csrf_checks=True).post(path, {})
    assert (response.status_code, TOO_OLD[language] in response.content.decode()) == (403, True)


def test_client_errors_are_not_logged_as_warnings(
    client: Client, programme: Programme, caplog: pytest.LogCaptureFixture
) -> None:
    programme.open_series("psw-cop")
    refused = client.post("/en/series/psw-cop/register/", {})
    lost = client.get("/en/no-such-page/")
    bare = client.get("/en/sign-out/")
    assert (refused.status_code, lost.status_code, bare.status_code) == (303, 404, 405)
    assert [row.getMessage() for row in caplog.records if row.levelno >= logging.WARNING] == []
