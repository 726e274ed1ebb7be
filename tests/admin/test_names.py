"""Titles and names with control characters or without visible characters."""

import pytest
from django.test import Client

from accounts.models import Person
from hubs.models import Hub, Organisation
from sessions.models import Series, Session
from tests.admin.pages import address, posted_fields
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People

pytestmark = pytest.mark.usefixtures("luc_registered")


@pytest.mark.parametrize("model", [Series, Session])
@pytest.mark.parametrize("title", ["Pain\u202eniaP", "Pain\x07"])
def test_title_with_control_characters_is_refused(
    coordinator_client: Client, own: HubRows, model: type[Series | Session], title: str
) -> None:
    row = own[model]
    here = address(model, "change", row.pk)
    answer = coordinator_client.post(here, {**posted_fields(coordinator_client, here), "title_en": title})
    assert answer.context["adminform"].form.errors["title_en"] == [
        "Write this on one line, without special control characters."
    ]
    row.refresh_from_db()
    assert row.title_en != title


@pytest.mark.parametrize("model", [Series, Session])
def test_title_without_visible_characters_is_saved_as_empty(
    coordinator_client: Client, own: HubRows, model: type[Series | Session]
) -> None:
    row = own[model]
    here = address(model, "change", row.pk)
    assert (
        coordinator_client.post(
            here, {**posted_fields(coordinator_client, here), "title_fr": "\u200b\u2060"}
        ).status_code
        == 302
    )
    row.refresh_from_db()
    assert row.title_fr == ""


@pytest.mark.parametrize(("model", "field"), [(Hub, "name_en"), (Organisation, "name_fr"), (Person, "name")])
def test_name_without_visible_characters_is_refused(
    people: People, own: HubRows, model: type[Hub | Organisation | Person], field: str
) -> None:
    row = model.objects.earliest("pk")
    coordinator_client, here = signed_in_client(people.staff), address(model, "change", row.pk)
    answer = coordinator_client.post(here, {**posted_fields(coordinator_client, here), field: "\u3164"})
    assert answer.context["adminform"].form.errors[field] == ["Fill this in."]
    assert getattr(model.objects.get(pk=row.pk), field) == getattr(row, field)
