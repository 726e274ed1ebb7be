"""A warning is displayed if the title in the language in which a series is taught was removed."""

import pytest
from django.test import Client

from sessions.models import Series, Session
from tests.admin.desk_table import name_of, save
from tests.admin.pages import address, posted_fields, says
from tests.admin.two_hubs import HubRows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_suppression")]

ENGLISH = "The English title was removed, though the series is taught in English: its pages show the French one."
FRENCH = "The French title was removed, though the series is taught in French: its pages show the English one."


@pytest.fixture
def session(own: HubRows) -> Session:
    Session.objects.filter(pk=own[Session].pk).update(title_fr="Douleur")
    return Session.objects.get(pk=own[Session].pk)


def test_table_warns_of_a_removed_title(coordinator_client: Client, own: HubRows, session: Session) -> None:
    page = says(save(coordinator_client, own[Series], **{name_of(session, "title_en"): ""}))
    session.refresh_from_db()
    assert session.title_en == ""
    assert f"{session}: {ENGLISH}" in page
    assert ENGLISH not in says(save(coordinator_client, own[Series], **{name_of(session, "title_en"): "Pain"}))


def test_table_does_not_warn_of_the_other_language(coordinator_client: Client, own: HubRows, session: Session) -> None:
    page = says(save(coordinator_client, own[Series], **{name_of(session, "title_fr"): ""}))
    assert "1 session is saved." in page
    assert "was removed" not in page


@pytest.mark.parametrize(("language", "field", "sentence"), [("en", "title_en", ENGLISH), ("fr", "title_fr", FRENCH)])
@pytest.mark.parametrize("model", [Session, Series])
def test_form_warns_of_a_removed_title(
    coordinator_client: Client,
    own: HubRows,
    session: Session,
    model: type[Session | Series],
    language: str,
    field: str,
    sentence: str,
) -> None:
    Series.objects.filter(pk=own[Series].pk).update(language=language, title_fr="Deuil")
    here = address(model, "change", own[model].pk)
    for title, expected in (("", True), ("Grief", False)):
        form = posted_fields(coordinator_client, here)
        page = says(coordinator_client.post(here, {**form, field: title}, follow=True))
        assert getattr(model.objects.get(pk=own[model].pk), field) == title
        assert (sentence in page) is expected
