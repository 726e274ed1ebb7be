"""What the start page and the desk say about long lists of people, which a worker checks and imports (ADR 59)."""

import dataclasses
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Person
from registrations.models import RegistrantList
from sessions.models import Series


@dataclasses.dataclass(frozen=True)
class ListRow:
    """What a person is told about a list, with the label and the URL of a button."""

    list: RegistrantList
    sentence: str
    button: str
    url: str


def lists_to_tell(person: Person, series: Series | None = None) -> list[ListRow]:
    """Return the lists whose work this person asked for and whose end they have not acted on, using one query.

    With a series, only its lists, and also those that a worker checks or imports for somebody else.
    """
    rows = RegistrantList.objects.to_tell(person)
    if series is not None:
        rows = (rows | RegistrantList.objects.editable_by(person).at_work()).filter(series=series)
    return list(_told(rows.select_related("series").defer("table", "dry_run", "left_out").order_by("asked_at", "pk")))


def _told(rows: Iterable[RegistrantList]) -> Iterable[ListRow]:
    for row in rows:
        check = reverse("admin:echo_sessions_series_check_list", args=(row.series_id, row.pk))
        name = {"name": row.file_name}
        if row.addition_id is not None:
            url = reverse("admin:echo_sessions_series_addition", args=(row.series_id, row.addition_id))
            yield ListRow(row, _("The list %(name)s was imported.") % name, _("See the result"), url)
        elif row.work:
            is_import = row.work == RegistrantList.Work.IMPORT
            said = _("The list %(name)s is being imported.") if is_import else _("The list %(name)s is being checked.")
            yield ListRow(row, said % name, _("Show the progress"), check)
        elif row.failed_at is not None:
            yield ListRow(row, _("The list %(name)s was not imported.") % name, _("See why"), check)
        else:
            yield ListRow(row, _("The list %(name)s is checked, and not imported yet.") % name, _("Decide"), check)
