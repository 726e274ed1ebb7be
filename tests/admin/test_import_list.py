"""Coordinators import a list of people: upload, check of each row, dry run of the emails, then all people or nobody."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from echo_portal.admin.history import history_of
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.models import Message
from registrations.actions import import_list
from registrations.models import RegistrantList, Registration
from registrations.reading.registrant_list import MAX_BYTES
from sessions.models import Series, Session
from tests.admin.pages import leaks, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.builders import Programme
from tests.tables import checksums

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_suppression")]
GOOD = "Nom;Courriel;Langue\nZoé Roy;zoe@example.org;fr\nBo Lee;bo@example.org;\n".encode("cp1252")
FAULTY = b"Name,Email\n,a@example.org\nB,nobody\nC,c@example.org\nD,c@example.org\n"


def upload(client: Client, series: Series, data: bytes, **fields: Any) -> Any:
    values = {
        "file": SimpleUploadedFile("list.csv", data),
        "default_language": "en",
        "sessions": list(series.sessions.values_list("pk", flat=True)),
        "note_en": "You asked your hub.",
    }
    page = reverse("admin:echo_sessions_series_import", args=(series.pk,))
    return client.post(page, values | fields, follow=True)


def check_page(series: Series) -> str:
    return reverse("admin:echo_sessions_series_check_list", args=(series.pk, RegistrantList.objects.get().pk))


def test_list_is_checked_previewed_and_imported(own: HubRows, coordinator_client: Client) -> None:
    shown = upload(coordinator_client, own[Series], GOOD).context
    assert (shown["count"], shown["registered"], shown["names"]) == (2, 2, ["Zoé Roy", "Bo Lee"])
    assert (shown["by_language"], shown["left_out"]) == ([("en", 1), ("fr", 1)], [])
    assert [language for language, _email in shown["samples"]] == ["en", "fr"]
    assert not Registration.objects.filter(person__email="zoe@example.org").exists(), "this was a dry run"
    assert "SHA-256" not in says(coordinator_client.get(check_page(own[Series])))
    page, fields = check_page(own[Series]), {"step": "import", "seen": shown["seen"]}
    before = checksums()
    refused = coordinator_client.post(page, fields | {"sha256": "0" * 64})
    assert "This is another file than the one that was checked." in says(refused)
    assert checksums() == before
    done = coordinator_client.post(page, fields | {"sha256": shown["list"].sha256}, follow=True)
    assert "Zoé Roy, zoe@example.org: no answer yet" in says(done)
    assert Message.objects.filter(kind="added-by-hub").count() == 2
    again = coordinator_client.post(page, fields | {"sha256": shown["list"].sha256}, follow=True)
    assert "no answer yet" in says(again)
    assert Message.objects.filter(kind="added-by-hub").count() == 2
    lines = [(line.who, line.sentence) for line in history_of(own[Series], own.coordinator)]
    assert (own.coordinator.name, "A list was imported: 2 people were added. File: list.csv") in lines


@pytest.mark.parametrize(("language", "words"), [("en", "2,600 places."), ("fr", "2\u00a0600 places.")])
def test_thousands_of_places_are_written_with_a_separator(language: str, words: str) -> None:
    with translation.override(language):
        assert words in render_to_string("admin/desk/added_places.html", {"registered": 2600, "waiting": 0})


@pytest.mark.parametrize("language", ["en", "fr"])
def test_example_list_can_be_uploaded_as_it_is(own: HubRows, coordinator_client: Client, language: str) -> None:
    coordinator_client.cookies["language"] = language
    page = reverse("admin:echo_sessions_series_import_example", args=(own[Series].pk,))
    shown = upload(coordinator_client, own[Series], coordinator_client.get(page).content)
    assert (shown.context["faults"], shown.context["names"]) == ([], ["Denise Tremblay"])


def test_preview_names_the_sessions_that_were_chosen(
    own: HubRows, programme: Programme, coordinator_client: Client
) -> None:
    second = programme.session(own[Series], 90, days=40, title_en="Chosen title")
    shown = upload(coordinator_client, own[Series], GOOD, sessions=[second.pk], whole_series="on")
    assert [session.pk for session in shown.context["chosen_sessions"]] == [second.pk]
    assert ("90. Chosen title" in says(shown), "Sessions that are added later" in says(shown)) == (True, True)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Row 5, column Email (B): “c@example.org” is in row 4 already."),
        ("fr", "Ligne 5, colonne Email (B) : « c@example.org » figure déjà à la ligne 4."),
    ],
)
def test_each_fault_is_displayed_with_its_row_and_column_and_nothing_can_be_imported(
    own: HubRows, coordinator_client: Client, language: str, said: str
) -> None:
    coordinator_client.cookies["language"] = language
    page = upload(coordinator_client, own[Series], FAULTY)
    assert (page.context["count_of_faults"], "seen" in page.context) == (3, False)
    assert said in says(page)
    before = checksums()
    coordinator_client.post(
        check_page(own[Series]), {"step": "import", "seen": "", "sha256": page.context["list"].sha256}
    )
    assert checksums() == before


def test_unknown_column_is_refused_by_name_or_named_by_hand(own: HubRows, coordinator_client: Client) -> None:
    page = upload(coordinator_client, own[Series], b"Who is it,Email,Diet\nBo,bo@example.org,none\n")
    form = page.context["form"]
    assert [field.label for field in form] == ["Who is it", "Email", "Diet"], "the name was not found"
    unsaid = coordinator_client.post(check_page(own[Series]), {"step": "columns", "column_0": "name"})
    assert "Say what this column is." in says(unsaid)
    roles = {"step": "columns", "column_0": "name", "column_1": "email", "column_2": "ignored"}
    named = coordinator_client.post(check_page(own[Series]), roles, follow=True)
    assert named.context["names"] == ["Bo"]


def test_unknown_word_is_explained_once_for_all_its_rows(own: HubRows, coordinator_client: Client) -> None:
    people = b"Name,Email,Profession\nBo,bo@example.org,Wizard\nCy,cy@example.org,wizard\nDi,di@example.org,Zz\n"
    page = upload(coordinator_client, own[Series], people)
    assert len(page.context["faults"]) == 2
    wizard, other = page.context["words_form"].fields
    first = {"step": "words", wizard: "RN", other: ""}
    page = coordinator_client.post(check_page(own[Series]), first, follow=True)
    assert [unknown.written for unknown in page.context["words_form"].words.values()] == ["Zz"]
    refused = coordinator_client.post(check_page(own[Series]), {"step": "words", other: "XX"}, follow=True)
    assert "words_form" in refused.context, "no code of the vocabulary"
    page = coordinator_client.post(check_page(own[Series]), {"step": "words", other: "-"}, follow=True)
    assert (page.context["faults"], page.context["names"]) == ([], ["Bo", "Cy", "Di"])
    fields = {"step": "import", "seen": page.context["seen"], "sha256": page.context["list"].sha256}
    coordinator_client.post(check_page(own[Series]), fields)
    stored = Registration.objects.filter(person__email__in=["bo@example.org", "cy@example.org", "di@example.org"])
    assert sorted(stored.values_list("person__email", "person__profession").distinct()) == [
        ("bo@example.org", "RN"),
        ("cy@example.org", "RN"),
        ("di@example.org", ""),
    ]
    assert RegistrantList.objects.get().words == {}


def test_registered_people_are_named_and_left_out(own: HubRows, coordinator_client: Client) -> None:
    address = own[Registration].person.email
    page = upload(coordinator_client, own[Series], f"Name,Email\nOld,{address}\nNew,new@example.org\n".encode())
    assert page.context["left_out"] == [("Old", address, "Already registered.")]
    assert page.context["names"] == ["New"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.7 x", "This is a PDF file. Save the list as CSV or XLSX."),
        (b"Name,Email\n" + b"," * 70_000, "Row 2 is longer than 65536 characters."),
        (b"x" * (MAX_BYTES + 1), "The file is larger than 4 MB."),
    ],
)
def test_file_that_cannot_be_used_is_refused_in_a_sentence(
    own: HubRows, coordinator_client: Client, data: bytes, sentence: str
) -> None:
    before = checksums()
    assert sentence in says(upload(coordinator_client, own[Series], data))
    assert checksums() == before


def test_list_of_another_hub_is_neither_uploaded_nor_found(
    own: HubRows, other: HubRows, coordinator_client: Client
) -> None:
    assert upload(coordinator_client, other[Series], GOOD).status_code == 404
    upload(coordinator_client, own[Series], GOOD)
    here = check_page(own[Series])
    RegistrantList.objects.update(series=other[Series])
    for page in (here, check_page(other[Series])):
        assert [coordinator_client.get(page).status_code, coordinator_client.post(page).status_code] == [404, 404]
    mixed = upload(coordinator_client, own[Series], GOOD, sessions=[other[Session].pk])
    assert "Choose sessions from the list." in says(mixed)
    assert not leaks(mixed)


def test_form_without_csrf_token_is_refused(own: HubRows) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in_client(own.coordinator).cookies
    page = reverse("admin:echo_sessions_series_import", args=(own[Series].pk,))
    assert client.post(page, {"file": io.BytesIO(GOOD)}).status_code == 403


def test_check_names_rows_with_invisible_characters(own: HubRows, coordinator_client: Client) -> None:
    shown = upload(coordinator_client, own[Series], "Name,Email\nZo\u200bé \u202eRoy,zoe@example.org\n".encode())
    assert shown.context["names"] == ["Zoé Roy"]
    assert "Invisible characters were removed in these rows: 2." in says(shown)


def test_file_is_kept_while_the_reason_is_asked_again(own: HubRows, coordinator_client: Client) -> None:
    series = own[Series]
    here = reverse("admin:echo_sessions_series_import", args=(series.pk,))
    asked = upload(coordinator_client, series, GOOD, note_en="", default_language="")
    assert asked.context["form"].errors == {
        "note_en": ["Write why, in at least one language."],
        "default_language": ["Choose the language of the emails."],
    }
    kept = RegistrantList.objects.get()
    assert (asked.context["kept"], len(kept.table["rows"])) == (kept, 2)
    assert "The file list.csv with 2 rows is kept. Choose another file only to replace it." in says(asked)
    unfinished = coordinator_client.get(check_page(series))
    assert (unfinished.status_code, unfinished["Location"]) == (302, f"{here}?list={kept.pk}")
    assert coordinator_client.get(unfinished["Location"]).context["kept"] == kept
    with pytest.raises(Refusal):
        import_list(registrant_list=kept, sha256=kept.sha256, by=own.coordinator)

    values = {"list": kept.pk, "default_language": "fr", "sessions": kept.session_ids, "note_fr": "À votre demande."}
    shown = coordinator_client.post(here, values, follow=True)
    assert (shown.context["list"], shown.context["count"]) == (kept, 2)
    assert shown.context["by_language"] == [("fr", 2)]
    kept.refresh_from_db()
    assert (kept.language, kept.note_fr) == ("fr", "À votre demande.")


def test_kept_file_of_somebody_else_is_not_found(own: HubRows, other: HubRows, coordinator_client: Client) -> None:
    upload(signed_in_client(other.coordinator), other[Series], GOOD, note_en="")
    foreign = RegistrantList.objects.get()
    here = reverse("admin:echo_sessions_series_import", args=(own[Series].pk,))
    values = {"list": foreign.pk, "default_language": "fr", "note_fr": "À votre demande."}
    asked = coordinator_client.post(here, values)
    assert asked.context["form"].errors == {"file": ["Choose a file."]}
    assert asked.context["kept"] is None
