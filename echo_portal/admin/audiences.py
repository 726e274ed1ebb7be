"""The people to whom a coordinator can write: the registrants of a session, or the people of a series."""

import abc
import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import ClassVar

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Person
from attendance.models import Attendance, JoinClick
from registrations import actions
from registrations.models import Announcement, Registration
from registrations.placeholders import NAMES, NAMES_OF_SERIES
from registrations.queries.people import one_place_each
from sessions.models import Series, Session

State = Registration.State


@dataclasses.dataclass(frozen=True)
class Audience(abc.ABC):
    """The people from whom a coordinator can choose recipients, each with one registration.

    `names` are the placeholders that the texts may contain. `lists()` returns the names of parts of the audience by
    code; the code "" stands for the whole audience.
    """

    names: ClassVar[tuple[str, ...]]
    now: dt.datetime

    @property
    @abc.abstractmethod
    def target(self) -> Session | Series: ...

    @property
    @abc.abstractmethod
    def words(self) -> str:
        """Return the title of the session or of the series."""

    @property
    @abc.abstractmethod
    def url(self) -> str: ...

    @property
    @abc.abstractmethod
    def back(self) -> str: ...

    @abc.abstractmethod
    def lists(self) -> dict[str, str]: ...

    @abc.abstractmethod
    def rows(self, among: str) -> QuerySet[Registration]: ...

    @abc.abstractmethod
    def announcement(self, words: dict[str, str]) -> Announcement:
        """Return an unsaved announcement with these words, from which samples are rendered."""

    @abc.abstractmethod
    def write(
        self, registration_ids: Sequence[int], texts: actions.AnnouncementTexts, *, counted: int, by: Person
    ) -> Announcement: ...


@dataclasses.dataclass(frozen=True)
class OfSession(Audience):
    names = NAMES
    session: Session

    @property
    def target(self) -> Session:
        return self.session

    @property
    def words(self) -> str:
        return _("%(series)s: %(session)s") % {"series": self.session.series.title, "session": self.session}

    @property
    def url(self) -> str:
        return reverse("admin:echo_sessions_session_write", args=(self.session.pk,))

    @property
    def back(self) -> str:
        return reverse("admin:echo_sessions_session_change", args=(self.session.pk,))

    def lists(self) -> dict[str, str]:
        """Return the names of the lists.

        While the meeting is open, one list has the people who have neither joined nor been marked present.
        """
        found = {
            "": _("Everybody"),
            State.REGISTERED: pgettext("audience", "Registered"),
            State.WAITING: _("On the waiting list"),
        }
        return found | ({"not-joined": _("Not joined yet")} if self.session.room_is_open(self.now) else {})

    def rows(self, among: str) -> QuerySet[Registration]:
        rows = Registration.objects.active().reachable().filter(session=self.session)
        if among == "not-joined":
            joined = JoinClick.objects.filter(registration=OuterRef("pk"))
            present = Attendance.objects.confirmed().filter(session=self.session, person=OuterRef("person"))
            rows = rows.filter(~Exists(joined), ~Exists(present), state=State.REGISTERED)
        elif among:
            rows = rows.filter(state=among)
        return rows.select_related("person", "session__series__hub").with_shown_name()

    def announcement(self, words: dict[str, str]) -> Announcement:
        return Announcement(session=self.session, **words)

    def write(
        self, registration_ids: Sequence[int], texts: actions.AnnouncementTexts, *, counted: int, by: Person
    ) -> Announcement:
        return actions.write_to_registrants(
            session=self.session, registration_ids=registration_ids, texts=texts, counted=counted, by=by
        )


@dataclasses.dataclass(frozen=True)
class OfSeries(Audience):
    names = NAMES_OF_SERIES
    series: Series

    @property
    def target(self) -> Series:
        return self.series

    @property
    def words(self) -> str:
        return self.series.title

    @property
    def url(self) -> str:
        return reverse("admin:echo_sessions_series_write", args=(self.series.pk,))

    @property
    def back(self) -> str:
        return reverse("admin:echo_sessions_series_messages", args=(self.series.pk,))

    def lists(self) -> dict[str, str]:
        return {"": _("Everybody"), "to-come": _("With a session to come"), "others": _("Without a session to come")}

    def rows(self, among: str) -> QuerySet[Registration]:
        """Return one registration for each person. The list displays the state of that registration."""
        to_come = Session.objects.filter(series=self.series).open_for_registration(self.now)
        coming = Registration.objects.active().filter(session__in=to_come, person=OuterRef("person"))
        rows = one_place_each(self.series)
        if among:
            rows = rows.filter(Exists(coming) if among == "to-come" else ~Exists(coming))
        return rows.select_related("person", "session__series__hub").with_shown_name()

    def announcement(self, words: dict[str, str]) -> Announcement:
        return Announcement(series=self.series, **words)

    def write(
        self, registration_ids: Sequence[int], texts: actions.AnnouncementTexts, *, counted: int, by: Person
    ) -> Announcement:
        return actions.write_to_series(
            series=self.series, registration_ids=registration_ids, texts=texts, counted=counted, by=by
        )
