"""Write emails with news and the invitation of a colleague, for the tests that render all emails in a browser."""

import uuid

from django.utils import timezone

from accounts.models import Person
from news.actions import ask_for_news, send_newsletter
from pages.models import Newsletter
from registrations import actions
from sessions.models import Series, Session
from tests.people import People


def publish_news(reader: Person, people: People, long_en: str, long_fr: str) -> None:
    """Request news with several topics, and send a newsletter with headings, a list and a long address."""
    topics = ["COMM", "CAREGV", "PAIN"]
    ask_for_news(email="nadia@example.org", language="en", topics=topics, signed_in=None, network="192.0.2.1")
    ask_for_news(email=reader.email, language="en", topics=[], signed_in=reader, network="192.0.2.1")
    newsletter = Newsletter.objects.create(
        slug="2026-11",
        is_published=True,
        published_on=timezone.localdate(),
        title_en=long_en,
        title_fr=long_fr,
        body_en=f"## {long_en}\n\n- **Pain**\n- [The list](/en/)\n\nhttps://example.org/{'a' * 120}",
        body_fr=f"## {long_fr}\n\n1. Un\n2. [La liste](/fr/)\n\n> {long_fr}",
    )
    send_newsletter(newsletter=newsletter, topics=[], counted=1, by=people.staff)


def invite_colleague(lead: Person, series: Series, sessions: list[Session]) -> None:
    team = actions.TeamForm(
        form_key=uuid.uuid4(),
        series=series,
        session_ids=tuple(session.pk for session in sessions[3:9]),
        whole_series=False,
        colleagues=(("Nia", "nia@example.org"),),
        network="192.0.2.1",
    )
    actions.invite_team(form=team, key=None, lead=lead)
