"""Words stand where Django's admin has icons, in lists, forms and inlines."""

import re

import pytest
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.models import Person
from echo_portal.lib.templatetags.change_list_cards import labelled
from sessions.models import Series, Session
from tests.admin.displayed_pages import displayed
from tests.admin.two_hubs import fill, signed_in_client
from tests.builders import Programme
from tests.chromium import opened
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.browser]

STOCK_ICONS = """() => [...document.querySelectorAll("*")].flatMap(one => {
  const box = one.getBoundingClientRect();
  if (!box.width || !box.height) return [];
  const pictures = ["", "::before", "::after"].map(part => getComputedStyle(one, part || null).backgroundImage);
  return [one.tagName === "IMG" ? one.src : "", ...pictures].filter(picture => picture.includes("/admin/img/"));
})"""


def test_no_icon_of_django_is_displayed(programme: Programme, people: People) -> None:
    fill(programme, people, programme.national, "first")
    client = signed_in_client(people.staff)
    series, session = Series.objects.earliest("pk"), Session.objects.earliest("pk")
    addresses = [
        reverse("admin:index"),
        reverse("admin:echo_sessions_series_add"),
        reverse("admin:echo_sessions_series_change", args=(series.pk,)),
        reverse("admin:echo_sessions_session_change", args=(session.pk,)),
        reverse("admin:hubs_hub_change", args=(programme.national.pk,)),
        reverse("admin:echo_sessions_session_changelist") + "?o=1.2",
        reverse("admin:accounts_person_changelist"),
    ]
    found, pages = {}, {address: client.get(address).content.decode() for address in addresses}
    with opened() as browser:
        page = browser.new_page()
        for address, html in pages.items():
            for width in (1280, 390):
                page.set_viewport_size({"width": width, "height": 844})
                displayed(page, re.sub(r"<script\b.*?</script>", "", html, flags=re.DOTALL))
                if icons := page.evaluate(STOCK_ICONS):
                    found[address, width] = set(icons)
    assert found == {}


@pytest.mark.parametrize(("language", "words"), [("en", ["Yes", "No"]), ("fr", ["Oui", "Non"])])
def test_list_says_yes_and_no_in_words(people: People, language: str, words: list[str]) -> None:
    Person.objects.filter(pk=people.luc.pk).update(mailbox_proved_at=None)
    client = signed_in_client(people.staff)
    html = client.get(
        reverse("admin:accounts_person_changelist"), headers={"accept-language": language}
    ).content.decode()
    cells = re.findall(r'<td[^>]*class="field-[^"]*proved[^"]*"[^>]*>([^<]*)</td>', html)
    assert set(cells) == set(words)


def test_cell_with_another_picture_is_not_changed() -> None:
    cell = SafeString('<td class="field-x"><img src="/media/icon.svg" alt="Map"></td>')
    assert list(labelled([cell], [{"text": ""}])) == [cell]
