"""Helpers that build series, sessions, keys and registrations."""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from accounts.actions import Details
from accounts.models import Person
from hubs.models import Hub, Organisation
from hubs.models import Programme as ProgrammeWords
from registrations import actions
from registrations.models import Registration
from sessions.models import EnrollmentKey, Series, Session

TORONTO = "America/Toronto"
# The funding note, verbatim (DOMAIN.md L-8).
FUNDING_EN = (
    "The Palliative Care ECHO Project is supported by a financial contribution from Health Canada. "
    "The views expressed herein do not necessarily represent the views of Health Canada."
)
FUNDING_FR = (
    "Le Projet ECHO en soins palliatifs est rendu possible grâce à une contribution financière de Santé Canada. "
    "Les opinions exprimées ici ne représentent pas nécessairement celles de Santé Canada."
)


class Programme:
    """A builder of series, sessions and keys. It creates the programme's row and two hubs first."""

    def __init__(self) -> None:
        ProgrammeWords.objects.get_or_create(
            id=1,
            defaults={
                "name_en": "Palliative Care ECHO Project",
                "name_fr": "Projet ECHO en soins palliatifs",
                "funding_note_en": FUNDING_EN,
                "funding_note_fr": FUNDING_FR,
            },
        )
        self.pallium = Organisation.objects.create(slug="pallium", name_en="Pallium Canada", name_fr="Pallium Canada")
        self.national = self.hub("national", scope="national", name_en="National ECHO", name_fr="ECHO national")
        self.bc = self.hub("bc", scope="provincial", name_en="BC Hub", name_fr="Carrefour de la C.-B.", province="BC")

    def hub(self, slug: str, **fields: Any) -> Hub:
        return Hub.objects.create(slug=slug, host=self.pallium, **fields)

    def series(self, slug: str, *, hub: Hub | None = None, **fields: Any) -> Series:
        row = self.new_series(slug, hub=hub or self.national, **fields)
        row.save(force_insert=True)
        return row

    @staticmethod
    def new_series(slug: str, *, hub: Hub, **fields: Any) -> Series:
        """Return an unsaved series, for tests that insert many."""
        values: dict[str, Any] = {
            "state": Series.State.PUBLISHED,
            "kind": "community",
            "title_en": f"Series {slug}",
            "title_fr": f"Série {slug}",
            "summary_en": f"About {slug}.",
            "summary_fr": f"Au sujet de {slug}.",
            "language": "en",
        } | fields
        return Series(slug=slug, hub=hub, **values)

    def session(self, series: Series, number: int, **fields: Any) -> Session:
        """Save and return a session; the arguments are those of `new_session`."""
        row = self.new_session(series, number, **fields)
        row.save(force_insert=True)
        return row

    @staticmethod
    def new_session(
        series: Series, number: int, *, days: int = 7, at: str = "12:00", minutes: int = 60, **fields: Any
    ) -> Session:
        """Return an unsaved session `days` from today (in Toronto). If `at` is "", it has a date but no time."""
        values: dict[str, Any] = {"state": Session.State.PUBLISHED, "title_en": f"{series.slug} {number}"} | fields
        if "on_date" not in values and "held_by" not in values:
            values["on_date"] = timezone.localdate() + dt.timedelta(days=days)
        if at:
            start = dt.datetime.combine(dt.date(2000, 1, 1), dt.time.fromisoformat(at))
            values |= {"start_time": start.time(), "end_time": (start + dt.timedelta(minutes=minutes)).time()}
        row = Session(series=series, number=number, **values)
        row.derive_moments()  # what save() does, and bulk_create() does not
        return row

    def key(self, series: Series, text: str, **fields: Any) -> EnrollmentKey:
        return EnrollmentKey.objects.create(series=series, text=text, **fields)

    def open_series(self, slug: str = "psw-cop", *, sessions: int = 3, **fields: Any) -> tuple[Series, list[Session]]:
        series = self.series(slug, **fields)
        return series, [self.session(series, number, days=7 * number) for number in range(1, sessions + 1)]


def enroll(
    person: Person,
    series: Series,
    *sessions: Session,
    whole: bool = False,
    key: EnrollmentKey | None = None,
    signed_in: bool = True,
) -> list[Registration]:
    """Register a person, and return their registrations in the order of the sessions' primary keys."""
    actions.enroll(
        application=actions.Application(
            form_key=uuid.uuid4(),
            details=Details(name=person.name, email=person.email, language=person.language),
            series=series,
            session_ids=tuple(row.pk for row in sessions),
            whole_series=whole,
            typed_key="",
            news=False,
            page_language="en",
        ),
        key=key,
        signed_in=person if signed_in else None,
    )
    rows = Registration.objects.filter(person=person, session__in=sessions)
    return sorted(rows, key=lambda row: row.session_id)
