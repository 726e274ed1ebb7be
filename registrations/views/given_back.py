"""The places that a person gave up or lost and can take again, for the pages of "My sessions"."""

from typing import Any

from django.utils import timezone

from accounts.models import Person
from echo_portal.lib.bilingual import active_language
from registrations.actions.places import place_for
from registrations.links import registration_address
from registrations.models import Enrollment, Registration
from registrations.presenters import when_html
from registrations.queries.email_facts import explained_by_email
from registrations.queries.keys import key_to_fill_in
from registrations.queries.people import active_enrollments, given_back, registrations_of
from registrations.queries.places import places_taken


def places_given_back(
    person: Person, mine: list[Registration], enrollments: list[Enrollment], zone: str | None
) -> list[dict[str, Any]]:
    """Return the open sessions in which the person gave up or lost their place, also one on the waiting list.

    If a session needs its key again, the page links to the form. Dates that were exchanged for another one with the
    same content are left out.
    """
    now, language = timezone.now(), active_language()
    enrolled = {row.series_id for row in enrollments}
    places = given_back(person, now)
    explained = explained_by_email(places)
    keys = key_to_fill_in((row.session.series for row in places), now)
    kept = {row.session.series_id for row in mine if row.session.series.choose_one}
    taken = places_taken(row.session for row in places)
    return [
        {
            "row": row,
            "email_says_why": row.pk in explained,
            "full": place_for(row.session, taken, now)[0] == Registration.State.WAITING,
            "when": when_html(row.session, zone, language),
            "needs_key": row.session.series.needs_key and row.session.series_id not in enrolled,
            "form_url": registration_address(
                row.session.series.slug, session=row.session_id, key=keys.get(row.session.series_id, "")
            ),
        }
        for row in places
        if row.session.series_id not in kept
    ]


def place_given_back(person: Person, row: Registration, zone: str | None) -> dict[str, Any] | None:
    """Return the entry of one registration, or None if it is active or the person cannot take it again."""
    if row.state != Registration.State.CANCELLED:
        return None
    entries = places_given_back(person, registrations_of(person), active_enrollments(person), zone)
    return next((one for one in entries if one["row"].pk == row.pk), None)
