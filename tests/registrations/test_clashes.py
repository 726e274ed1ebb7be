"""Two sessions at the same time are allowed. The email and “My sessions” display both with their dates."""

import datetime as dt

import pytest
from django.test import Client
from django.utils.html import strip_tags

from accounts.links import MANAGE, token_for
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from tests.builders import Programme, enroll
from tests.people import People

pytestmark = pytest.mark.django_db

SENTENCE = {
    "en": "They overlap or follow without a pause. You can keep both.",
    "fr": "Elles se chevauchent ou se suivent sans pause. Vous pouvez garder les deux.",
}


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(("at", "said"), [("12:30", True), ("13:00", True), ("13:15", False)])
def test_email_displays_clashing_sessions_with_their_dates(
    programme: Programme, people: People, at: str, said: bool
) -> None:
    heart, community = programme.series("heart"), programme.series("community")
    day = dt.date(2030, 1, 9)
    enroll(people.ama, heart, programme.session(heart, 4, on_date=day, at="12:00"))
    enroll(people.ama, community, programme.session(community, 5, on_date=day, at=at, title_en="", title_fr=""))
    message = Message.objects.filter(kind="confirmation").order_by("-pk")[0]
    english, french = (plain(preview(message, language, scope_ids=None).text) for language in ("en", "fr"))
    assert (SENTENCE["en"] in english, SENTENCE["fr"] in french) == (said, said)
    if said:
        block = english.partition("Two of your sessions overlap")[2].partition(SENTENCE["en"])[0]
        assert "- heart 4\n  Wednesday, January 9, 2030, " in block
        assert "- Series community: Session 5\n  Wednesday, January 9, 2030, " in block


@pytest.mark.parametrize(("language", "words"), [("en", "heart 4” (Series heart)"), ("fr", "heart 4 » (Série heart)")])
def test_my_sessions_displays_clashing_sessions_with_series_and_date(
    client: Client, programme: Programme, people: People, language: str, words: str
) -> None:
    heart, community = programme.series("heart"), programme.series("community")
    day = dt.date(2030, 1, 9)
    enroll(people.ama, heart, programme.session(heart, 4, on_date=day, at="12:00"))
    enroll(people.ama, community, programme.session(community, 5, on_date=day, at="12:30", title_en="", title_fr=""))
    folder = {"en": "en/my-sessions", "fr": "fr/mes-seances"}[language]
    page = plain(client.get(f"/{folder}/{token_for(people.ama, MANAGE)}/").content.decode())
    date = {"en": "Wednesday, January 9, 2030: “", "fr": "mercredi 9 janvier 2030 : « "}[language]
    assert f"{date}{words}" in strip_tags(page)
    number = {"en": "Series community, session 5", "fr": "Série community, séance 5"}[language]
    assert number not in page, "its title is its number already"
