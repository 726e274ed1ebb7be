"""The form for answering an evaluation, and the admin form of one question."""

from typing import Any

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import timezone
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from echo_portal.lib.bilingual import typographic
from echo_portal.lib.forms import FrenchTypography, LineListField, one_line, several_lines, visible
from echo_portal.lib.identifier_forms import PatientCheckForm
from echo_portal.lib.refusals import Refusal
from evaluations.actions.answering import Answers
from evaluations.models import AGREEMENT, EvaluationQuestion, Question
from evaluations.rules import check_can_ask

Kind = Question.Kind
LONGEST_TEXT = 2000
LARGEST_NUMBER = 1_000_000


class AnswerForm(PatientCheckForm):
    """A form with the fields `q1`, `q2` and so on, one for each question. At least one must be filled in."""

    def __init__(self, *args: Any, asked: list[EvaluationQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.checked = [f"q{row.position}" for row in asked if row.question.kind == Kind.TEXT]
        for row in asked:
            self.fields[f"q{row.position}"] = field = _field_of(row.question)
            field.is_one_of_many = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not self.errors and not self.answers():
            self.add_error(f"q{self.asked[0].position}", _("Answer at least one question."))
        return values

    def answers(self) -> Answers:
        """Return the non-empty values, by primary key of the question."""
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
                error_messages={
                    "max_value": translate("Write %(most)s or less.") % {"most": intcomma(LARGEST_NUMBER)},
                },
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
        case _text:
            return _Text(
                label=question.text,
                help_text=_(
                    "Write nothing by which a patient could be recognized, such as a name, an age, a record number, or "
                    "the day or place of a death: the hub reads your words, and a report may quote them."
                ),
                required=False,
                max_length=LONGEST_TEXT,
                widget=forms.Textarea(attrs={"rows": 3}),
            )


class _Numbered(forms.TypedChoiceField):
    """A choice field whose value is a number."""

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
    """A field for agreement from 1 to 5, displayed in one row."""

    is_scale = True


class _Text(forms.CharField):
    """A field for text of several lines, from which control characters are removed."""

    def clean(self, value: Any) -> str:
        return several_lines(super().clean(value))


class QuestionForm(FrenchTypography, forms.ModelForm):  # type: ignore[type-arg]
    """The form for a question of the national core or of a hub."""

    choices_en = LineListField(label=_("Answers (English)"), longest=100)
    choices_fr = LineListField(label=_("Answers (French)"), longest=100)
    is_asked_now = forms.BooleanField(label=_("Evaluations that open from now on ask it"), required=False, initial=True)

    class Meta:
        model = Question
        fields = ("hub", "code", "kind", "position", "text_en", "text_fr", "moore_level", "only_certified")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["is_asked_now"].initial = self.instance.retired_at is None
        for name in ("choices_en", "choices_fr"):
            self.fields[name].required = False
            self.fields[name].help_text = _(
                "Only for the kind “One of several answers”: one on each line, in the same order."
            )

    @property
    def has_other_words(self) -> bool:
        return bool({"text_en", "text_fr", "choices_en", "choices_fr"} & set(self.changed_data))

    def clean_text_en(self) -> str:
        return visible(self.fields["text_en"], typographic(one_line(self.cleaned_data["text_en"]), "en"))

    def clean_text_fr(self) -> str:
        return visible(self.fields["text_fr"], typographic(one_line(self.cleaned_data["text_fr"]), "fr"))

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if self.errors:
            return values
        retired_at = None if values.get("is_asked_now") else self.instance.retired_at or timezone.now()
        asked = Question(
            hub=values.get("hub", self.instance.hub), code=values.get("code", self.instance.code), retired_at=retired_at
        )
        if values.get("only_certified") and asked.hub is not None:
            self.add_error("only_certified", _("Only questions of the national core can be for certified sessions."))
        if not self._has_matching_choices(values.get("kind", self.instance.kind)):
            self.add_error("choices_fr", _("Write at least two answers, as many in French as in English."))
        same = Question.objects.filter(hub=asked.hub, code=asked.code).exclude(pk=self.instance.pk)
        if same.exists() if self.instance.pk is None else retired_at is None and same.current().exists():
            self.add_error(
                "code" if "code" in self.fields else None, _("Another question has this code. Choose another.")
            )
        try:
            check_can_ask(asked)
        except Refusal as refusal:
            self.add_error(refusal.field, refusal.sentence)
        return values

    def _has_matching_choices(self, kind: str) -> bool:
        english, french = len(self.cleaned_data["choices_en"]), len(self.cleaned_data["choices_fr"])
        return english == french and (english >= 2 if kind == Kind.CHOICE else english == 0)
