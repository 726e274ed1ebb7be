"""The admin page with the files of a session."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from sessions.models import Material, MaterialFile, Session
from tests.admin.pages import address, posted_fields, says
from tests.admin.two_hubs import HubRows
from tests.sessions import uploads

pytestmark = pytest.mark.django_db


def upload(client: Client, session: Session, name: str = "slides.pdf", data: bytes = uploads.PDF, **more: str) -> str:
    """Upload a file, and return the text of the next page."""
    values = {
        "kind": "slides",
        "language": "en",
        "open_to": "public",
        "title": "",
        "note_en": "",
        "note_fr": "",
        "replaces": "",
    }
    answer = client.post(url_of(session), {**values, **more, "file": SimpleUploadedFile(name, data)}, follow=True)
    return " ".join(answer.content.decode().split())


def url_of(session: Session) -> str:
    return reverse("admin:echo_sessions_session_materials", args=(session.pk,))


def session_of(rows: HubRows) -> Session:
    session = rows[Session]
    assert isinstance(session, Session)
    return session


def test_coordinator_uploads_a_file(coordinator_client: Client, own: HubRows) -> None:
    session = session_of(own)
    page = upload(coordinator_client, session, kind="transcript", title="  What was  said ")
    assert "The file is saved." in page
    file = MaterialFile.objects.select_related("material").get()
    found = (file.material.session_id, file.material.kind, file.material.title, file.name, file.extension, file.size)
    assert found == (session.pk, "transcript", "What was said", "slides.pdf", "pdf", len(uploads.PDF))
    assert file.uploaded_by == own.coordinator
    event = AuditEvent.objects.get(verb="material-uploaded")
    assert (event.about, event.scope_id) == (f"session:{session.pk}", session.series.hub_id)
    link = reverse("admin:echo_sessions_session_material", args=(session.pk, file.material_id))
    assert link in page
    answer = coordinator_client.get(link)
    assert (answer.content, answer["Content-Security-Policy"]) == (uploads.PDF, "default-src 'none'; sandbox")


@pytest.mark.parametrize("case", ["page named PDF", "drawing", "macros", "document that unpacks to 1 GiB", "nothing"])
def test_refused_file_saves_nothing_and_says_why(coordinator_client: Client, own: HubRows, case: str) -> None:
    name, data, _code = uploads.HOSTILE[case]
    page = upload(coordinator_client, session_of(own), name, data)
    assert 'class="errorlist"' in page
    assert MaterialFile.objects.count() == 0


def test_file_above_the_limit_is_not_kept_in_memory(coordinator_client: Client, own: HubRows) -> None:
    name, data, _code = uploads.HOSTILE["too much"]
    page = upload(coordinator_client, session_of(own), name, data)
    assert "This file is larger than 20 MB." in page
    assert MaterialFile.objects.count() == 0


def test_uploading_the_same_document_twice_is_refused(coordinator_client: Client, own: HubRows) -> None:
    upload(coordinator_client, session_of(own))
    page = upload(coordinator_client, session_of(own))
    assert "This session has a document of this kind, language and title already." in page
    assert MaterialFile.objects.count() == 1


def test_document_is_replaced_withdrawn_and_shown_again(coordinator_client: Client, own: HubRows) -> None:
    session = session_of(own)
    upload(coordinator_client, session)
    old = Material.objects.get(file__isnull=False)
    upload(coordinator_client, session, replaces=str(old.pk), note_en="A figure was wrong.")
    old.refresh_from_db()
    new = Material.objects.get(file__isnull=False, state="shown")
    assert (old.state, old.note_en, old.replaced_by) == ("replaced", "A figure was wrong.", new)
    page = act(coordinator_client, session, withdraw=str(new.pk), note_en=" ")
    assert "Write why, in one language at least. Visitors read it." in page
    assert "Visitors read it beside the document." in page
    act(coordinator_client, session, withdraw=str(new.pk), note_en="Out of date")
    new.refresh_from_db()
    assert (new.state, new.note_en) == ("withdrawn", "Out of date")
    act(coordinator_client, session, restore=str(new.pk))
    new.refresh_from_db()
    assert (new.state, new.note_en, new.hidden_at) == ("shown", "", None)


def test_refused_restore_is_displayed_as_an_error(coordinator_client: Client, own: HubRows) -> None:
    session = session_of(own)
    upload(coordinator_client, session)
    old = Material.objects.get(file__isnull=False)
    act(coordinator_client, session, withdraw=str(old.pk), note_en="Out of date")
    upload(coordinator_client, session)
    page = act(coordinator_client, session, restore=str(old.pk))
    assert ('class="error"' in page, 'class="success"' in page) == (True, False)


@pytest.mark.parametrize("stored", [True, False])
def test_equal_documents_on_the_page_of_the_session_are_refused_in_a_sentence(
    coordinator_client: Client, own: HubRows, stored: bool
) -> None:
    session = session_of(own)
    Material.objects.filter(session=session).delete()
    same = {"kind": "slides", "language": "en", "open_to": "public", "title": "Same", "url": "https://example.org/1"}
    if stored:
        Material.objects.create(session=session, **same)
    change = address(Session, "change", session.pk)
    fields = posted_fields(coordinator_client, change)
    first = int(fields["materials-TOTAL_FORMS"])
    new = range(first, first + (1 if stored else 2))
    for index in new:
        fields |= {f"materials-{index}-{name}": value for name, value in same.items()}
    answer = coordinator_client.post(change, fields | {"materials-TOTAL_FORMS": first + len(new)})
    assert "This session has a document of this kind, language and title already." in says(answer)
    assert Material.objects.filter(session=session).count() == int(stored)


def act(client: Client, session: Session, **values: str) -> str:
    return " ".join(client.post(url_of(session), values, follow=True).content.decode().split())


def test_coordinator_of_another_hub_can_do_nothing(coordinator_client: Client, own: HubRows, other: HubRows) -> None:
    theirs, material = session_of(other), other[Material]
    upload(coordinator_client, theirs)
    assert coordinator_client.get(url_of(theirs)).status_code == 404
    assert coordinator_client.post(url_of(theirs), {"withdraw": material.pk, "note_en": "x"}).status_code == 404
    mine = url_of(session_of(own))
    assert coordinator_client.post(mine, {"withdraw": material.pk, "note_en": "x"}).status_code == 404
    page = upload(coordinator_client, session_of(own), replaces=str(material.pk))
    assert 'class="errorlist"' in page
    assert MaterialFile.objects.count() == 0
    assert Material.objects.get(pk=material.pk).state == "shown"


def test_stranger_cannot_send_a_file(client: Client, own: HubRows) -> None:
    answer = client.post(url_of(session_of(own)), {"file": SimpleUploadedFile("a.pdf", uploads.PDF)})
    assert answer.status_code == 302
    assert MaterialFile.objects.count() == 0


def test_material_with_a_file_takes_no_link(coordinator_client: Client, own: HubRows) -> None:
    session = session_of(own)
    upload(coordinator_client, session, title="With a file")
    page = coordinator_client.get(reverse("admin:echo_sessions_session_change", args=(session.pk,)))
    form = page.context["inline_admin_formsets"][0].formset
    row = next(one for one in form.forms if one.instance.title == "With a file")
    values = {**row.initial, "url": "https://video.example.org/x"}
    checked = type(row)(data=values, instance=row.instance)
    assert checked.errors["url"] == ["This material has a file. Leave the address empty."]
