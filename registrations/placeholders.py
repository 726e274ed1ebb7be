"""Named placeholders in a coordinator's text: {name} and a few others. No template language, no attributes."""

import re

from django.utils.translation import gettext as _

from echo_portal.lib.refusals import Refusal

NAMES = ("name", "session", "series", "date", "hours", "join_link", "my_sessions")
FOUND = re.compile(r"\{([^{}\n]{0,60})\}")


def check_placeholders(text: str, *, field: str) -> None:
    """Raise a Refusal that names the first unknown placeholder and lists the known ones."""
    for found in FOUND.findall(text):
        if found not in NAMES:
            known = ", ".join(f"{{{name}}}" for name in NAMES)
            raise Refusal(
                _("“{%(found)s}” is not known. You can use: %(known)s.") % {"found": found, "known": known},
                code="placeholder",
                field=field,
            )


def fill(text: str, values: dict[str, str]) -> str:
    """Replace known placeholders in one pass, so that values are never searched for placeholders."""
    return FOUND.sub(lambda match: values.get(match.group(1), match.group(0)), text)
