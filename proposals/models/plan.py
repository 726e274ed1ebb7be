"""The plan of an idea: its stage, and the data from which a draft series is created."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.vocabularies import Language
from proposals.models.inquiry import Inquiry
from sessions.models import Series

MAX_SUMMARY = 1200
MOST_OBJECTIVES = 10


class PlanQuerySet(models.QuerySet["Plan"]):
    def editable_by(self, person: Person) -> "PlanQuerySet":
        return self.filter(inquiry__in=Inquiry.objects.editable_by(person))


class Plan(models.Model):
    """The plan of one idea. `series` is set when a draft series was created from it."""

    class Stage(models.TextChoices):
        IDEA = "idea", _("Idea")
        SHAPING = "shaping", _("Shaping")
        PLANNED = "planned", _("Planned")
        RUNNING = "running", _("Running")
        LEARNED = "learned", _("Learned")

    inquiry = models.OneToOneField(Inquiry, models.CASCADE, verbose_name=_("inquiry"), related_name="plan")
    stage = models.CharField(_("stage"), max_length=8, choices=Stage, default=Stage.IDEA)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    title_fr = models.CharField(_("title (French)"), max_length=200, blank=True)
    summary_en = models.TextField(_("summary (English)"), max_length=MAX_SUMMARY, blank=True)
    summary_fr = models.TextField(_("summary (French)"), max_length=MAX_SUMMARY, blank=True)
    language = models.CharField(_("delivered in"), max_length=2, choices=Language, default=Language.EN)
    time_zone = models.CharField(_("time zone"), max_length=64, default="America/Toronto")
    objectives = ArrayField(
        models.CharField(max_length=150), verbose_name=_("learning objectives"), default=list, blank=True
    )
    learned = models.TextField(_("what was learned"), max_length=4000, blank=True)
    series = models.OneToOneField(
        Series, models.SET_NULL, verbose_name=_("series"), null=True, blank=True, related_name="plan"
    )

    objects: ClassVar[PlanQuerySet] = PlanQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [
            models.CheckConstraint(
                name="plan_stage_known",
                condition=models.Q(stage__in=["idea", "shaping", "planned", "running", "learned"]),
            ),
            models.CheckConstraint(name="plan_language_known", condition=models.Q(language__in=["en", "fr"])),
            models.CheckConstraint(
                name="plan_has_a_title",
                condition=~models.Q(title_en="") | ~models.Q(title_fr=""),
                violation_error_message=_("Give the series a title in at least one language."),
            ),
            models.CheckConstraint(
                name="plan_objectives_few", condition=models.Q(objectives__len__lte=MOST_OBJECTIVES)
            ),
        ]

    def __str__(self) -> str:
        return self.title_en or self.title_fr

    @property
    def stage_number(self) -> int:
        """Return the position of the stage, beginning at 1."""
        return list(Plan.Stage).index(Plan.Stage(self.stage)) + 1


class PlannedSession(models.Model):
    """A session of the plan, in the plan's time zone. The date or the times may still be unknown."""

    plan = models.ForeignKey(Plan, models.CASCADE, verbose_name=_("plan"), related_name="sessions")
    title = models.CharField(_("title"), max_length=200, blank=True)
    on_date = models.DateField(_("date"), null=True, blank=True)
    start_time = models.TimeField(_("starts, wall clock"), null=True, blank=True)
    end_time = models.TimeField(_("ends, wall clock"), null=True, blank=True)
    presenters = ArrayField(models.CharField(max_length=200), verbose_name=_("presenters"), default=list, blank=True)

    class Meta:
        verbose_name = _("planned session")
        verbose_name_plural = _("planned sessions")
        ordering = [models.F("on_date").asc(nulls_last=True), models.F("start_time").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                name="planned_session_ends_after_start",
                condition=models.Q(start_time__isnull=True) | models.Q(end_time__gt=models.F("start_time")),
                violation_error_message=_("The session must end after it starts, on the same day."),
            ),
            models.CheckConstraint(
                name="planned_session_hours_come_in_pairs",
                condition=models.Q(start_time__isnull=True, end_time__isnull=True)
                | models.Q(start_time__isnull=False, end_time__isnull=False, on_date__isnull=False),
                violation_error_message=_("Give the date, the start and the end together."),
            ),
            models.CheckConstraint(name="planned_session_presenters_few", condition=models.Q(presenters__len__lte=20)),
        ]

    def __str__(self) -> str:
        return self.title
