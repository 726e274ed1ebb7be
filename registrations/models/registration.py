"""The registration of a person for a session. Its state is registered, waiting or cancelled."""

import datetime as dt
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.vocabularies import Language, Profession
from echo_portal.outbox.models import Suppression
from hubs.models import Hub
from registrations.models.addition import Addition
from registrations.models.enrollment import Enrollment
from registrations.models.said_by_form import SaidByForm
from sessions.models import Session

# The condition of the property `is_confirmed`, for queries.
CONFIRMED = models.Q(form_name="") | models.Q(person__mailbox_used_at__gte=models.F("registered_at"))


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def registered(self) -> "RegistrationQuerySet":
        return self.filter(state=Registration.State.REGISTERED)

    def waiting(self) -> "RegistrationQuerySet":
        """Return registrations on the waiting list, in the order in which they get places."""
        return self.filter(state=Registration.State.WAITING).order_by("waiting_number")

    def active(self) -> "RegistrationQuerySet":
        """Return registrations that are registered or waiting, not cancelled."""
        return self.exclude(state=Registration.State.CANCELLED)

    def reachable(self) -> "RegistrationQuerySet":
        """Exclude registrations of closed profiles, such as those of erased people, to whom nothing is sent."""
        return self.filter(person__is_active=True)

    def of_session(self, session: Session) -> "RegistrationQuerySet":
        """Return the active registrations of a session with their person, in the order of registering."""
        return self.active().filter(session=session).select_related("person").order_by("registered_at", "pk")

    def with_shown_name(self) -> "RegistrationQuerySet":
        """Annotate `key_shown`, the sort key of `shown_name`, and order by it."""
        shown = models.Case(
            models.When(CONFIRMED, then=models.F("person__sort_key")), default=models.F("form_sort_key")
        )
        return self.annotate(key_shown=shown).order_by("key_shown", "pk")

    def with_suppression(self, *, reader: Person) -> "RegistrationQuerySet":
        """Annotate `is_suppressed`: whether the person's address is suppressed.

        Annotate `is_suppressed_here`: whether it is suppressed because of an email that `reader` may know of. Other
        suppressions would reveal that another hub sent an email to the address.
        """
        suppressed = Suppression.objects.open_for(models.OuterRef("person__email_key"))
        hubs = Hub.objects.editable_by(reader).values("pk")
        own = suppressed if reader.is_pallium_staff else suppressed.filter(scope_id__in=hubs)
        return self.annotate(is_suppressed=models.Exists(suppressed), is_suppressed_here=models.Exists(own))

    def editable_by(self, person: Person) -> "RegistrationQuerySet":
        return self.filter(session__in=Session.objects.editable_by(person))


class Registration(SaidByForm):
    """A person's registration for a session. It is used again if the person gives up the place and comes back.

    `revision` increases with every change of state. The SEQUENCE of the calendar entry is the sum of this revision and
    the session's revision. `waiting_number` is the order on the session's waiting list; it is assigned while the
    session is locked. `was_waiting` is whether a cancelled registration was on the waiting list, and therefore had no
    place.

    For an address that nobody has proved, `reminders_wait` is whether reminders were left out. After `kept_until`, its
    place may be given to a person on the waiting list (ADR 17). Coordinators see the `shown_` values, never those of
    the person.

    `addition` is set if a coordinator registered the person, and `answered_at` when the person has said whether they
    take part (ADR 27).
    """

    class State(models.TextChoices):
        REGISTERED = "registered", _("Registered")
        WAITING = "waiting", _("On the waiting list")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"), related_name="registrations"
    )
    session = models.ForeignKey(Session, models.PROTECT, verbose_name=_("session"), related_name="registrations")
    enrollment = models.ForeignKey(
        Enrollment,
        models.SET_NULL,
        verbose_name=_("enrollment"),
        null=True,
        blank=True,
        related_name="registrations",
    )
    state = models.CharField(_("state"), max_length=12, choices=State)
    revision = models.PositiveIntegerField(default=0, editable=False)
    waiting_number = models.PositiveIntegerField(_("place in the waiting list"), null=True, editable=False)
    was_waiting = models.BooleanField(db_default=False, default=False, editable=False)
    reminders_wait = models.BooleanField(db_default=False, default=False, editable=False)
    kept_until = models.DateTimeField(null=True, editable=False)
    registered_at = models.DateTimeField(_("registered on"))
    changed_at = models.DateTimeField(_("last changed"))
    cancelled_at = models.DateTimeField(_("cancelled on"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("cancelled by"),
        null=True,
        blank=True,
        related_name="+",
    )
    addition = models.ForeignKey(
        Addition,
        models.SET_NULL,
        verbose_name=_("addition of people"),
        null=True,
        blank=True,
        editable=False,
        related_name="registrations",
    )
    answered_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[RegistrationQuerySet] = RegistrationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["-registered_at"]
        constraints = [
            models.UniqueConstraint(name="registration_once", fields=["person", "session"]),
            models.CheckConstraint(
                name="registration_state_known",
                condition=models.Q(state__in=["registered", "waiting", "cancelled"]),
            ),
            models.CheckConstraint(
                name="registration_cancelled_has_moment",
                condition=models.Q(state="cancelled", cancelled_at__isnull=False)
                | (~models.Q(state="cancelled") & models.Q(cancelled_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="registration_waiting_has_number",
                condition=models.Q(state="waiting", waiting_number__isnull=False)
                | (~models.Q(state="waiting") & models.Q(waiting_number__isnull=True)),
            ),
            models.CheckConstraint(
                name="registration_was_waiting_is_cancelled",
                condition=models.Q(was_waiting=False) | models.Q(state="cancelled"),
            ),
            models.UniqueConstraint(
                name="registration_waiting_number_once",
                fields=["session", "waiting_number"],
                condition=models.Q(state="waiting"),
            ),
        ]
        indexes = [
            models.Index(fields=["session", "state"], name="registration_by_session"),
            models.Index(fields=["-registered_at", "-id"], name="registration_newest_first"),
            models.Index(
                fields=["person"], name="registration_reminders_wait", condition=models.Q(reminders_wait=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shown_name} – {self.session} – {self.get_state_display()}"

    @property
    def given_up(self) -> str:
        """Return who cancelled a registration: "left" (the person), "taken" (the hub) or "unproved" (ADR 17)."""
        if self.cancelled_by_id == self.person_id:
            return "left"
        return "unproved" if self.cancelled_by_id is None and self.kept_until is not None else "taken"

    @property
    def awaits_answer(self) -> bool:
        """Return whether a coordinator registered the person, who has not said whether they take part (ADR 27)."""
        return self.addition_id is not None and self.answered_at is None

    @property
    def said_at(self) -> dt.datetime:
        return self.registered_at

    @property
    def shown_name(self) -> str:
        """Return the name that coordinators may see: that of the form, until the registration is confirmed."""
        return str(self.person) if self.is_confirmed else self.form_name

    @property
    def shown_profession(self) -> str:
        """Return the label of the profession that coordinators may see, or "" if it is not known."""
        code = self.person.profession if self.is_confirmed else self.form_profession
        return str(Profession(code).label) if code else ""

    @property
    def shown_language(self) -> str:
        return self.person.language if self.is_confirmed else self.form_language

    @property
    def shown_language_name(self) -> str:
        return str(Language(self.shown_language).label)

    @property
    def sequence(self) -> int:
        """Return the SEQUENCE of this person's calendar entry (PRODUCT.md 4)."""
        return self.session.revision + self.revision
