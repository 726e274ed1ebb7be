"""Codes that registrants typed: the code that was said in the session, or the code of a shared room."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from registrations.models import Registration


class SharedRoom(models.Model):
    """A room in which several registrants follow a session on one screen.

    One registrant opens the room in the portal, and the others type its code. The attendance report contains the device
    of one person only, and the others are not counted because of it.
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
    """A code that a registrant typed, as evidence that they were there. Without `room`, it is the session's own code.

    It does not count as attendance until a roll call confirms it.
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
