"""Rules for when the report of a period can be built, and for shortening comments (PRODUCT.md 7)."""

import datetime as dt
import re

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import date_plain, day_in
from echo_portal.lib.refusals import Refusal
from echo_portal.reports.selection import Selection
from evaluations.models import Evaluation

_PARTS = re.compile(r"\[(?:…|\.\.\.)\]")


def check_can_build(selection: Selection, now: dt.datetime) -> None:
    """Raise Refusal if the figures of the period can still change, or if there are no figures.

    Evaluations close two weeks after their session. A report that is built after that always has the same figures.
    """
    first, last = selection.period.first, selection.period.last
    if last < first:
        raise Refusal(_("The last day is before the first."), code="last-before-first", field="last_on")
    if last >= timezone.localdate(now):
        raise Refusal(_("This period has not ended. Choose an earlier last day."), code="not-ended", field="last_on")
    sessions = selection.sessions()
    if not sessions.exists():
        raise Refusal(_("No session was held in this period."), code="no-session", field="first_on")
    closes_at = Evaluation.objects.filter(session__in=sessions).aggregate(last=Max("closes_at"))["last"]
    if closes_at is not None and closes_at > now:
        words = _("The evaluations of this period close on %(day)s. Build the report after that day.")
        day = date_plain(day_in(closes_at, None), active_language())
        raise Refusal(words % {"day": day}, code="evaluations-open", field="last_on")


def check_is_shortened(original: str, kept: str) -> None:
    """Raise Refusal unless the text is the comment, or the comment with some of its words replaced by “[…]”.

    Only whole words may be left out, so that no word becomes another one.
    """
    words, parts = original.split(), [part.split() for part in _PARTS.split(kept)]
    if not any(parts):
        raise Refusal(_("Keep at least some words of the comment."), code="empty", field="text")
    if parts[0] != words[: len(parts[0])] or parts[-1] != words[len(words) - len(parts[-1]) :]:
        raise _rewritten()
    if len(parts) == 1 and parts[0] != words:
        raise _rewritten()
    start = len(parts[0])
    for part in parts[1:]:
        places = range(start, len(words) - len(part) + 1)
        found = next((place for place in places if words[place : place + len(part)] == part), None)
        if found is None:
            raise _rewritten()
        start = found + len(part)


def _rewritten() -> Refusal:
    sentence = _("A comment can be shortened, not changed. Write […] for the words that you leave out.")
    return Refusal(sentence, code="rewritten", field="text")


def is_shortened(text: str) -> bool:
    return _PARTS.search(text) is not None
