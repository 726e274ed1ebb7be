"""Every address answers 405 to methods it does not take, and HEAD like GET without a body."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.builders import Programme
from tests.pages.addresses import addresses, fill
from tests.people import People

pytestmark = pytest.mark.django_db

OF_LIBRARIES = {"admin", "account", "mfa", "usersessions"}
ARGUMENTS = {
    "slug": "no-such-series",
    "session": uuid.uuid4(),
    "receipt": uuid.uuid4(),
    "registration": uuid.uuid4(),
    "message": uuid.uuid4(),
    "token": "x",
    "link": "x",
    "code": "RN",
    "part": 0,
}


def patterns(of: Any) -> Iterator[URLPattern]:
    for one in of.url_patterns:
        if isinstance(one, URLResolver):
            if one.namespace not in OF_LIBRARIES:
                yield from patterns(one)
        elif isinstance(one, URLPattern):
            yield one


def own_paths() -> dict[str, str]:
    """Return a path for each view of the portal, for objects that do not exist."""
    found = {}
    for pattern in patterns(get_resolver()):
        if pattern.name and not pattern.callback.__module__.startswith(("allauth.", "django.contrib.")):
            arguments = {name: ARGUMENTS[name] for name in pattern.pattern.converters}
            found[pattern.name] = reverse(pattern.name, kwargs=arguments or None)
    return found


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "PROPFIND", "TRACE"])
def test_other_methods_are_not_allowed(client: Client, method: str) -> None:
    paths = {**own_paths(), "healthz": "/healthz", "readyz": "/readyz"}
    assert len(paths) > 35
    answers = {name: client.generic(method, path).status_code for name, path in paths.items()}
    assert answers == dict.fromkeys(paths, 405)


def test_pages_to_read_take_no_form(client: Client, programme: Programme, people: People) -> None:
    here = addresses(fill(programme, people.ama), people.ama, "en").public
    forms = {"register", "key", "sign in", "not found"}
    answers = {name: client.post(url).status_code for name, url in here.items() if name not in forms}
    assert answers == dict.fromkeys(answers, 405)
    assert [client.post(path).status_code for path in ("/", "/healthz", "/readyz")] == [405, 405, 405]


def answer_of(method: str, path: str) -> tuple[str, str, int]:
    """Return the status, the length announced and the length sent, as the server sees them."""
    handler = get_wsgi_application()
    environ = RequestFactory().generic(method, path, headers={"host": "testserver"}, secure=True).environ
    answer = handler.get_response(handler.request_class(environ))
    assert isinstance(answer, HttpResponse)
    return str(answer.status_code), answer.headers["Content-Length"], len(answer.content)


@pytest.mark.parametrize(
    "path", ["/en/", "/en/no-such-page/", "/healthz", "/en/sign-out/", "/en/feeds/hubs/national.ics"]
)
def test_head_has_the_length_of_get_and_no_body(programme: Programme, path: str) -> None:
    """The server writes a warning for a body that must not be sent."""
    answers = {method: answer_of(method, path) for method in ("GET", "HEAD")}
    assert answers["GET"][1] == str(answers["GET"][2])
    assert answers["HEAD"] == (*answers["GET"][:2], 0)
