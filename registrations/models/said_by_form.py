"""The values of a registration form that was sent without signing in (SAFETY.md 8)."""

import datetime as dt

from django.db import models


class SaidByForm(models.Model):
    """The values of the form. They are empty if the person was signed in.

    Coordinators see them instead of the person's profile until the person has used the mailbox after registering.
    Otherwise, anybody who submits the form with a known address could learn what the profile contains.
    """

    form_name = models.CharField(max_length=200, blank=True, db_default="", default="", editable=False)
    form_sort_key = models.CharField(max_length=400, blank=True, db_default="", default="", editable=False)
    form_profession = models.CharField(max_length=8, blank=True, db_default="", default="", editable=False)
    form_province = models.CharField(max_length=8, blank=True, db_default="", default="", editable=False)
    form_language = models.CharField(max_length=2, blank=True, db_default="", default="", editable=False)
    form_zone = models.CharField(max_length=64, blank=True, db_default="", default="", editable=False)

    class Meta:
        abstract = True

    @property
    def said_at(self) -> dt.datetime:
        raise NotImplementedError

    @property
    def is_confirmed(self) -> bool:
        """Return whether the person was signed in, or has used the mailbox since the form was sent."""
        used_at = self.person.mailbox_used_at  # type: ignore[attr-defined]
        return not self.form_name or (used_at is not None and used_at >= self.said_at)

    def take_from(self, said: "SaidByForm | None") -> None:
        """Copy the form's values from `said`, or clear them if it is None."""
        for field in SaidByForm._meta.fields:
            setattr(self, field.name, getattr(said, field.name) if said else "")
