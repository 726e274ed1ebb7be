"""Only a draft to which no row refers can be deleted. For other sessions and series, a sentence says why not."""

from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from accounts.models import AuditEvent
from attendance.models import AttendanceImport
from credits.models import Accreditation, CertifiedSession
from registrations.models import Enrollment, Registration, SessionChange
from sessions.models import EnrollmentKey, Material, Series, Session
from tests.admin.pages import address, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.builders import Programme
from tests.people import People
from tests.tables import checksums

pytestmark = pytest.mark.django_db

REFUSED = {
    "en": "Nothing is deleted: only a draft without certification, registrations, attendance or emails can be.",
    "fr": "Rien n’est supprimé : seul un brouillon sans agrément, inscription, présence ni courriel peut l’être.",
}


@pytest.fixture
def draft(own: HubRows, programme: Programme) -> Session:
    """Create a draft series with an enrollment key and one draft session with material."""
    series = programme.series("draft-series", hub=own.hub, state="draft")
    programme.key(series, "DRAFTKEY")
    session = programme.session(series, 1, state="draft")
    Material.objects.create(session=session, kind="slides", title="Slides", language="en")
    return session


def delete(client: Client, row: Model, **headers: str) -> Any:
    return client.post(address(type(row), "delete", row.pk), {"post": "yes"}, follow=True, headers=headers)


def delete_selected(client: Client, *rows: Model) -> Any:
    data = {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "post": "yes"}
    return client.post(address(type(rows[0]), "changelist"), data, follow=True)


def unchanged_rows() -> dict[str, Any]:
    return {name: rows for name, rows in checksums().items() if name != "django_session"}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("model", [Session, Series])
@pytest.mark.parametrize("who", ["coordinator", "staff"])
def test_certified_session_and_its_series_are_not_deleted(
    own: HubRows, people: People, model: type[Model], who: str, language: str
) -> None:
    for rows in (Registration, Enrollment, AttendanceImport):
        assert rows.objects.exists()
    client = signed_in_client(own.coordinator if who == "coordinator" else people.staff)
    before = unchanged_rows()
    here = address(model, "delete", own[model].pk)
    shown = client.get(here, follow=True, headers={"accept-language": language})
    assert shown.redirect_chain == [(address(model, "change", own[model].pk), 302)]
    for answer in (shown, delete(client, own[model], accept_language=language)):
        assert REFUSED[language] in says(answer)
    assert unchanged_rows() == before


@pytest.mark.parametrize("model", [Session, Series])
def test_bulk_action_deletes_nothing_if_one_row_is_in_use(
    coordinator_client: Client, own: HubRows, draft: Session, model: type[Model]
) -> None:
    before = unchanged_rows()
    answer = delete_selected(coordinator_client, own[model], draft if model is Session else draft.series)
    assert REFUSED["en"] in says(answer)
    assert str(own[model]) in says(answer).partition("Not to be deleted:")[2]
    assert unchanged_rows() == before


@pytest.mark.parametrize("what", ["certified", "published again"])
def test_draft_in_use_is_not_deleted(coordinator_client: Client, own: HubRows, draft: Session, what: str) -> None:
    if what == "certified":
        CertifiedSession.objects.create(accreditation=own[Accreditation], session=draft, certified_id="1")
    else:
        now = own[Registration].registered_at
        SessionChange.objects.create(session=draft, kind="published", made_at=now, send_at=now, recalled_at=now)
    before = unchanged_rows()
    for answer in (delete(coordinator_client, draft), delete(coordinator_client, draft.series)):
        assert REFUSED["en"] in says(answer)
    assert unchanged_rows() == before


def test_published_session_without_registrations_is_not_deleted(
    coordinator_client: Client, own: HubRows, programme: Programme
) -> None:
    session = programme.session(own[Series], 8)
    delete(coordinator_client, session)
    assert Session.objects.filter(pk=session.pk).exists()


@pytest.mark.parametrize("by", [delete, delete_selected])
def test_untouched_draft_is_deleted_with_its_materials(coordinator_client: Client, draft: Session, by: Any) -> None:
    by(coordinator_client, draft)
    assert not Session.objects.filter(pk=draft.pk).exists()
    assert AuditEvent.objects.filter(verb="session-deleted", about=f"session:{draft.pk}").count() == 1


@pytest.mark.parametrize("by", [delete, delete_selected])
def test_draft_series_is_deleted_with_its_untouched_drafts(coordinator_client: Client, draft: Session, by: Any) -> None:
    shown = coordinator_client.get(address(Series, "delete", draft.series_id))
    assert "Everything listed here will be deleted:" in says(shown)
    assert str(draft) in says(shown)
    by(coordinator_client, draft.series)
    assert not Series.objects.filter(pk=draft.series_id).exists()
    assert not EnrollmentKey.objects.filter(text="DRAFTKEY").exists()
    verbs = AuditEvent.objects.filter(verb__endswith="-deleted").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["session-deleted", "series-deleted"]


def test_delete_link_is_displayed_for_an_untouched_draft_only(
    coordinator_client: Client, own: HubRows, draft: Session
) -> None:
    for row, is_displayed in ((draft, True), (draft.series, True), (own[Session], False), (own[Series], False)):
        page = says(coordinator_client.get(address(type(row), "change", row.pk)))
        assert (address(type(row), "delete", row.pk) in page) is is_displayed


def test_coordinator_of_another_hub_cannot_delete_a_draft(draft: Session, other: HubRows) -> None:
    client = signed_in_client(other.coordinator)
    for row in (draft, draft.series):
        answer = delete(client, row)
        assert str(row) not in says(answer)
        delete_selected(client, row)
    assert Session.objects.filter(pk=draft.pk).exists()
