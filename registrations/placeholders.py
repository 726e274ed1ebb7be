"""Named placeholders in a coordinator's text, such as {name}. There is no template language."""

import re

from django.utils.translation import gettext as _

from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import bare_words

LINKS = ("{join_link}", "{my_sessions}")
NAMES = ("name", "session", "series", "date", "hours", "join_link", "my_sessions")
FOUND = re.compile(r"\{([^{}\n]{0,60})\}")


def check_placeholders(text: str, *, field: str) -> None:
    """Raise Refusal for an unknown placeholder, and for a personal link in a subject or inside a longer address.

    Whoever opens a personal link can change the person's registrations, so it must not be sent to another site.
    """
    for found in FOUND.findall(text):
        if found not in NAMES:
            known = ", ".join(f"{{{name}}}" for name in NAMES)
            raise Refusal(
                _("“{%(found)s}” is not known. You can use: %(known)s.") % {"found": found, "known": known},
                code="placeholder",
                field=field,
            )
    for word in bare_words(text):
        if any(link in word for link in LINKS) and (word not in LINKS or field.startswith("subject")):
            raise Refusal(
                _("“%(word)s”: a personal link stands alone in the text, with a space before and after it.")
                % {"word": word[:80]},
                code="misplaced-link",
                field=field,
            )


def check_no_placeholders(text: str, *, field: str) -> None:
    """Raise Refusal for a placeholder in a text that is sent as it is written, such as a note."""
    for found in FOUND.findall(text):
        if found in NAMES:
            raise Refusal(
                _(
                    "“%(stand_in)s” is none of this message’s personal links. Write it as it was, or take the "
                    "whole address out."
                )
                % {"stand_in": f"{{{found}}}"},
                code="placeholder",
                field=field,
            )


def fill(text: str, values: dict[str, str]) -> str:
    """Replace known placeholders in one pass, so that values are never searched for placeholders."""
    return FOUND.sub(lambda match: values.get(match.group(1), match.group(0)), text)
