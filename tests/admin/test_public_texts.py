"""Public texts in the administration: preview, labels in the list, history, and who may edit which text."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent
from pages.models import Newsletter, Page, QuestionAndAnswer
from tests.admin.pages import address, posted_fields, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People
from tests.tables import checksums

NEW = {
    "slug": "new",
    "position": "0",
    "title_en": "New",
    "body_en": "## So\n\n**Bold** <script>x()</script>",
    "is_published": "on",
}


@pytest.fixture
def staff_client(people: People) -> Client:
    return signed_in_client(people.staff)


def change(row: Page) -> str:
    return address(Page, "change", row.pk)


def save(client: Client, row: Page, **fields: Any) -> Page:
    assert client.post(change(row), {**posted_fields(client, change(row)), **fields}).status_code == 302
    return Page.objects.get(pk=row.pk)


def test_preview_displays_the_typed_text_and_saves_nothing(staff_client: Client) -> None:
    before = checksums()
    answer = staff_client.post(address(Page, "add"), {**NEW, "_preview": "1"})
    assert checksums() == before
    assert [(one.language, one.title, str(one.html)) for one in answer.context["previews"]] == [
        ("en", "New", "<h2>So</h2>\n<p><strong>Bold</strong> &lt;script&gt;x()&lt;/script&gt;</p>\n"),
        ("fr", "", ""),
    ]
    assert "Nothing has been saved yet." in says(answer)
    assert answer.context["adminform"].form["title_en"].value() == "New"


def test_preview_of_a_change_saves_nothing(coordinator_client: Client, own: HubRows) -> None:
    data = {**posted_fields(coordinator_client, change(own[Page])), "body_fr": "Bonjour", "_preview": "1"}
    before = checksums()
    assert coordinator_client.post(change(own[Page]), data).status_code == 200
    assert checksums() == before


def test_address_of_another_page_is_refused(staff_client: Client) -> None:
    rows = [Page.objects.create(slug=slug, title_en=slug) for slug in ("first", "second")]
    answer = staff_client.post(change(rows[1]), {**posted_fields(staff_client, change(rows[1])), "slug": "first"})
    assert (answer.status_code, "Another page has this address on the site." in says(answer)) == (200, True)
    assert Page.objects.get(pk=rows[1].pk).slug == "second"


def test_editing_the_english_only_makes_the_french_older(coordinator_client: Client, own: HubRows) -> None:
    row = save(coordinator_client, own[Page], title_fr="Titre", body_fr="Texte", says_the_same="on")
    assert (row.french_is_older, row.missing_languages) == (False, [])
    row = save(coordinator_client, row, body_en="Other words")
    assert row.french_is_older
    page = says(coordinator_client.get(address(Page, "changelist")))
    assert "The French is older" in page
    row = save(coordinator_client, row, body_fr="D’autres mots")
    assert not row.french_is_older


LINES = {"en": "One line\n\nanother line", "fr": "Une ligne\n\nune autre ligne\n"}
LOADED_TEXTS: dict[str, Any] = {
    "page": lambda hub: Page(slug="a", title_en="A", body_en=LINES["en"], body_fr=LINES["fr"], hub=hub),
    "question": lambda hub: QuestionAndAnswer(
        slug="a", question_en="A", question_fr="A", answer_en=LINES["en"], answer_fr=LINES["fr"], hub=hub
    ),
    "newsletter": lambda hub: Newsletter(
        slug="a", published_on="2026-01-01", title_en="A", body_en=LINES["en"], body_fr=LINES["fr"], hub=hub
    ),
}


@pytest.mark.parametrize("kind", LOADED_TEXTS)
def test_editing_the_english_of_a_loaded_text_leaves_the_french(
    coordinator_client: Client, own: HubRows, kind: str
) -> None:
    row = LOADED_TEXTS[kind](own.hub)
    row.save()
    page = address(type(row), "change", row.pk)
    name = "answer_en" if kind == "question" else "body_en"
    fields = {**posted_fields(coordinator_client, page), name: "Other\r\nwords"}
    assert coordinator_client.post(page, fields).status_code == 302
    stored = type(row).objects.get(pk=row.pk)
    assert (stored.french_is_older, getattr(stored, name)) == (True, "Other\nwords")
    event = AuditEvent.objects.get(about=f"{row._meta.model_name}:{row.pk}")
    assert event.details["fields"] == [name]


def test_review_date_alone_is_the_only_field_in_the_history(coordinator_client: Client, own: HubRows) -> None:
    Page.objects.filter(pk=own[Page].pk).update(body_en=LINES["en"], body_fr=LINES["fr"], title_fr="Titre")
    row = save(coordinator_client, own[Page], reviewed_on="2026-01-01")
    assert AuditEvent.objects.get(about=f"page:{row.pk}").details["fields"] == ["reviewed_on"]
    assert not row.french_is_older


def test_saying_that_both_languages_say_the_same_ends_the_mark(coordinator_client: Client, own: HubRows) -> None:
    row = save(coordinator_client, own[Page], title_fr="Titre", body_fr="Texte", body_en="Other words")
    Page.objects.filter(pk=row.pk).update(french_edited_at=timezone.now() - dt.timedelta(days=1))
    assert not save(coordinator_client, row, says_the_same="on").french_is_older


@pytest.mark.parametrize(
    ("reviewed", "words"),
    [(None, "Never"), (364, "In the last twelve months"), (366, "More than a year ago")],
)
def test_list_says_whether_a_review_is_due(
    coordinator_client: Client, own: HubRows, reviewed: int | None, words: str
) -> None:
    day = None if reviewed is None else timezone.localdate() - dt.timedelta(days=reviewed)
    Page.objects.filter(pk=own[Page].pk).update(reviewed_on=day)
    answer = coordinator_client.get(address(Page, "changelist"))
    assert [answer.context["cl"].model_admin.review(row) for row in answer.context["cl"].result_list] == [words]


def test_list_says_which_language_is_missing(coordinator_client: Client, own: HubRows) -> None:
    assert "Missing: French" in says(coordinator_client.get(address(Page, "changelist")))


def test_change_is_in_the_history_with_the_names_of_the_fields(coordinator_client: Client, own: HubRows) -> None:
    row = save(coordinator_client, own[Page], body_fr="Texte")
    event = AuditEvent.objects.get(about=f"page:{row.pk}")
    assert (event.verb, event.actor_id, event.scope_id) == ("page-changed", own.coordinator.pk, own.hub.pk)
    history = says(coordinator_client.get(address(Page, "history", row.pk)))
    assert "It was changed." in history
    assert "Text (French)" in history


def test_coordinator_sees_and_edits_only_the_pages_of_their_hub(
    coordinator_client: Client, own: HubRows, other: HubRows
) -> None:
    national = Page.objects.create(slug="national", title_en="National", is_published=True)
    listed = coordinator_client.get(address(Page, "changelist")).context["cl"].result_list
    assert [row.pk for row in listed] == [own[Page].pk]
    for row in (other[Page], national):
        assert coordinator_client.get(change(row)).status_code == 302
        before = checksums()
        coordinator_client.post(change(row), {"title_en": "Mine", "slug": "mine"})
        assert checksums() == before


def test_coordinator_cannot_add_a_national_page(coordinator_client: Client, own: HubRows) -> None:
    answer = coordinator_client.post(address(Page, "add"), NEW)
    assert list(answer.context["adminform"].form.errors) == ["hub"]
    assert coordinator_client.post(address(Page, "add"), {**NEW, "hub": own.hub.pk}).status_code == 302


def test_staff_add_a_national_page(staff_client: Client) -> None:
    assert staff_client.post(address(Page, "add"), {**NEW, "place": "about"}).status_code == 302
    assert Page.objects.get(slug="new").hub is None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title_en": "A\u202eB"}, "title_en"),
        ({"body_en": "a\x00b"}, "body_en"),
        ({"body_fr": "a" * 40_001}, "body_fr"),
        ({"title_en": ""}, "__all__"),
        ({"reviewed_on": "0026-01-01"}, "reviewed_on"),
    ],
)
def test_impossible_text_is_refused_and_nothing_is_saved(
    staff_client: Client, typed: dict[str, str], field: str
) -> None:
    before = checksums()
    answer = staff_client.post(address(Page, "add"), {**NEW, **typed})
    assert list(answer.context["adminform"].form.errors) == [field]
    assert checksums() == before


def test_typed_apostrophes_and_spaces_become_typographic(staff_client: Client) -> None:
    staff_client.post(address(Page, "add"), {**NEW, "title_fr": "L'essai : oui"})
    assert Page.objects.get(slug="new").title_fr == "L’essai\u00a0: oui"


def test_page_of_a_hub_cannot_have_a_place_in_the_navigation(coordinator_client: Client, own: HubRows) -> None:
    sentence = ["Only national pages have a place in the navigation. Choose “Nowhere”."]
    changed = {**posted_fields(coordinator_client, change(own[Page])), "place": "about"}
    added = {**NEW, "hub": own.hub.pk, "place": "about"}
    for path, data in ((change(own[Page]), changed), (address(Page, "add"), added)):
        answer = coordinator_client.post(path, data)
        assert list(answer.context["adminform"].form.errors.values()) == [sentence]
