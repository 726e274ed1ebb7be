"""Materials of a session: slides, recordings, transcripts, questions and answers, documents and articles."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from accounts.vocabularies import Language
from sessions.models.public_address import is_public_address, public_address
from sessions.models.session import Session


class MaterialQuerySet(models.QuerySet["Material"]):
    def editable_by(self, person: Person) -> "MaterialQuerySet":
        return self.filter(session__in=Session.objects.editable_by(person))

    def shown(self) -> "MaterialQuerySet":
        """Return the materials that are neither withdrawn nor replaced."""
        return self.filter(state=Material.State.SHOWN)

    def online(self) -> "MaterialQuerySet":
        """Return the shown materials that can be opened because they have an address or a file."""
        return self.shown().exclude(url="", file__isnull=True)


class Material(models.Model):
    """A document or recording of a session, at an address or as a file.

    If it has neither, pages say that it is not online yet. A withdrawn or replaced material remains listed with the
    reason, `note_en` and `note_fr`, and cannot be opened.
    """

    class Kind(models.TextChoices):
        SLIDES = "slides", _("Slides")
        RECORDING = "recording", _("Recording")
        SMALL_VIDEO = "small-video", _("Recording, small video")
        AUDIO = "audio", _("Recording, audio only")
        TRANSCRIPT = "transcript", pgettext_lazy("of a session", "Transcript")
        CAPTIONS = "captions", _("Captions")
        QUESTIONS = "questions", _("Questions and answers")
        DOCUMENT = "document", _("Document")
        ARTICLE = "article", _("Article")

    # Forms of the recording. They are links, not uploads.
    RECORDINGS = (Kind.RECORDING, Kind.SMALL_VIDEO, Kind.AUDIO)
    # The order in which pages list them.
    IN_ORDER = (
        *RECORDINGS,
        Kind.CAPTIONS,
        Kind.TRANSCRIPT,
        Kind.SLIDES,
        Kind.QUESTIONS,
        Kind.DOCUMENT,
        Kind.ARTICLE,
    )

    class OpenTo(models.TextChoices):
        PUBLIC = "public", _("Everyone")
        REGISTRANTS = "registrants", _("Registrants only")

    class State(models.TextChoices):
        SHOWN = "shown", pgettext_lazy("document", "Shown")
        REPLACED = "replaced", pgettext_lazy("document", "Replaced")
        WITHDRAWN = "withdrawn", pgettext_lazy("document", "Withdrawn")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(Session, models.CASCADE, verbose_name=_("session"), related_name="materials")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    title = models.CharField(_("title"), max_length=300, blank=True)
    url = public_address(_("address"), max_length=1000)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    open_to = models.CharField(_("open to"), max_length=12, choices=OpenTo, default=OpenTo.REGISTRANTS)
    citation = models.TextField(_("citation"), blank=True)
    doi = models.CharField(_("DOI"), max_length=120, blank=True)
    has_captions = models.BooleanField(
        _("captioned"), default=False, help_text=_("Of a recording: people can read what is said.")
    )
    minutes = models.PositiveSmallIntegerField(
        _("length in minutes"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(1440)]
    )
    megabytes = models.PositiveIntegerField(
        _("size in MB"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100_000)],
        help_text=_("Of what the address opens. Visitors with a slow connection choose by it."),
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.SHOWN, editable=False)
    note_en = models.CharField(_("why it is no longer shown (English)"), max_length=300, blank=True, editable=False)
    note_fr = models.CharField(_("why it is no longer shown (French)"), max_length=300, blank=True, editable=False)
    hidden_at = models.DateTimeField(_("no longer shown since"), null=True, editable=False)
    replaced_by = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("replaced by"),
        null=True,
        editable=False,
        related_name="replaces",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = MaterialQuerySet.as_manager()

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ["session", "kind", "id"]
        constraints = [
            models.UniqueConstraint(
                name="material_kind_once",
                fields=["session", "kind", "language", "title"],
                condition=models.Q(state="shown"),
                violation_error_message=_(
                    "This session has a document of this kind, language and title already. Change the title."
                ),
            ),
            is_public_address("url", name="material_url_is_public"),
            models.CheckConstraint(
                name="material_state_known",
                condition=models.Q(
                    state="shown", note_en="", note_fr="", hidden_at__isnull=True, replaced_by__isnull=True
                )
                | models.Q(state="withdrawn", hidden_at__isnull=False, replaced_by__isnull=True)
                & ~models.Q(note_en="", note_fr="")
                | models.Q(state="replaced", hidden_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()

    @property
    def is_shown(self) -> bool:
        return self.state == Material.State.SHOWN
