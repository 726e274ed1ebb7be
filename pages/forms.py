"""Admin forms of public texts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from echo_portal.lib.bilingual import typographic
from echo_portal.lib.forms import NamedForm, several_lines
from pages.models import Newsletter, Page, QuestionAndAnswer


class PublicTextForm(NamedForm):
    """A form that displays both languages next to each other."""

    says_the_same = forms.BooleanField(
        label=_("I compared both languages: they say the same"),
        required=False,
        help_text=_("Otherwise the list marks the French as older when only the English is edited."),
    )

    def clean(self) -> dict[str, Any]:
        """Correct apostrophes and, in French, spaces before punctuation, in texts of one line."""
        values = super().clean()
        for name, field in self.fields.items():
            given, language = values.get(name), name[-2:]
            if not isinstance(given, str) or name[-3:] not in ("_en", "_fr"):
                continue
            try:
                several_lines(given)
            except forms.ValidationError as fault:
                self.add_error(name, fault)
                continue
            if not isinstance(field.widget, forms.Textarea):  # a typed address inside a long text stays as it is
                values[name] = typographic(given, language)
        return values


class PageForm(PublicTextForm):
    class Meta:
        model = Page
        exclude = ()


class QuestionAndAnswerForm(PublicTextForm):
    class Meta:
        model = QuestionAndAnswer
        exclude = ()


class NewsletterForm(PublicTextForm):
    class Meta:
        model = Newsletter
        exclude = ()
