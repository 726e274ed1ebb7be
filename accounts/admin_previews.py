"""What admin pages of texts in two languages share: the preview of typed texts, and when a text was reviewed."""

import dataclasses
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from accounts.admin_scope import NotSaved
from echo_portal.lib.bilingual import LANGUAGES
from echo_portal.lib.reviewed import ReviewedMixin
from echo_portal.lib.richtext import text_html

PREVIEW = "_preview"
LANGUAGE_NAMES = {"en": _("English"), "fr": _("French")}
MARKDOWN_HELP = _(
    "Write the text in Markdown: ## before a heading, - before each item of a list, **bold**, "
    "[words of a link](address). HTML is displayed as it is typed."
)


@dataclasses.dataclass(frozen=True)
class Preview:
    """A typed text in one language as the page would display it. `html` is "" if there is no text in this language."""

    language: str
    language_name: str
    title: str
    html: SafeString


class PreviewMixin:
    """A mixin for admin classes of texts in two languages. List it before the scoped class."""

    change_form_template: ClassVar[Any] = "admin/previewed.html"
    # The fields that a preview displays, without `_en` and `_fr`. The title may be "".
    preview_title, preview_text = "title", "body"
    preview_missing = _("Not written yet. The page shows the other language and says so.")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)  # type: ignore[misc]
        return type(form.__name__, (NotSaved, form), {}) if PREVIEW in request.POST else form

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        if PREVIEW in request.POST:
            context["previews"] = [self._preview(request, code) for code in LANGUAGES]
            context["preview_missing"] = self.preview_missing
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]

    def _preview(self, request: HttpRequest, language: str) -> Preview:
        title, text = (request.POST.get(f"{name}_{language}", "") for name in (self.preview_title, self.preview_text))
        return Preview(language, str(LANGUAGE_NAMES[language]), title, self.html_of(text, language))

    def html_of(self, text: str, language: str) -> SafeString:
        return text_html(text, language)

    @admin.display(description=_("reviewed"), ordering="reviewed_on")
    def review(self, row: ReviewedMixin) -> str:
        if row.reviewed_on is None:
            return translate("Never")
        late = row.review_is_due(timezone.localdate())
        return translate("More than a year ago") if late else translate("In the last twelve months")
