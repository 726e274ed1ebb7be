"""Registrations, attendances and credits of a selection as rows, without names and addresses.

Column names are stable codes, the same in both languages, so that other programs can rely on them. A person may ask for
French codes instead, which are as stable. `person` is the same text for the same person in all files, as long as
SECRET_KEY does not change. It is not the person's ID in the portal.
"""

import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.models import Attendance
from credits.models import CreditEntry
from echo_portal.reports.figures import attendances
from echo_portal.reports.selection import Selection
from registrations.models import Registration

AT_ONCE = 2000
SALT = "echo_portal.reports.rows"


@dataclasses.dataclass(frozen=True)
class Column:
    """A column: its code, its meaning, and the path to its value."""

    code: str
    meaning: Any
    path: str
    written: Callable[[Any], object] = lambda value: value


def person_code(pk: int) -> str:
    return salted_hmac(SALT, str(pk), algorithm="sha256").hexdigest()[:12]


def codes(values: list[str]) -> str:
    return " ".join(sorted(values))


def day(moment: Any) -> object:
    return moment.date() if moment else ""


def is_rural(area: str) -> object:
    return "" if not area else int(area[1:2] == "0")


_OF_ROW = (
    Column(
        "person", gettext_lazy("A code that stands for the person, the same in every file"), "person_id", person_code
    ),
    Column("hub", gettext_lazy("The hub of the series, by its address on the site"), "session__series__hub__slug"),
    Column("series", gettext_lazy("The series, by its address on the site"), "session__series__slug"),
    Column("session", gettext_lazy("The number of the session in its series"), "session__number"),
    Column("date", gettext_lazy("The day of the session, where it is held"), "session__on_date"),
    Column("session_language", gettext_lazy("The language of the series: en or fr"), "session__series__language"),
    Column("profession", gettext_lazy("The code of the profession; empty if it is not known"), "person__profession"),
    Column(
        "settings", gettext_lazy("The codes of the practice settings, with spaces"), "person__practice_settings", codes
    ),
    Column("province", gettext_lazy("The code of the province or territory; empty if not known"), "person__province"),
    Column(
        "rural",
        gettext_lazy("1: the postal code has a zero in second place; 0: it has none; empty: not known"),
        "person__forward_sortation_area",
        is_rural,
    ),
    Column(
        "serves_rural",
        gettext_lazy("Mainly serves a rural, remote or Indigenous community: yes, no or unsaid; empty: no answer"),
        "person__serves_rural",
    ),
)
REGISTRATIONS = (
    *_OF_ROW,
    Column("state", gettext_lazy("registered, waiting or cancelled"), "state"),
    Column("registered_on", gettext_lazy("The day of the registration (UTC)"), "registered_at", day),
    Column("cancelled_on", gettext_lazy("The day on which the place was given back (UTC)"), "cancelled_at", day),
)
ATTENDANCES = (
    *_OF_ROW,
    Column("seconds", gettext_lazy("Seconds in the session that count"), "seconds"),
    Column("session_seconds", gettext_lazy("Seconds from the start of the session to its end"), "window_seconds"),
    Column("reported_seconds", gettext_lazy("Seconds by the attendance report; empty without one"), "reported_seconds"),
    Column("corrected_seconds", gettext_lazy("Seconds as somebody corrected them"), "corrected_seconds"),
    Column("source", gettext_lazy("report, roll-call, correction or request"), "source"),
)
CREDITS = (
    *_OF_ROW,
    Column("accreditation", gettext_lazy("The number of the accreditation"), "accreditation_id"),
    Column("kind", gettext_lazy("entry, or reversal of an entry"), "kind"),
    Column("minutes", gettext_lazy("Minutes attended"), "minutes"),
    Column("credits", gettext_lazy("Credits; negative in a reversal"), "credits"),
    Column("reason", gettext_lazy("The code of the reason"), "code"),
    Column("written_on", gettext_lazy("The day on which it was written (UTC)"), "written_at", day),
)


# The codes of a French header. Like the others, they never change, so they are no translations.
FRENCH = {
    "person": "personne",
    "hub": "carrefour",
    "series": "serie",
    "session": "seance",
    "date": "date",
    "session_language": "langue_de_la_seance",
    "profession": "profession",
    "settings": "milieux",
    "province": "province",
    "rural": "rural",
    "serves_rural": "sert_une_communaute_rurale",
    "state": "etat",
    "registered_on": "inscrite_le",
    "cancelled_on": "annulee_le",
    "seconds": "secondes",
    "session_seconds": "secondes_de_la_seance",
    "reported_seconds": "secondes_du_rapport",
    "corrected_seconds": "secondes_corrigees",
    "source": "source",
    "accreditation": "agrement",
    "kind": "genre",
    "minutes": "minutes",
    "credits": "credits",
    "reason": "motif",
    "written_on": "ecrite_le",
    "name": "nom",
    "email": "courriel",
    "language": "langue",
    "confirmed": "confirmee",
    "registered": "inscriptions",
    "waiting": "attentes",
    "attended": "presences",
    "first_registered_on": "premiere_inscription_le",
}


@dataclasses.dataclass(frozen=True)
class RowsOf:
    """A function that returns the rows of a kind for the sessions of a selection."""

    model: type[Model]
    found_in: Callable[[Selection], QuerySet[Any]]

    def __call__(self, selection: Selection) -> QuerySet[Any]:
        return self.found_in(selection)


KINDS: dict[str, tuple[tuple[Column, ...], RowsOf]] = {
    "registrations": (
        REGISTRATIONS,
        RowsOf(Registration, lambda chosen: Registration.objects.filter(session__in=chosen.sessions())),
    ),
    "attendance": (ATTENDANCES, RowsOf(Attendance, lambda chosen: attendances(chosen.sessions()))),
    "credits": (CREDITS, RowsOf(CreditEntry, lambda chosen: CreditEntry.objects.filter(session__in=chosen.sessions()))),
}


def row_count(kind: str, selection: Selection) -> int:
    return KINDS[kind][1](selection).count()


def names_of(columns: Iterable[Column], *, french: bool = False) -> list[str]:
    """Return the names of the columns, which never change."""
    return [FRENCH[column.code] if french else column.code for column in columns]


def header(kind: str, *, french: bool = False) -> list[str]:
    return names_of(KINDS[kind][0], french=french)


def rows_table(kind: str, selection: Selection, *, french_header: bool = False) -> Iterator[list[object]]:
    """Yield the header, then the rows in the order of the sessions. Rows are read from the database in portions."""
    columns, rows_of = KINDS[kind]
    yield [*header(kind, french=french_header)]
    person = functools.cache(person_code)
    written = [person if column.path == "person_id" else column.written for column in columns]
    found = rows_of(selection).order_by("session__on_date", "session", "pk")
    for row in found.values_list(*(column.path for column in columns)).iterator(chunk_size=AT_ONCE):
        yield [write(value) for write, value in zip(written, row, strict=True)]


def rows_codebook(kind: str, *, french_header: bool = False) -> Iterator[list[str]]:
    return codebook_of(KINDS[kind][0], french_header=french_header)


def codebook_of(columns: Sequence[Column], *, french_header: bool = False) -> Iterator[list[str]]:
    """Yield a header, then a row for each column: its name in the file, and what it contains."""
    yield [capfirst(_("column")), capfirst(_("definition"))]
    for name, column in zip(names_of(columns, french=french_header), columns, strict=True):
        yield [name, str(column.meaning)]
