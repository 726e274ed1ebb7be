"""People with a place in the held sessions of a selection, one row for each person, with names and addresses.

Coordinators get the people of their own hubs, and of joint series that their hubs own; Pallium staff get all. The file
does not contain the code that stands for a person in rows without names (`row_exports`), because it would name them.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg, BoolOr
from django.db.models import BooleanField, Case, Count, Exists, Min, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from attendance.models import Attendance
from echo_portal.reports.row_exports import AT_ONCE, Column, codes, day, names_of
from echo_portal.reports.selection import Selection
from hubs.models import Hub
from registrations.models import Registration
from registrations.models.registration import CONFIRMED
from sessions.models import Session

State = Registration.State
# Until a registration is confirmed, its form says who the person is, not their profile.
OF_FORM = {
    "person__name": "form_name",
    "person__profession": "form_profession",
    "person__province": "form_province",
    "person__language": "form_language",
}
SETTINGS = "person__practice_settings"  # not asked by the form
COLUMNS = (
    Column("name", _("The name; until the address is confirmed, as it was typed in the form"), "person__name"),
    Column("email", _("The email address"), "person__email"),
    Column("language", _("The language of emails: en or fr"), "person__language"),
    Column("profession", _("The code of the profession; empty if it is not known"), "person__profession"),
    Column(
        "settings",
        _("The codes of the practice settings, with spaces; empty until the address is confirmed"),
        SETTINGS,
        codes,
    ),
    Column("province", _("The code of the province or territory; empty if not known"), "person__province"),
    Column(
        "confirmed",
        _("1: the person was signed in, or used the mailbox after registering; 0: not yet"),
        "is_confirmed",
        int,
    ),
    Column("registered", _("Sessions held in the period in which the person had a place"), "places"),
    Column("waiting", _("Sessions held in the period for which the person was on the waiting list"), "waits"),
    Column("attended", _("Of these sessions, those with a confirmed attendance"), "attended"),
    Column("first_registered_on", _("The day of the first of these registrations (UTC)"), "first_at", day),
)


def may_export_people(person: Person) -> bool:
    """Return whether the person may download the people of a hub: as its coordinator, or as Pallium staff."""
    return Hub.objects.editable_by(person).exists()


def people_count(selection: Selection, reader: Person) -> int:
    return _registrations(selection, reader).order_by().values("person").distinct().count()


def people_table(selection: Selection, reader: Person, *, french_header: bool = False) -> Iterator[list[object]]:
    """Yield the header, then the rows in the order of people's first registrations, using one query."""
    yield [*names_of(COLUMNS, french=french_header)]
    for row in _people(selection, reader).iterator(chunk_size=AT_ONCE):
        shown = row if row["is_confirmed"] else {**row, **row["forms"][0], SETTINGS: []}
        yield [column.written(shown[column.path]) for column in COLUMNS]


def _people(selection: Selection, reader: Person) -> QuerySet[Registration, dict[str, Any]]:
    present = Attendance.objects.confirmed().filter(session=OuterRef("session"), person=OuterRef("person"))
    of_person = [column.path for column in COLUMNS if column.path.startswith("person__")]
    rows: QuerySet[Registration, dict[str, Any]] = (
        _registrations(selection, reader)
        .order_by()
        .values("person", *of_person)
        .annotate(
            is_confirmed=BoolOr(Case(When(CONFIRMED, then=Value(True)), default=False, output_field=BooleanField())),
            forms=ArrayAgg(JSONObject(**OF_FORM), order_by=("-registered_at", "-pk")),
            places=Count("pk", filter=Q(state=State.REGISTERED)),
            waits=Count("pk", filter=Q(state=State.WAITING)),
            attended=Count("pk", filter=Exists(present)),
            first_at=Min("registered_at"),
        )
        .order_by("first_at", "person")
    )
    return rows


def _registrations(selection: Selection, reader: Person) -> QuerySet[Registration]:
    """Return the registrations of the selection, without those of sessions that the reader may not edit."""
    sessions = selection.sessions().filter(pk__in=Session.objects.editable_by(reader).order_by().values("pk"))
    return Registration.objects.active().filter(session__in=sessions)
