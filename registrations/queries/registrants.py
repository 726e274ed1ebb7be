"""The people of a series, one row for each person, with the values that coordinators may see."""

from typing import Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from accounts.models import Person
from echo_portal.outbox.models import Suppression
from registrations.models import Enrollment, Registration
from registrations.models.registration import CONFIRMED
from registrations.queries.people import with_shown_names
from sessions.models import Series

State = Registration.State
CONFIRMED_ENROLLMENT = Q(form_name="") | Q(person__mailbox_used_at__gte=F("enrolled_at"))


class RegistrantQuerySet(QuerySet[Person]):
    """The queryset of `registrants_of`."""

    def active(self) -> Self:
        """Return the people who have a place, are on a waiting list, or are enrolled."""
        return self.filter(is_active_here=True)

    def gone(self) -> Self:
        """Return the people who gave up their last place."""
        return self.filter(is_active_here=False)

    def waiting(self) -> Self:
        return self.filter(waiting__gt=0)


def registrants_of(series: Series) -> RegistrantQuerySet:
    """Return the people who are or were registered for a session of the series, or enrolled in it, sorted by name.

    People without any registration whose enrollment is not confirmed are left out, because their names are not known.
    Profiles that were merged into another one are left out too.

    The annotations are `name_shown` and `key_shown` (see `with_shown_names`), `confirmed_here`, `profession_shown`,
    `province_shown`, `settings_shown`, `language_shown`, `registered` and `waiting` (numbers of sessions), `numbers`
    (of these sessions), `first_at`, `enrolled_with` (the text of the enrollment key) and `is_suppressed`. Until a
    registration is confirmed, profession, province and language are those of the form, and settings are empty.
    """
    places = Registration.objects.filter(person=OuterRef("pk"), session__series=series)
    active = places.exclude(state=State.CANCELLED)
    enrollments = Enrollment.objects.filter(person=OuterRef("pk"), series=series)
    known = enrollments.filter(CONFIRMED_ENROLLMENT)
    # Leave out suppressions by messages of other hubs, which would reveal that these hubs wrote to the address.
    suppressed = Suppression.objects.open_for(OuterRef("email_key")).filter(scope_id=series.hub_id)
    newest_form = places.order_by("-registered_at", "-pk")
    people = RegistrantQuerySet(Person).filter(Q(Exists(places)) | Q(Exists(known)), merged_into=None)
    people = people.annotate(
        confirmed_here=Case(When(Exists(places.filter(CONFIRMED)) | ~Exists(places), then=True), default=False),
        is_active_here=Case(When(Exists(active) | Exists(enrollments.active()), then=True), default=False),
        registered=_count(places.filter(state=State.REGISTERED)),
        waiting=_count(places.filter(state=State.WAITING)),
        numbers=ArraySubquery(active.order_by("session__number").values("session__number")),
        first_at=Subquery(places.order_by("registered_at").values("registered_at")[:1]),
        enrolled_with=Subquery(enrollments.values("enrollment_key__text")[:1]),
        is_suppressed=Exists(suppressed),
    ).annotate(
        profession_shown=_shown("profession", Subquery(newest_form.values("form_profession")[:1])),
        language_shown=_shown("language", Subquery(newest_form.values("form_language")[:1])),
        province_shown=_shown("province", Subquery(newest_form.values("form_province")[:1])),
        settings_shown=Case(When(confirmed_here=True, then=F("practice_settings"))),
    )
    named = with_shown_names(people, person="pk", series=series.pk).order_by("key_shown", "pk")
    assert isinstance(named, RegistrantQuerySet)
    return named


def _shown(field: str, of_form: Subquery) -> Case:
    return Case(When(confirmed_here=True, then=F(field)), default=of_form, output_field=CharField())


def _count(rows: QuerySet[Registration]) -> Coalesce:
    counted = rows.order_by().values("person").annotate(count=Count("*")).values("count")
    return Coalesce(Subquery(counted), 0)
