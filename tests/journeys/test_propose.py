"""A nurse proposes an idea in French on a phone without JavaScript. The pages of ideas are accessible."""

from __future__ import annotations

import re
import uuid
from urllib.parse import urlsplit

import pytest

from hubs.models import Hub
from proposals.actions import answer_authors, confirm_inquiry, invite_author, save_plan
from proposals.links import follow_url
from proposals.models import Inquiry, PlannedSession
from tests.calendar.clocks import TORONTO
from tests.journeys.coordinating import a_series_to_coordinate
from tests.journeys.own_places import somebody
from tests.journeys.reader import Reader
from tests.journeys.steps import PHONE, Arrive, text_of
from tests.live_portal import LivePortal
from tests.proposals.forms import sent_idea

pytestmark = pytest.mark.browser


def test_nurse_proposes_an_idea_in_french_on_a_phone_without_javascript(portal: LivePortal, arrive: Arrive) -> None:
    # Given a nurse with an idea
    address = f"infirmiere.{uuid.uuid4().hex[:8]}@example.org"
    visitor = arrive(place=TORONTO, width=PHONE, language="fr", javascript=False)
    visitor.opens("/fr/proposer/?hub=bc")
    # When they fill in the form and send it
    visitor.ticks("format", "series")
    visitor.types("title", "Le deuil en région")
    visitor.page.locator("textarea[name=text]").fill("Personne ne l’enseigne près de chez nous.")
    visitor.ticks("spoken_in", "fr")
    visitor.page.locator("textarea[name=audience]").fill("Les soins à domicile")
    visitor.types("name", "Zoé Tremblay")
    visitor.types("email", address)
    visitor.selects("province", "BC")
    visitor.ticks("consent")
    visitor.presses(visitor.button("Send my idea"))
    # Then they are told to confirm it, with an email that has none of their words
    assert visitor.page.locator("h1").inner_text() == "Dernière étape\u00a0: confirmer"
    text = text_of(portal.email_to(address, about="bien vous"))
    assert "deuil" not in text
    found = re.search(r"https?://\S+/demande/\S+", text)
    assert found is not None
    # And after pressing the button behind its link, the hub has the idea, and the page says what happens next
    visitor.opens(portal.address(found[0]))
    visitor.presses(visitor.button("Yes, send it"))
    assert visitor.page.locator("h1").inner_text() == "Le deuil en région"
    row = portal.within(lambda: Inquiry.objects.select_related("hub").get(email=address))
    assert (row.state, row.hub.slug, row.language) == ("new", "bc", "fr")
    assert visitor.errors == []


def test_pages_of_ideas_have_no_accessibility_or_console_error(reader: Reader, portal: LivePortal) -> None:
    at = reader.address

    def prepare() -> tuple[str, str, str]:
        receipt = sent_idea(Hub.objects.get(slug="bc"), email=f"{uuid.uuid4().hex}@example.org", title="Grief")
        inquiry = Inquiry.objects.select_related("person").get(pk=receipt.answer["inquiry"])
        waiting = sent_idea(inquiry.hub, email=f"{uuid.uuid4().hex}@example.org").answer["inquiry"]
        staff = somebody("en")
        inquiry = confirm_inquiry(inquiry=inquiry)
        answer_authors(inquiry=inquiry, text="Shall we talk?", by=staff)
        invite_author(inquiry=inquiry, name="Denise Roy", email=f"{uuid.uuid4().hex}@example.org", by=inquiry.person)
        values = {"objectives": ["assess grief"], "summary_en": "For nurses."}
        save_plan(inquiry=inquiry, values=values, sessions=[PlannedSession(title="First")], by=staff)
        unproved = Inquiry.objects.select_related("person").get(pk=waiting)
        paths = [urlsplit(follow_url(one, one.person, reader.language)).path for one in (unproved, inquiry)]
        return paths[0], paths[1], str(receipt.public_id)

    waiting, followed, receipt = portal.within(prepare)
    reader.opens("propose", at("propose"))
    reader.sends("propose errors", text="Mme Roy")
    assert reader.page.locator(".error-summary a").count() >= 3
    reader.opens("partner", at("partner"))
    reader.opens("interest", at("interest"))
    reader.opens("inquiry sent", at("inquiry_sent", receipt=receipt))
    reader.opens("inquiry to confirm", waiting)
    reader.opens("inquiry followed", followed)
    reader.opens("kit", at("kit"))
    reader.opens("kit template", at("kit_template", slug="planned-planning-sheet"))
    reader.opens("tell me", at("tell_me", slug="journal-watch"))


def test_desk_of_ideas_has_no_accessibility_or_console_error(reader: Reader, portal: LivePortal) -> None:
    def prepare() -> tuple[str, int]:
        series, key = a_series_to_coordinate(reader.language)
        receipt = sent_idea(series.hub, email=f"{uuid.uuid4().hex}@example.org", title="Grief")
        inquiry = Inquiry.objects.get(pk=receipt.answer["inquiry"])
        return key, confirm_inquiry(inquiry=inquiry).pk

    key, pk = portal.within(prepare)
    reader.context.add_cookies([{"name": "session", "value": key, "url": portal.url}])
    reader.lang = reader.language
    for page in ("changelist", "change", "plan", "answer", "shape", "stage", "close"):
        arguments = {} if page == "changelist" else {"object_id" if page == "change" else "pk": pk}
        reader.opens(f"desk inquiry {page}", reader.address(f"admin:proposals_inquiry_{page}", **arguments))
