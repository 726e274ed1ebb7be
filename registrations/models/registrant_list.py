"""Uploaded lists of people to register: what was read from the file, and the state of the import."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.vocabularies import Language
from registrations.models.addition import Addition
from sessions.models import Series

KEPT_DAYS = dt.timedelta(days=7)


class RegistrantListQuerySet(models.QuerySet["RegistrantList"]):
    def editable_by(self, person: Person) -> "RegistrantListQuerySet":
        return self.filter(series__in=Series.objects.editable_by(person))

    def drafts(self) -> "RegistrantListQuerySet":
        return self.filter(imported_at=None)

    def at_work(self) -> "RegistrantListQuerySet":
        return self.exclude(work="")

    def due(self, now: dt.datetime) -> "RegistrantListQuerySet":
        """Return the lists that a worker should check or import and no worker has, the oldest request first."""
        waiting = models.Q(claimed_until__isnull=True) | models.Q(claimed_until__lt=now)
        return self.at_work().filter(waiting).order_by("asked_at", "pk")

    def to_tell(self, person: Person) -> "RegistrantListQuerySet":
        """Return the lists whose work this person asked for, until they have decided, or read the result."""
        is_imported = models.Q(imported_at__isnull=False)
        waits = ~models.Q(work="") | models.Q(failed_at__isnull=False) | models.Q(dry_run__isnull=False)
        return self.editable_by(person).filter(waits | is_imported, asked_by=person, read_at=None)


class RegistrantList(models.Model):
    """A list that was uploaded for a series. Nobody is registered until it is imported.

    `sha256` is the hash of the file, which must be sent to confirm the import. `table` contains the sheet, the header
    and the rows; it is erased by the import, and lists that are not imported are deleted after seven days. `columns`
    contains the roles that a person chose for unknown headers, and `words` the meanings of unknown words by role.

    A worker checks and imports a long list (ADR 59). `work` is what was asked for, by `asked_by`, and is "" if nothing
    waits. `dry_run` is what the check found for that person, and `seen` the numbers that they confirmed. `failure` has
    the sentence that ended the work, by language; it is empty if the work could not be done.
    """

    class Work(models.TextChoices):
        CHECK = "check"
        IMPORT = "import"

    series = models.ForeignKey(Series, models.CASCADE, related_name="registrant_lists")
    file_name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    table: Any = models.JSONField(null=True)
    columns = models.JSONField(default=dict)
    words = models.JSONField(default=dict)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    session_ids = ArrayField(models.BigIntegerField(), default=list)
    whole_series = models.BooleanField(default=False)
    note_en = models.TextField(_("reason (English)"), blank=True)
    note_fr = models.TextField(_("reason (French)"), blank=True)
    uploaded_at = models.DateTimeField(_("uploaded"))
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    imported_at = models.DateTimeField(_("imported"), null=True, blank=True)
    addition = models.OneToOneField(Addition, models.PROTECT, null=True, blank=True, related_name="registrant_list")
    left_out = models.JSONField(default=list)
    work = models.CharField(max_length=6, choices=Work, blank=True)
    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    seen = models.CharField(max_length=40, blank=True)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    failure = models.JSONField(default=dict)
    dry_run: Any = models.JSONField(null=True)
    read_at = models.DateTimeField(null=True)

    objects = RegistrantListQuerySet.as_manager()

    class Meta:
        verbose_name = _("list of people")
        verbose_name_plural = _("lists of people")
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(
                name="registrant_list_state",
                condition=models.Q(imported_at__isnull=True, addition__isnull=True, table__isnull=False)
                | models.Q(imported_at__isnull=False, addition__isnull=False, table__isnull=True),
            ),
            models.CheckConstraint(
                name="registrant_list_work_known", condition=models.Q(work__in=["", "check", "import"])
            ),
            models.CheckConstraint(
                name="registrant_list_work_ends",
                condition=models.Q(imported_at__isnull=True) | models.Q(work="", dry_run__isnull=True),
            ),
            models.CheckConstraint(name="registrant_list_hash", condition=models.Q(sha256__regex="^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_complete(self) -> bool:
        """Whether the reason and the language of the emails are known. The file is kept while they are asked."""
        return bool(self.language and (self.note_en or self.note_fr))

    @property
    def percent(self) -> int:
        return min(100 * self.rows_done // self.rows_total, 99) if self.rows_total else 0
