"""Checks before a series is published. Each check yields concerns with a sentence.

A series with a blocking concern cannot be published. Other concerns are only displayed.
"""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credits.models import Accreditation
from credits.rules import accreditation_warnings
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import date_plain
from sessions.models import EnrollmentKey, Series, Session
from sessions.schedule_text.checks import check_rows, length_of
from sessions.schedule_text.draft_rows import DraftRow, Finding
from sessions.schedule_text.sentences import sentence
from sessions.unusual_days import holiday_finding


@dataclasses.dataclass(frozen=True)
class Concern:
    """A possible mistake in a series. `number` is the session's number, or None if it concerns the whole series."""

    code: str
    sentence: str
    is_blocking: bool = False
    number: int | None = None


@dataclasses.dataclass(frozen=True)
class Plan:
    """What the checks examine: a series, and its sessions that will be public, except cancelled ones."""

    series: Series
    sessions: Sequence[Session]
    keys: Sequence[EnrollmentKey]
    accreditations: Sequence[Accreditation]
    now: dt.datetime
    today: dt.date


Check = Callable[[Plan], Iterator[Concern]]


def publish_concerns(series: Series, sessions: Sequence[Session], *, now: dt.datetime, today: dt.date) -> list[Concern]:
    """Return the concerns about a series with these sessions. Blocking concerns are first."""
    plan = Plan(
        series,
        [session for session in sessions if not session.is_cancelled],
        list(series.enrollment_keys.all()),
        list(series.accreditations.prefetch_related("certified_sessions")),
        now,
        today,
    )
    found = [concern for check in CHECKS for concern in check(plan)]
    return sorted(found, key=lambda concern: not concern.is_blocking)


# --- the series


def has_sessions(plan: Plan) -> Iterator[Concern]:
    if not plan.sessions:
        blocking = not plan.series.ongoing
        yield Concern("no-sessions", _("There is no session to publish."), is_blocking=blocking)


def keyed_series_has_a_key(plan: Plan) -> Iterator[Concern]:
    if plan.series.needs_key and not any(not key.closes_at or key.closes_at > plan.now for key in plan.keys):
        words = _("People register with a key, and the series has none that is valid. Add an enrollment key.")
        yield Concern("no-key", words, is_blocking=True)


def series_is_bilingual(plan: Plan) -> Iterator[Concern]:
    series = plan.series
    if not series.title_fr:
        yield Concern("series-french", _("The series has no French title."))
    if not series.title_en:
        yield Concern("series-english", _("The series has no English title."))
    if not series.summary_en and not series.summary_fr:
        yield Concern("series-summary", _("The series has no summary."))
    elif not series.summary_fr:
        yield Concern("series-summary", _("The series has no French summary."))
    elif not series.summary_en:
        yield Concern("series-summary", _("The series has no English summary."))


def title_is_not_that_of_another_series(plan: Plan) -> Iterator[Concern]:
    """Yield a concern if another series of the hub has the same title, for example the original of a copied series."""
    series = plan.series
    same = Q(pk__in=[])
    if series.title_en:
        same |= Q(title_en__iexact=series.title_en)
    if series.title_fr:
        same |= Q(title_fr__iexact=series.title_fr)
    if Series.objects.filter(same, hub=series.hub_id).exclude(pk=series.pk).exists():
        words = _("Another series of this hub has this title. Add the year or a season, so that people can tell them.")
        yield Concern("same-title", words)


def count_is_the_announced_one(plan: Plan) -> Iterator[Concern]:
    announced = plan.series.announced_session_count
    if announced is not None and announced != len(plan.sessions):
        finding = Finding("count-differs", {"announced": announced, "count": len(plan.sessions)})
        yield Concern(finding.code, sentence(finding, active_language()))


# --- its sessions


def row_of(session: Session) -> DraftRow:
    return DraftRow(
        number=session.number,
        title_en=session.title_en,
        title_fr=session.title_fr,
        on_date=session.on_date,
        start_time=session.start_time,
        end_time=session.end_time,
        zone=session.time_zone if session.start_time else "",
    )


def sessions_fit_together(plan: Plan) -> Iterator[Concern]:
    """Yield concerns about missing or unusual dates, times and titles, as for a pasted schedule."""
    rows = [row_of(session) for session in plan.sessions]
    check_rows(rows, as_of=plan.today)
    for row in rows:
        if not row.title_en and not row.title_fr:
            row.find("title-missing")
        for finding in row.findings:
            if finding.code == "same-day" and plan.series.choose_one:
                continue
            blocking = finding.code == "same-time" and not plan.series.choose_one
            yield _of(row.number, finding.code, sentence(finding, active_language()), is_blocking=blocking)


def days_are_no_holidays(plan: Plan) -> Iterator[Concern]:
    for session in plan.sessions:
        if session.on_date is None:
            continue
        if finding := holiday_finding(session.on_date, plan.series.hub.province):
            yield _of(session.number, finding.code, sentence(finding, active_language()))


def sessions_are_bilingual(plan: Plan) -> Iterator[Concern]:
    yield from _listed(
        "french-missing",
        [session for session in plan.sessions if session.title_en and not session.title_fr],
        lambda numbers, count: (
            ngettext("Session %(numbers)s has no French title.", "Sessions %(numbers)s have no French title.", count)
            % {"numbers": numbers}
        ),
    )


def sessions_can_be_joined(plan: Plan) -> Iterator[Concern]:
    yield from _listed(
        "link-missing",
        [session for session in plan.sessions if not session.join_url and not session.is_over(plan.now)],
        lambda numbers, count: (
            ngettext("Session %(numbers)s has no joining link.", "Sessions %(numbers)s have no joining link.", count)
            % {"numbers": numbers}
        ),
    )


def links_are_alike_or_all_different(plan: Plan) -> Iterator[Concern]:
    """Yield a concern about links that differ from the link of most sessions, or else about links that are used twice.

    Different links for all sessions are no concern, nor is one link for all.
    """
    linked = [session for session in plan.sessions if session.join_url]
    uses = Counter(session.join_url for session in linked)
    usual, count = uses.most_common(1)[0] if uses else ("", 0)
    if count * 2 > len(linked):
        yield from _listed(
            "link-differs",
            [session for session in linked if session.join_url != usual],
            lambda numbers, count: (
                ngettext(
                    "Session %(numbers)s has another joining link than the others.",
                    "Sessions %(numbers)s have other joining links than the others.",
                    count,
                )
                % {"numbers": numbers}
            ),
        )
        return
    for link, count in uses.items():
        if count > 1:
            same = ", ".join(str(session.number) for session in linked if session.join_url == link)
            words = _("Sessions %(numbers)s have the same joining link, though links differ in this series.")
            yield Concern("link-twice", words % {"numbers": same})


def sessions_have_presenters(plan: Plan) -> Iterator[Concern]:
    yield from _listed(
        "presenter-missing",
        [session for session in plan.sessions if not session.presenters],
        lambda numbers, count: (
            ngettext("Session %(numbers)s names no presenter.", "Sessions %(numbers)s name no presenter.", count)
            % {"numbers": numbers}
        ),
    )


# --- its accreditations


def credits_match_the_hours(plan: Plan) -> Iterator[Concern]:
    """Yield a concern for each accreditation whose maximum differs from the credits for all hours of the sessions."""
    lengths = [length_of(row_of(session)) for session in plan.sessions]
    if not all(lengths):
        return
    hours = sum((Decimal(int(length.total_seconds())) / 3600 for length in lengths), Decimal())
    for row in plan.accreditations:
        earned = hours * row.credits_per_hour
        if plan.sessions and earned != row.max_credits:
            finding = Finding("credits-differ", {"credits": row.max_credits, "hours": hours, "count": len(lengths)})
            yield Concern(finding.code, sentence(finding, active_language()))


def accreditation_covers_the_days(plan: Plan) -> Iterator[Concern]:
    for row in plan.accreditations:
        if not row.is_complete:
            words = _("The accreditation %(name)s is not complete, so that no statement is shown.")
            yield Concern("accreditation-incomplete", words % {"name": row})
            continue
        for session in plan.sessions:
            if session.on_date and not row.covers(session.on_date):
                words = _("%(date)s is outside the accreditation %(name)s, which is valid from %(first)s to %(last)s.")
                yield _of(session.number, "accreditation-dates", words % _validity(row, session.on_date))


def accreditations_follow_their_rules(plan: Plan) -> Iterator[Concern]:
    for row in plan.accreditations:
        ids = [certified.certified_id for certified in row.certified_sessions.all()]
        for words in accreditation_warnings(row, ids):
            yield Concern("accreditation-rules", words)


def _validity(row: Accreditation, day: dt.date) -> dict[str, str]:
    language = active_language()
    dates = {"date": day, "first": row.valid_from, "last": row.valid_to}
    return {"name": str(row)} | {name: date_plain(date, language) for name, date in dates.items() if date}


def _of(number: int | None, code: str, words: str, *, is_blocking: bool = False) -> Concern:
    prefixed = _("Session %(number)s: %(sentence)s") % {"number": number, "sentence": words}
    return Concern(code, prefixed, is_blocking, number)


def _listed(code: str, sessions: Sequence[Session], words: Callable[[str, int], str]) -> Iterator[Concern]:
    if sessions:
        yield Concern(code, words(", ".join(str(session.number) for session in sessions), len(sessions)))


CHECKS: tuple[Check, ...] = (
    has_sessions,
    keyed_series_has_a_key,
    sessions_fit_together,
    days_are_no_holidays,
    count_is_the_announced_one,
    credits_match_the_hours,
    accreditation_covers_the_days,
    accreditations_follow_their_rules,
    series_is_bilingual,
    title_is_not_that_of_another_series,
    sessions_are_bilingual,
    sessions_can_be_joined,
    links_are_alike_or_all_different,
    sessions_have_presenters,
)
