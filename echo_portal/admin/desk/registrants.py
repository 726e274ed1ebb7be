"""The tab with the people of a series, in one row each, and a CSV file with the same rows."""

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts import second_factor
from accounts.actions import record
from accounts.admin_scope import signed_in_person
from accounts.admin_search import folded_search
from accounts.models import Person
from accounts.vocabularies import Language, PracticeSetting, Profession, Province
from attendance.queries.attended import with_sessions_attended
from echo_portal.admin.desk.frame import desk_answer
from echo_portal.lib.table_files import table_response
from hubs.admin_scope import HubScopedAdmin
from registrations.queries.registrants import RegistrantQuerySet, registrants_of
from sessions.models import Series

PER_PAGE = 50
FILTERS = ("q", "place", "profession", "province")


@dataclasses.dataclass(frozen=True)
class RegistrantRow:
    """A person of the series, with what coordinators may see. `sessions` are numbers as text, such as "1–5, 7"."""

    pk: int
    name: str
    address: str
    profession: str
    province: str
    settings: str
    language: str
    sessions: str
    registered: int
    waiting: int
    attended: int
    emails: str
    key: str


def registrants_page(page: HubScopedAdmin, request: HttpRequest, series: Series) -> HttpResponse:
    """Display the people of the series who match the query."""
    found = Paginator(matching(series, request.GET), PER_PAGE).get_page(request.GET.get("page"))
    kept = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    context: dict[str, Any] = {
        "rows": list(rows_of(found)),
        "page_obj": found,
        "total": found.paginator.count,
        "kept": kept,
        "query": f"{urlencode(kept)}&" if kept else "",
        "places": [
            ("", _("With a place, waiting or enrolled")),
            ("waiting", _("Waiting")),
            ("gone", _("Gave up their place")),
        ],
        "professions": Profession.choices,
        "provinces": Province.choices,
    }
    return desk_answer(page, request, series, "registrants", "registrants", context)


def export_registrants(page: HubScopedAdmin, request: HttpRequest, series: Series) -> HttpResponse:
    """Return a file with the people who match the posted query, and write an audit event.

    The person must have passed the second factor recently.
    """
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    back = reverse("admin:echo_sessions_series_registrants", args=(series.pk,))
    if asked := second_factor.ask_unless_recent(request, back):
        return asked
    rows = list(_table_of(matching(series, request.POST)))
    record(
        "registrants-exported",
        about=f"series:{series.pk}",
        by=signed_in_person(request),
        scope_id=series.hub_id,
        details={"people": len(rows) - 1},
    )
    return table_response(request, rows, file_name=series.slug)


def matching(series: Series, query: QueryDict) -> RegistrantQuerySet:
    """Return the people of the series who match the search and the filters. For unknown values, return nobody."""
    people = with_sessions_attended(registrants_of(series), series)
    match query.get("place", ""):
        case "":
            people = people.active()
        case "waiting":
            people = people.waiting()
        case "gone":
            people = people.gone()
        case _unknown:
            people = people.none()
    for name in ("profession", "province"):
        if code := query.get(name, "").replace("\x00", ""):
            people = people.filter(**{f"{name}_shown": code})
    if term := query.get("q", "")[:200]:
        people = people.filter(folded_search(Person, ("key_shown", "email_key"), term))
    return people


def rows_of(people: Iterable[Any]) -> Iterator[RegistrantRow]:
    for person in people:
        settings = [str(PracticeSetting(code).label) for code in person.settings_shown or ()]
        yield RegistrantRow(
            person.pk,
            person.name_shown,
            person.email,
            str(Profession(person.profession_shown).label) if person.profession_shown else "",
            str(Province(person.province_shown).label) if person.province_shown else "",
            ", ".join(settings),
            str(Language(person.language_shown).label) if person.language_shown else "",
            number_ranges(person.numbers),
            person.registered,
            person.waiting,
            person.attended,
            _emails_words(person),
            person.enrolled_with or "",
        )


def _emails_words(person: Any) -> str:
    """Return a text that says whether emails to the person arrive, as far as this hub may know."""
    if person.is_suppressed:
        return _("Emails do not arrive")
    return _("No problem known") if person.confirmed_here else _("Address not confirmed yet")


def number_ranges(numbers: list[int]) -> str:
    """Return ascending numbers as a text with ranges, such as "1–5, 7"."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in ranges)


def _table_of(people: RegistrantQuerySet) -> Iterator[list[object]]:
    yield [
        capfirst(str(label))
        for label in (
            _("name"),
            _("email address"),
            _("profession"),
            _("province or territory"),
            _("practice settings"),
            _("language"),
            _("sessions"),
            _("Sessions with a place"),
            _("Sessions waiting"),
            _("Sessions attended"),
            _("Emails"),
            _("enrollment key"),
        )
    ]
    for row in rows_of(people):
        yield list(dataclasses.astuple(row))[1:]  # leave out the ID
