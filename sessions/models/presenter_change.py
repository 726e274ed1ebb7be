"""The names of presenters before and after a change, apart from the audit trail, which has no personal values."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions.models.session import Session


class PresenterChange(models.Model):
    """What an audit event about a session changed in its presenters. The event contains this row's ID."""

    session = models.ForeignKey(Session, models.CASCADE, verbose_name=_("session"), related_name="presenter_changes")
    before = ArrayField(models.CharField(max_length=200), verbose_name=_("before"), default=list)
    after = ArrayField(models.CharField(max_length=200), verbose_name=_("after"), default=list)

    class Meta:
        verbose_name = _("change of presenters")
        verbose_name_plural = _("changes of presenters")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{', '.join(self.before)} → {', '.join(self.after)}"
