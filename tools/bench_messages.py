"""Measure the cost of sending a message, compared with plain Django and smtplib, and with one and two workers.

Each message is a confirmation of one session with its invitation: text, HTML and calendar, in English or French, sent
to an SMTP sink in a separate process (tools.bench_sink). "Plain Django" is the simplest implementation: the ORM, one
template for text and one for HTML, `icalendar`, and EmailMultiAlternatives with an alternative and an attachment. It
has no row for the message that must be claimed and updated. CPU times are those of the sending thread; the CPU time of
PostgreSQL is measured separately.
"""

import contextlib
import dataclasses
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
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar

from accounts.models import Person
from accounts.time_zones import zone_of
from echo_portal.celery import app
from echo_portal.lib.dates import date_long, moment
from echo_portal.outbox import delivery
from echo_portal.outbox.email_content import Block, Button, Link, Paragraph
from echo_portal.outbox.kinds import kind_of
from echo_portal.outbox.mime import as_bytes
from echo_portal.outbox.models import Message
from echo_portal.outbox.transports import SmtpTransport
from hubs.queries import funding_note
from registrations import calendar
from registrations.emails.layout import email, session_card
from registrations.links import join_url, manage_url
from registrations.models import Registration
from sessions.calendar import calendar as calendar_of
from sessions.calendar_events import as_event
from sessions.models import Session
from tools.bench_rows import WHY, queue_messages, registrations_for
from tools.bench_servers import PROJECT, cpu_seconds, postmaster
from tools.bench_sink import sink

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
    """CPU time per message in milliseconds, by part.

    `database` is that of PostgreSQL; `sender` is the sum of the others.
    """

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
    rows = registrations_for(session, number)
    with sink(port) as url:
        # Alternate between the three, so that other load on the machine affects them equally.
        bodies = _bodies(rows)
        ready, plain, ours = [], [], []
        for _round in range(rounds + 1):
            ready.append(_send_with_smtplib(url, bodies))
            plain.append(_send_with_django(url, rows))
            ours.append(_send_with_outbox(url, rows))
        baseline, usual, portal = (_median(spent[1:]) for spent in (ready, plain, ours))
        say("\nMessages, a confirmation with its invitation, over SMTP; CPU ms of one, by part")
        say("                                    sender = render   MIME   SMTP   rows   (database)   per CPU-second")
        say(baseline.line("smtplib, bytes ready"))
        say(usual.line("EmailMultiAlternatives().send()", f"{usual.sender / baseline.sender:4.1f} × bytes ready"))
        alike = dataclasses.replace(
            portal, rows=0
        )  # without the cost of the message row, which plain Django does not have
        ratio = (
            f"{alike.sender / baseline.sender:4.1f} × bytes ready, {usual.sender / alike.sender:.1f} × faster   ≥ 2.5"
        )
        say(alike.line("the portal, without its row", ratio))
        ratio = f"{portal.sender / baseline.sender:4.1f} × bytes ready, {usual.sender / portal.sender:.1f} × faster"
        say(portal.line("the portal, with its row", ratio))
        _compare_calendar_files(say, session)
        _compare_workers(say, url, rows)


def _median(all_spent: list[Spent]) -> Spent:
    """Return the median of each part of the measurements."""
    fields = [field.name for field in dataclasses.fields(Spent)]
    return Spent(**{name: statistics.median(getattr(spent, name) for spent in all_spent) for name in fields})


@contextlib.contextmanager
def _timed(spent: Spent, part: str) -> Iterator[None]:
    """Add to this part the CPU time that the calling thread uses within the block."""
    before = time.thread_time()
    try:
        yield
    finally:
        setattr(spent, part, getattr(spent, part) + (time.thread_time() - before) * 1000)


def _per_message(spent: Spent, number: int) -> Spent:
    return Spent(*(getattr(spent, field.name) / number for field in dataclasses.fields(Spent)))


# ---------------------------------------------------------------- the baselines: smtplib and plain Django


def _bodies(rows: list[Registration]) -> list[tuple[str, bytes]]:
    queue_messages(rows)
    made = []
    for message in Message.objects.filter(about="bench:messages"):
        with translation.override(message.language):
            made.append((message.address, as_bytes(message, kind_of(message).render(message))))
    return made


def _send_with_smtplib(url: str, bodies: list[tuple[str, bytes]]) -> Spent:
    spent = Spent()
    with smtplib.SMTP("127.0.0.1", int(url.rpartition(":")[2])) as server:
        server.ehlo()
        with _timed(spent, "smtp"):
            for address, body in bodies:
                server.sendmail("echo@example.org", [address], body)
    return _per_message(spent, len(bodies))


def _send_with_django(url: str, rows: list[Registration]) -> Spent:
    """Send the emails one by one. The time of `.send()`, which includes MIME and SMTP, is counted as `mime`."""
    spent, database = Spent(), postmaster()
    host, _colon, port = url.removeprefix("smtp://").partition(":")
    options = {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": {"host": host, "port": int(port)}}
    before = cpu_seconds(database)
    with override_settings(MAILERS={**settings.MAILERS, "plain": options}):
        for row in rows:
            with _timed(spent, "rendering"), translation.override(row.person.language):
                mail = _django_email(row.pk)
            with _timed(spent, "mime"):
                mail.send(using="plain")
    spent.database = (cpu_seconds(database) - before) * 1000
    return _per_message(spent, len(rows))


def _django_email(pk: int) -> EmailMultiAlternatives:
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
    words = _("%(series)s. Keep this email: its links are just for you. No password needed.")
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
    file = _ics_by_icalendar([as_event(entry)], "REQUEST")
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


def _ics_by_icalendar(events: list[Any], method: str) -> bytes:
    calendar_object = Calendar()
    calendar_object.add("prodid", "-//Palliative Care ECHO//portal//EN")
    calendar_object.add("version", "2.0")
    calendar_object.add("method", method)
    for event in events:
        calendar_object.add_component(event)
    return bytes(calendar_object.to_ical())


# ---------------------------------------------------------------- the portal


class _TimedTransport(SmtpTransport):
    def __init__(self, url: str, spent: Spent) -> None:
        super().__init__(url, 20)
        self.spent = spent

    def send(self, *, sender: str, address: str, body: bytes, message_id: str, before_body: Callable[[], None]) -> str:
        """Send a message. The time of `before_body`, which updates the message's row, is counted as `rows`."""

        def marked() -> None:
            inside = Spent()
            with _timed(inside, "rows"):
                before_body()
            self.spent.smtp -= inside.rows

        with _timed(self.spent, "smtp"):
            return super().send(sender=sender, address=address, body=body, message_id=message_id, before_body=marked)


def _send_with_outbox(url: str, rows: list[Registration]) -> Spent:
    """Send all messages with `deliver_due`. `rows` is the remaining time, for claiming and updating their rows."""
    queue_messages(rows)
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
    return _per_message(spent, len(rows))


def _measured(call: Callable[..., Any], spent: Spent, part: str) -> Callable[..., Any]:
    def measured(*arguments: Any) -> Any:
        with _timed(spent, part):
            return call(*arguments)

    return measured


# ---------------------------------------------------------------- the calendar file of thirteen sessions


def _compare_calendar_files(say: Callable[[str], None], session: Session, times: int = 100) -> None:
    person = Person.objects.get(email_key="bench@bench.example.org")
    rows = list(
        Registration.objects.filter(person=person, session__series=session.series)
        .select_related("person", "session__series__hub")
        .order_by("session__number")
    )
    entries = [calendar.own_entry(row, "en", with_attendee=False) for row in rows]

    def library() -> bytes:
        return _ics_by_icalendar([as_event(entry) for entry in entries if entry], "PUBLISH")

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


def _compare_workers(say: Callable[[str], None], url: str, rows: list[Registration]) -> None:
    """Print the wall time of real Celery workers with the real queue: with one process, then with two."""
    seconds = {processes: statistics.median(_drain_seconds(url, rows, processes)) for processes in (1, 2)}
    say(f"  one Celery process {len(rows) / seconds[1]:.0f} messages a second, two {len(rows) / seconds[2]:.0f}: "
        f"{seconds[1] / seconds[2]:.2f} ×   ≥ 1.4 (wall time, {os.cpu_count()} cores)")  # fmt: skip


def _drain_seconds(url: str, rows: list[Registration], processes: int, times: int = 3) -> list[float]:
    """Return how many seconds a worker with this many processes needs to send all rows, for each of `times` runs."""
    command = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "echo_portal", "worker"]
    command += ["--concurrency", str(processes), "--without-gossip", "--without-mingle", "--loglevel", "ERROR"]
    worker = subprocess.Popen(command, cwd=PROJECT, env={**os.environ, "EMAIL_URL": url}, start_new_session=True)
    try:
        return [_wait_until_sent(rows) for _time in range(times + 1)][1:]
    finally:
        worker.terminate()
        try:
            worker.wait(20)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


def _wait_until_sent(rows: list[Registration]) -> float:
    queue_messages(rows, due=False)
    unsent = Message.objects.filter(about="bench:messages").exclude(state="sent")
    unsent.update(due_at=Now())
    started, ticked = time.perf_counter(), -10.0
    while unsent.exists():
        if time.perf_counter() - ticked > 5:  # what beat does: at least one tick per process
            ticked = time.perf_counter()
            _send_ticks(4)
        if time.perf_counter() - started > 120:
            raise SystemExit("The workers of the benchmark do not send.")
        time.sleep(0.02)
    seconds = time.perf_counter() - started
    connection.close()
    return seconds


def _send_ticks(times: int) -> None:
    tick = settings.CELERY_BEAT_SCHEDULE["tick"]
    with app.connection_for_write() as broker:
        for _time in range(times):
            app.send_task(tick["task"], connection=broker, **tick["options"])
