"""The baseline of the benchmark: a minimal Django with the middleware of `startproject`, on the portal's tables.

It has one page with one query and a small template, and one POST that writes the rows of a registration in one
transaction. It has no calendar, no locks, no second language and no handling of repeated forms.
"""

import os
import uuid
from pathlib import Path

from django.conf import settings

from echo_portal.local_servers import servers

PROJECT = Path(__file__).resolve().parent.parent

if not settings.configured:
    import environ

    address = os.environ.get("DATABASE_URL") or servers.postgres_url(PROJECT, name=os.environ["EMBEDDED_NAME"])
    settings.configure(
        SECRET_KEY=os.environ["SECRET_KEY"],
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="tools.bench_bare",
        USE_TZ=True,
        AUTH_USER_MODEL="accounts.Person",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "echo_portal.outbox",
            "accounts",
            "hubs",
            "sessions",
            "registrations",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ],
                    "loaders": [
                        (
                            "django.template.loaders.locmem.Loader",
                            {"page.html": "<!doctype html><h1>{{ series.title_en }}</h1>"},
                        )
                    ],
                },
            }
        ],
        COOKIE_PREFIX="",
        DATABASES={"default": {**environ.Env.db_url_config(address), "CONN_MAX_AGE": 60}},
    )

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()

from django.db import transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import AuditEvent, Consent, FormReceipt, Person  # noqa: E402
from echo_portal.outbox.models import Message  # noqa: E402
from registrations.models import Registration  # noqa: E402
from sessions.models import Series  # noqa: E402


def page(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "page.html", {"series": Series.objects.get(slug=slug)})


def register(request: HttpRequest) -> HttpResponse:
    """Write the same rows that the portal writes for a guest, without executing any query before."""
    now, email = timezone.now(), request.POST["email"]
    with transaction.atomic():
        receipt = FormReceipt.objects.create(key=uuid.uuid4(), form="bare", fingerprint="0" * 64)
        person = Person(email=email, name=request.POST["name"])
        person.password = "!"  # noqa: S105 (no password can match it)
        person.save()
        Consent.objects.create(
            person=person, kind="privacy", text_version="1", text_language="en", source="bare", given_at=now
        )
        rows = [
            Registration(person=person, session_id=int(pk), state="registered", registered_at=now, changed_at=now)
            for pk in request.POST.getlist("sessions")
        ]
        Registration.objects.bulk_create(rows)
        Message.objects.create(
            kind="bare",
            dedupe_key=f"bare:{receipt.pk}",
            address=email,
            language="en",
            person_id=person.pk,
            about="bare",
            why_en="bare",
            why_fr="bare",
            state="cancelled",
            due_at=now,
        )
        AuditEvent.objects.create(actor_id=person.pk, verb="bare", about="bare")
    return HttpResponseRedirect(f"/done/{receipt.public_id}/")


urlpatterns = [path("page/<slug:slug>/", page), path("register/", register)]
