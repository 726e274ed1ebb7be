"""A lead invites three colleagues: one accepts, one declines, one does not answer. Everybody can use the pages."""

from __future__ import annotations

import datetime as dt
import uuid
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from accounts.models import Consent, Person
from registrations.links import team_url
from registrations.models import Registration, TeamInvitation
from sessions.models import Series, Session
from tests.admin.two_hubs import signed_in_client
from tests.calendar.clocks import TORONTO
from tests.journeys.own_places import a_series_of_every_state, a_session, somebody
from tests.journeys.reader import Reader
from tests.journeys.steps import COMPUTER, PHONE, Arrive, text_of
from tests.journeys.visitor import Visitor
from tests.live_portal import LivePortal
from tests.news.readers import subscribed

pytestmark = pytest.mark.browser


def an_open_series() -> tuple[Series, list[Session]]:
    series, tomorrow = a_series_of_every_state(), timezone.now() + dt.timedelta(days=1)
    sessions = [a_session(series, number, tomorrow + dt.timedelta(days=7 * number)) for number in (1, 2)]
    return series, sessions


def signs_in(visitor: Visitor, portal: LivePortal, person: Person) -> None:
    key = portal.within(lambda: signed_in_client(person).cookies["session"].value)
    visitor.context.add_cookies([{"name": "session", "value": key, "url": portal.url}])


def opens_the_invitation(visitor: Visitor, portal: LivePortal, address: str) -> None:
    text = text_of(portal.email_to(address))
    (link,) = {word for word in text.split() if "/team/answer/" in word}
    visitor.opens(portal.address(link))


def test_of_three_colleagues_one_accepts_one_declines_one_ignores(portal: LivePortal, arrive: Arrive) -> None:
    # Given a lead who is signed in, and three colleagues whom the portal does not know
    lead = portal.within(lambda: somebody("en"))
    series, sessions = portal.within(an_open_series)
    word = uuid.uuid4().hex[:8]
    nia, zoe, ignores = (f"{name}.{word}@example.org" for name in ("nia", "zoe", "eli"))
    visitor = arrive(place=TORONTO, width=COMPUTER, language="en", javascript=False)
    signs_in(visitor, portal, lead)
    # When the lead invites them to the series
    visitor.opens(f"/en/series/{series.slug}/team/")
    for number, address in enumerate((nia, zoe, ignores), start=1):
        visitor.types(f"name_{number}", f"Colleague {number}")
        visitor.types(f"email_{number}", address)
    visitor.presses(visitor.button("Send the invitations"))
    # Then each gets one email, and nothing else is stored about them
    assert visitor.page.locator("h1").inner_text() == "Invitations sent"
    people = Person.objects.filter(email__in=[nia, zoe, ignores])
    subjects = {portal.email_to(one)["Subject"] for one in (nia, zoe, ignores)}
    assert subjects == {f"A colleague invites you: {series.title_en}"}
    assert not portal.within(people.exists)
    # And the first one, who says yes on a phone, is registered, and has an email that says so
    phone = arrive(place=TORONTO, width=PHONE, language="en", javascript=False)
    opens_the_invitation(phone, portal, nia)
    phone.presses(phone.button("Yes, register me"))
    assert phone.page.locator("h1").inner_text() == "My sessions"
    places = Registration.objects.filter(session__series=series, state="registered")
    registered = portal.within(lambda: sorted(places.values_list("person__email", "session_id")))
    assert registered == [(nia, session.pk) for session in sessions]
    portal.email_to(nia, number=2)
    # And the second one, who says no, is not
    opens_the_invitation(phone, portal, zoe)
    phone.presses(phone.button("No, thank you"))
    assert phone.page.locator("h1").inner_text() == "Thank you for answering"
    # And nothing is stored about the other two, who got no other email; the first one did not ask for news
    assert portal.within(lambda: list(people.values_list("email", flat=True))) == [nia]
    assert [len(portal.emails_to(one)) for one in (zoe, ignores)] == [1, 1]
    assert nia not in portal.within(subscribed)
    consents = Consent.objects.filter(person__email=nia).values_list("kind", flat=True)
    assert portal.within(lambda: set(consents)) == {"privacy"}
    portal.within(lambda: Series.objects.filter(pk=series.pk).update(state="draft"))


def test_pages_of_teams_have_no_accessibility_or_console_error(reader: Reader, portal: LivePortal) -> None:
    def prepare() -> tuple[str, str, str, str]:
        series, sessions = an_open_series()
        lead, now = somebody(reader.language), timezone.now()
        rows = [
            TeamInvitation.objects.create(
                series=series,
                lead=lead,
                name="Nia",
                email=email,
                email_key=email,
                invited_at=now - dt.timedelta(days=13),
                expires_at=now + dt.timedelta(days=days),
            )
            for days, email in ((1, f"{uuid.uuid4().hex}@example.org"), (-1, f"{uuid.uuid4().hex}@example.org"))
        ]
        for row in rows:
            row.sessions.set(sessions)
        answers = [urlsplit(team_url(row, reader.language)).path for row in rows]
        return signed_in_client(lead).cookies["session"].value, series.slug, answers[0], answers[1]

    key, slug, answer, expired = portal.within(prepare)
    reader.opens("invitation", answer)
    reader.page.locator("#main button[value=no]").click()
    reader.page.wait_for_load_state("domcontentloaded")
    reader.looks("invitation declined")
    reader.opens("invitation answered", answer)
    reader.opens("invitation expired", expired)
    reader.context.add_cookies([{"name": "session", "value": key, "url": portal.url}])
    reader.opens("team", reader.address("register_team", slug=slug))
    reader.sends("team errors", email_1="nobody")
    reader.page.locator("[name=name_1]").fill("Nia")
    reader.sends("team invited", email_1=f"{uuid.uuid4().hex}@example.org")
    portal.within(lambda: Series.objects.filter(slug=slug).update(state="draft"))
