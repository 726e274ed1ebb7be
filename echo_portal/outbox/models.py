"""Messages are rows before they are sent (ARCHITECTURE P1, P3). The outbox imports no app and stores only IDs."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from echo_portal.lib.bilingual import LANGUAGES, Bilingual
from echo_portal.lib.forms import EARLIEST_YEAR, LATEST_YEAR


class MessageQuerySet(models.QuerySet["Message"]):
    def about(self, *objects: str) -> "MessageQuerySet":
        """Return messages about these objects, such as `registration:12`."""
        return self.filter(about__in=objects)

    def live(self) -> "MessageQuerySet":
        """Return messages that a worker may still process."""
        return self.filter(state__in=Message.LIVE)

    def waiting(self) -> "MessageQuerySet":
        """Return messages that will be sent at their due time unless staff hold or cancel them."""
        return self.filter(state__in=[Message.State.QUEUED, Message.State.DEFERRED])

    def beside(
        self, message_id: int, *, person_id: int | None, kind: str, now: dt.datetime | Now, **due: Any
    ) -> "MessageQuerySet":
        """Return this person's other messages of the kind that can be, or already are, part of this message.

        `due` are the lookups of their due time. Edited and held messages are left out, because they are sent
        separately; expired ones, because they are not sent.
        """
        waiting = self.waiting().filter(person_id=person_id, kind=kind, edited_subject="", edited_text="", **due)
        rows = waiting.exclude(expires_at__lte=now) | self.filter(carried_by=message_id)
        return rows.exclude(pk=message_id).order_by("due_at", "pk")

    def unsent(self) -> "MessageQuerySet":
        """Return messages that are waiting for their due time, including held ones."""
        return self.filter(state__in=Message.UNSENT)

    def pending(self) -> "MessageQuerySet":
        """Return messages that can still be withdrawn: unsent, or claimed but not yet being sent."""
        return self.filter(state__in=[*Message.UNSENT, Message.State.CLAIMED])

    def due(self) -> "MessageQuerySet":
        """Return due messages that wait to be sent, and those whose lease has ended, by the database's clock.

        This is called every two seconds, with all future reminders in the table. Because of the condition on `due_at`,
        both cases use its index.
        """
        waiting = [Message.State.QUEUED, Message.State.DEFERRED, Message.State.IN_DOUBT]
        return self.live().filter(models.Q(state__in=waiting) | models.Q(lease_until__lte=Now()), due_at__lte=Now())


class Message(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting to be sent")
        CLAIMED = "claimed", _("About to be sent")
        TRANSMITTING = "transmitting", _("Being sent")
        SENT = "sent", _("Sent")
        DEFERRED = "deferred", _("Will be tried again")
        FAILED = "failed", _("Failed")
        IN_DOUBT = "in-doubt", _("In doubt")
        HELD = "held", pgettext_lazy("message", "Held")
        CANCELLED = "cancelled", pgettext_lazy("message", "Cancelled")
        DROPPED = "dropped", _("No longer useful")
        SUPPRESSED = "suppressed", _("Address suppressed")
        CARRIED = "carried", _("In one email with another")

    UNSENT: ClassVar = [State.QUEUED, State.DEFERRED, State.HELD]
    LIVE: ClassVar = [State.QUEUED, State.CLAIMED, State.TRANSMITTING, State.DEFERRED, State.IN_DOUBT]

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    dedupe_key = models.CharField(max_length=120, unique=True, editable=False)
    address = models.EmailField(_("to"), max_length=254)
    language = models.CharField(_("language"), max_length=2)
    person_id = models.BigIntegerField(null=True, editable=False)
    scope_id = models.BigIntegerField(null=True, editable=False)
    about = models.CharField(_("about"), max_length=80, editable=False)
    payload = models.JSONField(default=dict, editable=False)
    why_en = models.CharField(_("why this person gets it (English)"), max_length=300)
    why_fr = models.CharField(_("why this person gets it (French)"), max_length=300)
    why = Bilingual(_("why this person gets it"))
    edited_subject = models.CharField(_("edited subject"), max_length=300, blank=True)
    edited_text = models.TextField(_("edited text"), blank=True)
    secret = models.TextField(blank=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.QUEUED)
    due_at = models.DateTimeField(_("due"))
    is_urgent = models.BooleanField(db_default=False, editable=False)
    expires_at = models.DateTimeField(_("useful until"), null=True, blank=True)
    lease_until = models.DateTimeField(null=True, editable=False)
    token = models.UUIDField(null=True, editable=False)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0, editable=False)
    reason = models.CharField(_("last answer"), max_length=500, blank=True, editable=False)
    transmitting_at = models.DateTimeField(null=True, editable=False)
    # Subject and text as they were sent, compressed, without personal links (as_sent.py).
    sent_content = models.BinaryField(null=True, editable=False)
    carried_by = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("in the email"),
        null=True,
        blank=True,
        editable=False,
        related_name="carries",
    )
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    created_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)

    objects: ClassVar[MessageQuerySet] = MessageQuerySet.as_manager()  # type: ignore[assignment]

    # Set on a claimed row: its state before the claim, and the time of the claim by the database's clock.
    found_in: str
    taken_at: dt.datetime

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="message_sent_has_moment",
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="message_carried_has_carrier",
                condition=models.Q(state="carried", carried_by__isnull=False) | ~models.Q(state="carried"),
            ),
            models.CheckConstraint(
                name="message_taken_has_lease",
                condition=models.Q(
                    state__in=["claimed", "transmitting"], lease_until__isnull=False, token__isnull=False
                )
                | ~models.Q(state__in=["claimed", "transmitting"]),
            ),
            models.CheckConstraint(
                name="message_keeps_no_secret_once_settled",
                condition=models.Q(secret="")
                | models.Q(state__in=["queued", "claimed", "transmitting", "deferred", "in-doubt", "held"]),
            ),
            models.CheckConstraint(name="message_language_known", condition=models.Q(language__in=list(LANGUAGES))),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="message_live",
                condition=models.Q(state__in=["queued", "claimed", "transmitting", "deferred", "in-doubt"]),
            ),
            models.Index(
                fields=["due_at"],
                name="message_pressing",
                condition=models.Q(state__in=["queued", "deferred", "in-doubt"])
                & (models.Q(is_urgent=True) | models.Q(state="in-doubt")),
            ),
            models.Index(
                fields=["lease_until"],
                name="message_in_hand",
                condition=models.Q(state__in=["claimed", "transmitting"]),
            ),
            models.Index(
                fields=["state", "scope_id"],
                name="message_for_a_look",
                condition=models.Q(state__in=["failed", "in-doubt", "held"]),
            ),
            models.Index(fields=["person_id"], name="message_by_person"),
            models.Index(fields=["about"], name="message_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def is_edited(self) -> bool:
        """Return whether a person edited the message. An edited message is never bundled with others."""
        return bool(self.edited_subject or self.edited_text)

    @property
    def message_id(self) -> str:
        """Return the Message-ID header, which is the same for every attempt."""
        return f"<{self.public_id}@{settings.CALENDAR_DOMAIN}>"

    def is_stale(self, now: dt.datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def open_for(self, address_key: Any) -> "SuppressionQuerySet":
        """Return the suppressions of an address that are not lifted.

        `address_key` is a result of `email_key`, or a reference to a column with such values.
        """
        return self.filter(address_key=address_key, lifted_at__isnull=True)

    def bounced(self) -> "SuppressionQuerySet":
        return self.filter(reason__in=[Suppression.Reason.HARD_BOUNCE, Suppression.Reason.SOFT_BOUNCES])


class Suppression(models.Model):
    """An address to which nothing is sent until staff lift the suppression, because of a bounce or a complaint.

    `scope_id` is the ID of the hub whose message caused it, or None.
    """

    class Reason(models.TextChoices):
        HARD_BOUNCE = "hard-bounce", _("Mail came back for good")
        SOFT_BOUNCES = "soft-bounces", _("Mail came back five times in fourteen days")
        COMPLAINT = "complaint", _("Reported as unwanted")
        BY_HAND = "by-hand", _("Entered by hand")

    address_key = models.CharField(_("address"), max_length=254)
    scope_id = models.BigIntegerField(null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=16, choices=Reason)
    detail = models.CharField(_("what the server said"), max_length=400, blank=True)
    since_at = models.DateTimeField(_("since"), db_default=Now())
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by_id = models.BigIntegerField(_("lifted by"), null=True, blank=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        ordering = ["-since_at"]
        constraints = [
            models.UniqueConstraint(
                name="suppression_once_while_open",
                fields=["address_key"],
                condition=models.Q(lifted_at__isnull=True),
                violation_error_message=_("This address is suppressed already. Nothing more is needed."),
            ),
            models.CheckConstraint(
                name="suppression_reason_known",
                condition=models.Q(reason__in=["hard-bounce", "soft-bounces", "complaint", "by-hand"]),
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(label)s: %(value)s") % {"label": self.address_key, "value": self.get_reason_display()}


class MailEvent(models.Model):
    """A report of an email provider or mail server about a message.

    Each report is saved once. Reports can arrive in any order.
    """

    class Event(models.TextChoices):
        ACCEPTED = "accepted", pgettext_lazy("message", "Accepted")
        DELIVERED = "delivered", _("Delivered")
        SOFT_BOUNCE = "soft-bounce", _("Came back for now")
        HARD_BOUNCE = "hard-bounce", _("Came back for good")
        COMPLAINT = "complaint", _("Reported as unwanted")

    report_id = models.CharField(max_length=120, unique=True)
    message_public_id = models.UUIDField(db_index=True, null=True)
    event = models.CharField(max_length=12, choices=Event)
    address_key = models.CharField(max_length=254, blank=True)
    detail = models.CharField(max_length=400, blank=True)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("delivery event")
        verbose_name_plural = _("delivery events")
        constraints = [
            models.CheckConstraint(
                name="mail_event_moment_plausible",
                condition=models.Q(
                    happened_at__gte=dt.datetime(EARLIEST_YEAR, 1, 1, tzinfo=dt.UTC),
                    happened_at__lt=dt.datetime(LATEST_YEAR + 1, 1, 1, tzinfo=dt.UTC),
                ),
            ),
        ]
        indexes = [models.Index(fields=["address_key", "event", "happened_at"], name="mail_event_by_address")]

    def __str__(self) -> str:
        return f"{self.event} {self.message_public_id}"


class Pause(models.Model):
    """A pause of the queue, because the mail server refuses the portal's sign-in. One message per minute is tried."""

    id = models.SmallAutoField(primary_key=True)
    reason = models.CharField(max_length=400)
    since_at = models.DateTimeField(db_default=Now())
    next_probe_at = models.DateTimeField()

    class Meta:
        verbose_name = _("pause of the queue")
        verbose_name_plural = _("pause of the queue")
        constraints = [models.CheckConstraint(name="pause_is_one", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return self.reason
