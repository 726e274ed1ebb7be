"""Open a material of a past session."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.links import MANAGE, token_for
from accounts.models import Person
from registrations.links import material_path
from registrations.models import Registration
from sessions.actions import Upload, restore_material, upload_material, withdraw_material
from sessions.models import Material, MaterialView, Session
from tests.attendance.held_session import register
from tests.builders import Programme
from tests.people import People
from tests.sessions.uploads import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(programme: Programme) -> Session:
    return programme.session(programme.series("heart"), 3, days=-9, title_en="Heart failure")


def slides(session: Session, by: Person, *, open_to: str = "public", **more: object) -> Material:
    upload = Upload(name="secret name.pdf", data=PDF, kind="slides", language="en", open_to=open_to)
    return upload_material(session=session, upload=upload, by=by, **more)  # type: ignore[arg-type]


def path_of(material: Material) -> str:
    return reverse("material", kwargs={"material": material.public_id})


def test_file_is_sent_so_that_a_browser_runs_nothing_of_it(client: Client, held: Session, people: People) -> None:
    answer = client.get(path_of(slides(held, people.ama)))
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="heart-3-slides-en.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Robots-Tag"] == "noindex"


def test_material_for_registrants_is_asked_about_at_each_download(
    client: Client, held: Session, people: People
) -> None:
    material = slides(held, people.ama, open_to="registrants")
    url = path_of(material)
    assert client.get(url).status_code == 302, "a stranger is asked to sign in"
    assert client.get(url)["Location"].startswith(reverse("sign_in"))
    client.force_login(people.luc)
    assert client.get(url).status_code == 403, "Luc is not registered"
    row = register(people.ama, held)
    client.force_login(people.ama)
    answer = client.get(url)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store, private")
    Registration.objects.filter(pk=row.pk).update(state=Registration.State.CANCELLED, cancelled_at=timezone.now())
    assert client.get(url).status_code == 403, "Ama gave the place back"


def test_link_to_a_material_expires_and_is_for_one_person(client: Client, held: Session, people: People) -> None:
    material = slides(held, people.ama, open_to="registrants")
    other = slides(held, people.ama, open_to="registrants", replaces=material, note_en="New figures")
    register(people.ama, held)
    link, of_luc = material_path(other.public_id, people.ama), material_path(other.public_id, people.luc)
    assert client.get(link).status_code == 200
    assert client.get(of_luc).status_code == 403
    assert (
        client.get(link.replace(str(other.public_id), str(slides_of_another(held, people).public_id))).status_code
        == 403
    )
    assert client.get(f"{link[:-2]}x/").status_code == 403
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=61), tick=False):
        assert client.get(link).status_code == 403
    Person.objects.filter(pk=people.ama.pk).update(link_version=people.ama.link_version + 1)
    assert client.get(link).status_code == 403, "Ama switched the links off"


def slides_of_another(held: Session, people: People) -> Material:
    upload = Upload(name="a.pdf", data=PDF, kind="questions", language="en", open_to="registrants")
    return upload_material(session=held, upload=upload, by=people.ama)


@pytest.mark.parametrize("state", [Session.State.DRAFT, Session.State.CANCELLED])
def test_material_of_a_hidden_session_is_not_found(client: Client, held: Session, people: People, state: str) -> None:
    material = slides(held, people.ama)
    Session.objects.filter(pk=held.pk).update(state=state)
    assert client.get(path_of(material)).status_code == 404


def test_material_of_a_session_to_come_is_not_found(client: Client, programme: Programme, people: People) -> None:
    material = slides(programme.session(programme.series("later"), 1), people.ama)
    assert client.get(path_of(material)).status_code == 404


def test_link_redirects_and_material_without_anything_is_not_found(client: Client, held: Session) -> None:
    url = "https://video.example.org/x"
    linked = Material.objects.create(session=held, kind="recording", language="en", open_to="public", url=url)
    empty = Material.objects.create(session=held, kind="slides", language="en", open_to="public")
    answer = client.get(path_of(linked))
    assert (answer.status_code, answer["Location"], answer["Referrer-Policy"]) == (302, url, "no-referrer")
    assert client.get(path_of(empty)).status_code == 404


def test_reason_is_in_the_language_of_the_page_or_marked(client: Client, held: Session, people: People) -> None:
    material = slides(held, people.ama)
    withdraw_material(material=material, note_fr="Une erreur", by=people.ama)
    marked = '<span lang="fr">Une erreur</span>'
    assert f"(withdrawn: {marked})" in client.get(reverse("library")).content.decode()
    assert marked in client.get(path_of(material)).content.decode()
    Material.objects.update(note_en="A mistake")
    assert "(withdrawn: A mistake)" in client.get(reverse("library")).content.decode()
    with translation.override("fr"):
        page = client.get(reverse("library")).content.decode()
    assert "Une erreur" in page
    assert marked not in page


def test_views_are_counted_by_day_without_a_name(client: Client, held: Session, people: People) -> None:
    material = slides(held, people.ama)
    client.force_login(people.ama)
    for _number in range(3):
        client.get(path_of(material))
    client.head(path_of(material))
    assert list(MaterialView.objects.values_list("material", "day", "count")) == [
        (material.pk, timezone.localdate(), 3)
    ]
    assert {field.name for field in MaterialView._meta.get_fields()} == {"id", "material", "day", "count"}


def test_withdrawn_material_says_why_and_can_be_shown_again(client: Client, held: Session, people: People) -> None:
    material = slides(held, people.ama)
    withdraw_material(material=material, note_en="A patient could be recognised.", by=people.ama)
    answer = client.get(path_of(material))
    assert answer.status_code == 410
    assert "A patient could be recognised." in answer.content.decode()
    assert PDF not in answer.content
    page = client.get(reverse("library")).content.decode()
    assert "(withdrawn: A patient could be recognised.)" in page
    assert path_of(material) not in page
    restore_material(material=Material.objects.get(pk=material.pk), by=people.ama)
    assert client.get(path_of(material)).status_code == 200


def test_replaced_material_leads_to_the_new_one(client: Client, held: Session, people: People) -> None:
    old = slides(held, people.ama)
    new = slides(held, people.ama, replaces=old, note_en="A figure was wrong.")
    answer = client.get(path_of(old))
    assert answer.status_code == 410
    assert path_of(new) in answer.content.decode()
    page = client.get(reverse("library")).content.decode()
    assert path_of(new) in page
    assert path_of(old) not in page
    assert "(replaced: A figure was wrong.)" in page


def test_size_and_missing_captions_are_displayed(client: Client, held: Session, people: People) -> None:
    slides(held, people.ama)
    url = "https://video.example.org/x"
    Material.objects.create(session=held, kind="recording", language="en", open_to="public", url=url)
    page = " ".join(client.get(reverse("session", kwargs={"session": held.public_id})).content.decode().split())
    assert "(PDF, 1 KB)" in page
    assert "(no captions)" in page
    Material.objects.update(has_captions=True)
    assert "(no captions)" not in client.get(reverse("library")).content.decode()


def test_my_sessions_links_to_materials_also_without_signing_in(client: Client, held: Session, people: People) -> None:
    material = slides(held, people.ama, open_to="registrants")
    register(people.ama, held)
    page = client.get(reverse("my_sessions_link", kwargs={"token": token_for(people.ama, MANAGE)})).content.decode()
    (link,) = re.findall(r'<p class="res">\s*<span>\s*<a\s+href="(.*?)">', page)
    assert link.startswith(path_of(material))
    assert Client().get(link).content == PDF
    client.force_login(people.ama)
    page = client.get(reverse("my_sessions")).content.decode()
    assert re.findall(r'<p class="res">\s*<span>\s*<a\s+href="(.*?)">', page) == [path_of(material)]
