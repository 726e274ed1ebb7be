"""PostgreSQL and Python fold texts in the same way, so that typed words can be compared with those of documents."""

import pytest
from django.db import connection

from echo_portal.search.words import plain

TEXTS = (
    "Maladies du cœur",
    "L’approche palliative intégrée : « optimiser »",
    "In-patient / ambulatory (2022–23)",
    "Hospice Palliative Care ECHO – BC Hub",
    "carrefour de la C.-B.",
    "Île-des-Sœurs, ÉTÉ, Ça, Łukasz, Ægir, Øre",
    "1,000 patients… & “families”",
    "ᐃᓄᒃᑎᑐᑦ",
    "a\u00a0b\u202fc\td",
)


@pytest.mark.django_db
@pytest.mark.parametrize("text", TEXTS)
def test_database_folds_a_text_as_python_does(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_plain(%s)", [text])
        assert cursor.fetchone()[0] == plain(text)
