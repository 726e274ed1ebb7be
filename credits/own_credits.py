"""Build the values about a person's attendance, credits and certificates that "My sessions" displays."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Person
from attendance.models import Attendance
from attendance.presenters import request_sentence
from attendance.queries.asked import Asking, asking_about
from credits.links import own_file_path
from credits.models import Accreditation, Certificate, CreditEntry
from credits.periods import mainpro_year
from credits.presenters import entry_sentence
from credits.queries.own import own_attendances, own_certificates, own_entries, sessions_with_report
from credits.words import amount_words, credit_words, number
from echo_portal.lib.bilingual import in_language
from evaluations.queries.conditions import own_unanswered_conditions
from sessions.models import Series, Session

MOST_PIPS = 20
WAITS = gettext_lazy("This session is on your certificate once you have answered its evaluation.")
MISSED = gettext_lazy(
    "This session is not on your certificate: its evaluation closed without your answers. Ask the hub if that is wrong."
)


@dataclasses.dataclass(frozen=True)
class OwnCertificate:
    """A valid certificate. `url` is "" until its file is made."""

    url: str
    is_statement: bool

    @classmethod
    def of(cls, row: Certificate | None) -> "OwnCertificate | None":
        if row is None:
            return None
        return cls(own_file_path(row) if row.rendered_at is not None else "", row.values["is_statement"])


@dataclasses.dataclass(frozen=True)
class OwnSession:
    """A past session: whether the attendance is confirmed, and sentences about the credits.

    `ask_about` is the public ID of the session if the person may ask the hub to confirm their attendance.
    `session` is set for sessions in which the person has no place.
    """

    attended: bool
    sentences: Sequence[str] = ()
    ask_about: str = ""
    certificate: OwnCertificate | None = None
    session: Session | None = None


@dataclasses.dataclass(frozen=True)
class OwnSeries:
    """The credits for a series. `pips` has an item for each possible whole credit, which is true if it was earned.

    If there are too many credits to draw, `pips` is empty.
    """

    title: str
    title_language: str
    words: str
    pips: Sequence[bool]
    certificate: OwnCertificate | None


@dataclasses.dataclass(frozen=True)
class OwnCredits:
    """A person's credits, by series and by session.

    `mainpro_year` is a sentence about the Mainpro+ credits since July 1, or "" if there are none. `needs_licence` is
    whether the person has credits for pharmacy learning, but no licence number for the statement of attendance.
    `without_place` are the attended sessions that are not among the past sessions of the page, the latest first.
    """

    series: Sequence[OwnSeries]
    by_session: dict[int, OwnSession]
    mainpro_year: str = ""
    needs_licence: bool = False
    without_place: Sequence[OwnSession] = ()

    @property
    def has_reasons(self) -> bool:
        return any(one.sentences for one in self.by_session.values())


def own_credits(person: Person, past_sessions: Collection[int], language: str) -> OwnCredits:
    """Return the person's credits in `language`, using at most seven queries, or four if they have no attendance."""
    attendances = own_attendances(person)
    asking = asking_about(person, past_sessions, timezone.now()) if past_sessions else {}
    with_report = sessions_with_report(past_sessions) if past_sessions else {}
    missed = {
        pk: OwnSession(
            attended=False,
            sentences=[
                _("You are not in the attendance report so far. The hub is still deciding whose some rows are.")
                if has_waiting_rows
                else _("You are not in the attendance report.")
            ],
        )
        for pk, has_waiting_rows in with_report.items()
    }
    if not attendances:
        return OwnCredits([], _with_requests(missed, asking, language))
    entries, certificates = own_entries(person), own_certificates(person)
    by_session = missed | {
        row.session_id: OwnSession(
            attended=True,
            sentences=[entry_sentence(entry) for entry in entries if entry.session_id == row.session_id],
            certificate=OwnCertificate.of(certificates.get((row.session.series_id, row.session_id))),
        )
        for row in attendances
    }
    _add_conditions(by_session, person, entries, certificates.values())
    series = []
    for one, rows in groupby(attendances, key=lambda row: row.session.series):
        mine = [entry for entry in entries if entry.session.series_id == one.pk]
        series += _of_series(one, list(rows), mine, certificates.get((one.pk, None)), language)
    pharmacy = any(entry.credits and entry.accreditation.scheme == Accreditation.Scheme.PHARMACY for entry in entries)
    return OwnCredits(
        series,
        _with_requests(by_session, asking, language),
        _mainpro_year(entries),
        needs_licence=pharmacy and not person.licence_number,
        without_place=[
            dataclasses.replace(by_session[row.session_id], session=row.session)
            for row in sorted(attendances, key=lambda row: (row.session.on_date or dt.date.min, row.pk), reverse=True)
            if row.session_id not in past_sessions
        ],
    )


def _add_conditions(
    by_session: dict[int, OwnSession],
    person: Person,
    entries: Sequence[CreditEntry],
    certificates: Iterable[Certificate],
) -> None:
    """Add a sentence about the evaluation to each session whose credits wait for it (ADR 41).

    Sessions that a certificate prints are left out.
    """
    gated = {row.session_id for row in entries if row.credits and row.accreditation.evaluation_required}
    gated -= {line["id"] for row in certificates for line in row.printed}
    if not gated:
        return
    for pk, invitation in own_unanswered_conditions(person).items():
        if pk not in gated or pk not in by_session:
            continue
        is_open = invitation.evaluation.is_open(timezone.now())
        by_session[pk] = dataclasses.replace(
            by_session[pk],
            sentences=[*by_session[pk].sentences, str(WAITS if is_open else MISSED)],
        )


def _mainpro_year(entries: Sequence[CreditEntry]) -> str:
    """Return a sentence about the credits that the person has earned in this Mainpro+ year, or "" (DOMAIN.md MP-8)."""
    this_year = mainpro_year(timezone.localdate())
    mine = [
        row.credits
        for row in entries
        if row.accreditation.scheme == Accreditation.Scheme.MAINPRO
        and row.session.on_date is not None
        and mainpro_year(row.session.on_date) == this_year
    ]
    if not mine:
        return ""
    words = amount_words(sum(mine, Decimal(0)), Accreditation.Scheme.MAINPRO)
    return _("Mainpro+ year so far: %(credits)s") % {"credits": words}


def _with_requests(
    by_session: dict[int, OwnSession], asking: Mapping[int, Asking], language: str
) -> dict[int, OwnSession]:
    """Return the past sessions, with a sentence about the last request “I was there”, and `ask_about`."""
    found = dict(by_session)
    for pk, one in asking.items():
        own = found.get(pk, OwnSession(attended=False))
        ask_about = "" if one.refusal else one.public_id
        if one.last is not None or ask_about:
            sentences = [*own.sentences, *([request_sentence(one.last, language)] if one.last else [])]
            found[pk] = dataclasses.replace(own, sentences=sentences, ask_about=ask_about)
    return found


def _of_series(
    series: Series,
    attendances: Sequence[Attendance],
    entries: Sequence[CreditEntry],
    certificate: Certificate | None,
    language: str,
) -> list[OwnSeries]:
    """Return one row for each accreditation of the series.

    If there is none, return one row with the number of sessions.
    """
    title, title_language = in_language(series, "title", language)
    common: dict[str, Any] = {
        "title": title,
        "title_language": title_language,
        "certificate": OwnCertificate.of(certificate),
    }
    if not entries:
        count = len(attendances)
        words = ngettext("%(count)d session attended", "%(count)d sessions attended", count) % {"count": count}
        return [OwnSeries(words=words, pips=(), **common)]
    found = []
    for record, rows in groupby(entries, key=lambda entry: entry.accreditation):
        earned = sum((row.credits for row in rows), Decimal(0))
        words = _("%(earned)s, of up to %(most)s") % {
            "earned": credit_words(earned, record.scheme, record.programme),
            "most": number(record.max_credits),
        }
        most = int(record.max_credits)
        pips = tuple(place <= earned for place in range(1, most + 1)) if most <= MOST_PIPS else ()
        found.append(OwnSeries(words=words, pips=pips, **common))
    return found
