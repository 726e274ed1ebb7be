"""A file that is uploaded after the session has ended leads to the sign-in page."""

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from credits.models import Accreditation
from sessions.models import Series, Session
from tests.admin.two_hubs import HubRows

pytestmark = pytest.mark.django_db
PAGES = {
    "admin:attendance_upload": Session,
    "admin:echo_sessions_series_import": Series,
    "admin:echo_sessions_session_materials": Session,
    "admin:credits_accreditation_signature": Accreditation,
    "admin:echo_sessions_session_change": Session,
}


@pytest.mark.parametrize("checks_csrf", [False, True], ids=["with a token", "from this site"])
@pytest.mark.parametrize("name", PAGES)
def test_upload_after_the_session_leads_to_the_sign_in_page(
    own: HubRows, coordinator_client: Client, name: str, checks_csrf: bool
) -> None:
    page = reverse(name, args=(own[PAGES[name]].pk,))
    coordinator_client.get(reverse("admin:index"))
    signed_out = Client(enforce_csrf_checks=checks_csrf)
    coordinator_client.handler.enforce_csrf_checks = checks_csrf
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=31), tick=False):
        for client in (coordinator_client, signed_out):
            file = SimpleUploadedFile("r.csv", b"x")
            answer = client.post(page, {"file": file}, headers={"sec-fetch-site": "same-origin"}, follow=True)
            assert (answer.status_code, answer.resolver_match.url_name) == (200, "sign_in")
            assert page in answer.content.decode(), "it leads back"
