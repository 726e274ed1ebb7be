"""The people who lead a session: presenters, facilitators and practice coaches (PRODUCT.md 1)."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from sessions.models.session import Session

# How long after the session people with a role may open it: they need the names of registrants no longer.
OPEN_AFTER = dt.timedelta(days=14)


class SessionRoleQuerySet(models.QuerySet["SessionRole"]):
    def editable_by(self, person: Person) -> "SessionRoleQuerySet":
        return self.filter(session__in=Session.objects.editable_by(person))

    def open_to(self, person: Person, now: dt.datetime) -> "SessionRoleQuerySet":
        """Return the person's roles in published sessions, until two weeks after the session."""
        return self.open(now).filter(person=person) if person.is_active else self.none()

    def open(self, now: dt.datetime) -> "SessionRoleQuerySet":
        """Return the roles of all people in published sessions, until two weeks after the session."""
        return self.over_after(now - OPEN_AFTER)

    def over_after(self, moment: dt.datetime) -> "SessionRoleQuerySet":
        """Return the roles of all people in published sessions that are over after this moment or have no date."""
        over_after = models.Q(session__over_at=None) | models.Q(session__over_at__gt=moment)
        return self.filter(over_after, session__in=Session.objects.public())


class SessionRole(models.Model):
    """A person's role in a session.

    Coordinators see the name and address that they entered, not those of the person's profile.
    """

    class Role(models.TextChoices):
        PRESENTER = "presenter", pgettext_lazy("of a session", "Presenter")
        FACILITATOR = "facilitator", pgettext_lazy("of a session", "Facilitator")
        COACH = "coach", pgettext_lazy("of a session", "Practice coach")

    session = models.ForeignKey(Session, models.CASCADE, verbose_name=_("session"), related_name="roles")
    person = models.ForeignKey(Person, models.CASCADE, verbose_name=_("person"), related_name="session_roles")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    name = models.CharField(_("name"), max_length=200)
    address = models.EmailField(_("email address"))
    given_at = models.DateTimeField(_("given"))

    objects = SessionRoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role in a session")
        verbose_name_plural = _("roles in sessions")
        ordering = ["role", "name"]
        constraints = [
            models.UniqueConstraint(name="session_role_once", fields=["session", "person", "role"]),
            models.CheckConstraint(
                name="session_role_known", condition=models.Q(role__in=["presenter", "facilitator", "coach"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} – {self.get_role_display()}"
