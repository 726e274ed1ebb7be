"""French texts of the administration are stored with French apostrophes and spaces, English ones as they were typed."""

import pytest
from django.test import Client

from sessions.models import Session
from tests.admin.pages import address, posted_fields
from tests.admin.two_hubs import HubRows

pytestmark = pytest.mark.django_db
TYPED = "L'Été : 80 % des cas"
STORED = "L’Été\u00a0: 80\u00a0% des cas"


def test_session_is_saved_with_french_typography_in_french_only(own: HubRows, coordinator_client: Client) -> None:
    page = address(Session, "change", own[Session].pk)
    typed = {"title_fr": TYPED, "title_en": "What's on : 80 %"}
    answer = coordinator_client.post(page, posted_fields(coordinator_client, page) | typed)
    assert answer.status_code == 302
    assert list(Session.objects.filter(pk=own[Session].pk).values_list("title_fr", "title_en")) == [
        (STORED, "What's on : 80 %")
    ]
