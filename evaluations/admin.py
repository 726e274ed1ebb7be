"""Admin pages of questions. Pallium staff edit those of the national core, and hubs edit their own."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.admin_scope import signed_in_person
from echo_portal.lib.bilingual import LANGUAGES
from echo_portal.lib.http import private
from evaluations.actions import revise_question
from evaluations.forms import AnswerForm, QuestionForm
from evaluations.models import EvaluationQuestion, Question
from hubs.admin_scope import HubScopedAdmin
from hubs.models import Hub


@admin.register(Question)
class QuestionAdmin(HubScopedAdmin):
    """The admin pages of questions.

    If the words of a question that was already asked are changed, its next version is created. The old version is kept,
    because answers refer to it.
    """

    form = QuestionForm
    hub_path = "hub_id"
    immutable_fields = ("hub", "code", "kind")
    list_display = ("text", "belongs_to", "kind", "only_certified", "moore_level", "version", "is_asked")
    list_filter = ("kind", ("hub", admin.RelatedOnlyFieldListFilter), ("retired_at", admin.EmptyFieldListFilter))
    list_select_related = ("hub",)
    search_fields = ("text_en", "text_fr", "code")
    ordering = ("hub", "position", "pk")
    fieldsets = (
        (
            None,
            {
                "fields": (("hub", "code"), ("kind", "position")),
                "description": _(
                    "Each session asks the national core and at most three questions of its hub. Other words for a "
                    "question that was asked become its next version, which later evaluations ask."
                ),
            },
        ),
        (_("In both languages"), {"fields": (("text_en", "text_fr"), ("choices_en", "choices_fr"))}),
        (_("Where it is asked"), {"fields": ("is_asked_now", ("moore_level", "only_certified"))}),
    )

    def get_urls(self) -> Any:
        preview = self.admin_site.admin_view(self.preview_view)
        return [path("preview/", preview, name="evaluations_question_preview"), *super().get_urls()]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Display the questions of the next evaluation of a hub as people see them, in both languages.

        Raises Http404 for people who coordinate no hub, and for a hub that they may not edit.
        """
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        hubs = list(Hub.objects.editable_by(signed_in_person(request)).order_by("name_en", "pk"))
        slug = request.GET.get("hub")
        hub = next((one for one in hubs if slug in (None, one.slug)), None)
        if hub is None:
            raise Http404
        certified = request.GET.get("certified") == "on"
        asked = [
            EvaluationQuestion(question=question, position=position)
            for position, question in enumerate(Question.objects.asked_by(hub, certified=certified), start=1)
        ]
        context = {"hubs": hubs, "hub": hub, "certified": certified, "forms": list(_in_both_languages(asked))}
        return private(render(request, "evaluations/preview.html", context))

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Return the read-only fields, which include `only_certified` except for Pallium staff."""
        found = super().get_readonly_fields(request, obj)
        return found if signed_in_person(request).is_pallium_staff else (*found, "only_certified")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "hub" in form.base_fields:
            # Coordinators add questions to their hubs only. Without a hub, a question belongs to the national core.
            form.base_fields["hub"].required = not signed_in_person(request).is_pallium_staff
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the question. If it was already asked and its words changed, save its next version instead."""
        obj.retired_at = None if form.cleaned_data["is_asked_now"] else (obj.retired_at or timezone.now())
        if change and form.has_other_words and obj.asked.exists():
            revise_question(question=obj, now=timezone.now())
            words = translate("Version %(version)d is asked in the evaluations that open from now on.")
            self.message_user(request, words % {"version": obj.version}, messages.SUCCESS)
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False for a question that was already asked, because answers refer to it."""
        was_asked = isinstance(obj, Question) and obj.asked.exists()
        return not was_asked and super().has_delete_permission(request, obj)

    @admin.display(description=_("belongs to"), ordering="hub")
    def belongs_to(self, row: Question) -> str:
        return row.hub.name if row.hub else translate("National core")

    @admin.display(description=pgettext_lazy("question", "asked"), boolean=True)
    def is_asked(self, row: Question) -> bool:
        return row.retired_at is None


def _in_both_languages(asked: list[EvaluationQuestion]) -> Iterator[tuple[str, AnswerForm]]:
    """Yield an empty form in each language. Their fields have different names, because they are on one page."""
    for language in LANGUAGES:
        with translation.override(language):
            yield language, AnswerForm(asked=asked, prefix=language)
