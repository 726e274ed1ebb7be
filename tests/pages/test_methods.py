"""All URLs return 405 for a method that their view does not allow, and respond to HEAD as to GET but without a body."""

from __future__ import annotations

import pytest
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.builders import Programme
from tests.pages.addresses import addresses, fill
from tests.pages.own_paths import own_paths
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """Return a client that checks CSRF tokens but sends none, because pages without a form need none."""
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "PROPFIND", "TRACE"])
def test_methods_that_no_view_accepts_return_405(client: Client, method: str) -> None:
    library = {name: reverse(name) for name in ("admin:index", "admin:login", "admin:echo_sessions_series_changelist")}
    paths = {**own_paths(), **library, "healthz": "/healthz", "readyz": "/readyz"}
    assert len(paths) > 35
    answers = {name: client.generic(method, path).status_code for name, path in paths.items()}
    assert answers == dict.fromkeys(paths, 405)


def test_pages_without_a_form_return_405_for_post(client: Client, programme: Programme, people: People) -> None:
    here = addresses(fill(programme, people.ama), people.ama, "en").public
    forms = {"register", "key", "sign in", "not found", "partner", "propose", "interest", "tell me", "newsletters"}
    answers = {name: client.post(url).status_code for name, url in here.items() if name not in forms}
    assert answers == dict.fromkeys(answers, 405)
    assert [client.post(path).status_code for path in ("/", "/healthz", "/readyz")] == [405, 405, 405]


def answer_of(method: str, path: str) -> tuple[str, str, int]:
    """Return the status, the value of Content-Length, and the number of bytes in the body."""
    handler = get_wsgi_application()
    environ = RequestFactory().generic(method, path, headers={"host": "testserver"}, secure=True).environ
    answer = handler.get_response(handler.request_class(environ))
    assert isinstance(answer, HttpResponse)
    return str(answer.status_code), answer.headers["Content-Length"], len(answer.content)


@pytest.mark.parametrize(
    "path", ["/en/", "/en/no-such-page/", "/healthz", "/en/sign-out/", "/en/feeds/hubs/national.ics"]
)
def test_head_has_the_content_length_of_get_and_no_body(programme: Programme, path: str) -> None:
    """The server logs a warning if the response to HEAD has a body."""
    answers = {method: answer_of(method, path) for method in ("GET", "HEAD")}
    assert answers["GET"][1] == str(answers["GET"][2])
    assert answers["HEAD"] == (*answers["GET"][:2], 0)
