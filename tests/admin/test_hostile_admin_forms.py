"""No value in a form of the administration results in status 500. The forms are parsed from the pages.

tests/admin/test_impossible_values.py posts the forms that add or change a row, and tests/admin/test_hostile_lists.py
tests filters and actions of lists. The tests in this file find the forms of all other pages by the URL patterns.

`make attack` tries each value in each field and in all fields together; `make test` tries a ninth of the values.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.admin.two_hubs import CANARY, OWN, signed_in_client
from tests.builders import Programme
from tests.isolation.addresses import pages_of_route, routes
from tests.isolation.filled import filled
from tests.pages.html_forms import HtmlForm, forms_of
from tests.people import People

pytestmark = pytest.mark.django_db

TEXTS = ("\x00", "\ufdfa" * 200, "ß" * 40 + "{0.__class__} %s {{ x }} {join_link}")
NUMBERS = ("2147483648", "9" * 40, "NaN")
DATES = ("0001-01-01", "9999-12-31")
TIMES = ("24:00", "\x00")
CHOICES = ("\x00", "9" * 40)
OF_KIND = {
    **dict.fromkeys(("text", "textarea", "search", "email", "url", "tel"), TEXTS),
    "number": NUMBERS,
    "date": DATES,
    "time": TIMES,
}
VALID = {
    "text": "A text",
    "textarea": "A text",
    "search": "A text",
    "email": "elodie@example.org",
    "url": "https://zoom.us/j/1",
    "number": "1",
    "date": "2027-03-16",
    "time": "12:00",
    "checkbox": "on",
}
# Pages that are tested elsewhere, and the forms of the frame of every page.
ELSEWHERE = re.compile(
    r"/(?:add|change|delete|history|<path:object_id>)/$|^admin/[a-z_]+/[a-z]+/$|^admin/[^/]*/?$|\^\(\?P"
)
OF_THE_FRAME = ("/admin/logout/", "/i18n/setlang/", "/admin/stay/")
PRESSED = re.compile(r'<button[^>]*\sname="([^"]+)"[^>]*\svalue="([^"]*)"')
GROUPS = (
    "accounts|hubs|pages|attendance|evaluations",
    "credits",
    "echo_sessions/series/(?:<int:pk>/)?(?:paste|rule|copy)",
    "echo_sessions/series/<int:pk>/(?:$|sessions|messages|feedback|publish|poster|sample)",
    "echo_sessions/series/<int:pk>/registrants",
    "echo_sessions/session",
    "registrations|outbox|news",
    "proposals",
)


def paths(programme: Programme, people: People, group: str) -> Iterator[str]:
    own = filled(programme, people, programme.bc, OWN)
    foreign = filled(programme, people, programme.national, CANARY)
    for route, model in routes():
        if re.match(f"admin/(?:{group})", route) and not ELSEWHERE.search(route):
            for page in pages_of_route(route, model, own, foreign):
                if page.rows in ("own", ""):
                    yield page.path


def test_every_page_with_a_form_is_in_a_group() -> None:
    left = [route for route, _model in routes() if route.startswith("admin/") and not ELSEWHERE.search(route)]
    assert [route for route in left if not re.match(f"admin/(?:{'|'.join(GROUPS)})", route)] == [
        r"admin/kept/<slug:key>/",
    ]


def filled_in(form: HtmlForm) -> dict[str, list[str]]:
    """Return the values on the page, with a valid value for each empty field and 1 for each number."""
    shown = {name: form.values[name] or [VALID.get(kind, "")] for name, kind in form.kinds.items()}
    return shown | {name: ["1"] for name, kind in form.kinds.items() if kind == "number"}


def hostile_posts(form: HtmlForm, pressed: list[tuple[str, str]], *, step: int, begin: int) -> Iterator[dict[str, Any]]:
    """Yield data to post for each button: valid, hostile in one field, hostile in all fields, and without fields.

    With a `step` of 9, only every ninth of the data with hostile values is posted, beginning at `begin`, and at least
    one with hostile values in all fields.
    """
    valid, buttons = filled_in(form), [dict([one]) for one in pressed] or [{}]
    # Of a row of many, the fields of the first row only.
    first = {re.sub(r"\d+", "N", name): name for name in reversed(form.kinds) if name != "csrfmiddlewaretoken"}
    of = {name: OF_KIND.get(form.kinds[name], CHOICES) for name in first.values()}
    yield from ({**valid, **button} for button in buttons)
    most = 1 if len(form.kinds) > 60 else None  # pages of many rows are slow
    numbers = range(max(map(len, OF_KIND.values())))
    singly = [
        *({**valid, name: value} for name, value in itertools.product(dict(pressed), CHOICES)),
        *({**valid, **buttons[0], name: value} for name, values in of.items() for value in values[:most]),
    ]
    together = [
        {name: values[number % len(values)] for name, values in of.items()} | button
        for button, number in itertools.product(buttons, numbers)
    ]
    yield from singly[begin % step :: step]
    yield from together[begin % min(step, len(together)) :: step]
    yield {}


def post(client: Client, url: str, values: dict[str, Any]) -> tuple[int | str, str]:
    """Post the values and roll back. Return the status or the exception, and the text of the page."""
    status: int | str
    with transaction.atomic():
        try:
            answer = client.post(url, values)
            content = b"".join(answer) if answer.streaming else answer.content  # reading a file closes it
            status, text = int(answer.status_code), content.decode(errors="replace")
        except Exception as fault:  # noqa: BLE001 (reported with the values that caused it)
            status, text = repr(fault), ""
        transaction.set_rollback(True)
    return status, text


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("step", [9, pytest.param(1, marks=pytest.mark.attack)], ids=["sample", "all"])
def test_hostile_value_in_a_form_of_the_administration_causes_no_server_error(
    programme: Programme, people: People, group: str, step: int, caplog: pytest.LogCaptureFixture
) -> None:
    asked = list(paths(programme, people, group))
    client = signed_in_client(people.staff)
    seen: set[tuple[str, frozenset[str]]] = set()
    faults = []
    waiting = []
    for path in asked:
        answer = client.get(path)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            waiting.append((path, answer.content.decode()))
    while waiting:
        path, page = waiting.pop()
        pressed = [one for one in dict.fromkeys(PRESSED.findall(page)) if one[0] != "language"]
        for form in forms_of(page):
            url = form.action or path
            identity = (url.partition("?")[0], frozenset(re.sub(r"\d+", "N", name) for name in form.kinds))
            if form.method != "post" or identity in seen or any(part in url for part in OF_THE_FRAME):
                continue
            seen.add(identity)
            for values in hostile_posts(form, pressed, step=step, begin=len(seen)):
                status, text = post(client, url, values)
                if isinstance(status, str) or status >= 500:
                    faults.append((url, {name: str(value)[:40] for name, value in values.items()}, status))
                elif status == 200 and "</form>" in text and len(waiting) < 20:
                    waiting.append((url, text))  # the next step, such as a preview, may have another form
    caplog.clear()  # the faults say more than the log
    assert len(seen) >= 3
    assert faults == []
