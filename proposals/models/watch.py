"""People who want to be told when a series gets a date."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.vocabularies import Language
from sessions.models import Series, Session

# A publication, or a change of the date, can be taken back before anybody is told.
SETTLED_AFTER = dt.timedelta(minutes=10)


class DateWatchQuerySet(models.QuerySet["DateWatch"]):
    def waiting(self) -> "DateWatchQuerySet":
        """Return the confirmed requests whose email has not been written."""
        return self.filter(confirmed_at__isnull=False, told_at__isnull=True)

    def with_date(self, now: dt.datetime) -> "DateWatchQuerySet":
        """Return the requests whose series has a session with a date that is open for registration.

        The date must be after `after_on`. Sessions that were changed in the last ten minutes are ignored.
        """
        sessions = Session.objects.open_for_registration(now).filter(on_date__isnull=False)
        settled = sessions.filter(last_modified_at__lte=now - SETTLED_AFTER)
        later = settled.filter(on_date__gt=Coalesce(OuterRef("after_on"), Value(dt.date.min)))
        return self.filter(Exists(later.filter(series=OuterRef("series"))))

    def editable_by(self, person: Person) -> "DateWatchQuerySet":
        return self.filter(series__in=Series.objects.editable_by(person))


class DateWatch(models.Model):
    """A person's request to be told of the date of a series.

    They get one email; afterwards they may send a new request.
    """

    series = models.ForeignKey(Series, models.CASCADE, verbose_name=_("series"), related_name="watches")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"), related_name="date_watches"
    )
    email = models.EmailField(_("email address"), max_length=254)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    # The last date that an open-ended series had when they asked. They are told of a date after it.
    after_on = models.DateField(null=True, editable=False)
    asked_at = models.DateTimeField(_("asked"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    told_at = models.DateTimeField(_("told"), null=True, blank=True)

    objects: ClassVar[DateWatchQuerySet] = DateWatchQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("request to be told of a date")
        verbose_name_plural = _("requests to be told of a date")
        constraints = [
            models.UniqueConstraint(
                name="date_watch_once", fields=["series", "person"], condition=models.Q(told_at__isnull=True)
            ),
            models.CheckConstraint(
                name="date_watch_told_after_confirmed",
                condition=models.Q(told_at__isnull=True) | models.Q(confirmed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series}: {self.email}"

    @property
    def is_about_next(self) -> bool:
        """Return whether the series had a date when the person asked, so that they are told of the next one."""
        return self.after_on is not None

    @property
    def about(self) -> str:
        """Return the identifier with which messages and audit events refer to the request."""
        return f"datewatch:{self.pk}"
