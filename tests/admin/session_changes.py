"""Helpers for posting the admin forms that move or cancel a session."""

from typing import Any

from django.test import Client
from django.urls import reverse

from sessions.models import Session


def page(session: Session, name: str, *more: Any) -> str:
    return reverse(f"admin:echo_sessions_session_{name}", args=(session.pk, *more))


def new_time(session: Session, **changes: Any) -> dict[str, Any]:
    return {
        "on_date": session.on_date,
        "start_time": "15:00",
        "end_time": "16:30",
        "time_zone": "America/Toronto",
        "note_en": "The room was taken.",
        "note_fr": "La salle était prise.",
        **changes,
    }


def preview(client: Client, session: Session, name: str = "move", **changes: Any) -> Any:
    return client.post(page(session, name), {**new_time(session, **changes), "step": "preview"})


def commit(client: Client, session: Session, name: str = "move", *, revision: int = 0, **changes: Any) -> Any:
    data = {**new_time(session, **changes), "step": "commit", "revision": revision}
    return client.post(page(session, name), data, follow=True)
