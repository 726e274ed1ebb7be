"""Forms of the table of sessions: one for each session, and one for a new session."""

import copy
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin_stale import StaleFormMixin, Texts
from echo_portal.lib.forms import LineListField, Select, check_year
from registrations.actions import SessionEdit
from sessions.forms import SessionForm
from sessions.models import Series, Session

TIME_FIELDS = ("on_date", "start_time", "end_time", "time_zone")
ROW_FIELDS = (*TIME_FIELDS, "title_en", "title_fr", "join_url", "presenters")


class TableForm(SessionForm):
    """The fields that the forms of existing sessions and of a new session have in common."""

    presenters = LineListField(
        label=gettext_lazy("Presenters, one on each line"), longest=200, widget=forms.Textarea(attrs={"rows": 4})
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), widget=Select)

    class Meta:
        model = Session
        fields: tuple[str, ...] = ROW_FIELDS
        widgets = {
            "on_date": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "start_time": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            "end_time": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            "title_en": forms.Textarea(attrs={"rows": 4, "lang": "en"}),
            "title_fr": forms.Textarea(attrs={"rows": 4, "lang": "fr"}),
            "join_url": forms.TextInput(attrs={"inputmode": "url"}),
        }
        labels = {
            "on_date": gettext_lazy("Date"),
            "start_time": gettext_lazy("Starts"),
            "end_time": gettext_lazy("Ends"),
            "title_en": gettext_lazy("Title in English"),
            "title_fr": gettext_lazy("Title in French"),
            "join_url": gettext_lazy("Joining link"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on_date"].validators.append(check_year)
        for field in self.fields.values():
            field.help_text = ""


class SessionRowForm(StaleFormMixin, TableForm):
    """The form of an existing session. It is refused once if the session was changed after the page was opened.

    `session` must be a result of `sessions_of_desk`. `seen` and `stored` are row versions, and `seen_values` are the
    values that the page displayed. A form in which nothing was edited is neither validated nor saved.
    """

    def __init__(self, session: Session, data: QueryDict | None, *, seen: str, stored: str, seen_values: Texts) -> None:
        now = timezone.now()
        self.session = session
        self.seen, self.stored, self.seen_values = seen, stored, seen_values
        self.is_edited = True
        has_people = bool(session.registered or session.waiting)  # type: ignore[attr-defined]
        is_public = session.state != Session.State.DRAFT and not session.is_cancelled
        self.tells_people = has_people and is_public and not session.is_over(now)
        self.stays_held = has_people and is_public and session.is_over(now)
        super().__init__(data, instance=copy.copy(session), prefix=f"s{session.pk}")
        if session.is_cancelled:
            for name in TIME_FIELDS:
                self.fields[name].disabled = True
        self.is_edited = data is not None and self.has_changed()

    @property
    def is_stale(self) -> bool:
        return self.is_edited and self.seen != self.stored

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean()
        if self.tells_people and not self.errors and set(TIME_FIELDS) & set(self.changed_data):
            moved = Session(**{name: values.get(name) for name in TIME_FIELDS})
            moved.derive_moments()
            if moved.is_over(timezone.now()):
                self.add_error("on_date", _("Choose a time that is still to come."))
        return values

    def edit(self) -> SessionEdit:
        return SessionEdit(self.session, self.instance)


class NewSessionForm(TableForm):
    """The form of a new session. It is ignored if it contains only the proposed values."""

    class Meta(TableForm.Meta):
        fields = ("number", "state", *ROW_FIELDS)

    def __init__(self, series: Series, data: QueryDict | None, *, initial: dict[str, Any]) -> None:
        super().__init__(data, instance=Session(series=series), initial=initial, prefix="new")
        self.fields["number"].widget.attrs["min"] = 1
        if not series.is_published:
            del self.fields["state"]
        self.is_edited = data is not None and "new-number" in data and self.has_changed()

    def clean(self) -> dict[str, Any]:
        """Ignore the proposed times if no date is given. Date and times are then to be announced."""
        values = super().clean()
        if values.get("on_date") is None and not {"start_time", "end_time"} & set(self.changed_data):
            values |= {"start_time": None, "end_time": None}
        return values
