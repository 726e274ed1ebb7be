"""The user model: one person per email address (PRODUCT.md 1)."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from accounts.vocabularies import Language, PracticeSetting, Profession, Province, ServesRural
from echo_portal.lib.text import ERASED_DOMAIN, email_key, sort_key_of

LICENCE = r"^[A-Za-z0-9][A-Za-z0-9 ./-]*$"


class PersonQuerySet(models.QuerySet["Person"]):
    def at_address(self, address: str) -> "PersonQuerySet":
        """Return the person with this address as a queryset of at most one row.

        Addresses are compared after trimming, NFKC and case folding. The address of a merged profile belongs to the
        person into whom it was merged.
        """
        merged = Person.objects.get_queryset().filter(email_key=email_key(address))
        return self.filter(pk=models.Subquery(merged.values(current=Coalesce("merged_into", "pk"))[:1]))

    def editable_by(self, person: "Person") -> "PersonQuerySet":
        """Return all people for Pallium staff, and nobody for others.

        Coordinators see their registrants on other pages.
        """
        return self if person.is_pallium_staff else self.none()


class PersonManager(BaseUserManager["Person"]):
    def get_queryset(self) -> PersonQuerySet:
        return PersonQuerySet(self.model, using=self._db)

    def at_address(self, address: str) -> PersonQuerySet:
        return self.get_queryset().at_address(address)

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email_key=email_key(username or ""))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=email, **fields)
        person.set_password(password) if password else person.set_unusable_password()
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        return self.create_user(
            email,
            password,
            is_staff=True,
            is_superuser=True,
            is_programme_staff=True,
            mailbox_proved_at=Now(),
            **fields,
        )


class Person(AbstractBaseUser, PermissionsMixin):
    """A person, identified by the address of their mailbox. They may be a guest or sign in.

    `mailbox_proved_at` is None until the person has proved that the mailbox is theirs. `mailbox_used_at` is when they
    last signed in or used a link of an email.

    `link_version` is part of the signed links in emails and feeds. Increasing it revokes all of them.

    `merged_into` is set for a duplicate profile that was closed. Its rows belong to the person `merged_into`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("email address"), max_length=254)
    email_key = models.CharField(max_length=254, unique=True, editable=False)
    mailbox_proved_at = models.DateTimeField(_("mailbox proved"), null=True, blank=True, editable=False)
    mailbox_used_at = models.DateTimeField(_("mailbox last used"), null=True, blank=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    sort_key = models.CharField(max_length=400, editable=False, db_index=True)
    certificate_name = models.CharField(_("name on certificates, if different"), max_length=200, blank=True)
    profession = models.CharField(_("profession"), max_length=8, choices=Profession, blank=True)
    practice_settings = ArrayField(
        models.CharField(max_length=8, choices=PracticeSetting),
        verbose_name=_("practice settings"),
        default=list,
        blank=True,
    )
    province = models.CharField(_("province or territory"), max_length=8, choices=Province, blank=True)
    community = models.CharField(_("community"), max_length=120, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    forward_sortation_area = models.CharField(_("first three of the postal code"), max_length=6, blank=True)
    serves_rural = models.CharField(
        _("mainly serves a rural, remote or Indigenous community"),
        max_length=6,
        choices=ServesRural,
        blank=True,
        default="",
        db_default="",
    )
    # Only statements of accredited pharmacy learning print it (DOMAIN.md 1.4). Coordinators do not see it.
    licence_number = models.CharField(
        _("licence number"),
        max_length=40,
        blank=True,
        default="",
        db_default="",
        validators=[RegexValidator(LICENCE, _("Write the number only, without other signs."))],
    )
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.EN)
    link_version = models.PositiveIntegerField(default=1, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may enter the administration"), default=False)
    is_programme_staff = models.BooleanField(_("Pallium staff: every hub"), default=False)
    created_at = models.DateTimeField(_("first seen"), db_default=Now(), editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("merged into"), null=True, editable=False, related_name="merged_profiles"
    )

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email_key"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email", "name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["sort_key", "id"]
        constraints = [
            models.CheckConstraint(name="person_language_known", condition=models.Q(language__in=Language.values)),
            models.CheckConstraint(
                name="person_profession_known", condition=models.Q(profession__in=["", *Profession.values])
            ),
            models.CheckConstraint(
                name="person_province_known", condition=models.Q(province__in=["", *Province.values])
            ),
            models.CheckConstraint(
                name="person_serves_rural_known", condition=models.Q(serves_rural__in=["", *ServesRural.values])
            ),
            models.CheckConstraint(
                name="person_licence_possible",
                condition=models.Q(licence_number="") | models.Q(licence_number__regex=LICENCE),
            ),
            models.CheckConstraint(name="person_email_key_present", condition=~models.Q(email_key="")),
            models.CheckConstraint(
                name="person_merged_is_closed",
                condition=models.Q(merged_into__isnull=True)
                | (models.Q(is_active=False) & ~models.Q(merged_into=models.F("id"))),
            ),
        ]

    def __str__(self) -> str:
        return self.name or (str(_("Erased person")) if self.is_erased else self.email)

    def save(self, **kwargs: Any) -> None:
        self.email_key = email_key(self.email)
        self.sort_key = sort_key_of(self.name)
        super().save(**kwargs)

    def clean(self) -> None:
        self.email = self.email.strip()

    @property
    def is_pallium_staff(self) -> bool:
        """Return whether this person is Pallium staff with an active account."""
        return self.is_active and (self.is_superuser or self.is_programme_staff)

    @property
    def is_erased(self) -> bool:
        """Return whether this person was erased. The row is kept, and the name for some years (ADR 52)."""
        return self.email.endswith(f"@{ERASED_DOMAIN}")

    @property
    def is_proved(self) -> bool:
        """Return whether the person has used a code or a link that was sent to their address."""
        return self.mailbox_proved_at is not None

    @property
    def name_in_emails(self) -> str:
        """Return the name, or the address if the mailbox is not proved, because a stranger may have typed the name."""
        return self.name if self.is_proved else self.email
