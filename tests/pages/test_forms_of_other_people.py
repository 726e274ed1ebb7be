"""A form that was loaded or filled in for one person is not sent for another who signed in in the same browser."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Consent, Person
from news.models import NewsRequest
from proposals.models import DateWatch, Inquiry
from registrations.models import TeamInvitation
from tests.builders import Programme
from tests.people import People
from tests.refused import shown_again

pytestmark = pytest.mark.django_db


def inquiry() -> dict[str, Any]:
    return {
        "form_key": str(uuid.uuid4()),
        "topics": ["PAIN"],
        "name": "Anne Typed",
        "profession": "RN",
        "province": "NS",
        "consent": "on",
    }


@pytest.fixture
def forms_to_send(programme: Programme) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return, by name, the URL of each form of a guest or a signed-in person, and its values."""
    series, _sessions = programme.open_series("lone", sessions=1)
    dateless, (session,) = programme.open_series("dateless", sessions=1)
    session.delete()
    return {
        "interest": (reverse("interest"), inquiry()),
        "news": (reverse("newsletters"), {"language": "en", "news": "on"}),
        "tell me": (reverse("tell_me", kwargs={"slug": dateless.slug}), {}),
        "team": (
            reverse("register_team", kwargs={"slug": series.slug}),
            {"form_key": str(uuid.uuid4()), "name_1": "Col League", "email_1": "col@example.org"}
            | {"sessions": [str(pk) for pk in series.sessions.values_list("pk", flat=True)]},
        ),
    }


def written() -> list[int]:
    return [model.objects.count() for model in (Inquiry, NewsRequest, Consent, DateWatch, TeamInvitation)]


@pytest.mark.parametrize(
    ("name", "field"),
    [
        *((name, field) for name in ("interest", "news", "tell me") for field in ("opened_for", "email")),
        ("team", "opened_for"),
    ],
)
def test_form_of_another_person_is_sent_only_after_a_second_press(
    people: People, forms_to_send: dict[str, tuple[str, dict[str, Any]]], name: str, field: str
) -> None:
    url, values = forms_to_send[name]
    client = Client()
    client.force_login(people.luc)
    before = written()
    answer = client.post(url, values | {field: people.ama.email})
    page = shown_again(client, answer)
    assert "This browser is now signed in as luc@example.org." in page.content.decode()
    assert f'name="opened_for" value="{people.luc.email}"' in page.content.decode()
    assert written() == before
    assert client.post(url, values | {"opened_for": people.luc.email}).status_code == 302
    assert written() != before
    assert Person.objects.get(pk=people.luc.pk).name == people.luc.name
