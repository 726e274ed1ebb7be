"""Codes that registrants typed: the one said in the session, or that of a room which several people share."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from registrations.models import Registration


class SharedRoom(models.Model):
    """Several registrants follow a session on one screen. One of them opened it, and each types its code.

    A report has the device of one person only; nobody else counts because of it.
    """

    opened_by = models.OneToOneField(
        Registration, models.CASCADE, verbose_name=_("opened by"), related_name="shared_room"
    )
    code = models.CharField(_("code"), max_length=6)
    opened_at = models.DateTimeField(_("opened"))

    class Meta:
        verbose_name = _("shared room")
        verbose_name_plural = _("shared rooms")
        constraints = [
            models.CheckConstraint(name="shared_room_code_has_six_digits", condition=models.Q(code__regex="^[0-9]{6}$"))
        ]

    def __str__(self) -> str:
        return f"{self.opened_by_id}: {self.opened_at:%Y-%m-%d %H:%M}"


class SaidCode(models.Model):
    """A code that a registrant typed, as evidence that they were there; without `room`, the one said in the session.

    It is no attendance: a person confirms it in a roll call.
    """

    registration = models.ForeignKey(
        Registration, models.CASCADE, verbose_name=_("registration"), related_name="said_codes"
    )
    room = models.ForeignKey(
        SharedRoom, models.CASCADE, verbose_name=_("shared room"), null=True, related_name="said_codes"
    )
    typed_at = models.DateTimeField(_("typed"))

    class Meta:
        verbose_name = _("code typed by a registrant")
        verbose_name_plural = _("codes typed by registrants")
        ordering = ["typed_at", "id"]
        constraints = [
            models.UniqueConstraint(name="said_code_once", fields=["registration", "room"], nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.typed_at:%Y-%m-%d %H:%M}"
