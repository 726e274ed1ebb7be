"""A text that coordinators write contains nobody's personal link, written out or inside an address (SAFETY.md 8)."""

from urllib.parse import quote

import pytest
from django.conf import settings

from accounts.links import MANAGE, token_for
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.actions import edit_message
from echo_portal.outbox.models import Message
from registrations.placeholders import check_no_placeholders, check_placeholders
from sessions.models import Session
from tests.admin.two_hubs import HubRows
from tests.people import People


def written(people: People) -> list[str]:
    """Return ways in which the personal link of another person can be written."""
    link = f"{settings.SITE_URL}/en/my-sessions/{token_for(people.luc, MANAGE)}/"
    once = quote(link, safe="")
    bare = link.split("://")[1]
    return [
        link,
        f"({link}).",
        link.replace("http:", "HTTP:"),
        bare,
        f"https://elsewhere.example/url?q={link}",
        f"https://elsewhere.example/url?q={once}",
        f"https://elsewhere.example/url?q={quote(once, safe='')}",
        link.replace("/my-sessions/", "/%6dy-sessions/"),
        link.replace("/my-sessions/", "/join/"),
    ]


def test_personal_link_that_is_written_out_is_refused(people: People) -> None:
    for text in written(people):
        for check in (check_placeholders, check_no_placeholders):
            with pytest.raises(Refusal) as refused:
                check(f"Look: {text}", field="text_en")
            assert refused.value.code == "written-out-link", text


def test_edit_with_a_personal_link_that_is_written_out_is_refused(own: HubRows, people: People) -> None:
    message = own[Message]
    for text in written(people):
        with pytest.raises(Refusal) as refused:
            edit_message(message=message, subject="Hello", text=f"Look: {text}")
        assert refused.value.code == "written-out-link", text


def test_addresses_of_public_pages_and_of_meetings_are_accepted(own: HubRows) -> None:
    session = f"{settings.SITE_URL}/en/sessions/{own[Session].public_id}/"
    meeting = f"https://zoom.example/j/123?pwd={'aB3' * 20}.1"
    long_slug = f"{settings.SITE_URL}/en/series/{'community-of-practice-' * 4}/"
    for text in (session, meeting, long_slug):
        check_placeholders(text, field="text_en")
        check_no_placeholders(text, field="note_en")
