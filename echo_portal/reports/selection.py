"""Selections of sessions for figures: those of a period, of some hubs or all, of one series or all (PRODUCT.md 7)."""

import dataclasses
import datetime as dt
import functools

from django.db.models import Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from hubs.models import Hub, Membership
from sessions.models import Series, Session, SessionQuerySet

READERS = (Membership.Role.COORDINATOR, Membership.Role.EVALUATOR)
ALL = "all"


@dataclasses.dataclass(frozen=True)
class Period:
    """The days from `first` to `last`, including both. `code` is "2026-1", "2026-2", "2026", "all" or two dates."""

    code: str
    first: dt.date
    last: dt.date

    @property
    def words(self) -> str:
        if self.code == ALL:
            return _("Since the beginning")
        if self.code.endswith("-1"):
            return _("January to June %(year)d") % {"year": self.first.year}
        if self.code.endswith("-2"):
            return _("July to December %(year)d") % {"year": self.first.year}
        return str(self.first.year)

    @property
    def before(self) -> "Period | None":
        """Return the previous period of the same length, or None for "all"."""
        if self.code == ALL:
            return None
        if self.code.endswith("-2"):
            return half_year(self.first.year, 1)
        if self.code.endswith("-1"):
            return half_year(self.first.year - 1, 2)
        return year(self.first.year - 1)


def half_year(of: int, half: int) -> Period:
    first, last = (dt.date(of, 1, 1), dt.date(of, 6, 30)) if half == 1 else (dt.date(of, 7, 1), dt.date(of, 12, 31))
    return Period(f"{of}-{half}", first, last)


def year(of: int) -> Period:
    return Period(str(of), dt.date(of, 1, 1), dt.date(of, 12, 31))


def is_six_months(first: dt.date, last: dt.date) -> bool:
    """Return whether these days are six whole months, such as April 1 to September 30."""
    after = last + dt.timedelta(days=1)
    return first.day == after.day == 1 and 12 * (after.year - first.year) + after.month - first.month == 6


def days(first: dt.date, last: dt.date) -> Period:
    return Period(f"{first}--{last}", first, last)


def periods(today: dt.date) -> list[Period]:
    """Return the half-years and years that have a session until today, the newest first, then the period "all"."""
    first = Session.objects.public().filter(on_date__lte=today).aggregate(first=Min("on_date"))["first"] or today
    found: list[Period] = []
    for number in range(today.year, first.year - 1, -1):
        halves = [half_year(number, half) for half in (2, 1)]
        found += [one for one in halves if one.first <= today and one.last >= first]
        found.append(year(number))
    return [*found, Period(ALL, first, today)]


@dataclasses.dataclass(frozen=True)
class Selection:
    """The sessions that were held in a period. `hubs` and `series` are primary keys; None means all."""

    period: Period
    hubs: frozenset[int] | None = None
    series: int | None = None

    def sessions(self) -> SessionQuerySet:
        """Return the held sessions, each once. Sessions of a joint series belong to each of its hubs."""
        rows = Session.objects.public().held(timezone.now())
        rows = rows.filter(on_date__range=(self.period.first, self.period.last))
        if self.hubs is not None:
            joint = Series.objects.filter(partner_hubs__in=self.hubs)
            rows = rows.filter(Q(series__hub__in=self.hubs) | Q(series__in=joint))
        return rows if self.series is None else rows.filter(series=self.series)

    @functools.cached_property
    def session_ids(self) -> frozenset[int]:
        return frozenset(self.sessions().order_by().values_list("pk", flat=True))

    def owners(self) -> frozenset[int] | None:
        """Return the hubs that hold the sessions, including the owners of joint series, or None for all hubs."""
        if self.hubs is None:
            return None
        joint = Series.objects.filter(partner_hubs__in=self.hubs).values_list("hub", flat=True)
        return self.hubs | frozenset(joint)

    def of(self, period: Period) -> "Selection":
        return dataclasses.replace(self, period=period)


def hubs_of_reader(person: Person) -> list[Hub] | None:
    """Return the hubs whose figures the person may see, sorted by name, or None if they may see none.

    Coordinators and evaluators may see the figures of their hubs, and Pallium staff those of all hubs.
    """
    if not person.is_active:
        return None
    hubs = Hub.objects.order_by("name_en", "pk")
    if not person.is_pallium_staff:
        own = Membership.objects.filter(person=person, role__in=READERS)
        hubs = hubs.filter(pk__in=own.values("hub"))
    return list(hubs) or None
