"""No role can read or change rows of another hub, whatever page of the administration they request (SAFETY.md 4.1).

The pages, methods and roles are generated. A new URL pattern of the administration is tested as soon as it is
registered.
"""

import pytest
from django.contrib import admin
from django.contrib.admin.options import ModelAdmin

from accounts import admin_scope
from accounts.admin_scope import Scoped, ScopedAdmin
from attendance.models import AttendanceAlias
from echo_portal.outbox.models import MailEvent
from sessions.models import Series
from tests.admin.two_hubs import CANARY, signed_in_client
from tests.isolation.addresses import pages, pages_of_admin, pages_of_route
from tests.isolation.matrix import STEPS, examine, statuses
from tests.isolation.people import ROLES, Role, Rows
from tests.people import People

LEAST = 100  # requests of a role
LEAST_DISPLAYED = 20  # pages, for a role that may enter: fewer if the person is no longer signed in
# `make test` reads each page without own rows, and sends every twelfth of the other requests; in roles other than a
# coordinator's, to every fourth page.
SAMPLE = 12


@pytest.fixture
def rows(added: Rows) -> Rows:
    return added


def named(role: Role, every: int) -> str:
    return f"{role.name.replace(' ', '-')}-{'all' if every == 1 else 'sample'}"


@pytest.mark.parametrize(
    ("role", "every"),
    [
        *(pytest.param(role, SAMPLE, id=named(role, SAMPLE)) for role in ROLES if role.in_each_run),
        *(pytest.param(role, 1, id=named(role, 1), marks=pytest.mark.attack) for role in ROLES),
    ],
)
def test_role_reads_and_changes_no_row_of_another_hub(
    rows: Rows,
    people: People,
    role: Role,
    every: int,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    client = role.sign_in(rows, people)
    foreign = rows.joint if role.attacked == "joint" else rows.foreign
    steps = STEPS if role.may_enter else STEPS[:1]
    asked = pages(rows.own, foreign)[:: 1 if role.name == "coordinator" or every == 1 else 4]
    found = examine(client, asked, role.forbidden, foreign, steps=steps, every=every)
    differing = statuses(client, asked, found.read) if role.attacked == "foreign" else []
    caplog.clear()  # Django logs each lookup that it refuses
    capsys.readouterr()
    with capsys.disabled():
        print(f"  {found.cases} requests as {role.name}, {found.displayed} displayed a page")
    assert found.faults == []
    assert differing == [], "a row of another hub answers like one that does not exist"
    assert found.cases > LEAST
    assert found.displayed > LEAST_DISPLAYED or not role.may_enter


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
