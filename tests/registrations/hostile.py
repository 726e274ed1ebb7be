"""Series for tests of hostile forms, and a valid form in which the tests change values."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection
from django.urls import reverse

from sessions.models import Series, Session

Post = dict[str, Any]


@dataclass(frozen=True)
class Offer:
    """An open series with a session in each state, a series with a key, a choose-one series, and another series."""

    open: Series
    sessions: list[Session]
    held: Session
    cancelled: Session
    draft: Session
    foreign: Session
    keyed: Series
    choice: Series
    choices: list[Session]


def valid_form(offer: Offer) -> Post:
    return {
        "form_key": str(uuid.uuid4()),
        "which": "some",
        "sessions": [offer.sessions[0].pk],
        "name": "Élodie Tremblay",
        "email": "elodie@example.org",
        "profession": "PSW",
        "province": "QC",
        "zone_qc": "America/Toronto",
        "language": "fr",
        "consent": "on",
        "website": "",
    }


def register_url(series: Series) -> str:
    return reverse("register", kwargs={"slug": series.slug})


def counts() -> dict[str, int]:
    """Return the number of rows in each table, except the counters of rate limits."""
    kept = [model._meta for model in apps.get_models() if model._meta.label_lower != "accounts.ratecounter"]
    count = "SELECT '{0.label}', count(*) FROM \"{0.db_table}\""
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(count.format(meta) for meta in kept if not meta.proxy))
        return dict(cursor.fetchall())


CONTROL = "Write this on one line, without special control characters."


def assert_no_markup_of_ours(page: str) -> None:
    assert "<script>alert" not in page
    assert "<img src=x" not in page
