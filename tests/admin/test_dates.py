"""Dates and times in the administration: one format in lists, read-only fields, the desk, the history and messages."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import record
from echo_portal.outbox.models import Message
from registrations.models import Registration
from sessions.models import EnrollmentKey, Series, Session
from tests.admin.pages import address, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_suppression")]

DAY, MOMENT = dt.date(2028, 9, 21), dt.datetime(2028, 9, 21, 16, tzinfo=dt.UTC)
# Django's own formats, in both languages: Sept. 21, 2028, noon; 21 septembre 2028 12:00; 2028-09-21.
OTHER_FORMATS = re.compile(r"Sept\. 21|\b(?:noon|midi|a\.m\.|p\.m\.)|(?<!jeudi )21 septembre 2028 \d|2028-09-21 \d")
MONTH_FILTER = re.compile(r'<nav class="toplinks".*?</nav>')


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [("en", "Sep 21, 2028", "Sep 21, 2028, 12:00 pm"), ("fr", "21 sept. 2028", "21 sept. 2028, 12 h")],
)
def test_dates_have_one_format_in_the_administration(
    coordinator_client: Client, own: HubRows, people: People, language: str, day: str, moment: str
) -> None:
    session = own[Session]
    session.on_date, session.start_time, session.end_time = DAY, dt.time(12), dt.time(13)
    session.save()
    Registration.objects.update(registered_at=MOMENT, changed_at=MOMENT)
    Message.objects.update(due_at=MOMENT, created_at=MOMENT)
    EnrollmentKey.objects.update(opens_at=MOMENT)
    pages = {
        address(Session, "changelist"): day,
        address(Session, "change", session.pk): day,
        reverse("admin:echo_sessions_series_desk", args=(own[Series].pk,)): day,
        reverse("admin:echo_sessions_series_messages", args=(own[Series].pk,)): moment,
        address(Registration, "changelist"): moment,
        address(Registration, "change", own[Registration].pk): moment,
        address(EnrollmentKey, "changelist"): moment,
        address(Message, "changelist"): moment,
        address(Message, "change", own[Message].pk): moment,
    }
    for page, expected in pages.items():
        text = MONTH_FILTER.sub("", says(coordinator_client.get(page, headers={"accept-language": language})))
        assert expected in text, page
        assert OTHER_FORMATS.findall(text) == [], page


def test_time_columns_name_eastern_time_and_still_sort(coordinator_client: Client, own: HubRows) -> None:
    page = coordinator_client.get(address(Registration, "changelist"))
    assert "Registered on (Eastern time)" in says(page)
    (column,) = [one for one in page.context["cl"].list_display if getattr(one, "__name__", "") == "registered_at"]
    assert column.admin_order_field == "registered_at"
    number = page.context["cl"].list_display.index(column)
    assert coordinator_client.get(address(Registration, "changelist"), {"o": str(number)}).status_code == 200


def test_history_names_the_year(own: HubRows, people: People) -> None:
    record("session-cancelled", about=f"session:{own[Session].pk}", by=own.coordinator, scope_id=own.hub.pk)
    page = says(signed_in_client(own.coordinator).get(address(Session, "history", own[Session].pk)))
    assert re.search(r"<th scope=\"row\">[A-Z][a-z]{2} \d+, \d{4}, \d+:\d\d [ap]m ET</th>", page)
