"""Pallium staff choose the professions of an accreditation from a list."""

import pytest
from django.urls import reverse

from credits.models import Accreditation
from tests.admin.pages import posted_fields
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People

pytestmark = pytest.mark.django_db


def test_professions_are_chosen_from_the_list(own: HubRows, people: People) -> None:
    record = own[Accreditation]
    client = signed_in_client(people.staff)
    here = reverse("admin:credits_accreditation_change", args=(record.pk,))
    found = []
    for chosen in (["PHARM", "PTECH"], [], ["SURGEON"]):
        answer = client.post(here, posted_fields(client, here) | {"professions": chosen})
        record.refresh_from_db()
        found.append((answer.status_code, record.professions))
    assert found == [(302, ["PHARM", "PTECH"]), (302, []), (200, [])]
