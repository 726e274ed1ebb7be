"""The tables of the audit pack. The first row of each is its header. Times are UTC in ISO 8601, dates ISO 8601.

People have the name of their certificates, and a number that identifies them in all tables. No table contains an
address.
"""

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import AuditEvent, Person
from accounts.sentences import event_sentence
from attendance.models import Attendance, AttendanceCorrection, AttendanceImport, AttendanceRow, SaidCode
from attendance.presenters import row_reason
from attendance.queries.matching import addresses_in_series
from credits.codes import shown_code
from credits.models import Accreditation, Certificate, CertificateQuerySet, CreditEntry
from credits.queries.certificates import name_on_certificate
from credits.sentences import sentence
from evaluations.presenters import feedback_table
from evaluations.queries.results import rates_of
from sessions.models import Session

_ADDRESS = re.compile(r"\S*@\S*")
Rows = Iterator[list[object]]
FIELDS = (
    "series",
    "certifier",
    "scheme",
    "programme",
    "category",
    "credits_per_hour",
    "max_per_session",
    "max_credits",
    "credit_step",
    "statement_en",
    "statement_fr",
    "signatory_name",
    "signatory_title_en",
    "signatory_title_fr",
    "signature",
    "valid_from",
    "valid_to",
    "conflicts_declared_on",
    "interaction_percent",
    "evaluation_required",
    "is_specimen",
)


@dataclasses.dataclass(frozen=True)
class Pack:
    """The data that all tables use: an accreditation, and the sessions of its series by primary key.

    `names_everybody` is true if the names in rows of reports that belong to nobody are included.
    """

    accreditation: Accreditation
    sessions: dict[int, Session]
    made_at: dt.datetime
    names_everybody: bool = False

    @classmethod
    def of(cls, accreditation: Accreditation, *, made_at: dt.datetime, names_everybody: bool = False) -> "Pack":
        rows = Session.objects.filter(series=accreditation.series_id).exclude(state=Session.State.DRAFT)
        return cls(accreditation, {row.pk: row for row in rows.order_by("number")}, made_at, names_everybody)

    def number(self, session_id: int) -> object:
        session = self.sessions.get(session_id)
        return session.number if session else ""


def accreditation_table(pack: Pack) -> Rows:
    yield [_("What"), _("Value")]
    record = pack.accreditation
    for name in FIELDS:
        field = record._meta.get_field(name)
        value = getattr(record, f"get_{name}_display", lambda name=name: getattr(record, name))()
        yield [str(field.verbose_name), _shown(value)]  # type: ignore[union-attr]


def sessions_table(pack: Pack) -> Rows:
    yield [
        _("session"), _("title (English)"), _("title (French)"), _("state"), _("date"), _("starts, wall clock"),
        _("ends, wall clock"), _("time zone"), _("minutes"), _("presenters"), _("the certifier’s ID"),
    ]  # fmt: skip
    ids = dict(pack.accreditation.certified_sessions.values_list("session", "certified_id"))
    for row in pack.sessions.values():
        length = (row.ends_at - row.starts_at).total_seconds() // 60 if row.starts_at and row.ends_at else ""
        yield [
            row.number, row.title_en, row.title_fr, row.get_state_display(), _day(row.on_date), _clock(row.start_time),
            _clock(row.end_time), row.time_zone, length, "; ".join(row.presenters), ids.get(row.pk, ""),
        ]  # fmt: skip


def attendance_table(pack: Pack) -> Rows:
    yield [
        _("session"), _("person no."), _("name"), _("profession"), _("role"), _("seconds that count"),
        _("seconds in reports"), _("seconds by correction"), _("seconds of the session"), _("how it is known"),
        _("report no."), _("confirmed"), _("confirmed by"),
    ]  # fmt: skip
    rows = Attendance.objects.filter(session__in=pack.sessions).select_related("person", "confirmed_by")
    for row in rows.order_by("session__number", "person__sort_key", "person"):
        yield [
            pack.number(row.session_id), row.person_id, name_on_certificate(row.person),
            row.person.get_profession_display(), row.get_role_display(), row.seconds, _known(row.reported_seconds),
            _known(row.corrected_seconds), row.window_seconds, row.get_source_display(), _known(row.report_id),
            _moment(row.confirmed_at), _who(row.confirmed_by),
        ]  # fmt: skip


def reports_table(pack: Pack) -> Rows:
    yield [
        _("report no."), _("session"), _("state"), _("file name"), _("SHA-256 of the file"), _("bytes"),
        _("time zone of the report"), _("session starts"), _("session ends"), _("rows with times"), _("rows dropped"),
        _("rows refused"), _("uploaded"), _("uploaded by"), _("imported"), _("imported by"),
        _("replaced by report no."), _("file erased"),
    ]  # fmt: skip
    rows = AttendanceImport.objects.filter(session__in=pack.sessions, imported_at__isnull=False).defer("file")
    for row in rows.select_related("uploaded_by", "imported_by").order_by("session__number", "pk"):
        yield [
            row.pk, pack.number(row.session_id), row.get_state_display(), row.file_name, row.sha256, row.size, row.zone,
            _moment(row.window_start), _moment(row.window_end), row.counted, row.dropped, row.refused,
            _moment(row.uploaded_at), _who(row.uploaded_by), _moment(row.imported_at), _who(row.imported_by),
            _known(row.superseded_by_id), _moment(row.file_erased_at),
        ]  # fmt: skip


def evidence_table(pack: Pack) -> Rows:
    """Yield every row of the imported reports.

    The name in a row that belongs to nobody is that of an unknown person; it is left out unless the pack is for
    somebody who may see it on the review desk.
    """
    yield [
        _("report no."), _("file name"), _("row"), _("session"), _("person no."), _("name in the report"), _("joined"),
        _("left"), _("outcome"), _("reason"), _("matched by"), _("decided"), _("decided by"),
    ]  # fmt: skip
    rows = AttendanceRow.objects.filter(report__session__in=pack.sessions, report__imported_at__isnull=False)
    rows = rows.select_related("report", "decided_by").defer("report__file").order_by("report", "row", "pk")
    in_series = addresses_in_series(pack.accreditation.series, rows.filter(person=None, code=""))
    for row in rows.iterator(chunk_size=2000):
        name = row.name if row.person_id or pack.names_everybody else ""
        reason = "" if row.person_id else row_reason(row, in_series=in_series)
        yield [
            row.report_id, row.report.file_name, row.row, pack.number(row.report.session_id), _known(row.person_id),
            _without_addresses(name), _moment(row.joined_at), _moment(row.left_at), _outcome(row),
            _without_addresses(reason), row.get_matched_by_display(), _moment(row.decided_at), _who(row.decided_by),
        ]  # fmt: skip


def _outcome(row: AttendanceRow) -> str:
    """Return what became of a row. A stay counts only if it belongs to a person."""
    if row.outcome != AttendanceRow.Outcome.COUNTED or row.person_id is not None:
        return str(row.get_outcome_display())
    return _("set aside") if row.set_aside_at else _("belongs to nobody yet")


def corrections_table(pack: Pack) -> Rows:
    yield [
        _("session"), _("person no."), _("kind"), _("seconds before"), _("seconds after"), _("reason"), _("made"),
        _("made by"),
    ]  # fmt: skip
    rows = AttendanceCorrection.objects.filter(session__in=pack.sessions).select_related("made_by")
    for row in rows.order_by("session__number", "made_at", "pk"):
        yield [
            pack.number(row.session_id), row.person_id, row.get_kind_display(), _known(row.seconds_before),
            _known(row.seconds_after), row.reason, _moment(row.made_at), _who(row.made_by),
        ]  # fmt: skip


def codes_table(pack: Pack) -> Rows:
    yield [_("session"), _("person no."), _("code"), _("room opened by person no."), _("typed")]
    rows = SaidCode.objects.filter(registration__session__in=pack.sessions).select_related(
        "registration", "room__opened_by"
    )
    for row in rows.order_by("registration__session__number", "typed_at", "pk"):
        opener = row.room.opened_by.person_id if row.room else ""
        words = _("of a shared room") if row.room else _("said in the session")
        yield [
            pack.number(row.registration.session_id), row.registration.person_id, words, opener, _moment(row.typed_at),
        ]  # fmt: skip


def ledger_table(pack: Pack) -> Rows:
    yield [
        _("entry no."), _("kind"), _("person no."), _("name"), _("session"), _("minutes attended"),
        _("minutes of the session"), _("credits per hour"), _("credits"), _("reason"), _("written"),
        _("takes back entry no."),
    ]  # fmt: skip
    record = pack.accreditation
    rows = CreditEntry.objects.filter(accreditation=record).select_related("person", "session").order_by("pk")
    for row in rows.iterator(chunk_size=2000):
        words = sentence(
            row.code,
            session=row.session.number,
            minutes=row.minutes,
            length=row.session_minutes,
            credits=row.credits,
            scheme=record.scheme,
            facts=row.facts,
        )
        yield [
            row.pk, row.get_kind_display(), row.person_id, name_on_certificate(row.person), row.session.number,
            row.minutes, row.session_minutes, row.credits_per_hour, row.credits, words, _moment(row.written_at),
            _known(row.reverses_id),
        ]  # fmt: skip


def certificates_table(pack: Pack) -> Rows:
    yield [
        _("code"), _("person no."), _("name"), _("session"), _("language"), _("state"), _("issued"), _("issued by"),
        _("SHA-256 of the file"), _("key of the signature"), _("replaces code"), _("replaced"), _("revoked"),
        _("revoked because"), _("file"),
    ]  # fmt: skip
    with_file = set(files_of(pack).values_list("pk", flat=True))
    for row in certificates_of(pack).defer("pdf").select_related("person", "issued_by", "replaces"):
        yield [
            shown_code(row.code), row.person_id, row.values["name"],
            pack.number(row.session_id) if row.session_id else "", row.language, row.get_state_display(),
            _moment(row.issued_at), _who(row.issued_by), row.sha256, row.key_id,
            shown_code(row.replaces.code) if row.replaces else "", _moment(row.replaced_at), _moment(row.revoked_at),
            _(row.revoked_because) if row.revoked_because else "",
            (file_of(row) if row.pk in with_file else _("not in this pack: it states a licence number"))
            if row.sha256 else "",
        ]  # fmt: skip


def certificates_of(pack: Pack) -> CertificateQuerySet:
    rows = Certificate.objects.that_print(pack.accreditation.pk).filter(series=pack.accreditation.series_id)
    return rows.order_by("issued_at", "pk")


def files_of(pack: Pack) -> CertificateQuerySet:
    """Return the certificates whose files are in the pack."""
    return certificates_of(pack).without_other_licences(pack.accreditation)


def file_of(certificate: Certificate) -> str:
    """Return the path of the certificate's file in the pack."""
    return f"certificates/{certificate.code}.pdf"


def evaluation_table(pack: Pack) -> Rows:
    """Yield the results of evaluations that are closed and have at least five answers (ADR 24)."""
    for row in feedback_table(rates_of(pack.sessions), pack.made_at):
        yield list(row)


def history_table(pack: Pack) -> Rows:
    yield [_("when"), _("who"), _("what"), _("about"), _("details")]
    record = pack.accreditation
    about = Q(about__in=[f"accreditation:{record.pk}", f"series:{record.series_id}"])
    about |= Q(about__in=[f"session:{pk}" for pk in pack.sessions])
    events = list(AuditEvent.objects.filter(about).order_by("at", "pk"))
    actors = Person.objects.get_queryset().in_bulk({event.actor_id for event in events if event.actor_id})
    for event in events:
        who = _who(actors.get(event.actor_id)) if event.actor_id else _("the portal")
        details = "; ".join(f"{name}: {value}" for name, value in event.details.items())
        yield [_moment(event.at), who, event_sentence(event.verb, event.details), event.about, details]


def _who(person: Person | None) -> str:
    """Return the person's name on certificates or, without one, their number. Tables contain no addresses."""
    if person is None:
        return ""
    return name_on_certificate(person) or _("person no. %(number)d") % {"number": person.pk}


def _without_addresses(text: str) -> str:
    """Return the text with an ellipsis instead of each email address, as participants write them into their names."""
    return _ADDRESS.sub("…", text)


def _shown(value: object) -> object:
    """Return the value for a cell: numbers unchanged, booleans as "yes" or "no", other values as text."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or isinstance(value, int | Decimal):
        return _known(value)
    return str(value)


def _known(value: object) -> object:
    return "" if value is None else value


def _moment(moment: dt.datetime | None) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _clock(time: dt.time | None) -> str:
    return f"{time:%H:%M}" if time else ""
