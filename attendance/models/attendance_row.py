"""Rows of attendance reports: a stay, or the reason why there is none, and the person to whom the row was matched."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from attendance.models.attendance_import import AttendanceImport


class AttendanceRowQuerySet(models.QuerySet["AttendanceRow"]):
    def editable_by(self, person: Person) -> "AttendanceRowQuerySet":
        return self.filter(report__in=AttendanceImport.objects.editable_by(person))

    def stays(self) -> "AttendanceRowQuerySet":
        """Return the rows whose stay is inside the session."""
        return self.filter(outcome=AttendanceRow.Outcome.COUNTED)

    def unmatched(self) -> "AttendanceRowQuerySet":
        """Return rows of imported reports that a coordinator must decide: whose they are, or how long they attended."""
        outcomes = [AttendanceRow.Outcome.COUNTED, AttendanceRow.Outcome.UNMATCHED, AttendanceRow.Outcome.REFUSED]
        return self.filter(
            report__state=AttendanceImport.State.IMPORTED,
            outcome__in=outcomes,
            person__isnull=True,
            set_aside_at__isnull=True,
        )

    def matched(self) -> "AttendanceRowQuerySet":
        """Return rows of imported reports that count for a person."""
        return self.stays().filter(report__state=AttendanceImport.State.IMPORTED, person__isnull=False)


class AttendanceRow(models.Model):
    """A row of a report. `code` and `facts` give the reason for its outcome, as a sentence of `attendance.sentences`.

    When a report is imported, a row is matched to a person by its address or by a remembered match. Later it can be
    matched by hand. It is never matched by name. `key` is the key for remembering a match. `set_aside_at` is set if a
    coordinator decided not to match the row. If a corrected report has an identical row, it is matched to the same
    person (`CARRIED`); `decided_at` and `decided_by` are those of the first decision.
    """

    class Outcome(models.TextChoices):
        COUNTED = "counted", _("counts")
        DROPPED = "dropped", _("dropped")
        REFUSED = "refused", _("refused")
        UNMATCHED = "unmatched", _("left to a person")

    class MatchedBy(models.TextChoices):
        NOBODY = "", _("not matched")
        ADDRESS = "address", _("address")
        ALIAS = "alias", _("remembered")
        HAND = "hand", _("by hand")
        CARRIED = "carried", _("by hand, in the report before")

    # The index `attendance_row_of_report` serves this foreign key, too.
    report = models.ForeignKey(
        AttendanceImport, models.CASCADE, verbose_name=_("report"), related_name="rows", db_index=False
    )
    row = models.PositiveIntegerField(_("row"))
    name = models.CharField(_("name in the report"), max_length=300, blank=True)
    email = models.CharField(_("address in the report"), max_length=254, blank=True)
    registrant = models.CharField(_("registrant ID"), max_length=100, blank=True)
    role = models.CharField(_("role in the report"), max_length=12, default="attendee")
    key = models.CharField(max_length=400, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    code = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict)
    joined_at = models.DateTimeField(_("joined"), null=True)
    left_at = models.DateTimeField(_("left"), null=True)
    minutes = models.PositiveIntegerField(_("minutes in the report"), null=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("person"), null=True, related_name="attendance_rows"
    )
    matched_by = models.CharField(
        _("matched by"), max_length=8, choices=MatchedBy, default=MatchedBy.NOBODY, blank=True
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("decided by"), null=True, related_name="+"
    )
    set_aside_at = models.DateTimeField(_("set aside"), null=True)

    objects = AttendanceRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of a report")
        verbose_name_plural = _("rows of reports")
        ordering = ["report", "row", "id"]
        constraints = [
            models.CheckConstraint(
                name="attendance_row_times_in_order",
                condition=models.Q(joined_at__isnull=True, left_at__isnull=True)
                | models.Q(left_at__gte=models.F("joined_at")),
            ),
            models.CheckConstraint(
                name="attendance_row_counted_has_times",
                condition=models.Q(outcome="counted", joined_at__isnull=False)
                | models.Q(outcome__in=["dropped", "refused", "unmatched"]),
            ),
            models.CheckConstraint(
                name="attendance_row_match_known",
                condition=models.Q(matched_by__in=["", "address", "alias", "hand", "carried"]),
            ),
        ]
        indexes = [
            models.Index(fields=["report", "outcome"], name="attendance_row_of_report"),
            models.Index(fields=["report"], name="attendance_row_open", condition=models.Q(person__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.row}. {self.name}"
