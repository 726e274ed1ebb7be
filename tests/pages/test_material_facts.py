"""What pages say about a material before it is opened: its language, length, size and captions."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from echo_portal.lib.addresses import uuid_address
from sessions.models import Material, Session
from tests.builders import Programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(programme: Programme) -> Session:
    return programme.session(programme.series("heart"), 1, days=-9, title_en="Heart failure")


def add(session: Session, kind: str, **fields: Any) -> None:
    values: dict[str, Any] = {"language": "en", "open_to": "public", "url": f"https://example.org/{kind}"}
    Material.objects.create(session=session, kind=kind, **values | fields)


def listed(client: Client, session: Session, language: str = "en") -> list[str]:
    """Return the texts of the materials on the page of the session."""
    with translation.override(language):
        page = client.get(uuid_address("session", "session", session.public_id)).content.decode()
    (part,) = re.findall(r'<p class="res">(.*?)</p>', page, re.DOTALL)
    words = [" ".join(re.sub(r"(?s)<.*?>", "", one).split()) for one in re.split(r"</span>\s*</span>", part)]
    return [one for one in words if one]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            [
                "Recording (42 minutes, 350 MB, captioned)",
                "Recording (in French, no captions)",
                "Slides (not online yet)",
            ],
        ),
        (
            "fr",
            [
                "Enregistrement (en anglais, 42 minutes, 350 Mo, avec sous-titres)",
                "Enregistrement (en français, sans sous-titres)",
                "Diapositives (pas encore en ligne)",
            ],
        ),
    ],
)
def test_recording_says_language_length_size_and_captions(
    client: Client, held: Session, language: str, expected: list[str]
) -> None:
    add(held, "recording", minutes=42, megabytes=350, has_captions=True)
    add(held, "recording", language="fr")
    assert listed(client, held, language) == expected


def test_forms_for_slow_connections_are_listed_with_their_sizes(client: Client, held: Session) -> None:
    add(held, "audio", minutes=42, megabytes=9)
    add(held, "small-video", minutes=42, megabytes=30, has_captions=True)
    assert listed(client, held) == [
        "Recording, small video (42 minutes, 30 MB, captioned)",
        "Recording, audio only (42 minutes, 9 MB)",
        "Slides (not online yet)",
    ]


def test_title_of_a_material_is_marked_with_its_language(client: Client, held: Session) -> None:
    add(held, "document", language="fr", title="Guide des soins")
    page = client.get(uuid_address("session", "session", held.public_id)).content.decode()
    assert re.search(r'<a\s+hreflang="fr"\s+lang="fr"\s+href="[^"]+">.*?Guide des soins</a>', page, re.DOTALL)
