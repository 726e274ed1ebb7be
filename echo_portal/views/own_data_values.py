"""Words for the values on the page with a person's data: titles with their language, and no codes."""

from collections.abc import Iterable

from django.apps import apps
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import AuditEvent, Consent
from accounts.sentences import event_sentence
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.templatetags.languages import marked, marked_as
from echo_portal.lib.zones import canonical, zone_label
from echo_portal.outbox.kinds import kind_label
from echo_portal.outbox.models import Message
from echo_portal.views.own_data_words import SOURCES
from hubs.models import Hub
from registrations.models import Registration
from sessions.models import Series, Session

# Names of rows by identifier, such as "series:23".
type Names = dict[str, SafeString | str]
ZONES = ("time_zone", "form_zone")


def named(row: Model) -> SafeString | str:
    """Return the name of a row in the active language, marked if it exists in the other language only."""
    if isinstance(row, Session):
        return marked_as(*row.full_title_in(active_language()))
    for field in ("title", "name"):
        if hasattr(row, f"{field}_en"):
            return marked(row, field)
    return str(row)


def words_of_codes(row: Model, column: str, value: str, names: Names) -> SafeString | str:
    """Return a value in words if the column contains a code for which there is no list of choices.

    `names` are the rows to which identifiers refer (`names_of`).
    """
    if column in ZONES and canonical(value):
        return zone_label(value, active_language())
    if isinstance(row, Message) and column == "kind":
        return kind_label(value)
    if isinstance(row, AuditEvent):
        return event_sentence(value, row.details) if column == "verb" else _referred_to(value, names)
    if isinstance(row, Consent) and column == "source":
        return str(SOURCES.get(value, "")) or _referred_to(value, names)
    return value


def names_of(rows: Iterable[Model]) -> Names:
    """Return the names of the rows to which audit events and consents refer, by identifier such as "series:23".

    Registrations are named by their session, and by the slug of their series in consents. Names of people are left out.
    """
    found = {row.about for row in rows if isinstance(row, AuditEvent)}
    found |= {row.source for row in rows if isinstance(row, Consent)}
    ids: dict[str, list[str]] = {}
    for about in found:
        kind, _colon, pk = about.partition(":")
        ids.setdefault(kind if pk.isdecimal() else f"{kind}-slug", []).append(pk)
    names: Names = {}
    if "registration" in ids:
        places = Registration.objects.filter(pk__in=ids["registration"]).select_related("session__series")
        names |= {f"registration:{row.pk}": named(row.session) for row in places}
    if "registration-slug" in ids:
        of_forms = Series.objects.filter(slug__in=ids["registration-slug"])
        names |= {f"registration:{row.slug}": named(row) for row in of_forms}
    if "session" in ids:
        sessions = Session.objects.filter(pk__in=ids["session"]).select_related("series")
        names |= {f"session:{row.pk}": named(row) for row in sessions}
    if "series" in ids:
        names |= {f"series:{row.pk}": named(row) for row in Series.objects.filter(pk__in=ids["series"])}
    if "hub" in ids:
        names |= {f"hub:{row.pk}": named(row) for row in Hub.objects.filter(pk__in=ids["hub"])}
    return names


def _referred_to(about: str, names: Names) -> SafeString | str:
    """Return what an identifier refers to, such as "Series: Title"; "" if it is of no table that has a name."""
    kind = about.partition(":")[0]
    models = (model for model in apps.get_models() if model._meta.model_name == kind)
    nouns = [capfirst(str(model._meta.verbose_name)) for model in models]
    if not nouns:
        return ""
    if about not in names:
        return nouns[0]
    words = _("%(label)s: %(value)s") % {"label": "{}", "value": "{}"}
    return format_html(words, nouns[0], names[about])
