"""Hubs, the spokes they serve, organisations, memberships of hubs, and the texts of the programme."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.lookups import Regex
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.vocabularies import Language, Province
from echo_portal.lib.bilingual import Bilingual


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def editable_by(self, person: Person) -> "OrganisationQuerySet":
        """Return all organisations if the person coordinates a hub or is Pallium staff, else none.

        This allows coordinators to choose any organisation for a series.
        """
        return self if Hub.objects.editable_by(person).exists() else self.none()


class Organisation(models.Model):
    """An organisation that takes part in the programme. SeriesOrganisation contains its role in a series."""

    slug = models.SlugField(
        _("short name"),
        unique=True,
        error_messages={"unique": _("Another organisation has this short name. Choose another.")},
    )
    name_en = models.CharField(_("name (English)"), max_length=200)
    name_fr = models.CharField(_("name (French)"), max_length=200)
    kind = models.CharField(_("kind"), max_length=60, blank=True)
    province = models.CharField(_("province or territory"), max_length=8, choices=Province, blank=True)
    roles = ArrayField(models.CharField(max_length=200), verbose_name=_("roles"), default=list, blank=True)

    name = Bilingual(_("name"))

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name_en"]

    def __str__(self) -> str:
        return self.name


class HubQuerySet(models.QuerySet["Hub"]):
    def editable_by(self, person: Person) -> "HubQuerySet":
        """Return all hubs for Pallium staff, and for others the hubs that they coordinate.

        Return no hubs if the person's account is inactive.
        """
        if not person.is_active:
            return self.none()
        if person.is_pallium_staff:
            return self
        return self.filter(memberships__person=person, memberships__role=Membership.Role.COORDINATOR).distinct()

    def in_order(self) -> "HubQuerySet":
        """Order the national hub first, then the other hubs by name."""
        return self.order_by(models.Case(models.When(scope="national", then=0), default=1), "name_en")


class Hub(models.Model):
    class Scope(models.TextChoices):
        NATIONAL = "national", _("National")
        REGIONAL = "regional", _("Regional")
        PROVINCIAL = "provincial", _("Provincial")
        SECTOR = "sector", _("Sector")

    slug = models.SlugField(
        _("address on the site"),
        unique=True,
        error_messages={"unique": _("Another hub has this address on the site. Choose another.")},
    )
    scope = models.CharField(_("scope"), max_length=12, choices=Scope)
    name_en = models.CharField(_("name (English)"), max_length=200)
    name_fr = models.CharField(_("name (French)"), max_length=200)
    host = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("host"), related_name="hubs")
    province = models.CharField(_("province or territory"), max_length=8, choices=Province, blank=True)
    partner_of = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("partner of"), null=True, blank=True, related_name="partners"
    )
    languages = ArrayField(
        models.CharField(max_length=2, choices=Language),
        verbose_name=_("languages"),
        default=list,
        blank=True,
    )
    contact_email = models.EmailField(_("address that a person reads"), blank=True)
    vision_en = models.TextField(_("vision (English)"), blank=True)
    vision_fr = models.TextField(_("vision (French)"), blank=True)
    aims_en = ArrayField(models.CharField(max_length=300), verbose_name=_("aims (English)"), default=list, blank=True)
    aims_fr = ArrayField(models.CharField(max_length=300), verbose_name=_("aims (French)"), default=list, blank=True)
    objectives_en = ArrayField(
        models.CharField(max_length=300), verbose_name=_("objectives (English)"), default=list, blank=True
    )
    objectives_fr = ArrayField(
        models.CharField(max_length=300), verbose_name=_("objectives (French)"), default=list, blank=True
    )
    principles_en = ArrayField(
        models.CharField(max_length=300), verbose_name=_("principles (English)"), default=list, blank=True
    )
    principles_fr = ArrayField(
        models.CharField(max_length=300), verbose_name=_("principles (French)"), default=list, blank=True
    )
    founding_note_en = models.CharField(_("how it began (English)"), max_length=300, blank=True)
    founding_note_fr = models.CharField(_("how it began (French)"), max_length=300, blank=True)
    accepts_proposals = models.BooleanField(_("accepts proposals"), default=False)
    accepts_partners = models.BooleanField(_("accepts partners"), default=False)

    name = Bilingual(_("name"))
    vision = Bilingual()

    objects = HubQuerySet.as_manager()

    class Meta:
        verbose_name = _("hub")
        verbose_name_plural = _("hubs")
        ordering = ["name_en"]
        constraints = [
            models.UniqueConstraint(
                name="hub_one_national",
                fields=["scope"],
                condition=models.Q(scope="national"),
                violation_error_message=_("There is one national hub already. Choose another scope."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reply_address(self) -> str:
        """Return the hub's contact address or, if it has none, the operator's."""
        return self.contact_email or settings.OPERATOR_EMAIL


class OfHubQuerySet[Row: models.Model](models.QuerySet[Row]):
    """The queryset for models with a foreign key `hub`."""

    def editable_by(self, person: Person) -> Self:
        return self.filter(hub__in=Hub.objects.editable_by(person))


class Spoke(models.Model):
    """A community or setting that a hub serves."""

    hub = models.ForeignKey(Hub, models.CASCADE, verbose_name=_("hub"), related_name="spokes")
    name_en = models.CharField(_("name (English)"), max_length=200)
    name_fr = models.CharField(_("name (French)"), max_length=200)
    province = models.CharField(_("province or territory"), max_length=8, choices=Province, blank=True)

    name = Bilingual(_("name"))

    objects = OfHubQuerySet["Spoke"].as_manager()

    class Meta:
        verbose_name = _("spoke")
        verbose_name_plural = _("spokes")
        ordering = ["name_en"]
        constraints = [
            models.UniqueConstraint(
                name="spoke_once_per_hub",
                fields=["hub", "name_en"],
                violation_error_message=_("This hub has a spoke with this English name already. Change the name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """The role of a person in a hub (PRODUCT.md 1)."""

    class Role(models.TextChoices):
        COORDINATOR = "coordinator", _("Coordinator")
        EVALUATOR = "evaluator", _("Evaluator")
        FACILITATOR = "facilitator", _("Facilitator")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"), related_name="memberships"
    )
    hub = models.ForeignKey(Hub, models.CASCADE, verbose_name=_("hub"), related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role)

    objects = OfHubQuerySet["Membership"].as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                name="membership_once",
                fields=["person", "hub", "role"],
                violation_error_message=_(
                    "This person has this role in the hub already. Choose another role or person."
                ),
            ),
            models.CheckConstraint(
                name="membership_role_known",
                condition=models.Q(role__in=["coordinator", "evaluator", "facilitator"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.get_role_display()}"


# A host in lower case and in ASCII, with a dot; no number, so no IP address. Valid in Python and in PostgreSQL.
HOST = r"([a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{0,62}"
MAX_MEETING_HOSTS = 100


def usual_meeting_hosts() -> list[str]:
    """Return the hosts of meetings that are accepted until Pallium staff edit the list."""
    return ["zoom.us", "teams.microsoft.com", "teams.live.com", "meet.google.com", "webex.com"]


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def editable_by(self, person: Person) -> "ProgrammeQuerySet":
        return self if person.is_pallium_staff else self.none()


class Programme(models.Model):
    """The texts and rules of the programme as a whole. There is a single row."""

    id = models.SmallAutoField(primary_key=True)
    name_en = models.CharField(_("name (English)"), max_length=200)
    name_fr = models.CharField(_("name (French)"), max_length=200)
    funding_note_en = models.TextField(_("funding acknowledgement (English)"))
    funding_note_fr = models.TextField(_("funding acknowledgement (French)"))
    meeting_hosts = ArrayField(
        models.CharField(max_length=253), verbose_name=_("sites of video meetings"), default=usual_meeting_hosts
    )
    welcome_title_en = models.CharField(
        _("heading of the home page (English)"), max_length=120, blank=True, default="", db_default=""
    )
    welcome_title_fr = models.CharField(
        _("heading of the home page (French)"), max_length=120, blank=True, default="", db_default=""
    )
    welcome_en = models.CharField(
        _("below the heading (English)"), max_length=300, blank=True, default="", db_default=""
    )
    welcome_fr = models.CharField(
        _("below the heading (French)"), max_length=300, blank=True, default="", db_default=""
    )

    name = Bilingual(_("name"))
    funding_note = Bilingual()
    welcome_title = Bilingual()
    welcome = Bilingual()

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programme")
        constraints = [
            models.CheckConstraint(name="programme_is_one", condition=models.Q(id=1)),
            models.CheckConstraint(
                name="programme_welcome_in_both_languages",
                condition=(
                    models.Q(welcome_title_en="", welcome_title_fr="")
                    | ~models.Q(welcome_title_en="") & ~models.Q(welcome_title_fr="")
                )
                & (models.Q(welcome_en="", welcome_fr="") | ~models.Q(welcome_en="") & ~models.Q(welcome_fr="")),
                violation_error_message=_("Write the texts of the home page in both languages, or in none."),
            ),
            models.CheckConstraint(
                name="programme_meeting_hosts_few",
                condition=models.Q(meeting_hosts__len__gte=1, meeting_hosts__len__lte=MAX_MEETING_HOSTS),
            ),
            models.CheckConstraint(
                name="programme_meeting_hosts_possible",
                condition=Regex(
                    models.Func(
                        models.F("meeting_hosts"),
                        models.Value(" "),
                        function="array_to_string",
                        output_field=models.TextField(),
                    ),
                    models.Value(f"^{HOST}( {HOST})*$"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name
