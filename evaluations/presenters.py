"""Build the values that pages and files display about results of evaluations."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from echo_portal.lib.bilingual import active_language
from evaluations.models import AGREEMENT, Question
from evaluations.queries.results import (
    QuestionResult,
    Rate,
    code_of,
    few_by_session,
    results_by_session,
    sheets_of,
)


@dataclasses.dataclass(frozen=True)
class AgreementBar:
    """The answers to a question about agreement, as percentages that add up to 100."""

    text: str
    answered: int
    strongly: int
    agree: int
    rest: int

    @property
    def in_agreement(self) -> int:
        return self.strongly + self.agree


def agreement_bar(result: QuestionResult) -> AgreementBar:
    strongly = round(100 * result.share(5))
    agree = round(100 * result.share(4, 5)) - strongly
    return AgreementBar(result.question.text, result.answered, strongly, agree, 100 - strongly - agree)


def answer_words(result: QuestionResult) -> str:
    """Return the percentage of each choice as text or, for a question about a number, the mean."""
    if result.question.kind == Question.Kind.CHOICE:
        labels = dict(enumerate(result.question.choices, start=1))
        shares = [
            _("%(answer)s: %(percent)d%%") % {"answer": label, "percent": round(100 * result.share(value))}
            for value, label in labels.items()
        ]
        return ", ".join(shares)
    return _("%(mean)s on average") % {"mean": decimal_text(result.mean)}


def decimal_text(value: object) -> str:
    """Return a number as text with one decimal place, in the active language."""
    text = f"{value:.1f}"
    return text.replace(".", ",") if active_language() == "fr" else text


def percent_of(part: int, whole: int) -> int | None:
    """Return `part` as a whole percentage of `whole`, or None if `whole` is 0."""
    return round(100 * part / whole) if whole else None


def feedback_table(rates: list[Rate], now: dt.datetime, *, header_in: str = "") -> Iterator[list[object]]:
    """Yield the rows of the file with results by session and question, beginning with a header.

    A session whose answers must not be displayed has one row, with only its numbers of people. A question that fewer
    than five people of a session answered has a row without numbers. The last rows contain the answers of sessions
    with fewer than five answers, in sums that may be displayed. The header is in the language `header_in`, or in the
    active one.
    """
    with translation.override(header_in or active_language()):
        header: list[object] = [
            capfirst(str(label))
            for label in (
                _("series"),
                _("session"),
                _("title"),
                _("date"),
                _("people asked"),
                _("people who answered"),
                _("question code"),
                _("question"),
                _("answers"),
                *(f"{value} – {label}" for value, label in AGREEMENT.items()),
                _("mean"),
                _("note"),
            )
        ]
    yield header
    by_session, pooled = results_by_session(rates, now)
    few = few_by_session(rates, by_session, now)
    for rate in rates:
        session = rate.evaluation.session
        first = [session.series.slug, session.number, session.title, session.on_date, rate.invited, rate.answered]
        results = by_session.get(rate.evaluation.pk, [])
        few_answered = few.get(rate.evaluation.pk, [])
        if not results and not few_answered:
            yield [*first, "", "" if rate.is_shown(now) else hidden_words(rate, now)]
        for result in results:
            yield [*first, *_values(result)]
        for question in few_answered:
            no_numbers = [""] * (len(AGREEMENT) + 2)
            yield [*first, code_of(question), question.text, *no_numbers, _("Fewer than five answers")]
    for result in pooled:
        yield ["", "", _("Sessions with fewer than five answers, added"), "", "", "", *_values(result)]


def _values(result: QuestionResult) -> list[object]:
    is_agreement = result.question.kind == Question.Kind.AGREE
    counts = [result.counts.get(Decimal(value), 0) if is_agreement else "" for value in AGREEMENT]
    mean = "" if result.question.kind == Question.Kind.CHOICE else round(float(result.mean), 2)
    return [code_of(result.question), result.question.text, result.answered, *counts, mean]


def sheets_table(rates: Iterable[Rate], now: dt.datetime, *, header_in: str = "") -> Iterator[list[object]]:
    """Yield the rows of the file with one row for each sheet, beginning with a header in the language `header_in`.

    The columns of answers are named by the codes of questions. There is one for each question that was asked, also if
    too few people answered it, so that the columns do not depend on the answers.
    """
    rates = list(rates)
    sheets = sheets_of(rates, now)
    codes = sorted({code_of(question) for question in _asked(rates)})
    yield [*_sheet_columns(header_in), *codes]
    for evaluation, language, answers in sheets:
        session = evaluation.session
        first = [session.series.slug, session.number, session.on_date, language]
        yield [*first, *(answers.get(code, "") for code in codes)]


def _sheet_columns(header_in: str) -> list[str]:
    with translation.override(header_in or active_language()):
        return [capfirst(str(label)) for label in (_("series"), _("session"), _("date"), _("language"))]


def hidden_words(rate: Rate, now: dt.datetime) -> str:
    """Return a sentence that explains why the answers of a session are not displayed."""
    if rate.evaluation.is_open(now):
        return _("Shown when the evaluation is closed")
    return _("Fewer than five answers")


def feedback_codebook(*, header_in: str = "") -> Iterator[list[str]]:
    """Yield a header, and a row for each column of `feedback_table` that needs an explanation."""
    yield [capfirst(_("column")), capfirst(_("definition"))]
    with translation.override(header_in or active_language()):
        asked, answered, code = capfirst(_("people asked")), capfirst(_("people who answered")), _("question code")
        answers, mean, note = capfirst(_("answers")), capfirst(_("mean")), capfirst(_("note"))
        values = [f"{value} – {label}" for value, label in AGREEMENT.items()]
    yield [asked, _("People who took part: they pressed Join, or their attendance is confirmed.")]
    yield [answered, _("People asked who sent the form, whatever they answered.")]
    yield [
        capfirst(code),
        _("The code of the question: after the address of the hub that asks it, and before its version from v2 on."),
    ]
    yield [
        answers,
        _("Answers to this question. Fewer than five are counted only in the last lines, with other sessions."),
    ]
    for name in values:
        yield [name, _("Number of answers with this value.")]
    yield [mean, _("Sum of the values divided by the number of answers.")]
    yield [note, _("Why there are no numbers.")]


def sheets_codebook(rates: Iterable[Rate], *, header_in: str = "") -> Iterator[list[str]]:
    """Yield a header, and a row for each column: its name, the words of the question, and the meaning of its values."""
    yield [capfirst(_("column")), capfirst(_("question")), capfirst(_("values"))]
    meanings = (
        _("The series, by its address on the site"),
        _("The number of the session in its series"),
        _("The day of the session, where it is held"),
        _(
            "Language of the answers: en or fr. Empty if fewer than five of the answers of a session are in one of "
            "them."
        ),
    )
    for name, meaning in zip(_sheet_columns(header_in), meanings, strict=True):
        yield [name, "", meaning]
    empty = _("Empty: no answer, or fewer than five people of the session answered this question.")
    for question in _asked(rates):
        values: dict[int, Any]
        match question.kind:
            case Question.Kind.AGREE:
                values = AGREEMENT
            case Question.Kind.CHOICE:
                values = dict(enumerate(question.choices, start=1))
            case _other:
                values = {}
        meaning = "; ".join(f"{value}: {label}" for value, label in values.items())
        meaning = meaning or str(question.get_kind_display())
        is_text = question.kind == Question.Kind.TEXT
        yield [code_of(question), question.text, meaning if is_text else f"{meaning}. {empty}"]


def _asked(rates: Iterable[Rate]) -> QuerySet[Question]:
    asked = {rate.evaluation.pk for rate in rates}
    return Question.objects.filter(evaluations__in=asked).distinct().select_related("hub").order_by("code", "version")
