"""The audit pack of one hub contains no row of another."""

import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from credits.audit_pack.archive import write_audit_pack
from credits.models import Accreditation
from tests.admin.two_hubs import CANARY, HubRows, signed_in_client
from tests.tables import checksums

pytestmark = pytest.mark.django_db


def test_pack_of_another_hub_is_not_found_and_contains_no_row_of_it(own: HubRows, other: HubRows) -> None:
    stranger = signed_in_client(other.coordinator)
    page = reverse("admin:credits_accreditation_pack", args=(own[Accreditation].pk,))
    before = checksums()
    assert (stranger.get(page).status_code, stranger.post(page).status_code) == (404, 404)
    assert Client().post(page).status_code == 302
    assert checksums() == before
    file = io.BytesIO()
    write_audit_pack(own[Accreditation], file, made_at=timezone.now())
    with zipfile.ZipFile(file) as archive:
        assert CANARY.encode() not in b"".join(archive.read(name) for name in archive.namelist())
