"""The values that a browser submits with a registration form."""

import uuid
from typing import Any


def form(**changes: Any) -> dict[str, Any]:
    return {
        "form_key": str(uuid.uuid4()),
        "which": "some",
        "name": "Élodie Tremblay",
        "email": "elodie@example.org",
        "profession": "PSW",
        "province": "QC",
        "language": "fr",
        "consent": "on",
    } | changes
