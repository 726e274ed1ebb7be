"""The sentences for entries of the ledger, in the active language."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from credits.words import amount_words, number

LINES = {
    "earned": _("Session %(number)s: %(minutes)s of %(length)s minutes attended, %(credits)s."),
    "too-short": _(
        "Session %(number)s: %(minutes)s of %(length)s minutes attended; credits start at %(needed)s minutes, "
        "%(credits)s."
    ),
    "session-max": _("Session %(number)s: attended, at most %(most)s per session, %(credits)s."),
    "series-max": _("Session %(number)s: attended, maximum of %(series_max)s reached, %(credits)s."),
    "series-max-part": _("Session %(number)s: attended, the rest of the maximum of %(series_max)s, %(credits)s."),
    "same-content": _("Session %(number)s: attended, the same content counts once, %(credits)s."),
    "no-session-id": _("Session %(number)s: attended, the hub has not entered its certification yet, %(credits)s."),
    "outside-dates": _("Session %(number)s: attended, outside the dates of the certification, %(credits)s."),
}
REVERSALS = {
    "taken-back": _("Session %(number)s: the attendance was taken back, with %(credits)s."),
    "attendance-changed": _("Session %(number)s: the attendance was corrected, %(credits)s taken back."),
    "not-covered": _("Session %(number)s: the accreditation does not apply to it any more, %(credits)s taken back."),
    "terms-changed": _("Session %(number)s: the accreditation changed, %(credits)s taken back."),
    "computed-again": _("Session %(number)s: computed again, %(credits)s taken back."),
}


def sentence(
    code: str,
    *,
    session: int,
    minutes: int,
    length: int,
    credits: Decimal,
    scheme: str,
    facts: Mapping[str, Any],
) -> str:
    """Return the sentence that explains an entry or a reversal. `session` is the number of the session."""
    most = facts.get("session_max")
    return {**LINES, **REVERSALS}[code] % {
        "number": session,
        "minutes": minutes,
        "length": length,
        "credits": amount_words(abs(credits), scheme),
        "most": number(Decimal(most)) if most else "",
        "series_max": number(Decimal(facts.get("series_max", 0))),
        "needed": facts.get("needed", ""),
    }
