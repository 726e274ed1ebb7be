"""Admin pages of public texts. Coordinators edit the texts of their hubs, and Pallium staff those of the programme."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from accounts.admin_previews import LANGUAGE_NAMES, MARKDOWN_HELP, PreviewMixin
from accounts.admin_scope import signed_in_person
from hubs.admin_scope import HubScopedAdmin
from pages.actions import note_edits
from pages.forms import NewsletterForm, PageForm, QuestionAndAnswerForm
from pages.models import Newsletter, Page, PublicText, QuestionAndAnswer
from pages.presenters.public_texts import with_operator

PAGE_HELP = format_lazy(
    "{} {}",
    MARKDOWN_HELP,
    _("The page displays the operator’s addresses for {operator-email} and {operator-address}."),
)
STATE: tuple[Any, Any] = (_("State"), {"fields": (("is_published", "is_sample"), "reviewed_on", "says_the_same")})


class PublicTextAdmin(PreviewMixin, HubScopedAdmin):
    """The base class of admin pages of texts in two languages."""

    change_form_template = "admin/pages/public_text.html"
    hub_path = "hub_id"
    immutable_fields = ("hub",)
    list_select_related = ("hub",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "hub" in form.base_fields:
            # Coordinators write for their hubs only.
            form.base_fields["hub"].required = not signed_in_person(request).is_pallium_staff
        return form

    def save_model(self, request: HttpRequest, obj: PublicText, form: Any, change: bool) -> None:
        note_edits(obj, changed=form.changed_data, says_the_same=form.cleaned_data["says_the_same"])
        super().save_model(request, obj, form, change)

    @admin.display(description=_("belongs to"), ordering="hub")
    def belongs_to(self, row: PublicText) -> str:
        return row.hub.name if row.hub else translate("National programme")

    @admin.display(description=_("both languages"))
    def both_languages(self, row: PublicText) -> str:
        missing = row.missing_languages
        if missing:
            return translate("Missing: %(language)s") % {"language": LANGUAGE_NAMES[missing[0]]}
        return translate("The French is older") if row.french_is_older else translate("Complete")


@admin.register(Page)
class PageAdmin(PublicTextAdmin):
    form = PageForm
    list_display = ("title", "belongs_to", "place", "is_published", "is_sample", "both_languages", "review")
    list_filter = ("is_published", "is_sample", "place", ("hub", admin.RelatedOnlyFieldListFilter))
    search_fields = ("title_en", "title_fr", "slug")
    ordering = ("hub", "place", "position", "slug")
    fieldsets = (
        (
            None,
            {
                "fields": (("title_en", "title_fr"), ("summary_en", "summary_fr"), ("body_en", "body_fr")),
                "classes": ("bilingual",),
                "description": PAGE_HELP,
            },
        ),
        STATE,
        (_("Where it is"), {"fields": (("hub", "slug"), ("place", "position"))}),
    )

    def html_of(self, text: str, language: str) -> SafeString:
        return super().html_of(with_operator(text), language)


@admin.register(QuestionAndAnswer)
class QuestionAndAnswerAdmin(PublicTextAdmin):
    form = QuestionAndAnswerForm
    preview_title, preview_text = "question", "answer"
    list_display = ("question", "belongs_to", "position", "is_published", "is_sample", "both_languages", "review")
    list_filter = ("is_published", "is_sample", ("hub", admin.RelatedOnlyFieldListFilter))
    search_fields = ("question_en", "question_fr", "slug")
    ordering = ("position", "slug")
    fieldsets = (
        (
            None,
            {
                "fields": (("question_en", "question_fr"), ("answer_en", "answer_fr")),
                "classes": ("bilingual",),
                "description": MARKDOWN_HELP,
            },
        ),
        STATE,
        (_("Where it is"), {"fields": ("hub", ("slug", "position"))}),
    )


@admin.register(Newsletter)
class NewsletterAdmin(PublicTextAdmin):
    form = NewsletterForm
    list_display = ("title", "belongs_to", "published_on", "is_published", "is_sample", "both_languages", "review")
    list_filter = ("is_published", "is_sample", ("hub", admin.RelatedOnlyFieldListFilter))
    search_fields = ("title_en", "title_fr", "slug")
    ordering = ("-published_on", "-pk")
    fieldsets = (
        (
            None,
            {
                "fields": (("title_en", "title_fr"), ("summary_en", "summary_fr"), ("body_en", "body_fr")),
                "classes": ("bilingual",),
                "description": MARKDOWN_HELP,
            },
        ),
        STATE,
        (_("Where it is"), {"fields": ("hub", ("slug", "published_on"))}),
    )
