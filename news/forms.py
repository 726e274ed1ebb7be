"""The public form for news, and the form to which links in emails lead. Forms do not write to the database."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import ConsentKind, Person
from accounts.policies import current_policy
from accounts.vocabularies import Language
from echo_portal.lib.bilingual import active_language
from proposals.guest_form import GuestForm
from sessions.vocabularies import PracticeArea


def news_label() -> str:
    """Return the text of the consent to news, in the active language. Its version is stored with the consent."""
    return current_policy(ConsentKind.NEWS).text[active_language()].strip()


def _language() -> forms.ChoiceField:
    wrong = _("Choose a language from the list.")
    return forms.ChoiceField(
        label=_("Language of the news"),
        choices=Language,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a language."), "invalid_choice": wrong},
    )


def _topics() -> forms.MultipleChoiceField:
    wrong = _("Choose topics from the list.")
    return forms.MultipleChoiceField(
        label=_("Only news about"),
        help_text=_("Tick nothing to get all of it."),
        required=False,
        choices=PracticeArea.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": wrong, "invalid_list": wrong},
    )


class NewsForm(GuestForm):
    """The public form. `person` is the signed-in person, who is not asked for their address."""

    language = _language()
    topics = _topics()
    news = forms.BooleanField(
        label=lazy(news_label, str)(),
        error_messages={"required": _("Tick the box: without your consent we send no news.")},
    )


class ChoicesForm(forms.Form):
    language = _language()
    topics = _topics()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


def initial_values(person: Person | None) -> dict[str, Any]:
    """Return the initial values of a form: what the person chose, else the language of their profile or of the page."""
    choice = getattr(person, "news_choice", None) if person else None
    if choice is not None:
        return {"language": choice.language, "topics": choice.topics}
    return {"language": person.language if person else active_language(), "topics": []}
