"""The three public forms. Each error is a sentence next to its field. Forms do not write to the database."""

import uuid
from typing import Any, ClassVar

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from accounts.forms import privacy_label
from accounts.models import Person
from accounts.vocabularies import Profession, Province
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.forms import Select, name_of_person, one_line, several_lines, sorted_choices, visible
from echo_portal.lib.identifier_forms import PatientCheckForm
from hubs.models import Hub
from proposals.guest_form import GuestForm
from proposals.models import Inquiry
from proposals.models.inquiry import MAX_SHORT_TEXT, MAX_TEXT
from proposals.rules import hub_of_province, hubs_for
from sessions.vocabularies import PracticeArea

MAX_WORDS = 200
# The fields about the sender, in the order of the page; the summary of the errors has the order of the fields.
ABOUT_YOU = ("name", "email", "profession", "province")
NO_HUB = "none"
LONG_ORGANISATION = _("Write the name of your organisation in at most 200 characters.")
NO_PATIENT = _("Write nothing by which a patient could be recognized.")


def _line(
    label: Any, required: Any = "", *, too_long: Any, required_field: bool = True, **kwargs: Any
) -> forms.CharField:
    errors = {"required": required, "max_length": too_long}
    return forms.CharField(label=label, max_length=200, required=required_field, error_messages=errors, **kwargs)


def _text(label: Any, *, longest: int, rows: int, required: Any = "", **kwargs: Any) -> forms.CharField:
    errors = {"required": required, "max_length": _("This is too long: write at most %(limit_value)d characters.")}
    return forms.CharField(
        label=label,
        required=bool(required),
        max_length=longest,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages=errors,
        **kwargs,
    )


class InquiryForm(PatientCheckForm, GuestForm):
    """The fields that all three forms have. `person` is the signed-in person, who is not asked for their address."""

    kind: ClassVar[Inquiry.Kind]
    fields_of_kind: ClassVar[tuple[str, ...]] = ()

    form_key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={
            "required": _("This page is too old. Load it again."),
            "invalid": _("This page is too old. Load it again."),
        },
    )
    name = _line(
        _("Your name"),
        _("Write your name."),
        too_long=_("Write your name in at most 200 characters."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    province = forms.ChoiceField(
        label=_("Province or territory"),
        widget=Select(attrs={"autocomplete": "address-level1"}),
        error_messages={
            "required": _("Choose your province or territory."),
            "invalid_choice": _("Choose your province or territory from the list."),
        },
    )
    profession = forms.ChoiceField(
        label=_("Profession"),
        required=False,
        widget=Select,
        error_messages={
            "required": _("Choose your profession."),
            "invalid_choice": _("Choose your profession from the list."),
        },
    )
    consent = forms.BooleanField(
        label=lazy(privacy_label, str)(),
        error_messages={"required": _("Tick the box to agree to the privacy policy; we need it to answer you.")},
    )

    def __init__(self, data: Any = None, *, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(data, person=person, **kwargs)
        self.fields["province"].choices = sorted_choices(Province, str(_("Choose from the list")))  # type: ignore[attr-defined]
        self.fields["profession"].choices = sorted_choices(Profession, str(_("Choose your profession")))  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        return name_of_person(self.fields["name"], one_line(self.cleaned_data["name"]))

    def clean_text(self) -> str:
        return visible(self.fields["text"], several_lines(self.cleaned_data["text"]).strip())

    def chosen_hub(self) -> Hub:
        """Return the hub that will get the inquiry. Raises Refusal if there is none."""
        raise NotImplementedError

    def inquiry(self) -> Inquiry:
        """Return an unsaved inquiry with the values of the form. Raises Refusal if there is no hub for it."""
        values = self.cleaned_data
        return Inquiry(
            kind=self.kind,
            hub=self.chosen_hub(),
            name=values["name"],
            email=self.person.email if self.person else values["email"],
            language=active_language(),
            province=values["province"],
            profession=values["profession"],
            **{name: values[name] for name in self.fields_of_kind},
        )

    def typed_values(self) -> dict[str, Any]:
        """Return the values as typed, with which the form is displayed in the other language without validating it."""
        values = {name: self[name].data for name in self.fields}
        return values | {"form_key": values["form_key"] or uuid.uuid4()}


class ToChosenHub(InquiryForm):
    """A form in which the sender chooses the hub."""

    hub = forms.ChoiceField(
        label=_("Region or hub"),
        widget=Select,
        error_messages={
            "required": _("Choose a hub."),
            "invalid_choice": _("Choose a hub from the list."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hubs = {hub.slug: hub for hub in hubs_for(self.kind)}
        self.fields["hub"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose a hub")),
            *((slug, hub.name) for slug, hub in self.hubs.items()),
            (NO_HUB, _("My province has no hub yet")),
        ]

    def chosen_hub(self) -> Hub:
        return self.hubs.get(self.cleaned_data["hub"]) or hub_of_province("")


class IdeaForm(ToChosenHub):
    kind = Inquiry.Kind.IDEA
    checked = ("title", "text", "audience", "team")
    fields_of_kind = ("format", "title", "text", "spoken_in", "audience", "organisation", "team")
    field_order = (
        "format",
        "title",
        "text",
        "spoken_in",
        "audience",
        "hub",
        *ABOUT_YOU,
        "organisation",
        "team",
        "consent",
    )

    format = forms.ChoiceField(
        label=_("What would you like to create?"),
        choices=Inquiry.Format.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what you would like to create."),
            "invalid_choice": _("Choose what you would like to create."),
        },
    )
    title = _line(
        _("Working title"),
        _("Give your idea a working title."),
        too_long=_("Write the working title in at most 200 characters."),
    )
    text = _text(
        _("What gap would it fill?"),
        help_text=_("For example: what providers near you ask for, or cannot find. Up to 200 words."),
        longest=MAX_TEXT,
        rows=6,
        required=_("Say what gap it would fill."),
    )
    spoken_in = forms.MultipleChoiceField(
        label=_("Language"),
        choices=Inquiry.SpokenIn.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one language."),
            "invalid_choice": _("Choose a language from the list."),
            "invalid_list": _("Choose a language from the list."),
        },
    )
    audience = _text(
        _("Who would take part?"),
        help_text=_("For example: personal support workers in rural long-term care."),
        longest=MAX_SHORT_TEXT,
        rows=3,
        required=_("Say who would take part."),
    )
    organisation = _line(_("Your organisation"), too_long=LONG_ORGANISATION, required_field=False)
    team = _text(
        _("Who would build it with you?"),
        help_text=_("Colleagues, presenters or organisations you have in mind."),
        longest=MAX_SHORT_TEXT,
        rows=3,
    )

    def clean_title(self) -> str:
        return visible(self.fields["title"], one_line(self.cleaned_data["title"]))

    def clean_text(self) -> str:
        text = super().clean_text()
        if (count := len(text.split())) > MAX_WORDS:
            raise forms.ValidationError(
                _("Write at most %(most)d words; there are %(count)d."), params={"most": MAX_WORDS, "count": count}
            )
        return text

    def clean_audience(self) -> str:
        return visible(self.fields["audience"], several_lines(self.cleaned_data["audience"]).strip())

    def clean_organisation(self) -> str:
        return visible(self.fields["organisation"], one_line(self.cleaned_data["organisation"]))

    def clean_team(self) -> str:
        return visible(self.fields["team"], several_lines(self.cleaned_data["team"]).strip())


class PartnerForm(ToChosenHub):
    kind = Inquiry.Kind.PARTNER
    fields_of_kind = ("organisation", "text")
    field_order = ("organisation", "text", "hub", *ABOUT_YOU, "consent")

    organisation = _line(
        _("Organisation"),
        _("Write the name of your organisation."),
        too_long=LONG_ORGANISATION,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    text = _text(
        _("What would you like to do together?"),
        help_text=_("For example: host sessions, share what you have made, or reach the people you serve."),
        longest=MAX_TEXT,
        rows=6,
        required=_("Say what you would like to do together."),
    )

    def clean_organisation(self) -> str:
        return visible(self.fields["organisation"], one_line(self.cleaned_data["organisation"]))


class InterestForm(InquiryForm):
    """The form for a person who wants to take part. Its hub is that of their province, or else the national hub."""

    kind = Inquiry.Kind.INTEREST
    fields_of_kind = ("topics", "text", "wants_news")
    field_order = ("topics", "text", *ABOUT_YOU, "consent", "wants_news")

    topics = forms.MultipleChoiceField(
        label=_("What would you like to learn about?"),
        choices=PracticeArea.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one topic."),
            "invalid_choice": _("Choose topics from the list."),
            "invalid_list": _("Choose topics from the list."),
        },
    )
    text = _text(
        _("Anything else?"),
        help_text=NO_PATIENT,
        longest=MAX_TEXT,
        rows=4,
    )
    wants_news = forms.BooleanField(label=_("Email me about new ECHO sessions"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["profession"].required = True

    def chosen_hub(self) -> Hub:
        return hub_of_province(self.cleaned_data["province"])


def initial_values(*, person: Person | None, hub: str) -> dict[str, Any]:
    """Return the initial values of a form: the person's profile, and the hub in the link that led to the form."""
    return {
        "form_key": uuid.uuid4(),
        "hub": hub,
        "name": person.name if person else "",
        "province": person.province if person else "",
        "profession": person.profession if person else "",
    }
