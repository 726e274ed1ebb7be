"""Queries for the contents of certificates, and for certificates whose file has not been made."""

import dataclasses
import uuid
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone, translation

from accounts.models import Person
from attendance.models import Attendance
from credits.allocation import EARNED
from credits.models import About, Accreditation, Certificate, CertifiedSession, CreditEntry
from credits.queries.accreditations import statement_in
from credits.queries.ledger import Standing, confirmed_in, standing_entries
from credits.sentences import sentence
from echo_portal.lib.bilingual import in_language
from echo_portal.lib.dates import moment
from evaluations.queries.conditions import unanswered_conditions
from hubs.models import Programme
from sessions.models import Series, Session


@dataclasses.dataclass
class Draft:
    """The contents of a certificate for a person, of one session or of a series, as if it were issued now.

    `waiting` are the sessions that are left out until the person has answered their evaluation (ADR 41). `valid` is the
    valid certificate that it would replace, or None. `revoked` is the latest certificate if it was revoked
    automatically, or None.
    """

    person: Person
    session: Session | None
    lines: list[dict[str, Any]]
    records: list[dict[str, Any]]
    is_statement: bool
    is_specimen: bool
    waiting: list[Session] = dataclasses.field(default_factory=list)
    valid: Certificate | None = None
    revoked: Certificate | None = None

    @property
    def about(self) -> About:
        return self.person.pk, self.session.pk if self.session else None

    @property
    def is_due(self) -> bool:
        """Return whether the person has no valid certificate with the same lines."""
        return self.valid is None or not same_lines(self.lines, self.valid.printed)

    @property
    def contradicts_printed(self) -> bool:
        """Return whether minutes or credits on the valid certificate have changed, or a session was removed."""
        if self.valid is None:
            return False
        printed = {line["id"] for line in self.valid.printed}
        return not same_lines([line for line in self.lines if line["id"] in printed], self.valid.printed)

    @property
    def counts_again(self) -> bool:
        """Return whether the draft has a session of a certificate that was revoked automatically."""
        revoked = {line["id"] for line in self.revoked.printed} if self.revoked else set()
        return any(line["id"] in revoked for line in self.lines)

    @property
    def predecessor(self) -> Certificate | None:
        return self.valid or self.revoked


def same_lines(some: Iterable[Mapping[str, Any]], others: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether both arguments have the same sessions, minutes and credits. Titles and dates may differ."""
    facts = [[(line["id"], line["minutes"], line["credits"]) for line in lines] for lines in (some, others)]
    return facts[0] == facts[1]


def printed_in(series_id: int) -> dict[tuple[int, int], Standing]:
    """Return the minutes and credits on valid certificates of a series, by IDs of the person and the session."""
    found = {}
    for row in Certificate.objects.valid().filter(series=series_id).defer("pdf"):
        for line in row.printed:
            credits = {int(record): Decimal(amount) for record, amount in line["credits"].items()}
            found[row.person_id, line["id"]] = Standing(line["minutes"], credits)
    return found


@dataclasses.dataclass(frozen=True)
class SeriesFacts:
    """The data from which the drafts of a series are made, such as its attendances, ledger and valid certificates."""

    attendances: Mapping[int, list[Attendance]]
    entries: Mapping[tuple[int, int], list[CreditEntry]]
    records: Mapping[int, Accreditation]
    ids: Mapping[tuple[int, int], str]
    latest: Mapping[About, Certificate]
    unanswered: Collection[tuple[int, int]] = ()

    @classmethod
    def of(cls, series: Series) -> "SeriesFacts":
        """Return the data of a series. The number of queries does not depend on the number of people."""
        entries: dict[tuple[int, int], list[CreditEntry]] = {}
        for (_record, person, session), entry in standing_entries(series.pk).items():
            entries.setdefault((person, session), []).append(entry)
        attendances: dict[int, list[Attendance]] = {}
        for row in confirmed_in(series.pk):
            attendances.setdefault(row.person_id, []).append(row)
        records = {row.pk: row for row in Accreditation.objects.filter(series=series).select_related("certifier")}
        latest = Certificate.objects.filter(series=series).latest_of_each().defer("pdf")
        gates = any(record.evaluation_required for record in records.values())
        unanswered = unanswered_conditions(series.pk, timezone.now()) if gates else ()
        by_about = {row.about: row for row in latest}
        return cls(attendances, entries, records, _certified_ids(records), by_about, unanswered)

    def valid(self, about: About) -> Certificate | None:
        found = self.latest.get(about)
        return found if found and found.is_valid else None

    def revoked(self, about: About) -> Certificate | None:
        """Return the latest certificate if it was revoked automatically."""
        found = self.latest.get(about)
        return found if found and found.was_revoked_automatically else None

    def waits(self, row: Attendance) -> bool:
        """Return whether the credits for this attendance wait until the person answers the evaluation."""
        if (row.person_id, row.session_id) not in self.unanswered:
            return False
        entries = self.entries.get((row.person_id, row.session_id), [])
        return any(entry.credits and self.records[entry.accreditation_id].evaluation_required for entry in entries)

    def entries_of(self, row: Attendance, *, alone: bool) -> list[CreditEntry]:
        """Return the ledger's entries for an attendance.

        If `alone` is true, the certificate is of this session alone, and entries without credits are left out.
        """
        found = self.entries.get((row.person_id, row.session_id), [])
        return [entry for entry in found if entry.credits] if alone else found


def drafts_of(series: Series, session: Session | None = None) -> list[Draft]:
    """Return a draft for each person with a confirmed attendance in the series or session, sorted by name."""
    return _drafts(SeriesFacts.of(series), [session.pk if session else None])


def drafts_to_follow(series: Series) -> list[Draft]:
    """Return the drafts of the series, and those of each session of which somebody has or had a certificate."""
    facts = SeriesFacts.of(series)
    sessions = {session for _person, session in facts.latest if session is not None}
    return _drafts(facts, [None, *sorted(sessions)])


def _drafts(facts: SeriesFacts, sessions: Iterable[int | None]) -> list[Draft]:
    found = []
    for session in sessions:
        for rows in facts.attendances.values():
            mine = [row for row in rows if session in (None, row.session_id)]
            if mine:
                found.append(_draft(mine, facts, alone=session is not None))
    return sorted(found, key=lambda draft: (draft.person.sort_key, draft.person.pk))


def _draft(attended: list[Attendance], facts: SeriesFacts, *, alone: bool) -> Draft:
    person, session = attended[0].person, attended[0].session if alone else None
    about = person.pk, session.pk if session else None
    valid = facts.valid(about)
    printed = {line["id"] for line in valid.printed if _earned(line)} if valid else set()
    waiting = [row for row in attended if row.session_id not in printed and facts.waits(row)]
    rows = [row for row in attended if row not in waiting]
    entries = {row.session_id: facts.entries_of(row, alone=alone) for row in rows}
    used = sorted({entry.accreditation_id for found in entries.values() for entry in found})
    records = [facts.records[pk] for pk in used]
    return Draft(
        person=person,
        session=session,
        lines=[_line(row, entries[row.session_id], facts.ids) for row in rows],
        records=[_record_values(record, entries.values(), facts.ids) for record in records],
        is_statement=any(record.scheme == Accreditation.Scheme.PHARMACY for record in records),
        is_specimen=any(record.is_specimen for record in records),
        waiting=[row.session for row in waiting],
        valid=valid,
        revoked=facts.revoked(about),
    )


def _earned(line: Mapping[str, Any]) -> bool:
    """Return whether a line of a certificate has credits. One without them may wait for an evaluation later."""
    return any(Decimal(amount) for amount in line["credits"].values())


def attended_sessions(series: Series) -> list[Session]:
    """Return the sessions of the series in which somebody has a confirmed attendance, sorted by number."""
    confirmed = Attendance.objects.confirmed().filter(session=OuterRef("pk"))
    return list(Session.objects.filter(Exists(confirmed), series=series).order_by("number"))


def values_of(draft: Draft, *, series: Series, code: str, issued_on: str) -> dict[str, Any]:
    """Return the values to freeze in a certificate: all texts and numbers on its sheet, in the person's language."""
    language = draft.person.language
    title, title_language = in_language(series, "title", language)
    programme = Programme.objects.first()
    return {
        "code": code,
        "language": language,
        "name": name_on_certificate(draft.person),
        "licence": draft.person.licence_number if draft.is_statement else "",
        "project": in_language(programme, "name", language)[0] if programme else "",
        "series": title,
        "series_language": title_language,
        "sessions_in_series": series.sessions.exclude(state__in=[Session.State.DRAFT, Session.State.CANCELLED]).count(),
        "sessions": [line | _printed_words(line, draft.records, language) for line in draft.lines],
        "records": draft.records,
        "is_statement": draft.is_statement,
        "is_specimen": draft.is_specimen,
        "contact": series.hub.reply_address if draft.is_statement else "",
        "issued_on": issued_on,
        "replaces": draft.predecessor.code if draft.predecessor else "",
        "funding": in_language(programme, "funding_note", language)[0] if programme else "",
    }


def name_on_certificate(person: Person) -> str:
    return (person.certificate_name or person.name).strip()


def to_render() -> list[int]:
    """Return the IDs of the certificates whose file has not been made, the oldest first."""
    return list(Certificate.objects.to_render().order_by("issued_at").values_list("pk", flat=True))


def _certified_ids(records: Iterable[int]) -> dict[tuple[int, int], str]:
    rows = CertifiedSession.objects.filter(accreditation__in=records)
    return {(row.accreditation_id, row.session_id): row.certified_id for row in rows}


def _line(row: Attendance, entries: Iterable[CreditEntry], ids: Mapping[tuple[int, int], str]) -> dict[str, Any]:
    entries = sorted(entries, key=lambda entry: entry.accreditation_id)
    return {
        "id": row.session_id,
        "minutes": row.minutes,
        "credits": {str(entry.accreditation_id): f"{entry.credits.normalize():f}" for entry in entries},
        "ids": {
            str(entry.accreditation_id): ids[entry.accreditation_id, row.session_id]
            for entry in entries
            if (entry.accreditation_id, row.session_id) in ids
        },
        "session": row.session,
        "reasons": [entry for entry in entries if entry.code != EARNED],
    }


def _printed_words(line: Mapping[str, Any], records: Iterable[Mapping[str, Any]], language: str) -> dict[str, Any]:
    """Return the texts about a line's session. They are frozen, because the session may be changed later."""
    session: Session = line["session"]
    title, title_language = session.title_in(language)
    hours = ""
    if session.starts_at is not None and session.ends_at is not None:
        hours = moment(session.starts_at, session.ends_at, session.time_zone, language).text
    return {
        "number": session.number,
        "title": title,
        "title_language": title_language,
        "date": session.on_date.isoformat() if session.on_date else "",
        "hours": hours,
        "session": str(session.public_id),
        "reasons": _reasons(line, {record["id"]: record["scheme"] for record in records}, language),
    }


def _reasons(line: Mapping[str, Any], schemes: Mapping[int, str], language: str) -> dict[str, str]:
    """Return why the session has fewer credits than its time would earn, by accreditation ID."""
    with translation.override(language):
        return {
            str(entry.accreditation_id): sentence(
                entry.code,
                session=line["session"].number,
                minutes=entry.minutes,
                length=entry.session_minutes,
                credits=entry.credits,
                scheme=schemes[entry.accreditation_id],
                facts=entry.facts,
            )
            for entry in line["reasons"]
        }


def _record_values(
    record: Accreditation, entries: Iterable[Iterable[CreditEntry]], ids: Mapping[tuple[int, int], str]
) -> dict[str, Any]:
    mine = [entry for found in entries for entry in found if entry.accreditation_id == record.pk]
    earned = sum((entry.credits for entry in mine), Decimal(0))
    return {
        "id": record.pk,
        "scheme": record.scheme,
        "programme": record.programme,
        "category": record.category,
        "certifier_en": record.certifier.name_en,
        "certifier_fr": record.certifier.name_fr,
        "credits": f"{earned.normalize():f}",
        "series_max": f"{record.max_credits.normalize():f}",
        "valid_from": record.valid_from.isoformat() if record.valid_from else "",
        "valid_to": record.valid_to.isoformat() if record.valid_to else "",
        "has_ids": any((record.pk, entry.session_id) in ids for entry in mine),
        "statement_en": statement_in(record, "en"),
        "statement_fr": statement_in(record, "fr"),
        "signatory_name": record.signatory_name,
        "signatory_title_en": record.signatory_title_en,
        "signatory_title_fr": record.signatory_title_fr,
        "signature": record.signature_id or "",
    }


def certificate_with_code(code: str) -> Certificate | None:
    """Return the certificate with this code, without loading its file, or None if there is none."""
    return Certificate.objects.defer("pdf").filter(code=code).first() if code else None


def is_being_corrected(certificate: Certificate) -> bool:
    """Return whether a valid certificate has minutes that the person's attendances do not have any more.

    A worker replaces or revokes it within seconds.
    """
    if not certificate.is_valid:
        return False
    printed = {line["id"]: line["minutes"] for line in certificate.printed}
    rows = Attendance.objects.confirmed().filter(person=certificate.person_id, session__in=printed)
    return printed != {row.session_id: row.minutes for row in rows}


def own_certificate_file(person_id: int, public_id: uuid.UUID) -> Certificate | None:
    return Certificate.objects.filter(person=person_id, public_id=public_id).first()
