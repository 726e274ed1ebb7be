"""The policies to which people agree. Published texts are never edited, and English has one word for an email."""

import hashlib

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation

from accounts.models import ConsentKind
from accounts.policies import FOLDER, delivered_policies

# A new text is a new file with a new version, and a new line here.
PUBLISHED = {
    "news-2026-11-22.en.md": "ed0a1fac7df26c81",
    "news-2026-11-22.fr.md": "5d5aa130aeefc443",
    "news-2026-11-27.en.md": "06bb4af421fc7139",
    "news-2026-11-27.fr.md": "5d5aa130aeefc443",
    "privacy-2026-11-22.en.md": "76380b78f495d76e",
    "privacy-2026-11-22.fr.md": "ec32cbdf7450aedf",
    "privacy-2026-11-27.en.md": "6f75f940b0c87c46",
    "privacy-2026-11-27.fr.md": "ec32cbdf7450aedf",
    "privacy-2026-11-28.en.md": "409197569e53cc54",
    "privacy-2026-11-28.fr.md": "8ffaf4c03d13090a",
    "privacy-2026-11-29.en.md": "06a75925c61c2f9c",
    "privacy-2026-11-29.fr.md": "db59ccfebbf4c3fa",
}


def test_published_texts_are_never_edited() -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in FOLDER.glob("*.md")}
    assert found == PUBLISHED


@pytest.mark.parametrize("kind", ConsentKind.values)
def test_current_text_says_email_and_courriel(kind: str) -> None:
    text = delivered_policies(kind)[0].text
    assert [word in text["en"].casefold() for word in ("email", "e-mail")] == [True, False]
    assert "courriel" in text["fr"]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "fr"])
def test_privacy_page_names_the_addresses_of_the_operator(client: Client, language: str) -> None:
    with translation.override(language):
        path = reverse("privacy")
    with override_settings(OPERATOR_ADDRESS="12 Rue X, Ottawa", OPERATOR_EMAIL="office@pallium.example"):
        page = client.get(path).content.decode()
    assert ("12 Rue X, Ottawa" in page, 'href="mailto:office@pallium.example"' in page) == (True, True)
    with override_settings(OPERATOR_ADDRESS="", OPERATOR_EMAIL=settings.SAMPLE_OPERATOR_EMAIL):
        page = client.get(path).content.decode()
    assert [word in page for word in ("Sample:", "Exemple", "mailto:", "echo@example.org")] == [False] * 4
