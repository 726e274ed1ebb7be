"""Staff choose comments from sessions with at least five answers.

They can shorten or leave out comments, not rewrite them.
"""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent
from echo_portal.lib.refusals import Refusal
from echo_portal.reports.rules import check_is_shortened
from pages.actions import choose_comment, leave_out_comment, publish_report
from pages.models import Report, hash_of
from pages.rules import MOST_COMMENTS
from tests.admin.two_hubs import signed_in_client
from tests.reports.held import Held, built, store_sheets

SAID = ["On nights we are two nurses for forty people.", "Great.", "More cases!", "J’ai appris.", "Slides, please."]
WORDS = st.lists(st.sampled_from(["pain", "not", "at", "night", "we", "are", "cannot"]), min_size=1, max_size=9)


class Choosing:
    """A draft report, and the page on which staff choose its comments."""

    def __init__(self, held: Held) -> None:
        store_sheets(held.national, SAID)
        store_sheets(held.bc, ["Only four", "people said", "this here.", "So hide it."])
        self.client: Client = signed_in_client(held.people.staff)
        self.report = built(held)
        self.path = f"/en/evaluation/reports/{self.report.pk}/comments/"

    def text(self) -> str:
        return self.client.get(self.path).content.decode()

    def key_of(self, words: str) -> str:
        """Return the key of the comment with this text, from the form below it."""
        return (
            self.text().partition('id="all"')[2].partition(f"<p>{words}</p>")[2].partition('name="key" value="')[2][:16]
        )

    def post(self, words: str, **fields: str) -> int:
        values = {"key": self.key_of(words), "text": words, "language": "en", "translation": ""} | fields
        return self.client.post(self.path, values).status_code

    def chosen(self) -> list[tuple[str, str, str]]:
        row = Report.objects.get(pk=self.report.pk)
        assert row.sha256 == hash_of(row.figures, row.comments)
        return [(one["text"], one["language"], one["translation"]) for one in row.comments]


@pytest.fixture
def choosing(held: Held) -> Choosing:
    return Choosing(held)


@pytest.mark.django_db
def test_only_comments_of_sessions_with_five_answers_are_offered(choosing: Choosing) -> None:
    page = choosing.text()
    assert [said in page for said in SAID] == [True] * 5
    assert [said in page for said in ("Only four", "people said", "this here.", "So hide it.")] == [False] * 4
    assert choosing.post("Great.", key="0" * 16) == 404, "a comment that is not offered"


@pytest.mark.django_db
def test_comment_is_chosen_shortened_translated_and_left_out(choosing: Choosing) -> None:
    assert choosing.post("Great.") == 302
    shortened = "On nights we are two nurses […]"
    assert choosing.post(SAID[0], text=shortened, translation="La nuit, nous sommes deux infirmières […]") == 302
    assert choosing.post("J’ai appris.", language="fr") == 302
    assert choosing.chosen() == [
        ("Great.", "en", ""),
        (shortened, "en", "La nuit, nous sommes deux infirmières […]"),
        ("J’ai appris.", "fr", ""),
    ]
    assert "forty people" not in str(Report.objects.get(pk=choosing.report.pk).comments)
    assert choosing.post("Great.", leave_out="1") == 302
    assert choosing.post("J’ai appris.", leave_out="1") == 302
    assert choosing.chosen() == [(shortened, "en", "La nuit, nous sommes deux infirmières […]")]
    report = Report.objects.get(pk=choosing.report.pk)
    english = choosing.client.get(f"/en/evaluation/reports/{report.pk}/").content.decode()
    french = " ".join(choosing.client.get(f"/fr/evaluation/rapports/{report.pk}/").content.decode().split())
    assert f'<blockquote lang="en"><p>{shortened}</p>' in english
    assert "translated from" not in english
    assert '<blockquote lang="fr"><p>La nuit, nous sommes deux infirmières […]</p>' in french
    assert "(traduit de l’anglais)" in french
    assert list(AuditEvent.objects.filter(verb__contains="comment").order_by("pk").values_list("verb", flat=True)) == [
        *["report-comment-chosen"] * 3,
        *["report-comment-left-out"] * 2,
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields", [{"text": "Great session."}, {"text": "[…]"}, {"text": " "}, {"language": ""}, {"text": "Great.\x00"}]
)
def test_changed_comment_is_refused_and_kept_in_the_form(choosing: Choosing, fields: dict[str, str]) -> None:
    assert choosing.post("Great.", **fields) == 422
    assert choosing.chosen() == []


@pytest.mark.django_db
def test_comments_stay_when_the_report_is_built_again(choosing: Choosing, held: Held) -> None:
    choosing.post("Great.")
    held.came(held.programme.session(held.national.series, 5, days=-12), held.people.ama)
    again = built(held)
    assert (again.pk == choosing.report.pk, [one["text"] for one in again.comments]) == (False, ["Great."])


@pytest.mark.django_db
def test_published_report_takes_no_comment(choosing: Choosing, held: Held) -> None:
    key = choosing.key_of("Great.")
    publish_report(report=choosing.report, sha256=choosing.report.sha256, by=held.people.staff)
    assert choosing.client.get(choosing.path).status_code == 404
    with pytest.raises(Refusal, match="published"):
        choose_comment(report=choosing.report, comment={"key": key}, by=held.people.staff)
    with pytest.raises(Refusal, match="published"):
        leave_out_comment(report=choosing.report, key=key, by=held.people.staff)


@pytest.mark.django_db
def test_report_has_at_most_twenty_comments(choosing: Choosing, held: Held) -> None:
    for number in range(MOST_COMMENTS):
        choose_comment(report=choosing.report, comment={"key": str(number)}, by=held.people.staff)
    choose_comment(report=choosing.report, comment={"key": "0", "text": "again"}, by=held.people.staff)
    with pytest.raises(Refusal, match="at most 20"):
        choose_comment(report=choosing.report, comment={"key": "x"}, by=held.people.staff)


@given(WORDS, st.data())
def test_comment_is_accepted_without_any_of_its_words(words: list[str], data: st.DataObject) -> None:
    keep = data.draw(st.lists(st.booleans(), min_size=len(words), max_size=len(words)).filter(any))
    kept: list[str] = []
    for word, stays in zip(words, keep, strict=True):
        if stays:
            kept.append(word)
        elif kept[-1:] != ["[…]"]:
            kept.append("[…]")
    check_is_shortened(" ".join(words), " ".join(kept))
    check_is_shortened(" ".join(words), " ".join(kept).replace("…", "..."))


@given(WORDS, WORDS)
def test_words_that_are_not_in_the_comment_are_refused(words: list[str], other: list[str]) -> None:
    """Without “[…]”, only the comment itself is accepted. With it, only words of the comment in their order are."""
    if other != words:
        with pytest.raises(Refusal):
            check_is_shortened(" ".join(words), " ".join(other))
    rest = iter(words)
    if not all(word in rest for word in other):
        with pytest.raises(Refusal):
            check_is_shortened(" ".join(words), f"[…] {' […] '.join(other)} […]")


@pytest.mark.parametrize("kept", ["I can[…] use this.", "I […]not use this.", "use this.", "I cannot", "this. […] I"])
def test_comment_is_not_shortened_within_a_word(kept: str) -> None:
    with pytest.raises(Refusal):
        check_is_shortened("I cannot use this.", kept)
