"""Series of sessions. A series belongs to one hub, and partner hubs may offer it jointly (PRODUCT.md 2)."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Length, Now
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from accounts.vocabularies import Language, PracticeSetting, Profession
from echo_portal.lib.bilingual import Bilingual
from hubs.models import Hub, Organisation
from sessions.models.public_address import is_public_address, public_address
from sessions.vocabularies import Level, PracticeArea, SeriesKind

MAX_SUMMARY = 2000


class SeriesQuerySet(models.QuerySet["Series"]):
    def published(self) -> "SeriesQuerySet":
        return self.filter(state=Series.State.PUBLISHED)

    def for_hub(self, hub: Hub) -> "SeriesQuerySet":
        """Return the hub's own series and the series of which it is a partner hub, without duplicates."""
        return self.filter(models.Q(hub=hub) | models.Q(partner_hubs=hub)).distinct()

    def editable_by(self, person: Person) -> "SeriesQuerySet":
        """Return the series that this person may edit: the series of the hubs they coordinate (PRODUCT.md 1)."""
        return self.filter(hub__in=Hub.objects.editable_by(person))

    def visible_to(self, person: Person) -> "SeriesQuerySet":
        """Return the series that this person may view, including joint series of their hubs (PRODUCT.md 1).

        Members of a partner hub may view a joint series, but not its registrants.
        """
        hubs = Hub.objects.editable_by(person)
        return self.filter(models.Q(hub__in=hubs) | models.Q(partner_hubs__in=hubs)).distinct()


class Series(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    class RegistrationMode(models.TextChoices):
        OPEN = "open", _("Open")
        KEY = "key", _("With an enrollment key")

    class RecordingsFor(models.TextChoices):
        NOBODY = "", _("Not said")
        REGISTRANTS = "registrants", _("Registrants")
        ENROLLED = "enrolled", _("Everyone enrolled in the series")
        PUBLIC = "public", _("Everyone")

    slug = models.SlugField(
        _("address on the site"),
        max_length=80,
        unique=True,
        error_messages={"unique": _("Another series has this address on the site. Choose another.")},
    )
    hub = models.ForeignKey(Hub, models.PROTECT, verbose_name=_("hub"), related_name="series")
    partner_hubs = models.ManyToManyField(
        Hub, verbose_name=_("run jointly with"), related_name="joint_series", blank=True
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    kind = models.CharField(_("kind"), max_length=16, choices=SeriesKind)
    title_en = models.CharField(_("title (English)"), max_length=300, blank=True)
    title_fr = models.CharField(_("title (French)"), max_length=300, blank=True)
    summary_en = models.TextField(_("summary (English)"), max_length=MAX_SUMMARY, blank=True)
    summary_fr = models.TextField(_("summary (French)"), max_length=MAX_SUMMARY, blank=True)
    language = models.CharField(_("delivered in"), max_length=2, choices=Language)
    audience_professions = ArrayField(
        models.CharField(max_length=8, choices=Profession),
        verbose_name=_("for these professions"),
        default=list,
        blank=True,
    )
    audience_settings = ArrayField(
        models.CharField(max_length=8, choices=PracticeSetting),
        verbose_name=_("for these settings"),
        default=list,
        blank=True,
    )
    practice_areas = ArrayField(
        models.CharField(max_length=8, choices=PracticeArea),
        verbose_name=_("practice areas"),
        default=list,
        blank=True,
    )
    levels = ArrayField(
        models.CharField(max_length=12, choices=Level), verbose_name=_("levels"), default=list, blank=True
    )
    registration_mode = models.CharField(
        _("registration"), max_length=8, choices=RegistrationMode, default=RegistrationMode.OPEN
    )
    choose_one = models.BooleanField(
        _("equivalent dates: a person takes one"),
        default=False,
        help_text=_("Every session of this series has the same content."),
    )
    attend_all_required = models.BooleanField(_("every session must be attended"), default=False)
    recordings_for = models.CharField(
        _("recordings are for"),
        max_length=12,
        choices=RecordingsFor,
        default=RecordingsFor.NOBODY,
        blank=True,
    )
    ongoing = models.BooleanField(_("open-ended, more dates follow"), default=False)
    announced_session_count = models.PositiveSmallIntegerField(
        _("sessions announced"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(999, _("Write at most 999 sessions."))],
        help_text=_("How many sessions were announced, when not all of them are listed yet."),
    )
    free_of_charge = models.BooleanField(_("free of charge"), default=True)
    video_announced = models.BooleanField(_("a video introduces it"), default=False)
    video_url = public_address(_("address of the video"))
    recommended_first = models.ManyToManyField(
        "self",
        verbose_name=_("recommended first"),
        symmetrical=False,
        related_name="recommended_next",
        blank=True,
    )
    revision = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    title = Bilingual(_("title"))
    summary = Bilingual()

    objects: ClassVar[SeriesQuerySet] = SeriesQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = pgettext_lazy("several", "series")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                name="series_has_a_title",
                condition=~models.Q(title_en="") | ~models.Q(title_fr=""),
                violation_error_message=_("Give the series a title in at least one language."),
            ),
            models.CheckConstraint(name="series_kind_known", condition=models.Q(kind__in=SeriesKind.values)),
            models.CheckConstraint(name="series_language_known", condition=models.Q(language__in=Language.values)),
            models.CheckConstraint(name="series_state_known", condition=models.Q(state__in=["draft", "published"])),
            models.CheckConstraint(
                name="series_registration_known", condition=models.Q(registration_mode__in=["open", "key"])
            ),
            is_public_address("video_url", name="series_video_url_is_public"),
            models.CheckConstraint(
                name="series_summary_en_short", condition=LessThanOrEqual(Length("summary_en"), MAX_SUMMARY)
            ),
            models.CheckConstraint(
                name="series_summary_fr_short", condition=LessThanOrEqual(Length("summary_fr"), MAX_SUMMARY)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def shares_with_everyone_registered(self) -> bool:
        """Return whether materials for registrants are for everyone registered for the series, not for the session."""
        return self.recordings_for != Series.RecordingsFor.NOBODY

    @property
    def is_published(self) -> bool:
        return self.state == Series.State.PUBLISHED

    @property
    def needs_key(self) -> bool:
        return self.registration_mode == Series.RegistrationMode.KEY


class OfSeriesQuerySet[Row: models.Model](models.QuerySet[Row]):
    """The queryset for models with a foreign key `series`."""

    def editable_by(self, person: Person) -> Self:
        return self.filter(series__in=Series.objects.editable_by(person))


class SeriesOrganisation(models.Model):
    """The role of an organisation in a series."""

    class Role(models.TextChoices):
        HOST = "host", _("Host")
        CO_HOST = "co-host", _("Co-host")
        COLLABORATOR = "collaborator", _("Collaborator")
        CERTIFIER = "certifier", _("Certifier")
        FUNDER = "funder", _("Funder")

    series = models.ForeignKey(Series, models.CASCADE, verbose_name=_("series"), related_name="organisations")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("organisation"), related_name="series_roles"
    )
    role = models.CharField(_("role"), max_length=16, choices=Role)

    objects = OfSeriesQuerySet["SeriesOrganisation"].as_manager()

    class Meta:
        verbose_name = _("organisation in a series")
        verbose_name_plural = _("organisations in a series")
        ordering = ["role", "organisation"]
        constraints = [
            models.UniqueConstraint(
                name="series_organisation_role_once",
                fields=["series", "organisation", "role"],
                violation_error_message=_("This organisation has this role already. Choose another role."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_role_display().lower()})"
