"""Sessions. The local date, times and time zone are stored, and all UTC times are derived from them (P5)."""

import copy
import datetime as dt
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from echo_portal.lib.bilingual import active_language, in_language
from echo_portal.lib.zones import utc_of
from sessions.models.public_address import is_public_address, public_address
from sessions.models.series import Series
from sessions.vocabularies import Reminder, usual_reminders

ROOM_OPENS_BEFORE = dt.timedelta(minutes=10)
CODES_AFTER = dt.timedelta(minutes=15)
MAX_PROMOTE_UNTIL_MINUTES = 4 * 7 * 24 * 60
MAX_PRESENTERS = 50
# Telephone numbers, and the meeting numbers that are dialled after them, have fewer digits in a row.
TOO_MANY_DIGITS = r"[0-9]{21}"
TOO_MANY_DIGITS_SENTENCE = _("Check the number: it has more than 20 digits in a row.")


class SessionQuerySet(models.QuerySet["Session"]):
    def public(self) -> "SessionQuerySet":
        """Return the sessions that a visitor may view: sessions of published series that are not drafts."""
        return self.filter(series__state=Series.State.PUBLISHED).exclude(state=Session.State.DRAFT)

    def at_hub(self, slug: str) -> "SessionQuerySet":
        """Return the sessions of the hub's own series, and of the series of which it is a partner hub."""
        joint = Series.partner_hubs.through.objects.filter(hub__slug=slug).values("series_id")
        return self.filter(models.Q(series__hub__slug=slug) | models.Q(series__in=joint))

    def to_come(self, now: dt.datetime) -> "SessionQuerySet":
        """Return the sessions that have not ended, including live sessions and sessions without a date."""
        return self.filter(models.Q(over_at__isnull=True) | models.Q(over_at__gt=now))

    def held(self, now: dt.datetime) -> "SessionQuerySet":
        return self.filter(over_at__lte=now).exclude(state=Session.State.CANCELLED)

    def open_for_registration(self, now: dt.datetime) -> "SessionQuerySet":
        return self.public().to_come(now).exclude(state=Session.State.CANCELLED)

    def without_link(self, *, until: dt.date) -> "SessionQuerySet":
        """Return the sessions without a joining link that take place on or before the day `until`."""
        return self.filter(join_url="", on_date__lte=until)

    def without_time(self) -> "SessionQuerySet":
        return self.filter(start_time__isnull=True)

    def without_french(self) -> "SessionQuerySet":
        """Return the sessions that have an English title but no French title."""
        return self.filter(title_fr="").exclude(title_en="")

    def for_profession(self, code: str) -> "SessionQuerySet":
        """Return the sessions of series for this profession, and of series for all professions."""
        named = models.Q(series__audience_professions__contains=[code])
        return self.filter(named | models.Q(series__audience_professions=[]))

    def in_order_of_time(self) -> "SessionQuerySet":
        """Order by day, then by start time.

        Sessions without a time are last on their day. Sessions without a date are last of all.
        """
        return self.order_by(
            models.F("on_date").asc(nulls_last=True),
            models.F("starts_at").asc(nulls_last=True),
            "series_id",
            "number",
        )

    def editable_by(self, person: Person) -> "SessionQuerySet":
        return self.filter(series__in=Series.objects.editable_by(person))

    def visible_to(self, person: Person) -> "SessionQuerySet":
        """Return the sessions that this person may view, including sessions of joint series of their hubs."""
        return self.filter(series__in=Series.objects.visible_to(person))


class Session(models.Model):
    """A session with a date and times, with a date only, or without a date yet.

    A session is held from `over_at` (UTC) on. This is its end or, without an end time, the end of its date in its time
    zone. For a session without a date, it is the end of the day `held_by`, or null if that is not set. `revision` is
    the SEQUENCE of calendar entries and never decreases.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RESCHEDULED = "rescheduled", _("Rescheduled")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    series = models.ForeignKey(Series, models.PROTECT, verbose_name=_("series"), related_name="sessions")
    number = models.PositiveSmallIntegerField(
        _("number"), validators=[MaxValueValidator(999, _("Write a number from 0 to 999."))]
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    title_en = models.CharField(_("title (English)"), max_length=300, blank=True)
    title_fr = models.CharField(_("title (French)"), max_length=300, blank=True)
    on_date = models.DateField(_("date"), null=True, blank=True)
    start_time = models.TimeField(_("starts, wall clock"), null=True, blank=True)
    end_time = models.TimeField(_("ends, wall clock"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="America/Toronto")
    held_by = models.DateField(
        _("held by"),
        null=True,
        blank=True,
        help_text=_("For a past session whose date is not known: it was held by this day."),
    )
    starts_at = models.DateTimeField(null=True, editable=False)
    ends_at = models.DateTimeField(null=True, editable=False)
    over_at = models.DateTimeField(null=True, editable=False)
    presenters = ArrayField(models.CharField(max_length=200), verbose_name=_("presenters"), default=list, blank=True)
    read_before = models.CharField(
        _("read before"),
        max_length=300,
        blank=True,
        help_text=_("Its title; named in the confirmation, the reminder and the calendar entry."),
    )
    read_before_url = public_address(_("address of what to read"))
    join_url = public_address(
        _("joining link"),
        max_length=1000,
        help_text=_("Each registrant’s own link leads here. It can change at any time without a new message."),
    )
    host_url = public_address(
        _("host’s link"),
        max_length=1000,
        help_text=_("Only presenters, facilitators and practice coaches of this session get it, on the site."),
    )
    join_telephone = models.CharField(
        _("telephone numbers to join"),
        max_length=500,
        blank=True,
        validators=[RegexValidator(TOO_MANY_DIGITS, TOO_MANY_DIGITS_SENTENCE, inverse_match=True)],
        help_text=_("Shown to registrants as written, with what to dial after the number."),
    )
    capacity = models.PositiveIntegerField(
        _("places"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(10_000, _("Write at most 10,000 places, or leave it empty for no limit."))],
        help_text=_("Empty: no limit."),
    )
    promote_until_minutes = models.PositiveIntegerField(
        _("waiting list moves up until (minutes before)"),
        default=120,
        validators=[MaxValueValidator(MAX_PROMOTE_UNTIL_MINUTES)],
        help_text=_("After that, free places go to whoever comes first."),
    )
    reminders = ArrayField(
        models.CharField(max_length=8, choices=Reminder),
        verbose_name=_("reminders"),
        default=usual_reminders,
        blank=True,
    )
    reminders_held_at = models.DateTimeField(_("reminders held"), null=True, editable=False)
    reminders_held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("reminders held by"),
        null=True,
        editable=False,
        related_name="+",
    )
    revision = models.PositiveIntegerField(default=0, editable=False)
    last_modified_at = models.DateTimeField(db_default=Now(), editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[SessionQuerySet] = SessionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["series", "number"]
        constraints = [
            models.UniqueConstraint(
                name="session_number_once",
                fields=["series", "number"],
                violation_error_message=_("This series has a session with this number already. Choose another number."),
            ),
            models.CheckConstraint(
                name="session_ends_after_start",
                condition=models.Q(start_time__isnull=True) | models.Q(end_time__gt=models.F("start_time")),
                violation_error_message=_("The session must end after it starts, on the same day."),
            ),
            models.CheckConstraint(
                name="session_hours_come_in_pairs",
                condition=models.Q(start_time__isnull=True, end_time__isnull=True)
                | models.Q(start_time__isnull=False, end_time__isnull=False, on_date__isnull=False),
                violation_error_message=_("Give the date, the start and the end together."),
            ),
            models.CheckConstraint(
                name="session_held_by_only_undated",
                condition=models.Q(held_by__isnull=True) | models.Q(on_date__isnull=True),
                violation_error_message=_("“Held by” is for a session whose date is not known."),
            ),
            models.CheckConstraint(
                name="session_moments_derived",
                condition=models.Q(start_time__isnull=True, starts_at__isnull=True, ends_at__isnull=True)
                | models.Q(
                    start_time__isnull=False,
                    starts_at__isnull=False,
                    ends_at__gt=models.F("starts_at"),
                    over_at=models.F("ends_at"),
                ),
            ),
            models.CheckConstraint(
                name="session_state_known",
                condition=models.Q(state__in=["draft", "published", "rescheduled", "cancelled"]),
            ),
            models.CheckConstraint(
                name="session_promotes_within_four_weeks",
                condition=models.Q(promote_until_minutes__lte=MAX_PROMOTE_UNTIL_MINUTES),
            ),
            models.CheckConstraint(
                name="session_capacity_positive",
                condition=models.Q(capacity__isnull=True) | models.Q(capacity__gt=0),
                violation_error_message=_("Leave the places empty, or give at least one."),
            ),
            is_public_address("join_url", name="session_join_url_is_public"),
            is_public_address("host_url", name="session_host_url_is_public"),
            is_public_address("read_before_url", name="session_read_before_url_is_public"),
            models.CheckConstraint(
                name="session_telephone_possible",
                condition=~models.Q(join_telephone__regex=TOO_MANY_DIGITS),
                violation_error_message=TOO_MANY_DIGITS_SENTENCE,
            ),
            models.CheckConstraint(
                name="session_presenters_few",
                condition=models.Q(presenters__len__lte=MAX_PRESENTERS),
            ),
            models.CheckConstraint(
                name="session_reminders_held_at_with_by",
                condition=models.Q(reminders_held_at__isnull=False) | models.Q(reminders_held_by__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["over_at"], name="session_over_at"),
            models.Index(fields=["on_date", "starts_at"], name="session_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    def save(self, **kwargs: Any) -> None:
        self.derive_moments()
        super().save(**kwargs)

    def derive_moments(self) -> None:
        """Set the UTC times from the local times. Raises WallTimeError for a local time that daylight saving skips."""
        self.starts_at = self.ends_at = self.over_at = None
        if self.on_date and self.start_time and self.end_time:
            self.starts_at = utc_of(dt.datetime.combine(self.on_date, self.start_time), self.time_zone)
            self.ends_at = utc_of(dt.datetime.combine(self.on_date, self.end_time), self.time_zone)
            self.over_at = self.ends_at
        elif last_day := self.on_date or self.held_by:
            next_midnight = dt.datetime.combine(last_day + dt.timedelta(days=1), dt.time())
            self.over_at = utc_of(next_midnight, self.time_zone)

    def moved_to(
        self, *, on_date: dt.date | None, start_time: dt.time | None, end_time: dt.time | None, time_zone: str
    ) -> "Session":
        """Return an unsaved copy with this date, times and time zone, and with the next revision.

        The state of a published session becomes "rescheduled" if its date or times were known and change. Raises
        WallTimeError for a local time that daylight saving skips.
        """
        moved = copy.copy(self)
        moved.on_date, moved.start_time, moved.end_time, moved.time_zone = on_date, start_time, end_time, time_zone
        moved.derive_moments()
        has_other_time = self.start_time is not None or self.on_date not in (None, on_date)
        if moved.state == Session.State.PUBLISHED and has_other_time:
            moved.state = Session.State.RESCHEDULED
        moved.revision = self.revision + 1
        return moved

    def is_full(self, registered: int) -> bool:
        """Return whether no place is free if this many people are registered."""
        return self.capacity is not None and registered >= self.capacity

    def cancelled(self) -> "Session":
        """Return an unsaved, cancelled copy with the next revision."""
        cancelled = copy.copy(self)
        cancelled.state, cancelled.revision = Session.State.CANCELLED, self.revision + 1
        return cancelled

    def title_in(self, language: str) -> tuple[str, str]:
        """Return the title in `language` if there is one, else in the other language, and the language of the title.

        A session without a title is named by its number, such as "Session 3".
        """
        text, written_in = in_language(self, "title", language)
        return (text, written_in) if text else (translate("Session %(number)s") % {"number": self.number}, language)

    def full_title_in(self, language: str) -> tuple[str, str]:
        """Return the title and its language, preceded by the title of the series if needed.

        It is needed if the session has no title of its own, or if the series offers equivalent dates (`choose_one`).
        """
        title, written_in = self.title_in(language)
        if self.has_own_title and not self.series.choose_one:
            return title, written_in
        series = in_language(self.series, "title", language)[0]
        return translate("%(series)s: %(session)s") % {"series": series, "session": title}, written_in

    @property
    def has_own_title(self) -> bool:
        """Return whether the session has a title in at least one language."""
        return bool(self.title_en or self.title_fr)

    @property
    def full_title(self) -> str:
        return self.full_title_in(active_language())[0]

    @property
    def title(self) -> str:
        return self.title_in(active_language())[0]

    @property
    def is_cancelled(self) -> bool:
        return self.state == Session.State.CANCELLED

    def is_over(self, now: dt.datetime) -> bool:
        return self.over_at is not None and self.over_at <= now

    def is_live(self, now: dt.datetime) -> bool:
        return bool(self.starts_at and self.ends_at and self.starts_at <= now < self.ends_at)

    def touches(self, other: "Session") -> bool:
        """Return whether the sessions overlap, or one of them starts when the other ends."""
        if self.starts_at is None or self.ends_at is None or other.starts_at is None or other.ends_at is None:
            return False
        return self.starts_at <= other.ends_at and other.starts_at <= self.ends_at

    def takes_codes(self, now: dt.datetime) -> bool:
        """Return whether registrants can type codes now.

        They can from ten minutes before the start until 15 minutes after the end, unless the session is cancelled.
        """
        return bool(
            self.starts_at
            and self.ends_at
            and self.starts_at - ROOM_OPENS_BEFORE <= now < self.ends_at + CODES_AFTER
            and not self.is_cancelled
        )

    def room_is_open(self, now: dt.datetime) -> bool:
        """Return whether people can join now: from ten minutes before the start until the end, unless cancelled."""
        return bool(
            self.starts_at
            and self.ends_at
            and self.starts_at - ROOM_OPENS_BEFORE <= now < self.ends_at
            and not self.is_cancelled
        )
