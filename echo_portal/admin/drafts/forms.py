"""Forms of the page on which draft sessions are checked: one for the series, and one for each session."""

from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from echo_portal.admin.drafts.sources import MOST_DRAFTS
from echo_portal.lib.forms import LineListField, NamedForm, check_year
from sessions.forms import SessionForm, clean_key
from sessions.models import Series, Session
from sessions.queries import free_slug
from sessions.schedule_text.draft_rows import DraftRow

SESSION_FIELDS = ("number", "title_en", "title_fr", "on_date", "start_time", "end_time", "time_zone", "presenters")


class NewSeriesForm(NamedForm):
    """The form for the new series of the drafts. Its hub is that of the source form.

    Other fields can be edited on the page of the series later. The key is that with which people register; it is
    ignored if they register without one.
    """

    key_text = forms.CharField(
        label=gettext_lazy("Enrollment key"),
        help_text=gettext_lazy("If people register with a key. Empty: add it later."),
        max_length=40,
        required=False,
    )

    class Meta:
        model = Series
        fields = ("kind", "title_en", "title_fr", "language", "registration_mode", "slug")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["slug"].help_text = _("Empty: made from the title.")

    def clean_key_text(self) -> str:
        text: str = self.cleaned_data["key_text"]
        keyed = self.cleaned_data.get("registration_mode") == Series.RegistrationMode.KEY
        return clean_key(text) if text.strip() and keyed else ""

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not values.get("slug") and "slug" not in self.errors:
            title = values.get("title_en") or values.get("title_fr") or ""
            values["slug"] = self.instance.slug = free_slug(title, otherwise="series") if title else ""
        return values


class DraftForm(SessionForm):
    """The form for one draft session. It is not validated if it is not selected."""

    take = forms.BooleanField(label=gettext_lazy("Make this session"), required=False, initial=True)
    presenters = LineListField(
        label=pgettext_lazy("form", "Presenters"), longest=200, widget=forms.Textarea(attrs={"rows": 2})
    )

    class Meta:
        model = Session
        fields = SESSION_FIELDS
        widgets = {
            "on_date": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "start_time": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            "end_time": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            "title_en": forms.TextInput(attrs={"lang": "en"}),
            "title_fr": forms.TextInput(attrs={"lang": "fr"}),
        }
        labels = {"start_time": gettext_lazy("Starts"), "end_time": gettext_lazy("Ends")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].widget.attrs["min"] = 1
        self.fields["on_date"].validators.append(check_year)
        for name, field in self.fields.items():
            field.label = capfirst(field.label)
            if name != "take":
                field.help_text = ""

    @property
    def is_taken(self) -> bool:
        return bool(self["take"].data) if self.is_bound else True

    def full_clean(self) -> None:
        if self.is_bound and not self.is_taken:
            self._errors, self.cleaned_data = ErrorDict(), {"take": False}
            return
        super().full_clean()

    def row(self) -> DraftRow:
        """Return a `DraftRow` with the valid values. Invalid values are replaced by empty ones."""
        values = self.cleaned_data if self.is_taken else {}
        return DraftRow(
            number=values.get("number"),
            title_en=values.get("title_en") or "",
            title_fr=values.get("title_fr") or "",
            on_date=values.get("on_date"),
            start_time=values.get("start_time"),
            end_time=values.get("end_time"),
            zone=values.get("time_zone") or "" if values.get("start_time") else "",
        )


class DraftFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """The forms of all draft sessions. All numbers must differ, also from those of the series' existing sessions."""

    def __init__(self, *args: Any, taken_numbers: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taken_numbers = taken_numbers

    def _construct_form(self, i: int, **kwargs: Any) -> DraftForm:
        form: DraftForm = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.empty_permitted = False
        return form

    @property
    def taken(self) -> list[DraftForm]:
        return [form for form in self.forms if form.is_taken]

    def clean(self) -> None:
        seen: set[int] = set()
        for form in self.taken:
            number = form.cleaned_data.get("number")
            if number in seen:
                form.add_error("number", _("Another session here has this number."))
            elif number in self.taken_numbers:
                form.add_error("number", _("The series has a session with this number already."))
            if number is not None:
                seen.add(number)
        if not self.taken:
            raise forms.ValidationError(_("Choose at least one session."))


def drafts_formset(data: Any, *, initial: list[dict[str, Any]] | None, taken_numbers: set[int]) -> DraftFormSet:
    """Return the forms of all drafts, filled from posted `data` or else from `initial`."""
    kind: Any = forms.formset_factory(
        DraftForm, formset=DraftFormSet, extra=0, max_num=MOST_DRAFTS, absolute_max=MOST_DRAFTS
    )
    formset: DraftFormSet = kind(data, initial=initial, taken_numbers=taken_numbers, prefix="rows")
    return formset


def initial_of(row: DraftRow, number: int, time_zone: str) -> dict[str, Any]:
    """Return the initial values for a draft's form. `number` and `time_zone` are used if the row has none."""
    return {
        "number": number if row.number is None else row.number,
        "title_en": row.title_en,
        "title_fr": row.title_fr,
        "on_date": row.on_date,
        "start_time": row.start_time,
        "end_time": row.end_time,
        "time_zone": row.zone or time_zone,
        "presenters": [presenter[:200] for presenter in row.presenters],
        "take": True,
    }


def next_numbers(rows: list[DraftRow], taken: set[int]) -> list[int]:
    """Return a number for each row: its own number, or the next unused one."""
    used = taken | {row.number for row in rows if row.number is not None}
    numbers = []
    for row in rows:
        number = row.number
        if number is None:
            number = next(candidate for candidate in range(max(taken, default=0) + 1, 1000) if candidate not in used)
            used.add(number)
        numbers.append(number)
    return numbers
