"""Warnings about joining links that were typed or pasted: missing ones, repeated ones, and those of other sessions."""

from collections import Counter
from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sessions.models import Series, Session


def link_warnings(series: Series, linked: Sequence[Session]) -> list[str]:
    """Return warnings about the new links of these sessions of a series, which must be saved.

    If several sessions have new links, the sessions to come without a link are named, and those with the same link
    while links differ. A session of the hub with one of the links at an overlapping time is always named.
    """
    if not linked:
        return []
    to_come = Session.objects.to_come(timezone.now()).exclude(state=Session.State.CANCELLED)
    sessions = list(to_come.filter(series=series).order_by("number"))
    repeated = _overlaps(linked, to_come.filter(series__hub=series.hub_id).select_related("series"))
    return repeated if len(linked) == 1 else [*_missing(sessions), *_alike(linked, sessions), *repeated]


def _missing(sessions: Sequence[Session]) -> list[str]:
    without = [session for session in sessions if not session.join_url]
    sentence = ngettext(
        "Session %(numbers)s has no joining link.", "Sessions %(numbers)s have no joining link.", len(without)
    )
    return [sentence % {"numbers": _numbers(without)}] if without else []


def _alike(linked: Sequence[Session], sessions: Sequence[Session]) -> list[str]:
    new = {session.join_url for session in linked}
    uses = Counter(session.join_url for session in sessions if session.join_url in new)
    words = _("Sessions %(numbers)s have the same joining link, though links differ in this series.")
    return [
        words % {"numbers": _numbers([session for session in sessions if session.join_url == link])}
        for link, count in uses.items()
        if count > 1 and len(new) > 1
    ]


def _overlaps(linked: Sequence[Session], of_hub: QuerySet[Session]) -> list[str]:
    found: dict[int, str] = {}
    for other in of_hub.filter(join_url__in={session.join_url for session in linked}).order_by("starts_at", "pk"):
        for session in linked:
            if session.pk != other.pk and session.join_url == other.join_url and _overlap(session, other):
                words = _("%(other)s has the joining link of session %(number)d at an overlapping time.")
                named = {"other": f"{other.series.title}, {other}", "number": session.number}
                found.setdefault(other.pk, words % named)
    return list(found.values())


def _overlap(one: Session, other: Session) -> bool:
    if one.starts_at is None or one.ends_at is None or other.starts_at is None or other.ends_at is None:
        return False
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _numbers(sessions: Sequence[Session]) -> str:
    return ", ".join(str(session.number) for session in sessions)
