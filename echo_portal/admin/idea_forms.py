"""Forms for the plan of an idea: its texts, its sessions, and its stage."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from echo_portal.lib.bilingual import active_language
from echo_portal.lib.forms import LineListField, NamedForm, check_year, several_lines
from echo_portal.lib.zones import WallTimeError, zone_choices
from proposals.models import Plan, PlannedSession
from proposals.models.plan import MOST_OBJECTIVES
from proposals.rules import next_stages
from sessions.models import Session

EMPTY_ROWS, MOST_SESSIONS = 3, 40
PLAN_FIELDS = (
    "title_en",
    "title_fr",
    "summary_en",
    "summary_fr",
    "language",
    "time_zone",
    "objectives",
    "learned",
)
SESSION_FIELDS = ("title", "on_date", "start_time", "end_time", "presenters")


class PlanForm(NamedForm):
    objectives = LineListField(
        label=capfirst(_("learning objectives")),
        longest=150,
        most=MOST_OBJECTIVES,
        help_text=_("One on each line, beginning with a verb: “assess …”. The kit says more."),
    )
    time_zone = forms.ChoiceField(label=capfirst(_("time zone")))

    class Meta:
        model = Plan
        fields = PLAN_FIELDS
        widgets = {
            "summary_en": forms.Textarea(attrs={"rows": 4, "lang": "en"}),
            "summary_fr": forms.Textarea(attrs={"rows": 4, "lang": "fr"}),
            "learned": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = zone_choices(active_language())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for name in ("summary_en", "summary_fr", "learned"):
            try:
                values[name] = several_lines(values.get(name) or "")
            except forms.ValidationError as fault:
                self.add_error(name, fault)
        return values

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in PLAN_FIELDS}


class PlannedSessionForm(NamedForm):
    """One session of the plan. A row without any value is ignored."""

    presenters = LineListField(
        label=capfirst(_("presenters")), longest=200, most=20, widget=forms.Textarea(attrs={"rows": 2})
    )

    class Meta:
        model = PlannedSession
        fields = SESSION_FIELDS
        widgets = {
            "on_date": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "start_time": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            "end_time": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on_date"].validators.append(check_year)

    @property
    def is_filled(self) -> bool:
        return any(self.cleaned_data.get(name) for name in SESSION_FIELDS)

    def check_clock(self, time_zone: str) -> None:
        """Add an error if daylight saving skips one of the times in this time zone."""
        values = self.cleaned_data
        session = Session(
            time_zone=time_zone, **{name: values.get(name) for name in ("on_date", "start_time", "end_time")}
        )
        try:
            session.derive_moments()
        except WallTimeError as fault:
            self.add_error("start_time", str(fault))


class PlannedSessions(forms.BaseFormSet):  # type: ignore[type-arg]
    def _construct_form(self, i: int, **kwargs: Any) -> PlannedSessionForm:
        form: PlannedSessionForm = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.empty_permitted = False
        return form

    @property
    def filled(self) -> list[PlannedSessionForm]:
        return [form for form in self.forms if form.is_filled]


def planned_sessions(data: Any, plan: Plan) -> PlannedSessions:
    """Return forms for the plan's sessions, and some empty ones, filled from posted `data` or from the stored plan."""
    stored = [{name: getattr(row, name) for name in SESSION_FIELDS} for row in plan.sessions.all()]
    kind: Any = forms.formset_factory(
        PlannedSessionForm,
        formset=PlannedSessions,
        extra=EMPTY_ROWS,
        max_num=MOST_SESSIONS,
        absolute_max=MOST_SESSIONS,
        validate_max=True,
    )
    formset: PlannedSessions = kind(data, initial=None if data else stored, prefix="rows")
    return formset


class StageForm(forms.Form):
    stage = forms.ChoiceField(
        label=_("Stage"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a stage."), "invalid_choice": _("Choose a stage from the list.")},
    )

    def __init__(self, data: Any = None, *, plan: Plan) -> None:
        super().__init__(data)
        self.fields["stage"].choices = [(stage.value, stage.label) for stage in next_stages(plan)]  # type: ignore[attr-defined]
