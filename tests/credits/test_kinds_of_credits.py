"""Public pages name every kind of credits of a series, each once."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.credits.ltc import LongTermCare

pytestmark = pytest.mark.django_db

WORDS = {"en": ("12 Mainpro+ credits", "12 hours, MOC Section 1"), "fr": ("12 crédits Mainpro+", "12 heures, MOC")}
STATEMENTS = {"en": "This activity is for Section 1.", "fr": "Cette activité est de la section 1."}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_of_a_series_name_each_kind_of_credits_once(client: Client, ltc: LongTermCare, language: str) -> None:
    of_mainpro = ltc.record.statement_fr if language == "fr" else ltc.record.statement_en
    for category in ("Group learning", "Section 1"):  # a second record of the same kind is not named again
        moc = {"scheme": "moc", "programme": "MOC Section 1", "category": category}
        ltc.certified(**moc, **{f"statement_{code}": text for code, text in STATEMENTS.items()})
    with override(language):
        paths = [
            reverse("series", kwargs={"slug": ltc.series.slug}),
            reverse("session", kwargs={"session": ltc.sessions[0].public_id}),
        ]
    texts = [re.sub(r"\s+", " ", client.get(path).content.decode()) for path in paths]
    assert [words in texts[0] for words in WORDS[language]] == [True, True]
    start = of_mainpro.partition("{")[0]
    assert [(text.count(STATEMENTS[language]), text.count(start)) for text in texts] == [(1, 1), (1, 1)]
