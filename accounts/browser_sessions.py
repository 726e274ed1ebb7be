"""Django's browser sessions in the database, read with a compiled query, because most requests read one."""

import datetime as dt

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from echo_portal.lib.compiled_query import compiled_query


class SessionStore(db.SessionStore):
    """Django's store, which compiles the same query for each request."""

    def _get_session_from_db(self) -> Session | None:
        rows = _unexpired(str(self.session_key), timezone.now())
        if not rows:
            self._session_key = None
            return None
        return rows[0]


@compiled_query
def _unexpired(session_key: str, now: dt.datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=session_key, expire_date__gt=now)
