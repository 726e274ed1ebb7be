"""What a message costs beside an ordinary one and beside bytes that are ready, and what a second worker brings.

The message is a confirmation of one session with its invitation: text, HTML and calendar, in both languages, to a sink
in a process of its own (tools.bench_sink). The ordinary way is what a Django project does at first: the ORM, a template
for each twin, `icalendar`, EmailMultiAlternatives with an alternative and an attachment, `.send()`; it has no row to
claim, to mark and to settle. CPU times are those of the sending thread; PostgreSQL's are told apart.
"""

import contextlib
import dataclasses
import datetime as dt
import functools
import os
import smtplib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.db.models.functions import Now
from django.template import engines
from django.template.loader import render_to_string
from django.test import override_settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar

from accounts.clock import zone_of
from accounts.models import Person
from echo_portal.celery import app
from echo_portal.lib.dates import date_long, moment
from echo_portal.outbox import delivery
from echo_portal.outbox.actions import NewMessage, write_messages
from echo_portal.outbox.email_content import Block, Button, Link, Paragraph
from echo_portal.outbox.kinds import kind_of
from echo_portal.outbox.mime import as_bytes
from echo_portal.outbox.models import Message
from echo_portal.outbox.transports import SmtpTransport
from hubs.queries import funding_note
from registrations import calendar
from registrations.emails.layout import email, session_card
from registrations.links import join_url, manage_url
from registrations.message_kinds import CONFIRMATION
from registrations.models import Registration
from sessions.calendar import calendar as calendar_of
from sessions.calendar_events import as_event
from sessions.models import Session
from tools.bench_servers import PROJECT, cpu_seconds, postmaster
from tools.bench_sink import sink

WHY = "You registered on the Palliative Care ECHO portal."
TEXT = """{{ email.heading }}

{% for part in email.blocks %}{% if part.block == "card" %}{{ part.kicker }}
{{ part.title }}
{{ part.series }}
{{ part.date_text }}
{{ part.own }} {{ part.eastern }}
{% elif part.block == "paragraph" %}{{ part.text }}
{% else %}{{ part.label }}
{{ part.url }}
{% endif %}
{% endfor %}--
{{ email.why }}

{{ funding_note }}
"""


@dataclasses.dataclass
class Spent:
    """Milliseconds of CPU for one message, by part; `database` is PostgreSQL's own."""

    rendering: float = 0
    mime: float = 0
    smtp: float = 0
    rows: float = 0
    database: float = 0

    @property
    def sender(self) -> float:
        return self.rendering + self.mime + self.smtp + self.rows

    def line(self, name: str, ratio: str = "") -> str:
        parts = f"{self.rendering:6.2f} {self.mime:6.2f} {self.smtp:6.2f} {self.rows:6.2f}   {self.database:6.2f}"
        return f"  {name:34} {self.sender:7.2f} = {parts}    {1000 / self.sender:7.0f}     {ratio}"


def messages(session: Session, *, say: Callable[[str], None], port: int, rounds: int, number: int) -> None:
    rows = _registrations(session, number)
    with sink(port) as url:
        # Turn by turn, so that the machine's other work falls on all of them.
        bodies = _bodies(rows)
        ready, plain, ours = [], [], []
        for _round in range(rounds + 1):
            ready.append(_ready(url, bodies))
            plain.append(_plainly(url, rows))
            ours.append(_delivered(url, rows))
        floor, usual, portal = (_median(spent[1:]) for spent in (ready, plain, ours))
        say("\nMessages, a confirmation with its invitation, over SMTP; CPU ms of one, by part")
        say("                                    sender = render   MIME   SMTP   rows   (database)   per CPU-second")
        say(floor.line("smtplib, bytes ready"))
        say(usual.line("EmailMultiAlternatives().send()", f"{usual.sender / floor.sender:4.1f} × bytes ready"))
        alike = dataclasses.replace(portal, rows=0)  # the ordinary way has no row either
        ratio = f"{alike.sender / floor.sender:4.1f} × bytes ready, {usual.sender / alike.sender:.1f} × faster   ≥ 2.5"
        say(alike.line("the portal, without its row", ratio))
        ratio = f"{portal.sender / floor.sender:4.1f} × bytes ready, {usual.sender / portal.sender:.1f} × faster"
        say(portal.line("the portal, from row to row", ratio))
        _files(say, session)
        _workers(say, url, rows)


def _registrations(session: Session, number: int) -> list[Registration]:
    """`number` people of the benchmark, registered for the session."""
    names = [f"reader-{index}@bench.example.org" for index in range(number)]
    Person.objects.bulk_create(
        (
            Person(
                email=name,
                email_key=name,
                name=f"Élodie Tremblay-{index}",
                sort_key=f"elodie tremblay-{index}",
                province=("BC", "AB", "ON", "NL")[index % 4],
                language="fr" if index % 3 == 0 else "en",
                password="!",  # noqa: S106 (no password can match it)
            )
            for index, name in enumerate(names)
        ),
        ignore_conflicts=True,
    )
    now = timezone.now()
    Registration.objects.bulk_create(
        (
            Registration(person=person, session=session, state="registered", registered_at=now, changed_at=now)
            for person in Person.objects.filter(email_key__in=names)
        ),
        ignore_conflicts=True,
    )
    found = Registration.objects.filter(session=session, person__email_key__in=names)
    return list(found.select_related("person", "session__series__hub").order_by("pk"))


def _write(rows: list[Registration], *, due: bool = True) -> None:
    Message.objects.filter(state__in=Message.LIVE).update(state="cancelled", token=None, lease_until=None)
    Message.objects.filter(about="bench:messages").delete()
    write_messages(
        NewMessage(
            kind=CONFIRMATION,
            dedupe_key=f"bench:{row.pk}",
            address=row.person.email,
            language=row.person.language,
            about="bench:messages",
            why=lambda: WHY,
            person_id=row.person_id,
            scope_id=row.session.series.hub_id,
            payload={"series": row.session.series_id, "registrations": [row.pk]},
            due_at=None if due else timezone.now() + dt.timedelta(days=1),
        )
        for row in rows
    )


def _median(all_spent: list[Spent]) -> Spent:
    """Of each part, the median round."""
    fields = [field.name for field in dataclasses.fields(Spent)]
    return Spent(**{name: statistics.median(getattr(spent, name) for spent in all_spent) for name in fields})


@contextlib.contextmanager
def _timed(spent: Spent, part: str) -> Iterator[None]:
    """What the calling thread spends inside, added to the part."""
    before = time.thread_time()
    try:
        yield
    finally:
        setattr(spent, part, getattr(spent, part) + (time.thread_time() - before) * 1000)


def _each(spent: Spent, number: int) -> Spent:
    return Spent(*(getattr(spent, field.name) / number for field in dataclasses.fields(Spent)))


# ---------------------------------------------------------------- the floor, and the ordinary way


def _bodies(rows: list[Registration]) -> list[tuple[str, bytes]]:
    _write(rows)
    made = []
    for message in Message.objects.filter(about="bench:messages"):
        with translation.override(message.language):
            made.append((message.address, as_bytes(message, kind_of(message).render(message))))
    return made


def _ready(url: str, bodies: list[tuple[str, bytes]]) -> Spent:
    spent = Spent()
    with smtplib.SMTP("127.0.0.1", int(url.rpartition(":")[2])) as server:
        server.ehlo()
        with _timed(spent, "smtp"):
            for address, body in bodies:
                server.sendmail("echo@example.org", [address], body)
    return _each(spent, len(bodies))


def _plainly(url: str, rows: list[Registration]) -> Spent:
    """One after the other, as a loop over a queryset would; MIME and SMTP are both in `.send()`."""
    spent, database = Spent(), postmaster()
    host, _colon, port = url.removeprefix("smtp://").partition(":")
    options = {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": {"host": host, "port": int(port)}}
    before = cpu_seconds(database)
    with override_settings(MAILERS={**settings.MAILERS, "plain": options}):
        for row in rows:
            with _timed(spent, "rendering"), translation.override(row.person.language):
                mail = _ordinary_mail(row.pk)
            with _timed(spent, "mime"):
                mail.send(using="plain")
    spent.database = (cpu_seconds(database) - before) * 1000
    return _each(spent, len(rows))


def _ordinary_mail(pk: int) -> EmailMultiAlternatives:
    row = Registration.objects.select_related("person", "session__series__hub").get(pk=pk)
    person, session, series = row.person, row.session, row.session.series
    language = person.language
    mine = Registration.objects.active().filter(person=person).select_related("session__series")
    assert len(mine) > 0
    first = [one.title for one in series.recommended_first.published()]
    assert session.starts_at is not None
    assert session.ends_at is not None
    when = moment(session.starts_at, session.ends_at, zone_of(person), language)
    message = Message(language=language, why_en=WHY, why_fr=WHY)
    words = _("%(series)s. Keep this e-mail: its links are yours, and you need no password.")
    blocks: list[Block] = [
        Paragraph(words % {"series": series.title}),
        session_card(row, person, language, _("Your session")),
        Button(_("Join the session"), join_url(row, language)),
        Paragraph(
            _("The room opens 10 minutes early. No computer? The telephone numbers are on the joining page."),
            small=True,
        ),
        *(Paragraph(title) for title in first),
        Link(_("Change or cancel my sessions"), manage_url(person, language)),
    ]
    date = date_long(when.own_date, language, year=False)
    written = email(
        message,
        person,
        series,
        subject=_("You’re registered: %(series)s") % {"series": series.title},
        preheader=_("Your links and a calendar entry. Next: %(date)s.") % {"date": date},
        heading=_("You’re registered for one session"),
        blocks=blocks,
    )
    context = {"email": written, "funding_note": funding_note()}
    entry = calendar.own_entry(row, language, with_attendee=True)
    assert entry is not None
    file = _by_the_library([as_event(entry)], "REQUEST")
    mail = EmailMultiAlternatives(
        written.subject,
        _text_template().render(context),
        f"{series.hub.name} <echo@example.org>",
        [person.email],
        reply_to=[written.reply_to],
        headers={"Auto-Submitted": "auto-generated", "Content-Language": language},
    )
    mail.attach_alternative(render_to_string("outbox/email.html", context), "text/html")
    mail.attach_alternative(file.decode(), "text/calendar; method=REQUEST")
    mail.attach("invite.ics", file.decode(), "text/calendar; method=REQUEST")
    return mail


@functools.cache
def _text_template() -> Any:
    return engines["django"].from_string(TEXT)


def _by_the_library(events: list[Any], method: str) -> bytes:
    whole = Calendar()
    whole.add("prodid", "-//Palliative Care ECHO//portal//EN")
    whole.add("version", "2.0")
    whole.add("method", method)
    for event in events:
        whole.add_component(event)
    return bytes(whole.to_ical())


# ---------------------------------------------------------------- the portal


class _TimedTransport(SmtpTransport):
    def __init__(self, url: str, spent: Spent) -> None:
        super().__init__(url, 20)
        self.spent = spent

    def send(self, *, sender: str, address: str, body: bytes, message_id: str, before_body: Callable[[], None]) -> str:
        """The mark on the row, made in the middle of it, is the rows' affair."""

        def marked() -> None:
            inside = Spent()
            with _timed(inside, "rows"):
                before_body()
            self.spent.smtp -= inside.rows

        with _timed(self.spent, "smtp"):
            return super().send(sender=sender, address=address, body=body, message_id=message_id, before_body=marked)


def _delivered(url: str, rows: list[Registration]) -> Spent:
    """deliver_due itself; `rows` is what is left of it: claim, mark, settle."""
    _write(rows)
    spent, whole, database = Spent(), Spent(), postmaster()
    transport = _TimedTransport(url, spent)
    before = cpu_seconds(database)
    with (
        mock.patch.object(delivery, "_render", _measured(delivery._render, spent, "rendering")),
        mock.patch.object(delivery, "as_bytes", _measured(as_bytes, spent, "mime")),
        _timed(whole, "rows"),
    ):
        outcome = delivery.deliver_due(transport=transport)
    assert outcome == {"sent": len(rows)}, outcome
    spent.database = (cpu_seconds(database) - before) * 1000
    spent.rows = whole.rows - spent.rendering - spent.mime - spent.smtp
    return _each(spent, len(rows))


def _measured(call: Callable[..., Any], spent: Spent, part: str) -> Callable[..., Any]:
    def measured(*arguments: Any) -> Any:
        with _timed(spent, part):
            return call(*arguments)

    return measured


# ---------------------------------------------------------------- the file of thirteen sessions


def _files(say: Callable[[str], None], session: Session, times: int = 100) -> None:
    person = Person.objects.get(email_key="bench@bench.example.org")
    rows = list(
        Registration.objects.filter(person=person, session__series=session.series)
        .select_related("person", "session__series__hub")
        .order_by("session__number")
    )
    entries = [calendar.own_entry(row, "en", with_attendee=False) for row in rows]

    def library() -> bytes:
        return _by_the_library([as_event(entry) for entry in entries if entry], "PUBLISH")

    def portal() -> bytes:
        return calendar_of(entries, method="PUBLISH")

    assert len(library().split(b"BEGIN:VEVENT")) == len(portal().split(b"BEGIN:VEVENT")) == len(rows) + 1
    cost = {}
    for name, make in (("library", library), ("portal", portal), ("library", library), ("portal", portal)):
        spent = Spent()
        with _timed(spent, "rendering"):
            for _time in range(times):
                make()
        cost[name] = spent.rendering / times
    say(
        f"  .ics of {len(rows)} sessions: icalendar each time {cost['library']:.2f} ms, ours {cost['portal']:.3f} ms, "
        f"{cost['library'] / cost['portal']:.0f} ×   ≥ 20"
    )


# ---------------------------------------------------------------- workers


def _workers(say: Callable[[str], None], url: str, rows: list[Registration]) -> None:
    """Real Celery workers on the real queue, wall time: one process, then two."""
    seconds = {processes: statistics.median(_drained(url, rows, processes)) for processes in (1, 2)}
    say(f"  one Celery process {len(rows) / seconds[1]:.0f} messages a second, two {len(rows) / seconds[2]:.0f}: "
        f"{seconds[1] / seconds[2]:.2f} ×   ≥ 1.4 (wall time, {os.cpu_count()} cores)")  # fmt: skip


def _drained(url: str, rows: list[Registration], processes: int, times: int = 3) -> list[float]:
    """How long one worker with so many processes takes for all rows, several times."""
    command = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "echo_portal", "worker"]
    command += ["--concurrency", str(processes), "--without-gossip", "--without-mingle", "--loglevel", "ERROR"]
    worker = subprocess.Popen(command, cwd=PROJECT, env={**os.environ, "EMAIL_URL": url}, start_new_session=True)
    try:
        return [_until_all_are_sent(rows) for _time in range(times + 1)][1:]
    finally:
        worker.terminate()
        try:
            worker.wait(20)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


def _until_all_are_sent(rows: list[Registration]) -> float:
    _write(rows, due=False)
    waiting = Message.objects.filter(about="bench:messages").exclude(state="sent")
    waiting.update(due_at=Now())
    started, asked = time.perf_counter(), -10.0
    while waiting.exists():
        if time.perf_counter() - asked > 5:  # beat's tick, one for each process and a few more
            asked = time.perf_counter()
            _tick(4)
        if time.perf_counter() - started > 120:
            raise SystemExit("The workers of the benchmark do not send.")
        time.sleep(0.02)
    seconds = time.perf_counter() - started
    connection.close()
    return seconds


def _tick(times: int) -> None:
    tick = settings.CELERY_BEAT_SCHEDULE["tick"]
    with app.connection_for_write() as broker:
        for _time in range(times):
            app.send_task(tick["task"], connection=broker, **tick["options"])
