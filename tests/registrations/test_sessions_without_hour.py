"""The confirmation, the page after the form and "My sessions" say that an email follows when the time is set."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.links import MANAGE, token_for
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.messages import deliver_only
from tests.people import People
from tests.registrations.forms import form
from tests.smtp_server import Sink

SET_LATER = {"en": "We write to you when the hour is set.", "fr": "Nous vous écrirons dès que l’heure sera fixée."}

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "announced", "note"),
    [
        (
            "en",
            ", time to be announced",
            "Not in the file, because the hour is not set yet: psw-cop 2. We write to you when it is.",
        ),
        (
            "fr",
            ", heure à confirmer",
            (
                "Sans heure pour l’instant, donc pas dans le fichier\N{NO-BREAK SPACE}: psw-cop 2. "
                "Nous vous écrirons dès que l’heure sera fixée."
            ),
        ),
    ],
)
def test_confirmation_names_the_session_without_hour(
    client: Client, programme: Programme, sink: Sink, language: str, announced: str, note: str
) -> None:
    series, (timed, *_others) = programme.open_series("psw-cop", sessions=1)
    untimed = programme.session(series, 2, days=14, at="")
    both = form(sessions=[timed.pk, untimed.pk], language=language)
    client.post(reverse("register", kwargs={"slug": "psw-cop"}), both)
    deliver_only(kind="confirmation")
    body = sink.emails[-1].get_body(("plain",))
    assert body is not None
    text = str(body.get_content()).replace("\n", " ")
    assert (text.count(announced), text.count(note)) == (1, 1)


def test_confirmation_of_one_session_without_hour_has_no_file(client: Client, programme: Programme, sink: Sink) -> None:
    series, _none = programme.open_series("psw-cop", sessions=0)
    untimed = programme.session(series, 1, days=14, at="")
    client.post(reverse("register", kwargs={"slug": "psw-cop"}), form(sessions=[untimed.pk], language="en"))
    deliver_only(kind="confirmation")
    body = sink.emails[-1].get_body(("plain",))
    assert body is not None
    text = str(body.get_content())
    assert (text.count(", time to be announced"), text.count("Not in the file")) == (1, 0)
    assert text.count(SET_LATER["en"]) == 1


@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_say_that_we_write_when_the_hour_is_set(
    client: Client, programme: Programme, people: People, language: str
) -> None:
    series, (timed,) = programme.open_series("psw-cop", sessions=1)
    untimed = programme.session(series, 2, days=14, at="")
    with translation.override(language):
        url = reverse("register", kwargs={"slug": "psw-cop"})
        own = reverse("my_sessions_link", kwargs={"token": token_for(people.luc, MANAGE)})

        def done(*sessions: Session) -> str:
            sent = form(sessions=[row.pk for row in sessions], email=people.luc.email)
            return client.post(url, sent, follow=True).content.decode()

        assert [page.count(SET_LATER[language]) for page in (done(timed), client.get(own).content.decode())] == [0, 0]
        assert [page.count(SET_LATER[language]) for page in (done(untimed), client.get(own).content.decode())] == [1, 1]
        assert done(timed, untimed).count(SET_LATER[language]) == 1


@pytest.mark.parametrize("language", ["en", "fr"])
def test_person_on_the_waiting_list_reads_that_we_write_when_the_hour_is_set(
    client: Client, programme: Programme, people: People, sink: Sink, language: str
) -> None:
    series, _none = programme.open_series("psw-cop", sessions=0)
    full = programme.session(series, 1, days=14, at="", capacity=1)
    enroll(people.ama, series, full)
    with translation.override(language):
        url = reverse("register", kwargs={"slug": "psw-cop"})
        page = client.post(url, form(sessions=[full.pk], language=language), follow=True).content.decode()
    deliver_only(kind="confirmation", address="elodie@example.org")
    body = sink.emails[-1].get_body(("plain",))
    assert body is not None
    assert (page.count(SET_LATER[language]), " ".join(body.get_content().split()).count(SET_LATER[language])) == (1, 1)
