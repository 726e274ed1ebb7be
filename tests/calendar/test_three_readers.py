"""The parsers `ical` and ical.js find the expected times, UIDs, SEQUENCE and METHOD in each kind of calendar file."""

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.links import FEED, MANAGE, token_for
from registrations import actions, calendar
from registrations.models import Registration
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.calendar import ical_js, second_parser
from tests.people import People
from tools.node_packages import check

pytestmark = pytest.mark.django_db

AWKWARD = (
    "Ama Okpik",
    "Anne-Marie d’Août; née “Côté”, inf. aut.",
    "ᐃᓄᒃᑎᑐᑦ Łukasz \\ ^n \N{SYRINGE}",
    "محمد \N{RIGHT-TO-LEFT OVERRIDE}נעמי",
    "x" * 200,
)


@dataclasses.dataclass(frozen=True)
class Expected:
    method: str
    sessions: list[tuple[Session, int, bool]]


def made(client: Client, programme: Programme, people: People) -> dict[str, tuple[str, Expected]]:
    """Return each kind of calendar file with its expected content, by name."""
    series, sessions = programme.open_series("awkward", sessions=4)
    titles = ("Pain; “first” steps, \\n and more", "a" * 250, "Soins palliatifs à domicile : l’été\u2028prochain", "")
    for session, title in zip(sessions, titles, strict=True):
        session.title_en, session.title_fr, session.read_before = title, title and f"FR {title}", "A, b; c\nd"
        session.save()
    files: dict[str, tuple[str, Expected]] = {}
    for number, name in enumerate(AWKWARD):
        person = people.make(f"awkward-{number}@example.org", name, language=("en", "fr")[number % 2])
        rows = enroll(person, series, *sessions)
        actions.leave_session(registration=rows[3], by=person)
        rows = list(
            Registration.objects.filter(person=person)
            .select_related("session__series__hub", "person")
            .order_by("session__starts_at")
        )
        standing = [(row.session, row.sequence, False) for row in rows[:3]]
        for language in ("en", "fr"):
            said = f"{number}, {language}"
            one = Expected("REQUEST", standing[:1])
            files[f"REQUEST {said}"] = calendar.invitation(rows[0], language).decode(), one
            gone = Expected("CANCEL", [(rows[3].session, rows[3].sequence, True)])
            files[f"CANCEL {said}"] = calendar.cancellation(rows[3], language).decode(), gone
            files[f"PUBLISH {said}"] = (
                calendar.file_of(rows[:3], language).decode(),
                Expected("PUBLISH", standing),
            )
        feed = reverse("feed", kwargs={"token": token_for(person, FEED)})
        everything = Expected("PUBLISH", [*standing, (rows[3].session, rows[3].sequence, True)])
        files[f"private feed {number}"] = client.get(feed).content.decode(), everything
        own = {"token": token_for(person, MANAGE), "registration": rows[1].public_id}
        download = client.get(reverse("own_calendar", kwargs=own)).content.decode()
        files[f"download {number}"] = download, Expected("PUBLISH", standing[1:2])
    all_public = Expected("PUBLISH", [(session, session.revision, False) for session in sessions])
    for language in ("en", "fr"):
        with translation.override(language):
            addresses = {
                "series feed": reverse("series_feed", kwargs={"slug": series.slug}),
                "hub feed": reverse("hub_feed", kwargs={"slug": series.hub.slug}),
                "profession feed": reverse("profession_feed", kwargs={"code": "RN"}),
                "language feed": reverse("language_feed", kwargs={"code": "en"}),
                "series file": reverse("series_calendar", kwargs={"slug": series.slug}),
            }
            one_file = reverse("session_calendar", kwargs={"session": sessions[0].public_id})
        for name, address in addresses.items():
            files[f"{name}, {language}"] = client.get(address).content.decode(), all_public
        alone = Expected("PUBLISH", all_public.sessions[:1])
        files[f"session file, {language}"] = client.get(one_file).content.decode(), alone
    return files


def test_two_parsers_return_the_expected_values_for_every_kind_of_calendar(
    client: Client, programme: Programme, people: People
) -> None:
    files = made(client, programme, people)
    assert len(files) == len(AWKWARD) * 8 + 12
    from_js = ical_js.read_all([text for text, _expected in files.values()])
    for (name, (text, expected)), by_js in zip(files.items(), from_js, strict=True):
        by_python = second_parser.read(text)
        facts = sorted(
            (
                f"session-{session.public_id}@calendar.example.org",
                sequence,
                session.starts_at,
                session.ends_at,
                "CANCELLED" if cancelled else "CONFIRMED",
            )
            for session, sequence, cancelled in expected.sessions
        )
        assert (by_js["method"], by_python.method) == (expected.method, expected.method), name
        js = sorted(
            (row["uid"], row["sequence"], moment(row["start"]), moment(row["end"]), row["status"])
            for row in by_js["entries"]
        )
        python = sorted((row.uid, row.sequence, row.start, row.end, row.status) for row in by_python.entries)
        assert js == facts, name
        assert python == facts, name
        said_by_js = sorted((row["uid"], row["summary"], row["attendees"], row["location"]) for row in by_js["entries"])
        said_by_python = sorted((row.uid, row.summary, list(row.attendees), row.location) for row in by_python.entries)
        assert said_by_js == said_by_python, name
        people_named = {address for row in by_js["entries"] for address in row["attendees"]}
        assert len(people_named) == (expected.method != "PUBLISH"), name


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def test_npm_package_with_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "ical.js.tgz"
    file.write_bytes(b"something else")
    with pytest.raises(ValueError, match=r"not what package\.json describes"):
        check(file, "sha512-yK/UlPbEs316igb/")
