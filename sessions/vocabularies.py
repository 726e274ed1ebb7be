"""Choices for fields of series and sessions (DOMAIN.md section 7)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PracticeArea(models.TextChoices):
    PALL = "PALL", _("Palliative care, general")
    HEART = "HEART", _("Heart disease")
    LUNG = "LUNG", _("Lung disease")
    RENAL = "RENAL", _("Kidney disease")
    NEURO = "NEURO", _("Neurological disease")
    DEMENT = "DEMENT", _("Dementia")
    CANCER = "CANCER", _("Cancer")
    PAIN = "PAIN", _("Pain and symptoms")
    COMM = "COMM", _("Communication and advance care planning")
    GRIEF = "GRIEF", _("Grief and bereavement")
    CAREGV = "CAREGV", _("Caregivers and compassionate communities")
    QI = "QI", _("Quality improvement, teams, systems")


class Level(models.TextChoices):
    GENERALIST = "generalist", _("Generalist palliative care")
    SPECIALIST = "specialist", _("Specialist palliative care")


class SeriesKind(models.TextChoices):
    COMMUNITY = "community", _("Community of practice")
    WEBINAR_SERIES = "webinar-series", _("Webinar series")
    WEBINAR = "webinar", _("Webinar")
    WORKSHOP = "workshop", _("Workshop")
    INFORMATION = "information", _("Information session")
    QI = "qi", _("Quality improvement collaborative")
    LECTURE = "lecture", _("Lecture")


class Reminder(models.TextChoices):
    WEEK = "week", _("A week before")
    DAY = "day", _("A day before")
    HOUR = "hour", _("An hour before")


def usual_reminders() -> list[str]:
    return [Reminder.DAY, Reminder.HOUR]
