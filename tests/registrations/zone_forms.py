"""Helpers for sending the registration form and the profile form with a province and a time zone."""

import re
import uuid
from typing import Any

from django.test import Client
from django.urls import reverse

ASKED_EN = "Your province or territory has several time zones. Choose that of your community."


def url() -> str:
    return reverse("register", kwargs={"slug": "psw-cop"})


def send(client: Client, *, path: str = "", **changes: Any) -> Any:
    values = {
        "form_key": str(uuid.uuid4()),
        "which": "all",
        "name": "Ama Okpik",
        "email": "someone@example.org",
        "profession": "RN",
        "province": "NU",
        "language": "en",
        "consent": "on",
    } | changes
    return client.post(path or url(), values)


def options(page: str, province: str) -> list[tuple[str, bool]]:
    found = re.search(rf'<select[^>]*name="zone_{province}".*?</select>', page, re.DOTALL)
    assert found is not None
    return [(name, bool(mark)) for name, mark in re.findall(r'<option value="([^"]*)"( selected)?>', found[0])]


def save_profile(client: Client, **changes: str) -> Any:
    return client.post(reverse("profile"), {"name": "Ama Okpik", "language": "en", "time_zone": ""} | changes)
