"""Forms about the people of a series. Each has a field for the reason, which is part of the person's email."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts.actions import Details
from accounts.vocabularies import Language, Profession, Province
from echo_portal.lib.address_fields import AddressField, clean_address
from echo_portal.lib.forms import Select, one_line, sorted_choices, visible
from echo_portal.lib.text import without_invisible
from registrations.forms import NoteForm
from registrations.models import RegistrantList
from registrations.reading.checks import VOCABULARIES, UnknownWord
from registrations.sentences import ROLES
from sessions.models import Session


class LanguageField(forms.ChoiceField):
    def __init__(self, *, label: Any) -> None:
        needed = _("Choose the language of the emails.")
        super().__init__(
            label=label,
            choices=Language.choices,
            widget=forms.RadioSelect,
            error_messages={"required": needed, "invalid_choice": needed},
        )


class ReasonForm(NoteForm):
    """The reason, in one language or in both. People who read the other language get the text that was written."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note_en"].label = translate("Why (English): the email says it")
        self.fields["note_fr"].label = translate("Why (French): the email says it")
        self.order_fields([name for name in self.fields if not name.startswith("note_")])

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        notes = ("note_en", "note_fr")
        if not self.errors.keys() & set(notes) and not any(values[name].strip() for name in notes):
            self.add_error("note_en", translate("Write why, in at least one language."))
        return values

    def notes(self) -> dict[str, str]:
        return {name: self.cleaned_data[name].strip() for name in ("note_en", "note_fr")}


class SessionsForm(ReasonForm):
    """A choice of the series' sessions to come, all preselected, and whether sessions added later are included."""

    sessions = forms.TypedMultipleChoiceField(
        label=_("Sessions to come"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose sessions from the list.")},
    )
    whole_series = forms.BooleanField(label=_("Also the sessions that are added later"), required=False)

    def __init__(self, *args: Any, sessions: list[tuple[Session, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sessions"].choices = [  # type: ignore[attr-defined]
            (session.pk, f"{session.number}. {session.title} – {when}") for session, when in sessions
        ]
        self.fields["sessions"].initial = [session.pk for session, _when in sessions]


class AddPersonForm(SessionsForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        error_messages={
            "required": _("Write the person’s name."),
            "max_length": _("Write the name in at most 200 characters."),
        },
    )
    email = AddressField(required_words=_("Write the person’s email address."))
    language = LanguageField(label=_("Language for emails"))
    profession = forms.ChoiceField(label=_("Profession"), widget=Select, required=False)
    province = forms.ChoiceField(label=_("Province or territory"), widget=Select, required=False)

    field_order = ("name", "email", "language", "profession", "province", "sessions", "whole_series")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, vocabulary in (("profession", Profession), ("province", Province)):
            self.fields[name].choices = sorted_choices(vocabulary, translate("Not known"))  # type: ignore[attr-defined]
        self.order_fields(self.field_order)

    def clean_name(self) -> str:
        return visible(self.fields["name"], one_line(without_invisible(self.cleaned_data["name"])))

    def clean_email(self) -> str:
        return clean_address(self, "email")

    def details(self) -> Details:
        return Details(
            **{name: self.cleaned_data[name] for name in ("name", "email", "language", "profession", "province")}
        )


class UploadListForm(SessionsForm):
    """A file with people. `default_language` is used for emails to people whose language is not in the file."""

    file = forms.FileField(
        label=_("List of people"),
        help_text=_("A CSV or XLSX file with a name and an email address in each row, at most 5,000 rows."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
    default_language = LanguageField(label=_("Language of the emails, where the list does not say it"))

    field_order = ("file", "default_language", "sessions", "whole_series")
    kept_words = ""

    def __init__(self, *args: Any, kept: RegistrantList | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(self.field_order)
        if kept is not None:
            self.keep(kept)

    def keep(self, draft: RegistrantList) -> None:
        """Require no other file, because this one is kept."""
        rows = len(draft.table["rows"])
        words = ngettext(
            "The file %(name)s with %(count)d row is kept. Choose another file only to replace it.",
            "The file %(name)s with %(count)d rows is kept. Choose another file only to replace it.",
            rows,
        )
        self.fields["file"].required = False
        self.kept_words = words % {"name": draft.file_name, "count": rows}

    def values(self) -> dict[str, Any]:
        """Return the values of a draft. Those of fields with an error are empty."""
        values = self.cleaned_data
        return {
            "language": values.get("default_language", ""),
            "session_ids": values.get("sessions", []),
            "whole_series": values.get("whole_series", False),
            **{name: values.get(name, "").strip() for name in ("note_en", "note_fr")},
        }


class ColumnsForm(forms.Form):
    """A choice of role for each column of a list whose header is not known."""

    def __init__(self, *args: Any, headers: Sequence[str], known: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headers = headers
        for number, header in enumerate(headers):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=header,
                initial=known.get(header, ""),
                choices=[("", translate("Choose what it is")), *ROLES.items()],
                error_messages={
                    "required": translate("Say what this column is."),
                    "invalid_choice": translate("Say what this column is."),
                },
            )

    def roles(self) -> dict[str, str]:
        return {header: self.cleaned_data[f"column_{number}"] for number, header in enumerate(self.headers)}


class WordsForm(forms.Form):
    """A choice of meaning for each unknown word of a list. Words without a choice stay faults."""

    LEFT_OUT = "-"

    def __init__(self, *args: Any, words: Sequence[UnknownWord], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = {self._name_of(unknown): unknown for unknown in words}
        for name, unknown in self.words.items():
            choices = sorted_choices(VOCABULARIES[unknown.role], translate("Choose what it means"))
            place = ngettext("%(role)s, %(count)d row", "%(role)s, %(count)d rows", unknown.rows)
            self.fields[name] = forms.ChoiceField(
                label=translate("“%(word)s”") % {"word": unknown.written},
                help_text=place % {"role": ROLES[unknown.role], "count": unknown.rows},
                choices=[*choices, (self.LEFT_OUT, translate("Leave it out"))],
                widget=Select,
                required=False,
            )

    @staticmethod
    def _name_of(unknown: UnknownWord) -> str:
        """Return a name that is the same for this word in every request, whatever other words are asked."""
        return f"word_{hashlib.sha256(f'{unknown.role}:{unknown.word}'.encode()).hexdigest()[:16]}"

    def meanings(self) -> dict[UnknownWord, str]:
        chosen = {unknown: self.cleaned_data[name] for name, unknown in self.words.items()}
        return {unknown: code.removeprefix(self.LEFT_OUT) for unknown, code in chosen.items() if code}


class MoveForm(ReasonForm):
    to_session = forms.TypedChoiceField(
        label=pgettext_lazy("session", "To"),
        coerce=int,
        widget=Select,
        error_messages={
            "required": _("Choose a session."),
            "invalid_choice": _("Choose a session from the list."),
        },
    )

    def __init__(self, *args: Any, sessions: list[tuple[str, list[tuple[int, str]]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_session"].widget = forms.Select()
        self.fields["to_session"].choices = [("", translate("Choose a session")), *sessions]  # type: ignore[attr-defined]


class PromoteForm(ReasonForm):
    """The reason and, if the session is full, whether its limit is raised by one."""

    extra_place = forms.BooleanField(
        label=_("The session is full: add a place for this person"),
        error_messages={"required": _("No place is free. Add one, or give another one back first.")},
    )

    def __init__(self, *args: Any, is_full: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_full:
            del self.fields["extra_place"]
