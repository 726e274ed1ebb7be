"""A schedule pasted into a series is compared with the sessions that the series has."""

import pytest
from django.test import Client
from django.urls import reverse

from sessions.models import Series, Session
from tests.admin.two_hubs import HubRows

pytestmark = pytest.mark.django_db


def test_pasted_row_at_the_time_of_a_session_is_flagged_at_once(own: HubRows, coordinator_client: Client) -> None:
    session = own[Session]
    text = f"Session 7: {session.on_date:%B %d, %Y}, 12:00 pm - 1:00 pm ET - Grief in families"
    page = reverse("admin:echo_sessions_series_paste_more", args=(own[Series].pk,))
    values = {"step": "read", "text": text, "time_zone": "America/Toronto"}
    shown = coordinator_client.post(page, values)
    sentences = [words for row in shown.context["checked"] for _level, words in row.findings]
    assert "Another session is at the same time." in sentences
    later = coordinator_client.post(page, {**values, "text": text.replace("12:00 pm - 1:00", "3:00 pm - 4:00")})
    assert "Another session is at the same time." not in str(later.context["checked"])
