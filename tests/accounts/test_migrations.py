"""Migrations of accounts keep the second factors of staff."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP

from tests.migrations import migrate_to
from tests.people import People

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"


def test_plain_secrets_of_authenticators_are_encrypted_once_and_still_work(people: People) -> None:
    TOTP.activate(people.staff, SECRET)
    TOTP.activate(people.ama, SECRET)
    codes = RecoveryCodes.activate(people.staff).get_unused_codes()
    sealed = dict(Authenticator.objects.values_list("pk", "data"))
    migrate_to("accounts", "0004_email_labels")
    assert set(Authenticator.objects.filter(type="totp").values_list("data__secret", flat=True)) == {SECRET}
    ama = Authenticator.objects.get(user=people.ama)
    Authenticator.objects.filter(pk=ama.pk).update(data=sealed[ama.pk])  # as if it had been encrypted already
    migrate_to("accounts", "0005_encrypt_authenticators")
    assert SECRET not in str(list(Authenticator.objects.values_list("data", flat=True)))
    assert Authenticator.objects.get(user=people.ama).data == sealed[ama.pk]
    assert RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes() == codes
