"""Gunicorn, started as in production, ignores headers with which a client could change the path."""

import contextlib
import http.client

import pytest
from django.urls import reverse

from tests.live_portal import LivePortal

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("header", ["SCRIPT_NAME", "PATH_INFO", "Script-Name", "X-Script-Name"])
def test_request_header_does_not_change_the_path(portal: LivePortal, header: str) -> None:
    def ask(path: str) -> http.client.HTTPResponse:
        connection.request("GET", path, headers={header: "/admin"})
        answer = connection.getresponse()
        answer.read()
        return answer

    with contextlib.closing(http.client.HTTPConnection(portal.url.removeprefix("http://"), timeout=20)) as connection:
        assert ask("/en/about/").status == 200
        people = "/admin/accounts/person/"
        assert ask(people).getheader("Location") == f"{reverse('admin:login')}?next={people}"
