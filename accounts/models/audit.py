"""The audit trail: who did what to which object. It contains IDs, never a name or an address (PRODUCT.md 10)."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.person import Person


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def editable_by(self, person: Person) -> "AuditEventQuerySet":
        return self if person.is_pallium_staff else self.none()


class AuditEvent(models.Model):
    """An audit event, which is never changed or deleted.

    A trigger, created by migration 0002, refuses UPDATE, DELETE and TRUNCATE.
    """

    at = models.DateTimeField(_("moment"), db_default=Now())
    actor_id = models.BigIntegerField(_("who"), null=True)
    verb = models.CharField(_("what"), max_length=60)
    about = models.CharField(_("object"), max_length=80)
    scope_id = models.BigIntegerField(_("hub"), null=True)
    details = models.JSONField(_("details"), default=dict)
    request_id = models.CharField(_("request"), max_length=36, blank=True)

    objects: ClassVar[AuditEventQuerySet] = AuditEventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit trail")
        ordering = ["-id"]
        indexes = [models.Index(fields=["about", "id"], name="audit_about")]

    def __str__(self) -> str:
        return f"{self.verb} {self.about}"
