"""Figures are for staff, and for the coordinators and evaluators of a hub. Each session is counted once."""

import csv
import datetime as dt
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from attendance.actions import take_roll_call
from attendance.models import Attendance
from hubs.models import Membership
from sessions.models import Session
from tests.admin.two_hubs import signed_in_client
from tests.attendance.held_session import register
from tests.reports.held import Held, built

PATH, FILE = "/en/evaluation/", "/en/evaluation/figures.csv"


def headlines(client: Client, query: str = "") -> list[str]:
    """Return the five main figures of the newest year."""
    page = client.get(f"{PATH}?period={dt.datetime.now(dt.UTC).date() - dt.timedelta(days=10):%Y}{query}")
    return [found.strip() for found in re.findall(r'<dd class="stat__n">([^<]*)</dd>', page.content.decode())]


@pytest.mark.django_db
def test_staff_see_every_hub_and_others_their_own(held: Held) -> None:
    staff = signed_in_client(held.people.staff)
    assert headlines(staff) == ["4", "4", "100%", "0", "–"]
    assert headlines(staff, "&hub=bc") == ["1", "1", "100%", "0", "–"]
    for person in (held.people.coordinator(held.programme.bc), held.evaluator()):
        client = signed_in_client(person)
        for query in ("", "&hub=bc", "&hub=national", "&series=national", "&hub=%00", "&series=x"):
            assert headlines(client, query) == ["1", "1", "100%", "0", "–"]
        assert "Series national" not in client.get(PATH).content.decode()


@pytest.mark.django_db
def test_strangers_facilitators_and_guests_see_nothing(held: Held) -> None:
    facilitator = held.people.make("leads@example.org", "Fay")
    Membership.objects.create(person=facilitator, hub=held.programme.bc, role=Membership.Role.FACILITATOR)
    for person in (held.people.stranger, facilitator):
        client = Client()
        client.force_login(person)
        assert [client.get(PATH).status_code, client.post(FILE).status_code] == [404, 404]
    guest = Client().get(PATH)
    assert (guest.status_code, "/sign-in/" in guest["Location"]) == (302, True)


@pytest.mark.django_db
def test_reader_without_second_factor_is_asked_for_it(held: Held) -> None:
    client = Client()
    client.force_login(held.evaluator())
    response = client.get(PATH)
    assert (response.status_code, "2fa" in response["Location"]) == (302, True)
    assert client.post(FILE).status_code == 302
    assert not AuditEvent.objects.filter(verb="figures-exported").exists()


@pytest.mark.django_db
def test_joint_session_belongs_to_both_hubs_and_counts_once(held: Held) -> None:
    held.national.series.partner_hubs.add(held.programme.bc)
    assert headlines(signed_in_client(held.people.staff)) == ["4", "4", "100%", "0", "–"]
    client = signed_in_client(held.people.coordinator(held.programme.bc))
    assert headlines(client) == ["4", "4", "100%", "0", "–"]
    page = " ".join(client.get(f"{PATH}?period=all").content.decode().split())
    assert "0 national, 1 of other hubs, 1 joint" in page


@pytest.mark.django_db
def test_figures_of_small_groups_are_rounded(held: Held) -> None:
    client = signed_in_client(held.people.staff)
    page = client.get(f"{PATH}?period=all").content.decode()
    attended = page.partition('id="professions"')[2].partition("</section>")[0]
    assert "Personal support worker" not in attended, "one attendance"
    assert "Registered nurse" not in attended, "two attendances"
    others = [held.people.make(f"{number}@example.org", "P") for number in range(4)]
    held.came(held.programme.session(held.national.series, 2, days=-9), held.people.ama, *others)
    page = " ".join(client.get(f"{PATH}?period=all").content.decode().split())
    assert '<span>Registered nurse</span> <span class="v"><b> 100% </b>' in page, "two of them count as five"


@pytest.mark.django_db
def test_both_measures_of_rurality_are_displayed_with_their_definitions(held: Held) -> None:
    """Ten of twenty have a rural postal code, and five of fifteen who answered say that they serve such a community."""
    answers = [("K0A", "yes"), ("K0A", "no"), ("K1A", "no"), ("K1A", "unsaid")]
    people = [
        held.people.make(f"{area}-{answer}-{number}@example.org", "P", forward_sortation_area=area, serves_rural=answer)
        for area, answer in answers
        for number in range(5)
    ]
    held.came(held.programme.session(held.bc.series, 2, days=-9), *people)
    staff, evaluator = signed_in_client(held.people.staff), signed_in_client(held.evaluator())
    for client in (staff, evaluator):
        page = " ".join(client.get(f"{PATH}?period=all").content.decode().split())
        assert "rural postal code</a></dt> <dd> 50% " in page
        assert "serve rural, remote or Indigenous communities</a></dt> <dd> 33% " in page
        assert 'id="serves-rural"' in page
        text = client.post(FILE, {"period": "all"}).content.decode().removeprefix("\ufeff")
        values = {row["Code"]: row["Value"] for row in csv.DictReader(text.splitlines()) if not row["Group"]}
        assert (values["rural"], values["serves-rural"]) == ("50", "33")
    page = " ".join(staff.get("/fr/evaluation/?period=all").content.decode().split())
    assert "servent une communauté rurale, éloignée ou autochtone</a></dt> <dd> 33 % " in page
    shares = {line["code"]: (line["part"], line["base"]) for line in built(held).figures["headlines"] if "base" in line}
    assert (shares["rural"], shares["serves-rural"]) == ((10, 20), (5, 15))


@pytest.mark.django_db
def test_no_shows_are_registrations_without_an_attendance(held: Held) -> None:
    """Of seven registrations in sessions whose attendance is known, two did not come. One person came without one."""
    absent = [held.people.make(f"absent-{number}@example.org", "A") for number in range(2)]
    session = held.programme.session(held.bc.series, 2, days=-9)
    unknown = held.programme.session(held.bc.series, 3, days=-8)
    for person in absent:
        register(person, session)
        register(person, unknown)
    register(held.people.luc, session)
    take_roll_call(session=session, present=[held.people.luc.pk], by=held.people.staff)
    of_luc = Attendance.objects.get(session=session, person=held.people.luc)
    of_luc.pk, of_luc.person, of_luc.registration = None, held.people.ama, None
    of_luc.save()
    staff = signed_in_client(held.people.staff)
    page = " ".join(staff.get(f"{PATH}?period=all").content.decode().split())
    assert 'did not come, of those registered</a></dt> <dd> 29% <span class="muted sm"> 2 of 7 </span>' in page
    assert 'id="no-shows"' in page
    text = staff.post(FILE, {"period": "all"}).content.decode().removeprefix("\ufeff")
    row = next(row for row in csv.DictReader(text.splitlines()) if row["Code"] == "no-shows")
    assert (row["Value"], row["Unit"], row["Base"]) == ("29", "percent", "7")
    line = next(line for line in built(held).figures["headlines"] if line["code"] == "no-shows")
    assert (line["value"], line["part"], line["base"]) == (29, 2, 7)
    french = " ".join(staff.get("/fr/evaluation/?period=all").content.decode().split())
    assert "absences parmi les inscriptions</a></dt> <dd> 29 % " in french.replace("\u00a0", " ")


@pytest.mark.django_db
def test_every_group_opens_its_definition(held: Held) -> None:
    page = signed_in_client(held.people.staff).get(f"{PATH}?period=all").content.decode()
    for code in ("by-profession", "by-province", "by-language", "agreement", "missing"):
        assert (page.count(f'href="#{code}"'), page.count(f'id="{code}"')) == (1, 1), code


@pytest.mark.django_db
def test_few_answers_about_the_community_are_not_displayed(held: Held) -> None:
    for person in (held.people.ama, held.people.luc):
        person.serves_rural = "yes"
        person.save()
    page = " ".join(signed_in_client(held.people.staff).get(f"{PATH}?period=all").content.decode().split())
    assert "serve rural, remote or Indigenous communities</a></dt> <dd> – </dd>" in page


@pytest.mark.django_db
def test_columns_of_the_file_have_the_chosen_names(held: Held) -> None:
    client = signed_in_client(held.people.staff)
    english = client.post(FILE, {"period": "all"}).content.decode().removeprefix("\ufeff").splitlines()
    french = client.post(FILE, {"period": "all", "header": "fr"}).content.decode().removeprefix("\ufeff").splitlines()
    assert (english[0].split(",")[:2], french[0].split(",")[:2]) == (["Code", "Figure"], ["Code", "Chiffre"])
    assert french[1:] == english[1:]
    page = client.get("/fr/evaluation/").content.decode()
    assert page.count('<option value="fr" selected>') == 1, "of the file with the figures"


@pytest.mark.django_db
def test_file_is_recorded(held: Held) -> None:
    client = signed_in_client(held.people.coordinator(held.programme.bc))
    text = client.post(FILE, {"period": "all", "hub": "national"}).content.decode()
    assert "\r\npeople,People reached".lower() in text.lower()
    assert "Series national" not in text
    event = AuditEvent.objects.get(verb="figures-exported")
    assert (event.about, event.scope_id) == ("figures:all", held.programme.bc.pk)
    assert client.get(FILE).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("sessions", [1, 300])
def test_query_count_is_constant(held: Held, sessions: int) -> None:
    rows = [held.programme.new_session(held.bc.series, number, days=-number) for number in range(2, sessions + 1)]
    Session.objects.bulk_create(rows)
    client = signed_in_client(held.people.coordinator(held.programme.bc))
    client.get(PATH)
    with CaptureQueriesContext(connection) as queries:
        client.get(PATH)
    assert len(queries) == 33


@pytest.mark.django_db
@pytest.mark.parametrize(("series", "listed", "others"), [(60, 60, 0), (63, 60, 3)])
def test_page_lists_sixty_series_and_counts_the_others(held: Held, series: int, listed: int, others: int) -> None:
    for number in range(series - 2):
        held.programme.session(held.programme.series(f"more-{number}"), 1, days=-10)
    page = signed_in_client(held.people.staff).get(f"{PATH}?period=all").content.decode()
    bars = re.search(r'id="by-series".*?</section>', page, re.DOTALL)
    assert bars
    found = [int(count) for count in re.findall(r"The other (\d+) series are in the file of figures", bars[0])]
    assert (len(re.findall(r'<span class="v">', bars[0])), found) == (listed, [others] if others else [])


@pytest.mark.django_db
def test_synthetic_programme_is_refused_beside_real_sessions(held: Held) -> None:
    with pytest.raises(CommandError, match="has sessions already"):
        call_command("seed_published")
    assert Session.objects.count() == 2
