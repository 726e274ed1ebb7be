"""Accreditations of series. The statement of an incomplete accreditation is never displayed (PRODUCT.md 2)."""

import datetime as dt
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.vocabularies import Profession
from credits.allocation import Terms
from credits.models.signature_image import SignatureImage
from credits.words import category_words, programme_words
from echo_portal.lib.bilingual import Bilingual
from hubs.models import Organisation
from sessions.models import OfSeriesQuerySet, Series, Session


class AccreditationQuerySet(OfSeriesQuerySet["Accreditation"]):
    def complete(self) -> "AccreditationQuerySet":
        """Return the accreditations for which both statements and both dates are given."""
        return self.filter(valid_from__isnull=False, valid_to__isnull=False).exclude(
            models.Q(statement_en="") | models.Q(statement_fr="")
        )


class Accreditation(models.Model):
    """The accreditation of a series, with the approved statement in both languages (DOMAIN.md MP).

    Credits are decimal hours, rounded down to a multiple of `credit_step` (DOMAIN.md MP-12). The accreditation is valid
    from `valid_from` to `valid_to`, including both days. If `professions` is empty, it applies to everyone.
    """

    class Scheme(models.TextChoices):
        MAINPRO = "mainpro", _("Mainpro+ (College of Family Physicians)")
        MOC = "moc", _("Maintenance of Certification, Section 1 (Royal College)")
        PHARMACY = "pharmacy", _("Pharmacy (CCCEP): statement of attendance")
        HOURS = "hours", _("Hours of learning")

    series = models.ForeignKey(Series, models.CASCADE, verbose_name=_("series"), related_name="accreditations")
    certifier = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("certified by"), related_name="accreditations"
    )
    scheme = models.CharField(_("kind of credit"), max_length=10, choices=Scheme, default=Scheme.MAINPRO)
    programme = models.CharField(_("programme"), max_length=60)
    category = models.CharField(_("category"), max_length=80)
    credits_per_hour = models.DecimalField(_("credits per hour"), max_digits=4, decimal_places=2, default=Decimal(1))
    max_per_session = models.DecimalField(
        _("at most per session"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    max_credits = models.DecimalField(_("at most for the series"), max_digits=6, decimal_places=2)
    credit_step = models.DecimalField(
        _("rounded down to"),
        max_digits=4,
        decimal_places=2,
        default=Decimal("0.25"),
        help_text=_("0.25: quarter hours."),
    )
    professions = ArrayField(
        models.CharField(max_length=8, choices=Profession),
        verbose_name=_("for these professions"),
        default=list,
        blank=True,
        help_text=_("Empty: for everyone."),
    )
    statement_en = models.TextField(_("statement as approved (English)"), blank=True)
    statement_fr = models.TextField(_("statement as approved (French)"), blank=True)
    signatory_name = models.CharField(
        _("signatory"),
        max_length=100,
        blank=True,
        db_default="",
        default="",
        help_text=_("Who signs the certificates for the provider, as printed, such as “Camille Roy, MD”."),
    )
    signatory_title_en = models.CharField(
        _("title of the signatory (English)"), max_length=100, blank=True, db_default="", default=""
    )
    signatory_title_fr = models.CharField(
        _("title of the signatory (French)"), max_length=100, blank=True, db_default="", default=""
    )
    signature = models.ForeignKey(
        SignatureImage,
        models.PROTECT,
        verbose_name=_("image of the signature"),
        null=True,
        editable=False,
        related_name="accreditations",
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    conflicts_declared_on = models.DateField(_("conflicts of interest declared"), null=True, blank=True)
    interaction_percent = models.PositiveSmallIntegerField(
        _("share of interaction, %"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100, _("A share is at most 100 %."))],
    )
    evaluation_required = models.BooleanField(
        _("certificates wait for the evaluation"),
        default=False,
        help_text=_(
            "Only if the certifier or the programme asks for it. A session is on a certificate once its evaluation is "
            "answered. This holds for sessions that end from now on; nobody sees who answered what."
        ),
    )
    is_specimen = models.BooleanField(_("invented for a demonstration"), default=False)

    statement = Bilingual()
    signatory_title = Bilingual()

    objects = AccreditationQuerySet.as_manager()

    class Meta:
        verbose_name = _("accreditation")
        verbose_name_plural = _("accreditations")
        ordering = ["series", "programme", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                name="accreditation_once",
                fields=["series", "programme", "category", "valid_from"],
                nulls_distinct=False,
                violation_error_message=_(
                    "This series has an accreditation with this programme, category and first day already. "
                    "Change one of these, or edit that accreditation."
                ),
            ),
            models.CheckConstraint(
                name="accreditation_dates_in_order",
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
                violation_error_message=_("The last day must not lie before the first."),
            ),
            models.CheckConstraint(
                name="accreditation_credits_positive",
                condition=models.Q(max_credits__gt=0, credits_per_hour__gt=0),
                violation_error_message=_("Credits are more than zero."),
            ),
            models.CheckConstraint(
                name="accreditation_scheme_known",
                condition=models.Q(scheme__in=["mainpro", "moc", "pharmacy", "hours"]),
            ),
            models.CheckConstraint(
                name="accreditation_step_positive",
                condition=models.Q(credit_step__gt=0),
                violation_error_message=_("The step of credits is more than zero."),
            ),
            models.CheckConstraint(
                name="accreditation_session_max_positive",
                condition=models.Q(max_per_session__isnull=True) | models.Q(max_per_session__gt=0),
                violation_error_message=_("Leave the maximum per session empty, or give more than zero."),
            ),
            models.CheckConstraint(
                name="accreditation_interaction_percent",
                condition=models.Q(interaction_percent__isnull=True) | models.Q(interaction_percent__lte=100),
                violation_error_message=_("A share is at most 100 %."),
            ),
            models.CheckConstraint(
                name="accreditation_signatory_whole",
                condition=models.Q(signatory_name="", signatory_title_en="", signatory_title_fr="")
                | ~(models.Q(signatory_name="") | models.Q(signatory_title_en="") | models.Q(signatory_title_fr="")),
                violation_error_message=_(
                    "Give the name of the signatory and their title in both languages, or leave all three empty."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{programme_words(self.programme)} – {category_words(self.category)}"

    @property
    def is_complete(self) -> bool:
        return bool(self.statement_en and self.statement_fr and self.valid_from and self.valid_to)

    @property
    def signatory_words(self) -> str:
        """Return the name and the title of the signatory in the active language, or ""."""
        return ", ".join(part for part in (self.signatory_name, self.signatory_title) if part)

    def covers(self, day: dt.date | None) -> bool:
        """Return whether the accreditation is complete and valid on this day."""
        if day is None or self.valid_from is None or self.valid_to is None:
            return False
        return self.is_complete and self.valid_from <= day <= self.valid_to

    @property
    def needs_session_ids(self) -> bool:
        """Return whether certificates must contain the certifier's IDs of sessions (DOMAIN.md MP-6)."""
        return self.scheme == Accreditation.Scheme.MAINPRO

    @property
    def terms(self) -> Terms:
        return Terms(self.credits_per_hour, self.credit_step, self.max_per_session, self.max_credits)

    def is_for(self, person: Person) -> bool:
        return not self.professions or person.profession in self.professions


class CertifiedSessionQuerySet(models.QuerySet["CertifiedSession"]):
    def editable_by(self, person: Person) -> "CertifiedSessionQuerySet":
        return self.filter(accreditation__in=Accreditation.objects.editable_by(person))


class CertifiedSession(models.Model):
    """The certifier's ID of a session, which is printed on the certificate (DOMAIN.md MP-6)."""

    accreditation = models.ForeignKey(
        Accreditation, models.CASCADE, verbose_name=_("accreditation"), related_name="certified_sessions"
    )
    session = models.ForeignKey(Session, models.CASCADE, verbose_name=_("session"), related_name="certifications")
    certified_id = models.CharField(_("session ID of the certifier"), max_length=40)

    objects = CertifiedSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("certified session")
        verbose_name_plural = _("certified sessions")
        constraints = [
            models.UniqueConstraint(
                name="certified_session_once",
                fields=["accreditation", "session"],
                violation_error_message=_("This session is listed already. Choose another session."),
            ),
            models.UniqueConstraint(
                name="certified_id_once",
                fields=["accreditation", "certified_id"],
                violation_error_message=_("Another session of this accreditation has this ID. Check both."),
            ),
        ]

    def __str__(self) -> str:
        return self.certified_id
