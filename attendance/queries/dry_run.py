"""The people to whom a report gives an attendance, before and after it is imported."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.models import AuditEvent, Person
from attendance.models import AttendanceImport, AttendanceRow
from attendance.queries.matching import Match
from attendance.reading.intervals import Span, in_window, seconds
from registrations.queries.people import with_shown_names
from sessions.models import Session


@dataclass(slots=True)
class Counted:
    """A person with their names, row numbers and stays in the report, and their minutes inside the session.

    `name` is the name that coordinators see.
    """

    name: str
    names: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    minutes: int = 0


def session_of_deleted(draft: int, *, by: Person) -> Session | None:
    """Return the session of a dry run that no longer exists, or None if there was none that the person may edit."""
    uploads = AuditEvent.objects.filter(verb="attendance-report-uploaded", details__report=draft)
    about = uploads.values_list("about", flat=True).first()
    if about is None:
        return None
    found: Session | None = Session.objects.editable_by(by).filter(pk=about.removeprefix("session:")).first()
    return found


def counted_people(report: AttendanceImport, matches: Iterable[Match]) -> list[Counted]:
    """Return the people whom the report counts, or would count if it were imported now, sorted by name.

    `matches` are those of `matches_of`.
    """
    owners = {one.row: one.person for one in matches if one.person is not None}
    rows = Person.objects.get_queryset().filter(pk__in=set(owners.values()))
    named = with_shown_names(rows, person="pk", series=report.session.series_id).order_by("key_shown", "pk")
    people = {pk: Counted(name) for pk, name in named.values_list("pk", "name_shown")}
    for row in report.rows.filter(pk__in=owners):
        assert row.joined_at is not None
        assert row.left_at is not None
        one = people[owners[row.pk]]
        if row.name not in one.names:
            one.names.append(row.name)
        one.rows.append(row.row)
        one.spans.append((int(row.joined_at.timestamp()), int(row.left_at.timestamp())))
    start, end = int(report.window_start.timestamp()), int(report.window_end.timestamp())
    for one in people.values():
        one.minutes = seconds(in_window(one.spans, start, end)) // 60
    return list(people.values())


def other_rows(report: AttendanceImport, matches: Iterable[Match], *, most: int) -> list[AttendanceRow]:
    """Return the first `most` rows that are not matched to anybody, in the order of the file."""
    matched = {one.row for one in matches if one.person is not None}
    keys = report.rows.order_by("row", "pk").values_list("pk", flat=True)
    first = [pk for pk in keys if pk not in matched][:most]
    return list(report.rows.filter(pk__in=first).order_by("row", "pk"))


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decisions by hand about the report that a dry run replaces: how many are kept, and how many are lost."""

    kept: int
    lost: int


def decisions_kept(matches: Iterable[Match], live: AttendanceImport) -> Decisions:
    """Return how many decisions about the rows of `live` are kept when a dry run with these matches replaces it."""
    kept = sum(one.is_carried for one in matches)
    return Decisions(kept, live.rows.filter(decided_at__isnull=False).count() - kept)
