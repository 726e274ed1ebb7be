"""In the administration, joining links must lead to hosts on the list that Pallium staff edit."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from hubs.models import Programme as ProgrammeRow
from hubs.models import usual_meeting_hosts
from sessions.models import Series, Session
from tests.admin.desk_table import name_of, posted, save, table_of
from tests.admin.pages import NEW_SESSION, address, posted_fields, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.builders import Programme
from tests.people import People

ELSEWHERE = "https://rooms.example.net/j/1"
STARTS = {
    "en": "Sessions do not meet at “rooms.example.net”, only at: zoom.us, teams.microsoft.com,",
    "fr": "Aucune séance ne se tient sur « rooms.example.net », seulement sur : zoom.us, teams.microsoft.com,",
}


def errors_after(client: Client, here: str, **changes: Any) -> dict[str, list[str]]:
    answer = client.post(here, {**posted_fields(client, here), **changes})
    return {} if answer.status_code == 302 else dict(answer.context["adminform"].form.errors)


@pytest.mark.parametrize("field", ["join_url", "host_url"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_form_of_a_session_names_the_refused_host(own: HubRows, field: str, language: str) -> None:
    client, session = signed_in_client(own.coordinator), own[Session]
    client.cookies["language"] = language
    here = address(Session, "change", session.pk)
    errors = errors_after(client, here, **{field: ELSEWHERE})
    assert [(name, sentence.startswith(STARTS[language])) for name, (sentence,) in errors.items()] == [(field, True)]
    added = errors_after(client, address(Session, "add"), **{**NEW_SESSION, "series": own[Series].pk, field: ELSEWHERE})
    assert list(added) == [field]
    assert errors_after(client, here, title_en="The links are the old ones") == {}
    assert Session.objects.get(pk=session.pk).join_url == session.join_url


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("way", ["row", "new", "links", "same_link"])
def test_table_of_the_desk_refuses_the_host(coordinator_client: Client, own: HubRows, way: str, language: str) -> None:
    series, session = own[Series], own[Session]
    sentence = STARTS[language].replace("\u00a0", " ")
    names = {"row": name_of(session, "join_url"), "new": "new-join_url"}
    data = posted(coordinator_client, series, **{names.get(way, way): ELSEWHERE})
    answer = coordinator_client.post(table_of(series), data, headers={"accept-language": language})
    assert (answer.status_code, sentence in says(answer), ELSEWHERE in says(answer)) == (200, True, True)
    assert set(Session.objects.filter(series=series).values_list("join_url", flat=True)) == {session.join_url}


@pytest.mark.parametrize("number", [1, 13])
def test_number_of_queries_for_hosts_does_not_depend_on_the_number_of_links(
    coordinator_client: Client, own: HubRows, programme: Programme, number: int
) -> None:
    series = programme.series("links", hub=own.hub)
    for at in range(1, number + 1):
        programme.session(series, at, days=at)
    data = posted(coordinator_client, series, links="\n".join(f"https://zoom.us/j/{at}" for at in range(number)))
    with CaptureQueriesContext(connection) as asked:
        coordinator_client.post(table_of(series), data)
    assert series.sessions.filter(join_url__startswith="https://zoom.us/j/").count() == number
    about_hosts = [query for query in asked if "meeting_hosts" in query["sql"] and query["sql"].startswith("SELECT")]
    assert len(about_hosts) == 2, "one for the forms, one for the action"


def test_staff_add_a_site_and_then_its_links_are_saved(
    own: HubRows, coordinator_client: Client, people: People
) -> None:
    client, here = signed_in_client(people.staff), address(ProgrammeRow, "change", 1)
    assert posted_fields(client, here)["meeting_hosts"].splitlines() == list(usual_meeting_hosts())
    typed = "Example.NET\r\n zoom.us\r\nréunions.example.ca\r\nzoom.us\r\n"
    assert errors_after(client, here, meeting_hosts=typed) == {}
    assert ProgrammeRow.objects.get().meeting_hosts == ["example.net", "zoom.us", "xn--runions-bya.example.ca"]
    event = AuditEvent.objects.get(verb="programme-changed")
    assert (event.actor_id, event.details["fields"]) == (people.staff.pk, ["meeting_hosts"])
    for link in (ELSEWHERE, "https://réunions.example.ca/1"):
        answer = save(coordinator_client, own[Series], same_link=link)
        assert "1 session is saved." in says(answer)
        assert Session.objects.get(pk=own[Session].pk).join_url == link


@pytest.mark.parametrize("line", ["https://zoom.us/", "localhost", "127.0.0.1", "us", "a b.example", "*.zoom.us", "."])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_line_without_a_site_name_is_refused(people: People, own: HubRows, line: str, language: str) -> None:
    client, here = signed_in_client(people.staff), address(ProgrammeRow, "change", 1)
    client.cookies["language"] = language
    sentence = {
        "en": f"“{line}” is not the name of a site. Write it as in zoom.us, without https:// or a path.",
        "fr": f"« {line} » n’est pas le nom d’un site. Écrivez-le comme zoom.us, sans https:// ni chemin.",
    }[language]
    assert errors_after(client, here, meeting_hosts=f"zoom.us\n{line}") == {"meeting_hosts": [sentence]}
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgrammeRow.objects.update(meeting_hosts=["zoom.us", line])


@pytest.mark.parametrize(("language", "starts"), [("en", "Keep at least one site"), ("fr", "Gardez au moins un site")])
def test_empty_list_is_refused(people: People, own: HubRows, language: str, starts: str) -> None:
    client, here = signed_in_client(people.staff), address(ProgrammeRow, "change", 1)
    client.cookies["language"] = language
    ((sentence,),) = errors_after(client, here, meeting_hosts=" \n").values()
    assert sentence.startswith(starts)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgrammeRow.objects.update(meeting_hosts=[])


def test_coordinator_does_not_find_the_list(own: HubRows, coordinator_client: Client) -> None:
    here = address(ProgrammeRow, "change", 1)
    assert coordinator_client.post(here, {"meeting_hosts": "rooms.example.net"}).status_code == 403
    assert ProgrammeRow.objects.get().meeting_hosts == usual_meeting_hosts()
