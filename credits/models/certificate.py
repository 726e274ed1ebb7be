"""Certificates. Their values and files never change; a correction leads to a new certificate (PRODUCT.md 6)."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.vocabularies import Language
from credits.codes import shown_code
from credits.models.accreditation import Accreditation
from sessions.models import OfSeriesQuerySet, Series, Session

MOST_ATTEMPTS = 5

# The person's ID, and the session's ID or None (whole series). A series has at most one valid certificate for each.
type About = tuple[int, int | None]


class CertificateQuerySet(OfSeriesQuerySet["Certificate"]):
    def valid(self) -> "CertificateQuerySet":
        """Return the certificates that are neither replaced nor revoked, at most one for each `Certificate.about`."""
        return self.filter(state=Certificate.State.VALID)

    def revoked_by_hand(self) -> "CertificateQuerySet":
        return self.filter(state=Certificate.State.REVOKED, revoked_by__isnull=False)

    def latest_of_each(self) -> "CertificateQuerySet":
        """Return the latest certificate of each `Certificate.about`, which is the valid one if there is one."""
        return self.order_by("person_id", "session_id", "-pk").distinct("person_id", "session_id")

    def that_print(self, accreditation: int) -> "CertificateQuerySet":
        """Return the certificates with a statement of the accreditation, and none with statements of others only."""
        return self.filter(values__records__contains=[{"id": accreditation}])

    def without_other_licences(self, accreditation: Accreditation) -> "CertificateQuerySet":
        """Exclude files that state a licence number of a pharmacist, unless the accreditation is one for pharmacy."""
        return self if accreditation.scheme == Accreditation.Scheme.PHARMACY else self.filter(values__licence="")

    def to_render(self) -> "CertificateQuerySet":
        return self.valid().filter(pdf__isnull=True, attempts__lt=MOST_ATTEMPTS)


class Certificate(models.Model):
    """A certificate of a person's attendance in one session or, if `session` is null, in all sessions of a series.

    `values` contains all texts and numbers on the sheet. A worker renders `pdf`, and saves its hash and the ID of the
    key with which it was signed. A database trigger refuses changes to these fields. `issued_by` is null if the
    certificate was issued because an attendance was corrected.
    """

    class State(models.TextChoices):
        VALID = "valid", _("Valid")
        REPLACED = "replaced", _("Replaced")
        REVOKED = "revoked", _("Revoked")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("person"), related_name="certificates"
    )
    series = models.ForeignKey(Series, models.PROTECT, verbose_name=_("series"), related_name="certificates")
    session = models.ForeignKey(
        Session, models.PROTECT, verbose_name=_("session"), null=True, blank=True, related_name="certificates"
    )
    code = models.CharField(_("code"), max_length=12, unique=True)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    values = models.JSONField(_("what it prints"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.VALID)
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("issued by"), null=True, related_name="+"
    )
    replaces = models.OneToOneField(
        "self", models.PROTECT, verbose_name=_("replaces"), null=True, related_name="replaced_by"
    )
    replaced_at = models.DateTimeField(_("replaced"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("revoked by"), null=True, related_name="+"
    )
    revoked_because = models.CharField(_("why revoked"), max_length=300, blank=True)
    pdf = models.BinaryField(null=True)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)
    key_id = models.CharField(_("signed by the key"), max_length=40, blank=True)
    rendered_at = models.DateTimeField(_("file made"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts to make the file"), default=0)

    objects: ClassVar[CertificateQuerySet] = CertificateQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="certificate_one_valid",
                fields=["person", "series"],
                condition=models.Q(state="valid", session__isnull=True),
            ),
            models.UniqueConstraint(
                name="certificate_one_valid_of_session",
                fields=["person", "session"],
                condition=models.Q(state="valid", session__isnull=False),
            ),
            models.CheckConstraint(
                name="certificate_state_known",
                condition=models.Q(state="valid", replaced_at__isnull=True, revoked_at__isnull=True)
                | models.Q(state="replaced", replaced_at__isnull=False, revoked_at__isnull=True)
                | (models.Q(state="revoked", revoked_at__isnull=False) & ~models.Q(revoked_because="")),
            ),
            models.CheckConstraint(
                name="certificate_file_with_hash",
                condition=models.Q(pdf__isnull=True, sha256="", key_id="", rendered_at__isnull=True)
                | models.Q(pdf__isnull=False, sha256__regex="^[0-9a-f]{64}$", rendered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="certificate_code_shape", condition=models.Q(code__regex="^[0-9A-HJKMNP-TV-Z]{12}$")
            ),
        ]
        indexes = [
            models.Index(
                fields=["issued_at"], name="certificate_to_render", condition=models.Q(state="valid", pdf__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return shown_code(self.code)

    @property
    def about(self) -> About:
        return self.person_id, self.session_id

    @property
    def is_valid(self) -> bool:
        return self.state == Certificate.State.VALID

    @property
    def was_revoked_automatically(self) -> bool:
        """Return whether the certificate was revoked because of changed attendances or accreditations."""
        return self.state == Certificate.State.REVOKED and self.revoked_by_id is None

    @property
    def printed(self) -> list[dict[str, Any]]:
        """Return the lines of the sheet: each session with its minutes, and its credits by accreditation."""
        lines: list[dict[str, Any]] = self.values["sessions"]
        return lines
