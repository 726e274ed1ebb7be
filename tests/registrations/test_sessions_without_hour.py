"""The confirmation email states which sessions have no hour yet, in the words of the page after the form."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import Programme
from tests.messages import deliver_only
from tests.registrations.forms import form
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "announced", "note"),
    [
        ("en", ", time to be announced", "Not in the file, because the hour is not set yet: psw-cop 2."),
        (
            "fr",
            ", heure à confirmer",
            "Absentes du fichier, car l’heure n’est pas encore fixée\N{NO-BREAK SPACE}: psw-cop 2.",
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
