"""Each browser session requires the second factor, sensitive actions require it again, and staff sessions expire."""

import datetime as dt
import time
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts import second_factor
from credits.actions import give_review, issue_certificates
from credits.models import Certificate
from echo_portal.lib.sealed import unseal
from hubs.actions import give_membership
from hubs.models import Membership
from sessions.actions import give_role
from sessions.models import SessionRole
from tests.admin.pages import request_of
from tests.admin.second_factor import authenticator_code, sign_in_by_code
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.builders import Programme
from tests.credits.ltc import LongTermCare
from tests.people import People
from tests.tables import checksums

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/accounts/person/"


def last_address(client: Client, address: str) -> str:
    return str(client.get(address, follow=True).redirect_chain[-1][0])


def asks_for_a_code(address: str) -> str:
    return f"{reverse('mfa_reauthenticate')}?{urlencode({'next': address})}"


def test_browser_session_without_a_code_cannot_open_the_administration(people: People) -> None:
    earlier = Client()
    earlier.force_login(people.staff)
    signed_in_client(people.staff)
    assert last_address(earlier, PEOPLE) == asks_for_a_code(PEOPLE)
    assert earlier.post(PEOPLE, follow=True).redirect_chain[-1][0] == asks_for_a_code(PEOPLE)


@pytest.mark.parametrize("prefix", ["/x", "/admin", "/fr"])
def test_script_name_header_does_not_bypass_the_second_factor(people: People, prefix: str) -> None:
    client = Client()
    client.force_login(people.staff)
    answer = client.get(PEOPLE, SCRIPT_NAME=prefix, HTTP_SCRIPT_NAME=prefix)
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('admin:login')}?{urlencode({'next': PEOPLE}, safe='/')}"


def test_recovery_codes_require_a_code_even_after_a_new_sign_in(own: HubRows) -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=True) as clock:
        secret = generate_totp_secret()
        first = Client()
        sign_in_by_code(first, own.coordinator)
        TOTP.activate(own.coordinator, secret)
        for name in (
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
            "mfa_deactivate_totp",
        ):
            assert first.get(reverse(name))["Location"] == asks_for_a_code(reverse(name)), name
        clock.shift(60)
        first.post(reverse("mfa_reauthenticate"), {"code": authenticator_code(secret)})
        assert first.get(reverse("mfa_deactivate_totp")).status_code == 200


@pytest.mark.parametrize(("language", "sentence"), [("en", "Wait ten minutes"), ("fr", "Attendez dix minutes")])
def test_too_many_wrong_codes_are_answered_with_a_page(people: People, language: str, sentence: str) -> None:
    client = signed_in_client(people.staff)
    with translation.override(language):
        here = reverse("mfa_reauthenticate")
        answers = [client.post(here, {"code": "000000"}) for _number in range(30)]
    assert {answer.status_code for answer in answers} == {200, 429}
    assert sentence in answers[-1].content.decode()


def test_setting_up_an_app_ends_the_persons_other_browser_sessions(own: HubRows) -> None:
    stolen, browser = Client(), Client()
    for client in (stolen, browser):
        sign_in_by_code(client, own.coordinator)
        assert client.get(reverse("profile")).status_code == 200
    page = browser.get(reverse("mfa_activate_totp"))
    browser.post(reverse("mfa_activate_totp"), {"code": authenticator_code(page.context["form"].secret)})
    assert browser.get("/admin/").status_code == 200
    assert stolen.get(reverse("profile")).status_code == 302


def test_adding_a_membership_ends_the_persons_browser_sessions(own: HubRows, people: People) -> None:
    client = Client()
    sign_in_by_code(client, people.ama)
    assert client.get(reverse("profile")).status_code == 200
    give_membership(person=people.ama, hub=own.hub, role=Membership.Role.COORDINATOR, by=people.staff)
    assert client.get(reverse("profile")).status_code == 302


def test_role_in_a_session_ends_the_browser_sessions_of_who_gets_it(programme: Programme, people: People) -> None:
    client, coordinator = Client(), people.coordinator(programme.national)
    own = signed_in_client(coordinator)
    sign_in_by_code(client, people.ama)
    session = programme.session(programme.series("grief", hub=programme.national), 1)
    give_role(session=session, role="facilitator", name="Ama", email=people.ama.email, by=coordinator)
    assert client.get(reverse("profile")).status_code == 302
    give_role(session=session, role="coach", name="Cora", email=coordinator.email, by=coordinator)
    assert own.get(reverse("profile")).status_code == 200, "whoever names themselves stays signed in"


def test_access_for_a_review_ends_the_browser_sessions_of_who_gets_it(programme: Programme, people: People) -> None:
    ltc, client = LongTermCare(programme, people), Client()
    sign_in_by_code(client, people.ama)
    assert client.get(reverse("profile")).status_code == 200
    until = timezone.localdate() + dt.timedelta(days=5)
    give_review(accreditation=ltc.record, name="Ama", email=people.ama.email, language="en", until=until, by=ltc.by)
    assert client.get(reverse("profile")).status_code == 302


def test_adding_a_membership_requires_a_recent_code(own: HubRows, people: People) -> None:
    client = signed_in_client(people.staff)
    add = reverse("admin:hubs_membership_add")
    fields = {"person": people.ama.pk, "hub": own.hub.pk, "role": "coordinator"}
    with time_machine.travel(time.time() + 600):
        assert client.get(add)["Location"] == asks_for_a_code(add)
        assert client.post(add, fields)["Location"] == asks_for_a_code(add)
        assert client.get("/admin/").status_code == 200
    assert not Membership.objects.filter(person=people.ama).exists()
    assert client.post(add, fields).status_code == 302
    assert Membership.objects.filter(person=people.ama).count() == 1


def test_roles_run_sheets_and_certificates_require_a_recent_code(programme: Programme, people: People) -> None:
    ltc = LongTermCare(programme, people)
    ltc.attend(5, {ltc.ama: 40, ltc.luc: 60})
    session, client, before = ltc.sessions[5], signed_in_client(ltc.by), timezone.now()
    issue_certificates(series=ltc.series, by=ltc.by)
    ltc.attend(6, {ltc.ama: 60})
    row = Certificate.objects.get(person=ltc.luc)
    give_role(session=session, role="coach", name="Luc", email=people.luc.email, by=ltc.by)
    roles = reverse("admin:echo_sessions_session_roles", args=(session.pk,))
    sheet = reverse("admin:echo_sessions_session_run_sheet", args=(session.pk,))
    file = reverse("admin:echo_sessions_session_run_sheet_pdf", args=(session.pk,))
    issue = reverse("admin:credits_certificate_issue", args=(ltc.series.pk,))
    revoke = reverse("admin:credits_certificate_revoke", args=(row.pk,))
    given = {"role": "coach", "name": "Ama", "email": people.ama.email}
    saved = checksums()
    with time_machine.travel(before + dt.timedelta(seconds=600)):
        assert client.get(sheet).status_code == 200
        assert client.get(issue).status_code == 200, "nothing is typed on the dry run"
        asked = {
            "add a role": (client.get(roles), roles),
            "added a role": (client.post(roles, given), roles),
            "end a role": (client.post(roles, {"end": SessionRole.objects.get().pk}), roles),
            "run sheet": (client.get(file), sheet),
            "issue": (client.post(issue, {"count": "1"}), issue),
            "revoke": (client.get(revoke), revoke),
            "revoked": (client.post(revoke, {"because": "Another person"}), revoke),
        }
        found = {name: answer.headers.get("Location") for name, (answer, _back) in asked.items()}
        assert found == {name: asks_for_a_code(back) for name, (_answer, back) in asked.items()}
    assert checksums() == saved
    assert client.post(roles, given).status_code == 302
    assert client.post(issue, {"count": "1"}).status_code == 302
    assert client.post(revoke, {"because": "Another person"}).status_code == 302
    row.refresh_from_db()
    assert (SessionRole.objects.count(), row.state) == (2, "revoked")


@pytest.mark.parametrize(
    ("steps", "is_open"),
    [([29 * 60], True), ([31 * 60], False), ([25 * 60] * 28, True), ([25 * 60] * 29, False)],
    ids=["idle 29 minutes", "idle 31 minutes", "11 h 40 in all", "12 h 5 in all"],
)
def test_staff_browser_session_ends_after_30_idle_minutes_or_12_hours(
    people: People, steps: list[int], is_open: bool
) -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as clock:
        client = signed_in_client(people.staff)
        assert client.get("/admin/").status_code == 200
        for seconds in steps:
            clock.shift(seconds)
            status = client.get("/admin/jsi18n/").status_code  # the page that takes the least time
        assert (status == 200) is is_open
        assert (client.get("/admin/").status_code == 200) is is_open


def as_evaluator(programme: Programme, people: People) -> None:
    Membership.objects.create(person=people.ama, hub=programme.bc, role=Membership.Role.EVALUATOR)


def as_presenter(programme: Programme, people: People) -> None:
    _series, (session,) = programme.open_series(sessions=1)
    give_role(session=session, role="presenter", name="Ama", email=people.ama.email, by=people.staff)


def as_reviewer(programme: Programme, people: People) -> None:
    ltc, until = LongTermCare(programme, people), timezone.localdate() + dt.timedelta(days=5)
    give_review(accreditation=ltc.record, name="Ama", email=people.ama.email, language="en", until=until, by=ltc.by)


@pytest.mark.parametrize("role", [as_evaluator, as_presenter, as_reviewer])
def test_browser_session_of_people_with_a_role_ends_when_idle(
    programme: Programme, people: People, role: Callable[[Programme, People], None]
) -> None:
    client = Client()
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as clock:
        role(programme, people)
        client.force_login(people.ama)
        assert client.get(reverse("profile")).status_code == 200
        clock.shift(29 * 60)
        assert client.get(reverse("profile")).status_code == 200
        clock.shift(31 * 60)
        assert client.get(reverse("profile")).status_code == 302


def test_participants_browser_session_does_not_end_when_idle(people: People) -> None:
    client = Client()
    client.force_login(people.ama)
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as clock:
        assert client.get(reverse("profile")).status_code == 200
        clock.shift(3 * 3600)
        assert client.get(reverse("profile")).status_code == 200


def test_secrets_and_recovery_codes_are_encrypted_in_the_database(people: People) -> None:
    secret = generate_totp_secret()
    TOTP.activate(people.staff, secret)
    RecoveryCodes.activate(people.staff)
    stored = {row.type: row.data for row in Authenticator.objects.all()}
    assert secret not in str(stored)
    assert unseal(stored["totp"]["secret"], purpose=second_factor.PURPOSE) == secret
    assert unseal(stored["recovery_codes"]["seed"], purpose=second_factor.PURPOSE)


def test_administration_displays_an_explanation_to_a_clinician(people: People) -> None:
    client = Client()
    client.force_login(people.ama)
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "The administration is for hub coordinators and Pallium staff" in answer.content.decode()
    assert reverse("leading") not in answer.content.decode()


def test_explanation_is_in_the_language_of_the_person(people: People) -> None:
    client = Client()
    client.force_login(people.luc)
    answer = client.get("/admin/", follow=True, headers={"accept-language": "en"})
    assert '<html lang="fr-CA"' in answer.content.decode()
    assert answer["Content-Language"] == "fr"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert '<html lang="en-CA"' in client.get("/admin/", follow=True).content.decode()


def test_administration_links_a_person_who_leads_a_session_to_it(programme: Programme, people: People) -> None:
    _series, (session,) = programme.open_series(sessions=1)
    give_role(session=session, role="coach", name="Ama", email=people.ama.email, by=people.staff)
    client = Client()
    client.force_login(people.ama)
    assert reverse("leading") in client.get("/admin/", follow=True).content.decode()


def test_second_factor_is_queried_once_per_request(people: People) -> None:
    client = signed_in_client(people.staff)
    request = request_of(people.staff)
    request.session = client.session
    with CaptureQueriesContext(connection) as asked:
        assert second_factor.has_passed(request)
        assert second_factor.has_passed_recently(request)
    assert len([one for one in asked if "mfa_authenticator" in one["sql"]]) == 1
    request.session["account_authentication_methods"] = []
    assert second_factor.has_passed(request)
    second_factor.record_passed(request, Authenticator.objects.get())
    assert len(request.session["account_authentication_methods"]) == 1
    assert second_factor.has_passed_recently(request)
