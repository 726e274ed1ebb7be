"""Request all pages of the administration with all methods, and list what a role could read or change."""

import copy
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db import connection, transaction
from django.db.models import ForeignKey, Model
from django.test import Client

from accounts.models import Person
from echo_portal.outbox.models import Message
from registrations.models import Registration
from sessions.models import Series, Session
from tests.admin.two_hubs import HubRows
from tests.isolation.addresses import Page
from tests.tables import ROOMS

STEPS = ("preview", "commit", "send", "publish", "save")
WRITE = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
OF_THE_BROWSER = {"django_session", "usersessions_usersession"}  # written by requests that change nothing else


@dataclass
class Findings:
    """How many requests were made, how many displayed a page, and a sentence for each that read or changed too much.

    `read` maps the path of each page that was read to the status of the response.
    """

    cases: int = 0
    displayed: int = 0
    read: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def examine(
    client: Client,
    pages: list[Page],
    forbidden: tuple[str, ...],
    foreign: HubRows,
    *,
    steps: Sequence[str] = STEPS,
    every: int = 1,
) -> Findings:
    """Send all requests to all pages, and return the findings.

    Requests that change rows are rolled back, and the person is signed in again after a request that signs them out.

    With an `every` of 12, each page is read that has no arguments or one of another hub, and only every twelfth of all
    other requests is sent.
    """
    found = Findings()
    words = [word.casefold() for word in forbidden]
    snapshot = _foreign_rows(foreign)
    signed_in = copy.deepcopy(client.cookies)
    number = 0
    for page in pages:
        for verb, data in requests(page, foreign, steps):
            number += 1
            is_sent = number % every == 0 or (page.rows != "own" and (verb, data) == ("GET", {}))
            if not is_sent:
                continue
            found.cases += 1
            name = f"{verb} {page.path} {data}"
            writes: list[str] = []
            with transaction.atomic():
                with connection.execute_wrapper(_watch(writes)):
                    answer = _send(client, verb, page.path, data)
                    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
                said = f"{content.decode(errors='replace')}{answer.headers}".casefold()
                for typed in _texts(data):  # a page may repeat what was typed
                    said = said.replace(typed.casefold(), "")
                found.faults += [f"{name}: reads {word}" for word in words if word in said]
                if answer.status_code >= 500:
                    found.faults.append(f"{name}: {answer.status_code}")
                if writes and _foreign_rows(foreign) != snapshot:
                    found.faults.append(f"{name}: changes a row of another hub")
                transaction.set_rollback(True)
            client.cookies = copy.deepcopy(signed_in)
            found.displayed += answer.status_code == 200
            if (verb, data) == ("GET", {}):
                found.read[page.path] = int(answer.status_code)
    return found


def statuses(client: Client, pages: list[Page], read: dict[str, int]) -> list[tuple[str, int, int]]:
    """Return the pages with a row of another hub whose status in `read` differs from that of a missing row."""
    found = [
        (page.path, read[page.path], int(client.get(page.missing).status_code))
        for page in pages
        if page.rows == "foreign"
    ]
    return [one for one in found if one[1] != one[2]]


def requests(page: Page, foreign: HubRows, steps: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the requests for a page: reading, revealing filters, forms without fields, forged fields, PUT, DELETE."""
    yield "GET", {}
    yield "GET", {"_popup": "1", "all": "1", "q": "-", "o": "-1"}
    yield "POST", {}
    forged = _forged(foreign)
    for step in steps if page.rows else steps[:1]:
        yield "POST", {**forged, "step": step}
    yield "PUT", {}
    yield "DELETE", {}
    if page.model and page.path.endswith(f"/{page.model._meta.model_name}/"):
        chosen = {"_selected_action": foreign.rows[page.model].pk} if page.model in foreign.rows else {}
        for action, more in itertools.product(_actions(page.model), ({}, {"confirmed": "yes", "post": "yes"})):
            yield "POST", {**forged, **chosen, **more, "action": action}
            yield "POST", {**forged, **chosen, **more, "action": action, "select_across": "1"}


def _actions(model: type[Model]) -> list[str]:
    names = [getattr(action, "__name__", action) for action in admin.site._registry[model].actions or ()]
    return ["delete_selected", *(str(name) for name in names)]


def _forged(foreign: HubRows) -> dict[str, Any]:
    """Return the fields of the portal's admin forms with primary keys of foreign rows."""
    person, session, series = (foreign.rows[model].pk for model in (Person, Session, Series))
    return {
        "hub": foreign.hub.pk,
        "series": series,
        "session": session,
        "person": person,
        "people": person,
        "present": person,
        "registration": foreign.rows[Registration].pk,
        "chosen": foreign.rows[Registration].pk,
        "ids": foreign.rows[Message].pk,
        "row": foreign.rows[Message].pk,
        "among": f"session:{session}",
        "whom": "some",
        "confirmed": "yes",
        "post": "yes",
        "revision": "1",
        "count": "1",
        "counted": "1",
        "emails": "1",
        "reason": "r",
        "minutes": "5",
    }


def _texts(data: dict[str, Any]) -> list[str]:
    return [str(value) for value in data.values() if str(value).startswith("X")]


def _send(client: Client, verb: str, path: str, data: dict[str, Any]) -> Any:
    if verb == "GET":
        return client.get(path, data)
    if verb == "POST":
        return client.post(path, data)
    return client.generic(verb, path)


def _watch(writes: list[str]) -> Any:
    """Return an execute wrapper that appends each statement which may change rows to the list."""

    def run(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.lstrip("( ").upper().startswith(("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET")):
            table = WRITE.match(sql)
            if table is None or table[1] not in OF_THE_BROWSER:
                writes.append(sql)
        return execute(sql, params, many, context)

    return run


def _foreign_rows(foreign: HubRows) -> list[tuple[Any, ...]]:
    """Return the text of each foreign row and, for each relation to it, how many rows refer to it."""
    with connection.cursor() as cursor:
        cursor.execute(_sql(foreign))
        return list(cursor.fetchall())


def _sql(foreign: HubRows) -> str:
    parts = []
    models = [model for model in apps.get_models() if model._meta.app_label in ROOMS]
    for model, row in foreign.rows.items():
        table, key = model._meta.db_table, model._meta.pk.column
        parts.append(f'SELECT \'{table}\', md5(t::text) FROM "{table}" t WHERE "{key}" = {int(row.pk)}')  # noqa: S608
        for other in models:
            for relation in other._meta.fields:
                if isinstance(relation, ForeignKey) and relation.related_model is model:
                    name = f"{other._meta.db_table}.{relation.column}"
                    parts.append(
                        f"SELECT '{name}', count(*)::text FROM \"{other._meta.db_table}\" "  # noqa: S608
                        f'WHERE "{relation.column}" = {int(row.pk)}'
                    )
    return " UNION ALL ".join(parts) + " ORDER BY 1, 2"
