"""A nurse gets news in French, without JavaScript, until their email program ends them; everybody can use the pages."""

from __future__ import annotations

import re
import urllib.request
import uuid
from urllib.parse import urlencode, urlsplit

import pytest
from django.db.models.functions import Now

from accounts.models import Person
from echo_portal.outbox.models import Message
from news.actions import ask_for_news, send_newsletter
from news.links import choices_url, confirm_url, stop_url
from news.models import Mailing, Subscriber
from news.queries.subscribers import audience
from pages.models import Newsletter
from tests.calendar.clocks import TORONTO
from tests.journeys.own_places import somebody
from tests.journeys.reader import Reader
from tests.journeys.steps import PHONE, Arrive, text_of
from tests.live_portal import LivePortal
from tests.news.readers import subscribe, write_newsletter

pytestmark = pytest.mark.browser


def sent() -> Mailing:
    """Send a new newsletter to everybody who gets news; its emails are due now, also if it is night."""
    newsletter = write_newsletter(f"news-{uuid.uuid4().hex[:8]}", title_fr="Nouvelles de novembre")
    counted = audience(newsletter, ()).count()
    mailing = send_newsletter(
        newsletter=newsletter, topics=(), counted=counted, by=somebody("en", is_programme_staff=True)
    )
    Message.objects.about(mailing.about).update(due_at=Now())
    return mailing


def link_in(text: str, path: str) -> str:
    found = re.search(rf"https?://\S+/{path}/\S+", text)
    assert found is not None, text
    return found[0]


def post_as_email_program(url: str) -> int:
    """Send the request of RFC 8058: no cookie, no page opened before."""
    data = urlencode({"List-Unsubscribe": "One-Click"}).encode()
    request = urllib.request.Request(url, data=data)  # noqa: S310 (the address of the portal)
    with urllib.request.urlopen(request, timeout=15) as answer:  # noqa: S310
        assert answer.headers["Set-Cookie"] is None
        return int(answer.status)


def test_nurse_gets_news_in_french_until_one_press_of_their_email_program(portal: LivePortal, arrive: Arrive) -> None:
    # Given a nurse on a phone without JavaScript
    address = f"infirmiere.{uuid.uuid4().hex[:8]}@example.org"
    visitor = arrive(place=TORONTO, width=PHONE, language="fr", javascript=False)
    visitor.opens("/fr/infolettres/")
    # When they ask for news, and press the button behind the link of the email
    visitor.types("email", address)
    visitor.ticks("news")
    visitor.presses(visitor.button("Send me news"))
    assert visitor.says("We sent you an email. Press its button, and you get our news.") in visitor.page.content()
    subscribed = Subscriber.objects.subscribed().filter(email=address)
    link = link_in(text_of(portal.email_to(address)), "actualites/confirmer")
    visitor.opens(portal.address(link))
    assert not portal.within(subscribed.exists), "opening the link confirms nothing"
    visitor.presses(visitor.button("Yes, send me news"))
    assert portal.within(subscribed.exists)
    # Then a newsletter arrives in French
    mailing = portal.within(sent)
    newsletter = portal.email_to(address, about="Nouvelles de novembre")
    assert (newsletter["Content-Language"], newsletter["List-Unsubscribe-Post"]) == ("fr", "List-Unsubscribe=One-Click")
    # And after one press in their email program, no other one does
    stop = newsletter["List-Unsubscribe"].strip("<>")
    assert post_as_email_program(portal.address(stop)) == 200
    visitor.opens(portal.address(link_in(text_of(newsletter), "actualites/choix")))
    assert "ne reçoit pas nos actualités" in visitor.page.locator(".lead").inner_text()
    portal.within(lambda: subscribe(somebody("fr")))  # somebody else still gets the next one
    again = portal.within(sent)
    addressed = Message.objects.about(again.about).filter(address=address)
    assert (portal.within(addressed.exists), visitor.errors) == (False, [])
    both = Newsletter.objects.filter(mailings__in=[mailing, again])
    portal.within(lambda: both.update(is_published=False))


def test_pages_of_news_have_no_accessibility_or_console_error(reader: Reader, portal: LivePortal) -> None:
    def prepare() -> list[str]:
        address = f"{uuid.uuid4().hex}@example.org"
        request = ask_for_news(email=address, language="en", topics=[], signed_in=None, network="192.0.2.7")
        assert request is not None
        reading: Person = subscribe(somebody(reader.language))
        language = reader.language
        urls = confirm_url(request, language), choices_url(reading, language), stop_url(reading.pk, language)
        return [urlsplit(url).path for url in urls]

    confirm, choices, stop = portal.within(prepare)
    reader.opens("news", reader.address("newsletters"))
    reader.sends("news errors", email="nobody")
    reader.page.locator("label[for=id_news]").click(position={"x": 12, "y": 12})
    reader.sends("news sent", email=f"{uuid.uuid4().hex}@example.org")
    reader.opens("news to confirm", confirm)
    reader.opens("news choices", choices)
    reader.opens("news stop", stop)
    reader.sends("news stopped")
    reader.opens("news choices stopped", choices)
