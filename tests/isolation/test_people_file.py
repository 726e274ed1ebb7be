"""No role downloads a person of another hub, whatever hub and series it asks for (SAFETY.md 4.1)."""

import datetime as dt
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from sessions.models import Series, Session
from tests.admin.two_hubs import CANARY, OWN
from tests.isolation.people import JOINT, ROLES, Role, Rows
from tests.people import People

PATH = "/en/evaluation/people/"


@pytest.fixture
def rows(added: Rows) -> Rows:
    ago = dt.timedelta(days=20)
    moments = {name: F(name) - ago for name in ("starts_at", "ends_at", "over_at")}
    Session.objects.update(on_date=timezone.localdate() - dt.timedelta(days=13), **moments)
    return added


@pytest.mark.parametrize("role", [pytest.param(role, id=role.name.replace(" ", "-")) for role in ROLES])
def test_role_downloads_no_person_of_another_hub(rows: Rows, people: People, role: Role) -> None:
    client = role.sign_in(rows, people)
    asked: list[dict[str, str]] = [{}]
    for hub in (rows.own, rows.foreign, rows.joint):
        series = hub[Series]
        asked += [{"hub": hub.hub.slug}, {"series": series.slug}, {"hub": hub.hub.slug, "series": series.slug}]
    found = [_text(client.post(PATH, {"period": "all", **query})).casefold() for query in asked]
    people_of_others = [f"{word}-person".casefold() for word in (CANARY, JOINT, OWN) if word in _words_of(role)]
    assert people_of_others
    assert [text for text in found for word in people_of_others if word in text] == []
    assert ("ownhub-person" in found[0]) is role.may_enter, "coordinators get their own people"


def _words_of(role: Role) -> set[str]:
    return {word for word in (CANARY, JOINT, OWN) if any(said.startswith(word) for said in role.forbidden)}


def _text(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode())
