"""Every file with rows of people or answers requires a recent code of the second factor (SAFETY.md 8)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from credits.models import Accreditation, Reviewer
from sessions.models import Series
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People


def exports(own: HubRows, review: Reviewer) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return, by name, the URL of each export and the data to post to it."""
    series = (own[Series].pk,)
    return {
        "registrants": (reverse("admin:echo_sessions_series_registrants_export", args=series), {}),
        "feedback": (reverse("admin:echo_sessions_series_feedback_export", args=series), {}),
        "answers": (reverse("admin:echo_sessions_series_answers_export", args=series), {}),
        "audit pack": (reverse("admin:credits_accreditation_pack", args=(own[Accreditation].pk,)), {}),
        "subscribers": (reverse("admin:news_subscriber_export"), {}),
        "rows": (reverse("dashboard_rows"), {"rows": "registrations"}),
        "people": (reverse("dashboard_people"), {}),
        "long export": (reverse("long_export_file", args=(uuid.uuid4(),)), {}),
        "review": (reverse("review_pack", args=(review.pk,)), {}),
    }


def let_minutes_pass(client: Client, minutes: int) -> None:
    """Move back the times at which this browser session passed the second factor."""
    session = client.session
    records: list[dict[str, Any]] = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**row, "at": row["at"] - minutes * 60} for row in records]
    session.save()


@pytest.mark.parametrize(("minutes", "asks"), [(4, False), (6, True)])
def test_every_export_requires_a_recent_code(own: HubRows, people: People, minutes: int, asks: bool) -> None:
    day = timezone.localdate() + dt.timedelta(days=9)
    given = {"until": day, "given_at": timezone.now(), "given_by": people.staff}
    review = Reviewer.objects.create(accreditation=own[Accreditation], person=people.ama, **given)
    staff, reviewer = signed_in_client(people.staff), signed_in_client(people.ama)
    for client in (staff, reviewer):
        let_minutes_pass(client, minutes)
    before = AuditEvent.objects.count()
    asked = {}
    for name, (url, data) in exports(own, review).items():
        answer = (reviewer if name == "review" else staff).post(url, data)
        asked[name] = answer.headers.get("Location", "").startswith(reverse("mfa_reauthenticate"))
        if answer.streaming:
            assert b"".join(answer)
    assert asked == dict.fromkeys(asked, asks)
    assert (AuditEvent.objects.count() == before) is asks, "what was exported is in the audit trail"
