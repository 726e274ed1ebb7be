"""Load a programme from a file: hubs, series, sessions, enrollment keys, materials and accreditations."""

import datetime as dt

from django.db import connection, transaction
from django.utils import timezone

from accounts.actions import record
from accounts.models import Person
from credits.models import Accreditation, CertifiedSession
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import fold_key
from hubs import models as hubs
from programme.entries import AccreditationEntry, HubEntry, Programme, SeriesEntry, SessionEntry
from programme.shift import Shift, shift_for, shifted
from programme.sync import LoadedRows, LoadReport
from registrations.actions import cover_new_session
from sessions.models import EnrollmentKey, Material, Series, SeriesOrganisation, Session


@transaction.atomic
def load_programme(
    *,
    programme: Programme,
    by: Person | None,
    as_of: dt.datetime | None = None,
    force: bool = False,
    dry_run: bool = False,
) -> LoadReport:
    """Write a programme into the database, in one transaction, and return how many rows were written.

    Rows are found by slug and number. Loading the same programme again changes nothing. Rows that people edited or
    removed are left unchanged unless `force` is given. The first load moves all dates by a number of weeks, which is
    calculated for `as_of` (an aware datetime; None means now). Later loads move them by the same number of weeks. With
    `dry_run`, the transaction is rolled back.

    Raises FaultyProgrammeError for local times that daylight saving skips after the move, and Refusal if `as_of` or the
    invented values do not agree with the first load. Concurrent loads wait for each other (an advisory lock).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('programme.load'))")
    rows = LoadedRows(force=force, by=by)
    shift, held_by = _snapshot(rows, programme, as_of, force=force)
    moved = shifted(programme, shift=shift, held_by=held_by)
    _load_programme_texts(rows, moved)
    organisations = _load_organisations(rows, moved)
    hub_rows = _load_hubs(rows, moved, organisations)
    for entry in moved.series:
        _load_series(rows, entry, moved, hub_rows, organisations)
    _load_recommended(rows, moved)
    report = rows.finish(weeks=shift.weeks)
    if dry_run:
        transaction.set_rollback(True)
    elif report.wrote_something:
        details = {
            "file": moved.file,
            "weeks": shift.weeks,
            "new": report.new,
            "changed": report.changed,
            "force": force,
        }
        record("load-programme", about="programme:1", by=by, details=details)
    return report


def _snapshot(
    rows: LoadedRows, programme: Programme, as_of: dt.datetime | None, *, force: bool
) -> tuple[Shift, dt.date]:
    """Return by how many weeks dates move, and the day before which undated past sessions were held.

    Both are stored by the first load. Raises Refusal if the programme was first loaded with invented values and now has
    none. Raises Refusal also if `as_of` would result in another number of weeks, unless `force` is given.
    """
    moment = as_of or timezone.now()
    shift = shift_for(programme, moment)
    about = f"snapshot:{programme.as_of:%Y-%m-%d}"
    known = rows.remembered(about)
    if known is not None and known["inventions"] and not programme.has_inventions:
        raise Refusal(
            "This programme was loaded with the demonstration's inventions; "
            "without them it can only be loaded into an empty database.",
            code="inventions-stay",
        )
    if known is not None and as_of is not None and shift.weeks != known["weeks"] and not force:
        raise Refusal(
            f"This programme was loaded {known['weeks']} weeks later than published; "
            f"--as-of would make it {shift.weeks}. "
            "Leave --as-of out to keep the dates, or add --force to move every date that nobody edited.",
            code="moved-already",
        )
    if known is None or (as_of is not None and shift.weeks != known["weeks"]):
        # The moved snapshot may be later than the day of loading, but these sessions must be in the past.
        day_before = timezone.localdate(moment) - dt.timedelta(days=1)
        held_by = min(programme.as_of + dt.timedelta(weeks=shift.held_weeks), day_before)
    else:
        shift = Shift(known["weeks"], known.get("held_weeks", known["weeks"]))
        held_by = dt.date.fromisoformat(known["held_by"])
    inventions = programme.has_inventions or bool(known and known["inventions"])
    remembered = {"weeks": shift.weeks, "held_weeks": shift.held_weeks}
    rows.remember(about, {**remembered, "held_by": held_by.isoformat(), "inventions": inventions})
    return shift, held_by


def _load_programme_texts(rows: LoadedRows, programme: Programme) -> None:
    rows.upsert(
        hubs.Programme,
        "programme:1",
        {"id": 1},
        {
            "name_en": programme.name_en,
            "name_fr": programme.name_fr,
            "funding_note_en": programme.funding_note_en,
            "funding_note_fr": programme.funding_note_fr,
        },
    )


def _load_organisations(rows: LoadedRows, programme: Programme) -> dict[str, int]:
    found = {}
    for entry in programme.organisations:
        row = rows.upsert(
            hubs.Organisation,
            f"organisation:{entry.slug}",
            {"slug": entry.slug},
            {
                "name_en": entry.name_en,
                "name_fr": entry.name_fr,
                "kind": entry.kind,
                "province": entry.province,
                "roles": list(entry.roles),
            },
        )
        if row is not None:
            found[entry.slug] = row.pk
    return found


def _load_hubs(rows: LoadedRows, programme: Programme, organisations: dict[str, int]) -> dict[str, int]:
    """Load the hubs and return their IDs by slug. A hub must be listed before hubs that are partners of it."""
    found: dict[str, int] = {}
    for entry in programme.hubs:
        values = _hub_values(entry, organisations, found)
        row = rows.upsert(hubs.Hub, f"hub:{entry.slug}", {"slug": entry.slug}, values)
        if row is not None:
            found[entry.slug] = row.pk
    return found


def _hub_values(entry: HubEntry, organisations: dict[str, int], found: dict[str, int]) -> dict[str, object]:
    return {
        "scope": entry.scope,
        "name_en": entry.name_en,
        "name_fr": entry.name_fr,
        "host_id": organisations.get(entry.host),
        "province": entry.province,
        "partner_of_id": found.get(entry.partner_of),
        "vision_en": entry.vision_en,
        "vision_fr": entry.vision_fr,
        "aims_en": list(entry.aims_en),
        "aims_fr": list(entry.aims_fr),
        "objectives_en": list(entry.objectives_en),
        "objectives_fr": list(entry.objectives_fr),
        "principles_en": list(entry.principles_en),
        "principles_fr": list(entry.principles_fr),
        "founding_note_en": entry.founding_note_en,
        "founding_note_fr": entry.founding_note_fr,
        "accepts_proposals": entry.accepts_proposals,
        "accepts_partners": entry.accepts_partners,
    }


def _load_series(
    rows: LoadedRows, entry: SeriesEntry, programme: Programme, hub_ids: dict[str, int], organisations: dict[str, int]
) -> None:
    """Load a series with its sessions and its accreditation.

    If the series or its hub was removed in the admin, nothing is loaded.
    """
    if entry.hub not in hub_ids:
        return
    values = _series_values(entry, hub_ids[entry.hub])
    series = rows.upsert(Series, f"series:{entry.slug}", {"slug": entry.slug}, values)
    if series is None:
        return
    for slug, role in entry.organisations:
        if slug in organisations:
            natural = {"series_id": series.pk, "organisation_id": organisations[slug], "role": str(role)}
            rows.upsert(SeriesOrganisation, f"part:{entry.slug}:{slug}:{role}", natural, {})
    if entry.enrollment_key:
        natural = {"folded": fold_key(entry.enrollment_key)}
        values = {"series_id": series.pk, "text": entry.enrollment_key}
        rows.upsert(EnrollmentKey, f"key:{entry.slug}", natural, values)
    sessions = {}
    for one in entry.sessions:
        session = _load_session(rows, entry, one, series, programme.zone)
        if session is not None:
            sessions[one.number] = session
    if entry.accreditation is not None and entry.accreditation.certifier in organisations:
        certifier = organisations[entry.accreditation.certifier]
        _load_accreditation(rows, entry.slug, entry.accreditation, series, certifier, sessions)


def _series_values(entry: SeriesEntry, hub_id: int) -> dict[str, object]:
    mode = Series.RegistrationMode.KEY if entry.enrollment_key else Series.RegistrationMode.OPEN
    return {
        "hub_id": hub_id,
        "state": Series.State.PUBLISHED.value,
        "kind": str(entry.kind),
        "title_en": entry.title_en,
        "title_fr": entry.title_fr,
        "summary_en": entry.summary_en,
        "summary_fr": entry.summary_fr,
        "language": entry.language,
        "audience_professions": [str(code) for code in entry.audience_professions],
        "audience_settings": [str(code) for code in entry.audience_settings],
        "practice_areas": [str(code) for code in entry.practice_areas],
        "levels": [str(code) for code in entry.levels],
        "registration_mode": mode.value,
        "choose_one": entry.choose_one,
        "attend_all_required": entry.attend_all_required,
        "recordings_for": str(entry.recordings_for),
        "ongoing": entry.ongoing,
        "announced_session_count": entry.announced_session_count,
        "free_of_charge": entry.free_of_charge,
        "video_announced": entry.video_announced,
    }


def _load_session(
    rows: LoadedRows, series_entry: SeriesEntry, entry: SessionEntry, series: Series, zone: str
) -> Session | None:
    """Load a session with its materials, and return it, or None if it was removed in the admin.

    If the session is new, people who are enrolled in its series are registered for it.
    """
    about = f"{series_entry.slug}:{entry.number}"
    french = series_entry.language == "fr"
    values = {
        "state": Session.State.PUBLISHED.value,
        "title_en": "" if french else entry.title,
        "title_fr": entry.title if french else entry.title_fr,
        "on_date": entry.on_date,
        "start_time": entry.start_time,
        "end_time": entry.end_time,
        "time_zone": zone,
        "held_by": entry.held_by,
        "presenters": list(entry.presenters),
        "read_before": entry.read_before,
    }
    natural = {"series_id": series.pk, "number": entry.number}
    session = rows.upsert(Session, f"session:{about}", natural, values)
    if session is None:
        return None
    if rows.is_new(f"session:{about}"):
        session.series = series
        cover_new_session(session=session, by=rows.by)
    for material in entry.materials:
        rows.upsert(
            Material,
            f"material:{about}:{material.kind}:{material.title}"[:200],
            {
                "session_id": session.pk,
                "kind": str(material.kind),
                "language": series_entry.language,
                "title": material.title,
            },
            {"open_to": str(material.open_to)},
        )
    return session


def _load_accreditation(
    rows: LoadedRows,
    slug: str,
    entry: AccreditationEntry,
    series: Series,
    certifier_id: int,
    sessions: dict[int, Session],
) -> None:
    about = f"{slug}:{entry.programme}:{entry.category}"
    row = rows.upsert(
        Accreditation,
        f"accreditation:{about}"[:200],
        {"series_id": series.pk, "programme": entry.programme, "category": entry.category},
        {
            "certifier_id": certifier_id,
            "credits_per_hour": entry.credits_per_hour,
            "max_credits": entry.max_credits,
            "statement_en": entry.statement_en,
            "statement_fr": entry.statement_fr,
            "signatory_name": entry.signatory_name,
            "signatory_title_en": entry.signatory_title_en,
            "signatory_title_fr": entry.signatory_title_fr,
            "valid_from": entry.valid_from,
            "valid_to": entry.valid_to,
            "is_specimen": entry.is_specimen,
        },
    )
    if row is None or not entry.session_id_prefix:
        return
    for number, session in sessions.items():
        rows.upsert(
            CertifiedSession,
            f"certified:{about}:{number}"[:200],
            {"accreditation_id": row.pk, "session_id": session.pk},
            {"certified_id": f"{entry.session_id_prefix}-{number:03}"},
        )


def _load_recommended(rows: LoadedRows, programme: Programme) -> None:
    for slug, first in programme.recommended:
        series, recommended = rows.row_id(f"series:{slug}"), rows.row_id(f"series:{first}")
        if series and recommended:
            natural = {"from_series_id": series, "to_series_id": recommended}
            rows.upsert(Series.recommended_first.through, f"recommended:{slug}:{first}", natural, {})
