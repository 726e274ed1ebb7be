"""Forms name time zones by their places, and give plausible limits of numbers in a sentence."""

import pytest
from django.contrib import admin
from django.core.validators import MaxValueValidator
from django.db import models
from django.test import Client

from accounts.admin_scope import ReadOnly
from accounts.models import Person
from sessions.models import EnrollmentKey, Series, Session
from tests.admin.pages import address, posted_fields, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People

pytestmark = pytest.mark.django_db
PLACES = {"en": "Eastern time", "fr": "heure de l’Est"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_time_zone_that_cannot_be_edited_is_named_by_its_place(
    own: HubRows, coordinator_client: Client, people: People, language: str
) -> None:
    Session.objects.filter(pk=own[Session].pk).update(time_zone="America/Toronto")
    Person.objects.filter(pk=people.ama.pk).update(time_zone="America/Toronto")
    staff = signed_in_client(people.staff)
    for client, row in ((coordinator_client, own[Session]), (staff, people.ama)):
        shown = says(client.get(address(type(row), "change", row.pk), headers={"accept-language": language}))
        assert "America/Toronto" not in shown.replace('data-admin-server-timezone="America/Toronto"', "")
        assert PLACES[language] in shown


def test_every_number_that_a_form_asks_for_has_a_plausible_limit() -> None:
    unlimited = []
    for model in admin.site._registry:
        for field in model._meta.fields:
            if not isinstance(field, models.IntegerField) or field.choices or field.primary_key or not field.editable:
                continue
            limits = [rule.limit_value for rule in field.validators if isinstance(rule, MaxValueValidator)]
            page = admin.site._registry[model]
            if min(limits) > 100_000 and not isinstance(page, ReadOnly) and field.name in _asked(page):
                unlimited.append(f"{model.__name__}.{field.name}")
    assert unlimited == []


def _asked(page: admin.ModelAdmin) -> set[str]:  # type: ignore[type-arg]
    """Return the names of the fields that the form of this admin page asks for."""
    names: set[str] = set()
    for _title, options in page.fieldsets or ():
        for name in options["fields"]:
            names |= {name} if isinstance(name, str) else set(name)
    return (names or {field.name for field in page.model._meta.fields}) - set(page.readonly_fields)


@pytest.mark.parametrize(
    ("model", "field", "english", "french"),
    [
        (Session, "capacity", "Write at most 10,000 places", "Écrivez au plus 10 000 places"),
        (Session, "number", "Write a number from 0 to 999.", "Écrivez un numéro de 0 à 999."),
        (EnrollmentKey, "max_uses", "Write at most 100,000 uses", "Écrivez au plus 100 000 utilisations"),
        (Series, "announced_session_count", "Write at most 999 sessions.", "Écrivez au plus 999 séances."),
    ],
)
def test_number_beyond_the_limit_is_refused_in_a_sentence(
    own: HubRows, coordinator_client: Client, model: type[models.Model], field: str, english: str, french: str
) -> None:
    page = address(model, "change", own[model].pk)
    data = {**posted_fields(coordinator_client, page), field: "2147483648"}
    for language, sentence in (("en", english), ("fr", french)):
        answer = coordinator_client.post(page, data, headers={"accept-language": language})
        (error,) = answer.context["adminform"].form.errors[field]
        assert error.replace("\u00a0", " ").replace("\u202f", " ").startswith(sentence)
