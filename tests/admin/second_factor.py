"""Helpers for signing in with a code sent by email, and for computing the codes of an authenticator app."""

import base64
import hashlib
import hmac
import struct
import time
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import Person
from echo_portal.outbox.actions import read_secret
from echo_portal.outbox.models import Message


def authenticator_code(secret: str) -> str:
    """Return the current code according to RFC 6238, with the defaults of authenticator apps.

    These are SHA-1, 30 seconds and six digits.
    """
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def sign_in_by_code(client: Client, person: Person) -> Any:
    client.post(reverse("sign_in"), {"email": person.email})
    message = Message.objects.filter(kind="sign-in-code", address=person.email).latest("id")
    code = read_secret(message).split()[0]
    return client.post(reverse("sign_in_code"), {"code": code})
