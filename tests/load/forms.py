"""The fields that a browser sends with the registration form."""

import uuid
from typing import Any

from sessions.models import Session


def form(number: int, session: Session) -> dict[str, Any]:
    return {
        "form_key": str(uuid.uuid4()),
        "which": "some",
        "sessions": [session.pk],
        "name": f"Person {number}",
        "email": f"person-{number}@example.org",
        "profession": "RN",
        "province": "ON",
        "zone_on": "America/Toronto",
        "language": "en",
        "consent": "on",
    }
