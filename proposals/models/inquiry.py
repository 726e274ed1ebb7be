"""Inquiries: an idea for an ECHO, an organisation that wants to be a partner, or a person who wants to take part."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.vocabularies import Language, Profession, Province
from hubs.models import Hub
from sessions.vocabularies import PracticeArea

MAX_TEXT = 2000
MAX_SHORT_TEXT = 600


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def proved(self) -> "InquiryQuerySet":
        """Return the inquiries whose sender has proved the mailbox. Hubs see only these."""
        return self.exclude(state=Inquiry.State.UNPROVED)

    def open(self) -> "InquiryQuerySet":
        """Return the inquiries on which the hub has to work."""
        return self.filter(state__in=[Inquiry.State.NEW, Inquiry.State.OPEN])

    def editable_by(self, person: Person) -> "InquiryQuerySet":
        return self.proved().filter(hub__in=Hub.objects.editable_by(person))


class Inquiry(models.Model):
    """A form that was sent. `hub` is responsible for it; the national hub is for inquiries to the whole programme.

    The values about the sender are those of the form, not of their profile. The hub sees the inquiry only after the
    sender has proved the mailbox.
    """

    class Kind(models.TextChoices):
        IDEA = "idea", _("An idea for an ECHO")
        PARTNER = "partner", _("An organisation as a partner")
        INTEREST = "interest", _("A person who wants to take part")

    class State(models.TextChoices):
        UNPROVED = "unproved", _("Not confirmed by the sender")
        NEW = "new", _("New")
        OPEN = "open", _("Being worked on")
        CLOSED = "closed", _("Closed")

    class Format(models.TextChoices):
        SERIES = "series", _("A series")
        SESSION = "session", _("One session")
        WORKSHOP = "workshop", _("A workshop")

    class SpokenIn(models.TextChoices):
        EN = "en", _("English")
        FR = "fr", _("French")
        OTHER = "other", _("Another language")

    class Outcome(models.TextChoices):
        DONE = "done", _("It led to something")
        ANSWERED = "answered", _("Answered; nothing more to do")
        NOT_NOW = "not-now", _("Not possible at present")
        ELSEWHERE = "elsewhere", _("Passed on to somebody else")
        NO_REPLY = "no-reply", _("The sender did not reply")
        WITHDRAWN = "withdrawn", _("Taken back by the sender")
        SPAM = "spam", _("Not meant seriously")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UNPROVED)
    hub = models.ForeignKey(Hub, models.PROTECT, verbose_name=_("hub"), related_name="inquiries")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("sender"), related_name="inquiries"
    )
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("email address"), max_length=254)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    province = models.CharField(_("province or territory"), max_length=8, choices=Province)
    profession = models.CharField(_("profession"), max_length=8, choices=Profession, blank=True)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    title = models.CharField(_("working title"), max_length=200, blank=True)
    text = models.TextField(_("in their words"), max_length=MAX_TEXT, blank=True)
    format = models.CharField(_("what to create"), max_length=10, choices=Format, blank=True)
    spoken_in = ArrayField(
        models.CharField(max_length=8, choices=SpokenIn), verbose_name=_("languages"), default=list, blank=True
    )
    audience = models.TextField(_("who it is for"), max_length=MAX_SHORT_TEXT, blank=True)
    team = models.TextField(_("the team"), max_length=MAX_SHORT_TEXT, blank=True)
    topics = ArrayField(
        models.CharField(max_length=8, choices=PracticeArea), verbose_name=_("topics"), default=list, blank=True
    )
    wants_news = models.BooleanField(_("wants news by email"), default=False)
    sent_at = models.DateTimeField(_("sent"))
    proved_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("who looks after it"),
        null=True,
        blank=True,
        related_name="+",
    )
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    next_step_on = models.DateField(_("by"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("closed by"), null=True, blank=True, related_name="+"
    )

    objects: ClassVar[InquiryQuerySet] = InquiryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("inquiry")
        verbose_name_plural = _("ideas and inquiries")
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["hub", "state", "next_step_on"], name="inquiry_to_do")]
        constraints = [
            models.CheckConstraint(
                name="inquiry_kind_known", condition=models.Q(kind__in=["idea", "partner", "interest"])
            ),
            models.CheckConstraint(
                name="inquiry_proved_has_moment",
                condition=models.Q(state="unproved", proved_at__isnull=True)
                | models.Q(state__in=["new", "open", "closed"], proved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="inquiry_closed_has_outcome",
                condition=(models.Q(state="closed", closed_at__isnull=False) & ~models.Q(outcome=""))
                | (~models.Q(state="closed") & models.Q(closed_at__isnull=True, outcome="")),
            ),
            models.CheckConstraint(
                name="inquiry_open_has_date",
                condition=models.Q(state__in=["unproved", "closed"]) | models.Q(next_step_on__isnull=False),
            ),
            models.CheckConstraint(
                name="inquiry_idea_has_title",
                condition=~models.Q(kind="idea")
                | (~models.Q(title="") & models.Q(format__in=["series", "session", "workshop"])),
            ),
            models.CheckConstraint(
                name="inquiry_partner_has_organisation",
                condition=~models.Q(kind="partner") | ~models.Q(organisation=""),
            ),
            models.CheckConstraint(name="inquiry_text_short", condition=LessThanOrEqual(Length("text"), MAX_TEXT)),
        ]

    def __str__(self) -> str:
        return self.title or self.organisation or self.name

    @property
    def about(self) -> str:
        """Return the identifier with which messages and audit events refer to the inquiry."""
        return f"inquiry:{self.pk}"

    @property
    def is_proved(self) -> bool:
        return self.state != Inquiry.State.UNPROVED

    @property
    def is_open(self) -> bool:
        return self.state in (Inquiry.State.NEW, Inquiry.State.OPEN)
