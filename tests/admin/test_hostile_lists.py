"""Impossible filters and actions of a list cause no server error. The whole list is displayed, with a sentence.

`make attack` tries each value in each filter; `make test` tries one value in each, and another one in the next filter.
"""

from typing import Any

import pytest
from django.contrib.admin.options import ModelAdmin
from django.db.models import DateField, Model
from django.test import Client

from tests.admin.pages import address, says
from tests.admin.registered import ADMINS, by_model
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People
from tests.tables import checksums

VALUES = ("\x00", "99999", "9" * 20)


def queries_of(page: "ModelAdmin[Any]", *, step: int) -> list[dict[str, str]]:
    """Return queries that each contain one impossible value: for filters, years, search, order and page of a list.

    With a `step` of 3, only every third value is tried, beginning at another value for each name.
    """
    names = ["q", "o", "p", "id__gt"]
    for entry in page.list_filter:
        name = entry[0] if isinstance(entry, tuple) else getattr(entry, "parameter_name", entry)
        names.append(str(name) if isinstance(entry, type) else f"{name}__exact")
    names += [f"{field.name}__year" for field in page.model._meta.fields if isinstance(field, DateField)]
    names += [f"{page.date_hierarchy}__day"] if page.date_hierarchy else []
    return [{name: value} for number, name in enumerate(names) for value in VALUES[number % step :: step]]


@by_model
@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.attack)], ids=["sample", "all"])
def test_impossible_filter_of_a_list_causes_no_server_error(
    own: HubRows, people: People, model: type[Model], step: int, caplog: pytest.LogCaptureFixture
) -> None:
    client = signed_in_client(people.staff)
    here = address(model, "changelist")
    for query in queries_of(ADMINS[model], step=step):
        answer = client.get(here, query)
        assert answer.status_code in {200, 302, 400}, query
    caplog.clear()  # Django logs each lookup that it refuses


@by_model
def test_action_on_an_impossible_row_changes_nothing(own: HubRows, people: People, model: type[Model]) -> None:
    client: Client = signed_in_client(people.staff)
    here = address(model, "changelist")
    actions = ["delete_selected", *(getattr(one, "__name__", one) for one in ADMINS[model].actions or ())]
    before = checksums()
    for action in actions:
        for chosen in ("abc", "\x00", "9" * 40, "1,2", ""):
            answer = client.post(
                here, {"action": action, "_selected_action": chosen, "confirmed": "yes", "post": "yes"}
            )
            assert answer.status_code in {200, 302, 403}, (action, chosen)
    assert checksums() == before


def test_impossible_filter_is_left_out_with_a_sentence(own: HubRows, coordinator_client: Client) -> None:
    here = "/admin/echo_sessions/session/"
    answer = coordinator_client.get(here, {"starts_at__year": "99999"}, follow=True)
    assert answer.redirect_chain == [(here, 302)]
    assert "This filter is not possible, so the whole list is displayed." in says(answer)
