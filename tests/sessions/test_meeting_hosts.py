"""A session may meet only at a host on the programme's list, however its joining link is written."""

import re
from urllib.parse import urlsplit

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent
from echo_portal.lib.refusals import Refusal
from hubs.models import Programme as ProgrammeRow
from hubs.models import usual_meeting_hosts
from sessions.actions import save_session
from sessions.models import Session
from sessions.models.public_address import PUBLIC_ADDRESS
from sessions.rules import MeetingHosts
from tests.builders import Programme

ACCEPTED = [
    "https://zoom.us/j/1?pwd=a@b",
    "https://us02web.zoom.us:443/j/1",
    "https://US02WEB.ZOOM.US/j/1",
    "https://teams.microsoft.com/l/meetup-join/1",
    "https://teams.live.com/meet/1",
    "https://meet.google.com/abc-defg-hij",
    "https://pallium.webex.com/meet/1",
]
REFUSED = [
    "https://zoom.us.evil.example/j/1",
    "https://evilzoom.us/j/1",
    "https://evil.example/zoom.us",
    "https://evil.example?.zoom.us",
    "https://evil.example#.zoom.us",
    "https://evil.example:443/.zoom.us",
    "https://evil.example%2f.zoom.us/",
    "https://microsoft.com/teams",
]


def is_accepted(address: str) -> bool:
    try:
        MeetingHosts().check(address, field="join_url")
    except Refusal:
        return False
    return True


@pytest.mark.parametrize("address", ACCEPTED)
def test_usual_hosts_and_their_subdomains_are_accepted(programme: Programme, address: str) -> None:
    assert is_accepted(address)


@pytest.mark.parametrize("address", REFUSED)
def test_other_hosts_are_refused(programme: Programme, address: str) -> None:
    assert not is_accepted(address)


@pytest.mark.django_db
@given(st.lists(st.sampled_from(["zoom.us", "evil", ".", "-", "/", "?", "#", ":1", "@", "%2f", "\\"]), max_size=9))
def test_accepted_public_address_leads_to_a_host_of_the_list(parts: list[str]) -> None:
    """`urlsplit` finds the host in the same way as browsers do."""
    address = f"https://{''.join(parts)}zoom.us"
    if re.fullmatch(PUBLIC_ADDRESS, address) and is_accepted(address):
        host = urlsplit(address).hostname or ""
        assert host == "zoom.us" or host.endswith(".zoom.us")


def test_list_of_the_programme_replaces_the_usual_hosts(programme: Programme) -> None:
    ProgrammeRow.objects.update(meeting_hosts=["video.example.org"])
    assert is_accepted("https://room.video.example.org/1")
    assert not is_accepted(ACCEPTED[0])
    ProgrammeRow.objects.all().delete()
    assert is_accepted(ACCEPTED[0])


@pytest.mark.parametrize("field", ["join_url", "host_url"])
@pytest.mark.parametrize(
    ("language", "start"),
    [("en", "Sessions do not meet at “x.example”"), ("fr", "Aucune séance ne se tient sur « x.example »")],
)
def test_action_refuses_a_new_link_and_saves_nothing(
    programme: Programme, field: str, language: str, start: str
) -> None:
    session = programme.session(programme.series("one"), 1)
    setattr(session, field, "https://x.example/j/1")
    session.title_en = "Changed"
    with translation.override(language), pytest.raises(Refusal) as refused:
        save_session(session=session, by=None)
    assert (refused.value.field, refused.value.sentence.startswith(start)) == (field, True)
    assert ", ".join(usual_meeting_hosts()) in refused.value.sentence
    new = programme.new_session(session.series, 2, **{field: "https://x.example/j/1"})  # type: ignore[arg-type]
    with pytest.raises(Refusal):
        save_session(session=new, by=None)
    assert [str(one) for one in Session.objects.all()] == ["1. one 1"]
    assert not AuditEvent.objects.filter(verb__startswith="session-").exists()


def test_link_that_is_saved_already_stays_until_it_is_edited(programme: Programme) -> None:
    session = programme.session(programme.series("one"), 1, join_url="https://x.example/j/1")
    session.title_en = "Changed"
    save_session(session=session, by=None)
    assert Session.objects.get().title_en == "Changed"
    session.join_url = "https://x.example/j/2"
    with pytest.raises(Refusal):
        save_session(session=session, by=None)
    assert Session.objects.get().join_url == "https://x.example/j/1"
