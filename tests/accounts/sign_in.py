"""Helpers for signing in: request a code, find it in the email, and type it."""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from echo_portal.outbox.delivery import deliver_due
from tests.smtp_server import Sink

UNKNOWN = "una@example.org"  # as long as ama@example.org


def ask(client: Client, address: str, **more: str) -> Any:
    return client.post(reverse("sign_in"), {"email": address, **more})


def newest_email(sink: Sink) -> EmailMessage:
    """Deliver all due messages and return the newest email."""
    deliver_due()
    return sink.emails[-1]


def text_of(email: EmailMessage) -> str:
    body = email.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def code_of(email: EmailMessage) -> str:
    found = re.search(r"\b(\d{3}) (\d{3})\b", text_of(email))
    assert found is not None
    return found[1] + found[2]


def link_of(email: EmailMessage) -> str:
    """Return the path of the sign-in link in this email."""
    (url,) = (line.strip() for line in text_of(email).splitlines() if "/sign-in/link/" in line)
    return url.removeprefix(settings.SITE_URL)


def type_code(client: Client, code: str) -> Any:
    return client.post(reverse("sign_in_code"), {"code": code})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def wrong(code: str, number: int = 1) -> str:
    return f"{(int(code) + number) % 1_000_000:06d}"
