"""If two coordinators edit one page, the second save is refused and displays both versions (SAFETY.md F16)."""

from typing import Any

import pytest
from django.test import Client

from accounts.admin_stale import StaleFormMixin
from accounts.models import AuditEvent
from hubs.models import Hub, Spoke
from sessions.models import EnrollmentKey, Material, Series, Session
from tests.admin.pages import address, fields_of, posted_fields
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People

pytestmark = pytest.mark.django_db

REFUSED = {
    "en": "Somebody else saved this after you opened it, so nothing was saved now.",
    "fr": "Quelqu’un d’autre a enregistré cette page après que vous l’avez ouverte; rien n’a été enregistré.",
}
TEXTS = {Series: "summary_en", Session: "title_fr", EnrollmentKey: "campaign", Hub: "vision_en"}


@pytest.fixture
def one(own: HubRows) -> Client:
    return signed_in_client(own.coordinator)


@pytest.fixture
def another(own: HubRows, people: People) -> Client:
    return signed_in_client(people.staff)


def form_of(client: Client, model: Any, own: HubRows, **typed: Any) -> tuple[str, dict[str, Any]]:
    here = address(model, "change", own[model].pk)
    return here, {**posted_fields(client, here), **typed}


def stored(model: Any, own: HubRows) -> str:
    return str(getattr(model.objects.get(pk=own[model].pk), TEXTS[model]))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("model", TEXTS)
def test_stale_page_is_refused_and_keeps_typed_values(
    one: Client, another: Client, own: HubRows, model: Any, language: str
) -> None:
    name = TEXTS[model]
    here, first = form_of(one, model, own, **{name: "the words of one"})
    _here, second = form_of(another, model, own, **{name: "the words of another"})
    assert one.post(here, first).status_code == 302
    trail = AuditEvent.objects.count()
    answer = another.post(here, second, headers={"accept-language": language})
    page = answer.content.decode()
    assert (answer.status_code, stored(model, own), AuditEvent.objects.count()) == (200, "the words of one", trail)
    assert REFUSED[language] in page
    assert [row[1:] for row in answer.context["stored_now"]] == [("the words of one", "the words of another")]
    assert "the words of another" in page
    again = {**second, "seen_version": answer.context["seen_version"]}
    assert another.post(here, again).status_code == 302
    assert stored(model, own) == "the words of another"


def test_stale_page_overwrites_the_first_save_without_the_check(
    one: Client, another: Client, own: HubRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: without the check, the second save overwrites the first."""
    monkeypatch.setattr(StaleFormMixin, "is_stale", False)
    here, first = form_of(one, Session, own, title_fr="the words of one")
    _here, second = form_of(another, Session, own, title_fr="the words of another")
    answers = [one.post(here, first).status_code, another.post(here, second).status_code]
    assert (answers, stored(Session, own)) == ([302, 302], "the words of another")


def test_form_without_a_row_version_is_refused(one: Client, own: HubRows) -> None:
    here, data = form_of(one, Session, own, title_fr="typed")
    del data["seen_version"]
    assert (one.post(here, data).status_code, stored(Session, own)) == (200, "")


def test_change_of_an_inline_row_makes_the_page_stale(one: Client, another: Client, own: HubRows) -> None:
    name = "materials-0-title"
    here, first = form_of(one, Session, own, **{name: "slides of one"})
    _here, second = form_of(another, Session, own, **{name: "slides of another"})
    assert one.post(here, first).status_code == 302
    assert another.post(here, second).status_code == 200
    assert Material.objects.get(pk=own[Material].pk).title == "slides of one"


def test_second_save_writes_only_the_fields_that_were_edited(one: Client, another: Client, own: HubRows) -> None:
    mine = {"title_en": "Title of one", "join_url": "https://zoom.us/j/1", "materials-0-title": "Slides of one"}
    here, first = form_of(one, Session, own, **mine)
    _here, second = form_of(another, Session, own, title_fr="Titre de l’autre")
    assert one.post(here, first).status_code == 302
    answer = another.post(here, second)
    assert {str(row[0]): row[1:] for row in answer.context["stored_now"]} == {
        "Title (English)": ("Title of one", ""),
        "Title (French)": ("–", "Titre de l’autre"),
        "Joining link": ("https://zoom.us/j/1", ""),
    }
    assert f"Saved last by {own.coordinator}." in answer.content.decode()
    assert another.post(here, fields_of(answer.context)).status_code == 302
    session = Session.objects.get(pk=own[Session].pk)
    stored_values = (session.title_en, session.join_url, session.title_fr, session.materials.get().title)
    assert stored_values == ("Title of one", "https://zoom.us/j/1", "Titre de l’autre", "Slides of one")


def test_inline_row_is_not_confused_with_a_row_of_another_inline_with_the_same_id(
    one: Client, another: Client, own: HubRows
) -> None:
    own.hub.spokes.update(id=9000)
    own.hub.memberships.update(id=9000)
    here, first = form_of(one, Hub, own, **{"spokes-0-name_en": "Spoke of one"})
    _here, second = form_of(another, Hub, own, vision_en="Vision of the other")
    assert one.post(here, first).status_code == 302
    answer = another.post(here, second)
    assert another.post(here, fields_of(answer.context)).status_code == 302
    assert (Spoke.objects.get(pk=9000).name_en, stored(Hub, own)) == ("Spoke of one", "Vision of the other")


def test_page_saved_twice_by_one_person_is_accepted(one: Client, own: HubRows) -> None:
    for words in ("first", "second"):
        here, data = form_of(one, Session, own, title_fr=words)
        assert one.post(here, data).status_code == 302
    assert stored(Session, own) == "second"
