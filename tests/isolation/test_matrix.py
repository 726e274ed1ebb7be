"""No role reads or changes rows of another hub, whatever page of the administration it asks for (SAFETY.md 4.1).

The pages, the verbs and the roles are generated: every URL pattern of the administration joins by being registered.
"""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.utils import timezone

from accounts import admin_scope
from accounts.admin_scope import Scoped, ScopedAdmin
from attendance.models import AttendanceAlias
from echo_portal.outbox.models import MailEvent
from registrations.models import Addition, Announcement, RegistrantList, Registration, SessionChange
from sessions.models import Series, Session
from tests.admin.two_hubs import CANARY, OWN, HubRows, fill, signed_in_client
from tests.builders import Programme
from tests.isolation.addresses import pages, pages_of_admin, pages_of_route
from tests.isolation.matrix import STEPS, examine, statuses
from tests.isolation.people import JOINT, ROLES, Role, Rows
from tests.people import People

LEAST = 500  # requests of a role


@pytest.fixture
def rows(programme: Programme, people: People) -> Rows:
    own = _filled(programme, people, programme.bc, OWN)
    foreign = _filled(programme, people, programme.national, CANARY)
    joint = _filled(programme, people, programme.hub("joint", province="ON"), JOINT)
    second = _filled(programme, people, programme.hub("second", province="ON"), "SECONDHUB")
    return Rows(own, foreign, joint, second)


def _filled(programme: Programme, people: People, hub: Any, word: str) -> HubRows:
    found = fill(programme, people, hub, word)
    now = timezone.now()
    session = found[Session]
    about = {"note_en": f"{word}-note", "note_fr": f"{word}-note", "made_at": now, "send_at": now}
    found.rows[SessionChange] = SessionChange.objects.create(session=session, kind="rescheduled", **about)
    found.rows[Announcement] = Announcement.objects.create(
        session=session,
        subject_en=f"{word}-word",
        subject_fr=f"{word}-word",
        text_en=f"{word}-word",
        text_fr=f"{word}-word",
        recipients=1,
        written_at=now,
        send_at=now,
    )
    addition = {"series": found[Series], "note_en": f"{word}-note", "added_at": now, "added_by": found.coordinator}
    found.rows[Addition] = Addition.objects.create(**addition, people=1, send_at=now)
    found.rows[RegistrantList] = RegistrantList.objects.create(
        series=found[Series],
        file_name=f"{word}-list.csv",
        sha256="0" * 64,
        table={"sheet": "", "header_row": 1, "header": ["Name", f"{word}-who"], "rows": [[2, [word, word]]]},
        language="en",
        note_en=f"{word}-note",
        uploaded_at=now,
    )
    Registration.objects.filter(pk=found[Registration].pk).update(addition=found[Addition])
    return found


@pytest.mark.parametrize(
    "role",
    [
        pytest.param(role, id=role.name.replace(" ", "-"), marks=() if role.in_each_run else pytest.mark.attack)
        for role in ROLES
    ],
)
def test_role_reads_and_changes_no_row_of_another_hub(
    rows: Rows, people: People, role: Role, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    client = role.sign_in(rows, people)
    foreign = rows.joint if role.attacked == "joint" else rows.foreign
    steps = STEPS if role.may_enter else STEPS[:1]
    asked = pages(rows.own, foreign)
    found = examine(client, asked, role.forbidden, foreign, steps=steps)
    differing = statuses(client, asked) if role.attacked == "foreign" else []
    caplog.clear()  # Django logs each lookup that it refuses
    capsys.readouterr()
    with capsys.disabled():
        print(f"  {found.cases} requests as {role.name}")
    assert found.faults == []
    assert differing == [], "a row of another hub answers like one that does not exist"
    assert found.cases > LEAST


def test_matrix_reports_a_list_that_is_not_scoped(
    rows: Rows, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Scoped, "get_queryset", ModelAdmin.get_queryset)
    monkeypatch.setattr(admin_scope, "_is_in", lambda rule, row, request: True)
    client = signed_in_client(rows.own.coordinator)
    lists = [page for page in pages(rows.own, rows.foreign) if page.model is AttendanceAlias and not page.rows]
    found = examine(client, lists, (CANARY,), rows.foreign)
    caplog.clear()
    read = [fault for fault in found.faults if fault.endswith("reads xhubcanary")]
    changed = [fault for fault in found.faults if fault.endswith("changes a row of another hub")]
    assert (bool(read), bool(changed)) == (True, True)


def test_model_and_argument_without_an_entry_are_reported(rows: Rows) -> None:
    with pytest.raises(AssertionError, match="no row of MailEvent"):
        pages_of_admin(ScopedAdmin(MailEvent, admin.site), rows.own, rows.foreign)
    with pytest.raises(KeyError, match="poster"):
        list(pages_of_route("admin/x/<int:poster>/", Series, rows.own, rows.foreign))
