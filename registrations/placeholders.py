"""Named placeholders in a coordinator's text, such as {name}. It is not a template language."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import as_in_address, bare_words, follows_unfinished_address
from echo_portal.outbox.personal_links import ANY_PLACEHOLDER, check_no_written_out_links

LINKS = ("{join_link}", "{my_sessions}")
NAMES = ("name", "session", "series", "date", "hours", "join_link", "my_sessions")
# The placeholders of a text to the people of a whole series.
NAMES_OF_SERIES = ("name", "series", "my_sessions")
FOUND = re.compile(r"\{([^{}\n]{0,60})\}")
# The name of a placeholder in braces, even if the closing brace is missing.
OPENED = re.compile(rf"\{{\s*(?:{'|'.join(NAMES)})\b\}}?")
# Matches what remains of a URL or an email address after its placeholders are removed.
PART_OF_ADDRESS = re.compile(r"://|@|\bwww\.|\bmailto:|\w\.\w", re.IGNORECASE)


def check_placeholders(text: str, *, field: str, names: Sequence[str] = NAMES) -> None:
    """Raise Refusal for an unknown, unclosed or misplaced placeholder.

    A placeholder must not be part of a URL, because the site at that URL would receive its value. With a personal link,
    anybody can change the person's registrations, so its placeholder must be a whole word and must not be in a subject.
    """
    for found in FOUND.findall(text):
        if found not in names:
            known = ", ".join(f"{{{name}}}" for name in names)
            raise Refusal(
                _("“{%(found)s}” is not known. You can use: %(known)s.") % {"found": found, "known": known},
                code="placeholder",
                field=field,
            )
    if masked := ANY_PLACEHOLDER.search(text):
        raise Refusal(
            _("“%(masked)s” is a masked personal link of a sample. Write {join_link} or {my_sessions} instead.")
            % {"masked": masked[0][:80]},
            code="masked-link",
            field=field,
        )
    check_no_written_out_links(text, field=field)
    for found in FOUND.finditer(text):
        if found[0] in LINKS and follows_unfinished_address(text, found.start()):
            raise Refusal(
                _(
                    "“%(word)s”: write words between an address and a personal link, outside brackets and quotation "
                    "marks."
                )
                % {"word": found[0]},
                code="misplaced-link",
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
        rest = FOUND.sub("", word)
        if "{" in rest or "}" in rest:
            raise Refusal(
                _("“%(word)s”: a brace is missing. Write the word between two braces, such as {name}.")
                % {"word": word[:80]},
                code="unclosed-brace",
                field=field,
            )
        if rest != word and ("}{" in as_in_address(word) or PART_OF_ADDRESS.search(as_in_address(rest))):
            raise Refusal(
                _(
                    "“%(word)s”: words in braces cannot be part of an address: write them apart, with a space before "
                    "and after them."
                )
                % {"word": word[:80]},
                code="inside-address",
                field=field,
            )


def check_no_placeholders(text: str, *, field: str) -> None:
    """Raise Refusal if the text contains a placeholder, for texts that are sent as written, such as notes."""
    if found := OPENED.search(text) or ANY_PLACEHOLDER.search(text):
        raise Refusal(
            _(
                "“%(stand_in)s” is none of this message’s personal links. Write it as it was, or take the whole "
                "address out."
            )
            % {"stand_in": found[0][:80]},
            code="placeholder",
            field=field,
        )
    check_no_written_out_links(text, field=field)


def fill(text: str, values: dict[str, str]) -> str:
    """Return the text with the values of known placeholders. Values are never searched for placeholders."""
    return FOUND.sub(lambda match: values.get(match.group(1), match.group(0)), text)
