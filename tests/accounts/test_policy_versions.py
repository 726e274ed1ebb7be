"""Staff write versions of the privacy policy; people consent to the one that applies, and can read each of them."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.actions import give_consent
from accounts.models import AuditEvent, Consent, ConsentKind, PolicyVersion
from accounts.policies import FOLDER, current_policy
from echo_portal.lib.dates import date_long
from registrations.queries.people import has_agreed
from tests.admin.pages import address, posted_fields, says
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.people import People
from tests.tables import checksums

pytestmark = pytest.mark.django_db

TEXTS = {"text_en": "## Ours\n\nWe keep your email.", "text_fr": "## La nôtre\n\nNous gardons votre courriel."}
FILES = sorted(path.name.split(".")[0].removeprefix("privacy-") for path in FOLDER.glob("privacy-*.en.md"))
DELIVERED = max(one for one in FILES if one <= timezone.localdate().isoformat())
PUBLISH = {"is_published": "on", "says_the_same": "on"}


@pytest.fixture
def staff_client(people: People) -> Client:
    return signed_in_client(people.staff)


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def version(days: int, **values: Any) -> PolicyVersion:
    return PolicyVersion.objects.create(**{"applies_on": in_days(days), "is_published": True, **TEXTS, **values})


def add(client: Client, **fields: Any) -> Any:
    page = address(PolicyVersion, "add")
    return client.post(page, {**posted_fields(client, page), "applies_on": in_days(7).isoformat(), **fields})


def test_new_version_starts_from_the_current_text(staff_client: Client) -> None:
    fields = posted_fields(staff_client, address(PolicyVersion, "add"))
    text = current_policy("privacy").text
    shown = {code: fields[f"text_{code}"].replace("\r\n", "\n").strip() for code in text}
    assert shown == {code: one.strip() for code, one in text.items()}


def test_published_version_is_announced_and_applies_from_its_day(client: Client, staff_client: Client) -> None:
    assert add(staff_client, **TEXTS, **PUBLISH).status_code == 302
    assert current_policy("privacy").version == DELIVERED
    today = client.get(reverse("privacy")).content.decode()
    assert ("Ours" in today, "does not apply yet" in today, reverse("privacy_version", args=[in_days(7)]) in today) == (
        False,
        True,
        True,
    )
    with time_machine.travel(timezone.now() + dt.timedelta(days=7)):
        assert current_policy("privacy").version == in_days(0).isoformat()
        page = client.get(reverse("privacy")).content.decode()
    assert ("<h2>Ours</h2>" in page, "does not apply yet" in page) == (True, False)
    assert [event.verb for event in AuditEvent.objects.filter(about__startswith="policyversion:")] == [
        "policyversion-added"
    ]


def test_text_that_came_with_the_portal_applies_from_its_day(client: Client) -> None:
    newest, before = FILES[-1], FILES[-2]
    eve = dt.datetime.fromisoformat(newest).replace(hour=12, tzinfo=dt.UTC) - dt.timedelta(days=1)
    for moment, current in ((eve, before), (eve + dt.timedelta(days=1), newest)):
        with time_machine.travel(moment, tick=False):
            shown = date_long(dt.date.fromisoformat(current), "en")
            page = client.get(reverse("privacy")).content.decode()
            assert current_policy("privacy").version == current
            assert f'<p class="sm muted">Version of {shown}</p>' in page
            assert ("does not apply yet" in page) is (current == before)
            later = client.get(reverse("privacy_version", args=[newest])).content.decode()
            assert ("This version does not apply yet." in later) is (current == before)


def test_oldest_text_applies_in_portals_whose_clock_is_before_its_day() -> None:
    with time_machine.travel(dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC), tick=False):
        assert current_policy("privacy").version == FILES[0]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"says_the_same": ""}, "says_the_same"),
        ({"text_fr": ""}, "__all__"),
        ({"applies_on": "today"}, "applies_on"),
        ({"applies_on": ""}, "applies_on"),
        ({"text_en": "a\x00b"}, "text_en"),
    ],
    ids=str,
)
def test_version_that_cannot_be_published_is_refused(staff_client: Client, fields: dict[str, str], field: str) -> None:
    if fields.get("applies_on") == "today":
        fields = {"applies_on": in_days(0).isoformat()}
    before = checksums()
    answer = add(staff_client, **{**TEXTS, **PUBLISH, **fields})
    assert (answer.status_code, list(answer.context["adminform"].form.errors)) == (200, [field])
    assert checksums() == before


def test_draft_may_lack_a_language_and_is_not_displayed(client: Client, staff_client: Client) -> None:
    assert add(staff_client, text_en="Draft words", text_fr="", says_the_same="").status_code == 302
    assert "Draft words" not in client.get(reverse("privacy")).content.decode()
    assert client.get(reverse("privacy_version", args=[in_days(7)])).status_code == 404
    assert "Missing: French" in says(staff_client.get(address(PolicyVersion, "changelist")))


def test_version_that_applies_is_read_only_except_for_its_review(staff_client: Client) -> None:
    row = version(-1)
    page = address(PolicyVersion, "change", row.pk)
    posted = {**posted_fields(staff_client, page), "text_en": "Other words", "reviewed_on": in_days(0).isoformat()}
    assert staff_client.post(page, posted).status_code == 302
    row.refresh_from_db()
    assert (row.text_en, row.reviewed_on) == (TEXTS["text_en"], in_days(0))
    assert staff_client.post(address(PolicyVersion, "delete", row.pk), {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    staff_client.post(address(PolicyVersion, "changelist"), data)
    assert PolicyVersion.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("change", [{"text_fr": "x"}, {"is_published": False}, {"applies_on": dt.date(2030, 1, 1)}])
def test_database_refuses_changes_of_a_version_that_applies(change: dict[str, Any]) -> None:
    row, later = version(0), version(1)
    for refused in (lambda: PolicyVersion.objects.filter(pk=row.pk).update(**change), row.delete):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            refused()
    assert PolicyVersion.objects.filter(pk=later.pk).update(**change) == 1


def test_database_refuses_a_published_version_in_one_language() -> None:
    with pytest.raises(IntegrityError, match="policy_published_in_both_languages"), transaction.atomic():
        version(3, text_fr="")


def test_consent_names_the_version_of_the_day_and_a_new_one_needs_a_new_consent(people: People) -> None:
    def agree() -> None:
        give_consent(
            person=people.ama, kind=ConsentKind.PRIVACY, language="en", source="t", at=timezone.now(), by_owner=True
        )

    agree()
    assert has_agreed(people.ama)
    version(40)
    with time_machine.travel(timezone.now() + dt.timedelta(days=40)):
        assert not has_agreed(people.ama)
        agree()
        assert has_agreed(people.ama)
    versions = Consent.objects.filter(person=people.ama).order_by("given_at").values_list("text_version", flat=True)
    assert list(versions) == [DELIVERED, in_days(40).isoformat()]


@pytest.mark.parametrize(("language", "heading"), [("en", "Ours"), ("fr", "La nôtre")])
def test_replaced_version_can_be_read(client: Client, language: str, heading: str) -> None:
    version(-30)
    version(-1, text_en="Now", text_fr="Maintenant")
    with translation.override(language):
        page = client.get(reverse("privacy_version", args=[in_days(-30)])).content.decode()
        assert f"<h2>{heading}</h2>" in page
        assert f'href="{reverse("privacy")}"' in page
        assert client.get(reverse("privacy_version", args=[DELIVERED])).status_code == 200
        assert client.get(reverse("privacy_version", args=["2001-01-01"])).status_code == 404


def test_preview_displays_the_typed_texts_and_saves_nothing(staff_client: Client) -> None:
    before = checksums()
    answer = add(staff_client, text_en="**So** <script>x()</script>", text_fr="", _preview="1")
    assert checksums() == before
    assert [(one.language, str(one.html)) for one in answer.context["previews"]] == [
        ("en", "<p><strong>So</strong> &lt;script&gt;x()&lt;/script&gt;</p>\n"),
        ("fr", ""),
    ]
    assert "Both languages are needed before this version is published." in says(answer)


def test_coordinators_do_not_see_versions(people: People, programme: Programme) -> None:
    version(3)
    client = signed_in_client(people.coordinator(programme.bc))
    assert client.get(address(PolicyVersion, "changelist")).status_code == 403
