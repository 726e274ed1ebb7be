"""The values that a browser submits with a registration form."""

import uuid
from typing import Any

from echo_portal.lib.zones import PROVINCE_ZONES

WRONG_KEY = (
    "No series has this key. Type the key only, without other words. Capitals, spaces and hyphens do not matter."
)


def form(**changes: Any) -> dict[str, Any]:
    values = {
        "form_key": str(uuid.uuid4()),
        "which": "some",
        "name": "Élodie Tremblay",
        "email": "elodie@example.org",
        "profession": "PSW",
        "province": "QC",
        "language": "fr",
        "consent": "on",
    } | changes
    province = str(values["province"])
    return {f"zone_{province.lower()}": PROVINCE_ZONES.get(province, "")} | values
