"""No value in a public form results in status 500. The forms are parsed from the pages.

`make attack` tries each value in each field and in all fields together; `make test` tries one value alone in every
third field, and every third value in all fields together.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from accounts.links import MANAGE, token_for
from hubs.models import Membership
from pages.actions import store_report
from pages.models import Report
from registrations.links import join_token
from registrations.models import Registration
from sessions.models import Session, SessionRole
from tests.admin.two_hubs import signed_in_client
from tests.pages.addresses import Content, addresses
from tests.pages.html_forms import HtmlForm, forms_of
from tests.pages.own_paths import own_paths
from tests.people import People

pytestmark = pytest.mark.django_db

TEXTS = (
    "\x00",
    "\ufdfa" * 200,
    "각" * 200,
    "ß" * 40,
    "\u202e\u200b\ufeff",
    "{0.__class__} %s %(x)s {{ x }}",
    "a@" + ".".join(["ü"] * 100) + ".example",
    "9" * 5000,
    "",
)
CHOICES = ("\x00", "2147483648", "9" * 5000)
DATES = ("0001-01-01", "0026-03-16", "9999-12-31", "\x00")
NUMBERS = ("-1", "2147483648", "1e309", "NaN", "\x00")
OF_KIND = dict.fromkeys(("text", "email", "textarea", "search"), TEXTS) | {"date": DATES, "number": NUMBERS}
# Valid values for the fields that are empty on the page, used while another field has a hostile value.
FILLED = {
    "name": "Élodie Tremblay",
    "email": "elodie@example.org",
    "profession": "PSW",
    "province": "QC",
    "zone_qc": "America/Toronto",
    "consent": "on",
    "enrollment_key": "LTC2122",
    "code": "123456",
    "title": "A title",
    "name_1": "Nia",
    "email_1": "nia@work.example",
    "text": "A text",
    "audience": "Nurses",
    "organisation": "An organisation",
    "hub": "bc",
    "format": "series",
    "spoken_in": "en",
    "topics": "GRIEF",
    "language": "en",
    "news": "on",
    "zone": "America/Regina",
}
# Django's own sentences, which no field of the portal displays.
DEFAULTS = re.compile(
    r"Ensure this value|This field is required|Enter a (?:valid|whole|list)|Null characters|Select a valid choice"
)
# No public page has a form for these views: the webhook of a provider, and the administration's language switch.
OTHERS = {"mail_events", "set_language", "account_logout"}  # the last one is another address of the view `sign_out`


def pages(content: Content, people: People) -> list[tuple[str, str]]:
    """Return the URL of each page with a form, and who opens it: a guest, a member, Pallium staff, or `late`.

    `late` is somebody who signed in too long ago for the page.
    """
    here = addresses(content, people.ama, "en")
    extra = [
        reverse("subscribe", kwargs={"token": token_for(people.ama, MANAGE)}),
        reverse("sign_in_code"),
        reverse("register", kwargs={"slug": content.choice.slug}),
    ]
    led = give_role_in_held_session(content, people)
    guest = [(url, "guest") for url in (*here.public.values(), *here.own.values(), *extra)]
    Membership.objects.create(person=people.ama, hub=content.keyed.hub, role=Membership.Role.EVALUATOR)
    signed_in = (
        reverse("dashboard"),
        reverse("register_team", kwargs={"slug": content.keyed.slug}),
        reverse("roll_call", kwargs={"session": led.public_id}),
        reverse("profile"),
        reverse("own_data"),
        reverse("my_sessions"),
    )
    draft = copy_as_draft(content.report)
    of_staff = (
        reverse("dashboard"),
        reverse("staff_reports"),
        reverse("publish_report", kwargs={"pk": draft.pk}),
        reverse("delete_report", kwargs={"pk": draft.pk}),
        reverse("withdraw_report", kwargs={"pk": content.report.pk}),
    )
    late = [(reverse("own_data"), "late")]
    return [*guest, *((url, "member") for url in signed_in), *((url, "staff") for url in of_staff), *late]


def copy_as_draft(report: Report) -> Report:
    return store_report(
        first_on=report.first_on - dt.timedelta(days=1),
        last_on=report.last_on,
        figures=report.figures,
        allowed=(),
        by=None,
    )


def give_role_in_held_session(content: Content, people: People) -> Session:
    """Make Ama a facilitator of the session that was held nine days ago, and register them for it."""
    session = Session.objects.get(series=content.keyed, number=9)
    now = timezone.now()
    SessionRole.objects.create(
        session=session, person=people.ama, role="facilitator", name="Ama", address="ama@example.org", given_at=now
    )
    Registration.objects.create(
        person=people.ama, session=session, state="registered", registered_at=now, changed_at=now
    )
    return session


def addresses_of_buttons(content: Content, people: People) -> dict[str, str]:
    """Return the URLs of forms that a page displays only if its rows have a particular state."""
    token = token_for(people.ama, MANAGE)
    own = {"token": token, "registration": content.registration.public_id}
    return {
        "check_key": reverse("check_key", kwargs={"slug": content.keyed.slug}),
        "claim_place": reverse("claim_place", kwargs=own),
        "confirm_address": reverse("confirm_address", kwargs={"token": token}),
        "delete_long_export": reverse("delete_long_export", kwargs={"export": uuid.uuid4()}),
        "long_export_file": reverse("long_export_file", kwargs={"export": uuid.uuid4()}),
        "enter": reverse("enter", kwargs={"token": join_token(content.registration)}),
        "enter_as_host": reverse("enter_as_host", kwargs={"session": content.sessions[0].public_id}),
        "mfa_activate_totp": reverse("mfa_activate_totp"),
        "open_again": reverse("open_again"),
        "register_at_once": reverse("register_at_once", kwargs={"session": content.sessions[0].public_id}),
        "review_pack": reverse("review_pack", kwargs={"review": 0}),
        "return_to_session": reverse("return_to_session", kwargs=own),
        "session_code": reverse("session_code", kwargs={"token": join_token(content.registration)}),
        "sign_in_link": reverse("sign_in_link", kwargs={"link": "x" * 43}),
        "staff_report_comments": reverse("staff_report_comments", kwargs={"pk": copy_as_draft(content.report).pk}),
    }


def filled(form: HtmlForm) -> dict[str, Any]:
    values: dict[str, Any] = {name: found or [FILLED.get(name, "")] for name, found in form.values.items()}
    return {name: [FILLED[name]] if name in FILLED and not value[0] else value for name, value in values.items()}


def hostile_posts(form: HtmlForm, *, step: int, begin: int) -> list[dict[str, Any]]:
    """Return data to post: with one hostile field at a time, with hostile values in all fields, and without fields.

    With a `step` of 3, only every ninth value is tried in every third field at a time, beginning at another value in
    each field, and every third value in all fields. Both begin at `begin`.
    """
    valid = filled(form)
    of = {name: OF_KIND.get(kind, CHOICES) for name, kind in form.kinds.items()}
    singly = [
        {**valid, name: value}
        for number, (name, values) in list(enumerate(of.items()))[begin % step :: step]
        for value in values[number % min(step**2, len(values)) :: step**2]
    ]
    numbers = range(begin % step, len(TEXTS), step)
    together = [{name: values[number % len(values)] for name, values in of.items()} for number in numbers]
    return [*singly, *together, {}]


def status_of(client: Client, url: str, method: str, values: dict[str, Any]) -> int:
    """Send the form, follow the redirect of a refused form, roll back, and return the status."""
    with transaction.atomic():
        answer: Any = client.get(url, values) if method == "get" else client.post(url, values)
        if answer.status_code == 303:
            answer = client.get(answer["Location"])
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert not DEFAULTS.search(content.decode()), url
        transaction.set_rollback(True)
    return int(answer.status_code)


@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.attack)], ids=["sample", "all"])
def test_hostile_value_in_a_public_form_causes_no_server_error(
    client: Client, content: Content, people: People, step: int
) -> None:
    guest, member, staff = client, signed_in_client(people.ama), signed_in_client(people.staff)
    late = Client()
    late.force_login(people.luc)
    clients = {"guest": guest, "member": member, "staff": staff, "late": late}
    guest.post(reverse("sign_in"), {"email": "elodie@example.org"})
    seen: set[tuple[str, frozenset[str]]] = set()
    for url, role in pages(content, people):
        here = clients[role]
        for form in forms_of(here.get(url).content.decode()):
            target = form.action or url
            view = str(resolve(target.partition("?")[0]).url_name)
            identity = (view, frozenset(form.kinds))
            if identity in seen:
                continue
            seen.add(identity)
            sender = Client() if view == "sign_out" else here  # the other forms need the session
            for values in hostile_posts(form, step=step, begin=len(seen)):
                status = status_of(sender, target, form.method, values)
                assert status in {200, 302} or 400 <= status < 500, (view, values)
    buttons = addresses_of_buttons(content, people)
    for number, (view, url) in enumerate(buttons.items()):
        for text in TEXTS[number % step :: step]:
            here = staff if view == "staff_report_comments" else member
            status = status_of(
                here, url, "post", dict.fromkeys(("enrollment_key", "code", "next", "key", "token"), text)
            )
            assert status in {200, 302} or 400 <= status < 500, (view, text)
    takes_forms = {name for name, path in own_paths().items() if guest.post(path).status_code != 405}
    assert takes_forms - OTHERS - buttons.keys() == {view for view, _fields in seen} - {
        "catalogue",
        "dashboard",
        "library",
        "search",
    }


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_query_string_causes_no_server_error(client: Client, content: Content, text: str) -> None:
    register = reverse("register", kwargs={"slug": content.keyed.slug})
    queries = {
        reverse("catalogue"): ("show", "profession", "area", "hub", "language", "credits"),
        register: ("session", "key", "profession", "again"),
        reverse("sign_in"): ("next", "again"),
        reverse("propose"): ("hub", "again"),
        reverse("have_key"): ("key", "again"),
    }
    for path, names in queries.items():
        assert client.get(path, dict.fromkeys(names, text)).status_code == 200, path
