"""Materials of a session: slides, recordings, questions and answers, documents and articles."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.vocabularies import Language
from sessions.models.public_address import is_public_address, public_address
from sessions.models.session import Session


class MaterialQuerySet(models.QuerySet["Material"]):
    def editable_by(self, person: Person) -> "MaterialQuerySet":
        return self.filter(session__in=Session.objects.editable_by(person))


class Material(models.Model):
    """A document or recording of a session. If `url` is empty, pages display that the material has no link yet."""

    class Kind(models.TextChoices):
        SLIDES = "slides", _("Slides")
        RECORDING = "recording", _("Recording")
        QUESTIONS = "questions", _("Questions and answers")
        DOCUMENT = "document", _("Document")
        ARTICLE = "article", _("Article")

    class OpenTo(models.TextChoices):
        PUBLIC = "public", _("Everyone")
        REGISTRANTS = "registrants", _("Registrants only")

    session = models.ForeignKey(Session, models.CASCADE, verbose_name=_("session"), related_name="materials")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    title = models.CharField(_("title"), max_length=300, blank=True)
    url = public_address(_("address"), max_length=1000)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    open_to = models.CharField(_("open to"), max_length=12, choices=OpenTo, default=OpenTo.REGISTRANTS)
    citation = models.TextField(_("citation"), blank=True)
    doi = models.CharField(_("DOI"), max_length=120, blank=True)
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
                violation_error_message=_(
                    "This session has a document of this kind, language and title already. Change the title."
                ),
            ),
            is_public_address("url", name="material_url_is_public"),
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()
