"""The form with the questions of an evaluation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from echo_portal.lib.forms import several_lines
from echo_portal.lib.identifiers import identifiers_in, identifiers_warning
from evaluations.actions.answering import Answers
from evaluations.models import AGREEMENT, EvaluationQuestion, Question

Kind = Question.Kind
LONGEST_TEXT = 2000
LARGEST_NUMBER = 1_000_000


class AnswerForm(forms.Form):
    """One field for each question, `q1`, `q2` and so on. None is required, but one must be answered."""

    as_written = forms.BooleanField(required=False, label=_("No patient can be recognized: send it as it is."))

    def __init__(self, *args: Any, asked: list[EvaluationQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.found_identifiers = False
        for row in asked:
            self.fields[f"q{row.position}"] = _field_of(row.question)
        self.order_fields([*(f"q{row.position}" for row in asked), "as_written"])

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        for row in self.asked:
            name = f"q{row.position}"
            found = identifiers_in(values.get(name) or "") if row.question.kind == Kind.TEXT else []
            if found:
                self.found_identifiers = True
                if not values.get("as_written"):
                    self.add_error(name, identifiers_warning(found))
        if not self.errors and not self.answers():
            raise forms.ValidationError(_("Answer at least one question."))
        return values

    def answers(self) -> Answers:
        """Return the values by the primary keys of the questions, without empty ones."""
        values = {row.question_id: self.cleaned_data.get(f"q{row.position}") for row in self.asked}
        return {question: value for question, value in values.items() if value not in (None, "")}


def _field_of(question: Question) -> forms.Field:
    match question.kind:
        case Kind.AGREE:
            return _Scale(question.text, AGREEMENT)
        case Kind.CHOICE:
            return _Numbered(question.text, dict(enumerate(question.choices, start=1)))
        case Kind.NUMBER:
            return forms.IntegerField(
                label=question.text,
                required=False,
                min_value=0,
                max_value=LARGEST_NUMBER,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
        case _text:
            return _Text(
                label=question.text,
                help_text=_("Write nothing by which a patient could be recognized."),
                required=False,
                max_length=LONGEST_TEXT,
                widget=forms.Textarea(attrs={"rows": 3}),
            )


class _Numbered(forms.TypedChoiceField):
    """A field with one choice, whose value is a number."""

    def __init__(self, label: str, choices: dict[int, Any]) -> None:
        super().__init__(
            label=label,
            choices=list(choices.items()),
            coerce=int,
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
        )


class _Scale(_Numbered):
    """Agreement from 1 to 5, in one row."""

    is_scale = True


class _Text(forms.CharField):
    """Text on several lines, without control characters."""

    def clean(self, value: Any) -> str:
        return several_lines(super().clean(value))
