"""If an address is probably mistyped, the form asks for confirmation, and accepts it the second time."""

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from echo_portal.lib.doubtful_addresses import PROVIDERS, is_one_slip_away, meant_address
from echo_portal.outbox.models import Message
from registrations.models import Registration
from tests.builders import Programme
from tests.refused import shown_again
from tests.registrations.forms import form


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.ca", "gmail.com"),
        ("GMIAL.COM", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("outlok.com", "outlook.com"),
        ("yaho.ca", "yahoo.ca"),
        ("iclould.com", "icloud.com"),
        ("vidoetron.ca", "videotron.ca"),
    ],
)
def test_address_with_a_mistyped_provider_is_detected(typed: str, meant: str) -> None:
    assert meant_address(f"ama@{typed}") == f"ama@{meant}"


@pytest.mark.parametrize("domain", [*PROVIDERS, "hospital.ca", "gov.nu.ca", "ualberta.ca", "example.org", "gc.ca"])
def test_address_of_a_known_provider_or_another_domain_is_accepted(domain: str) -> None:
    assert meant_address(f"ama@{domain}") == ""


@given(st.text("abc.", min_size=1), st.data())
def test_domain_with_one_typing_error_is_detected(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("xyz"))
    exchanged = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    for typed in (word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :]):
        assert is_one_slip_away(typed, word)
    assert is_one_slip_away(exchanged, word) is (exchanged != word)
    assert not is_one_slip_away(f"xy{word}", word)


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["register", "sign_in"])
def test_doubtful_address_is_accepted_if_the_form_is_sent_again(
    client: Client, programme: Programme, page: str
) -> None:
    _series, (session,) = programme.open_series(sessions=1)
    here = reverse(page, kwargs={"slug": "psw-cop"} if page == "register" else None)
    sent = form(sessions=[session.pk], email="ama@gmial.com")
    asked = shown_again(client, client.post(here, sent))
    question = "Did you mean ama@gmail.com? Correct the address, or send the form again if ama@gmial.com is right."
    assert asked.context["form"].errors == {"email": [question]}
    assert '<input type="hidden" name="doubted" value="ama@gmial.com">' in asked.content.decode()
    assert not Registration.objects.exists()
    assert client.post(here, sent | {"doubted": "ama@gmial.com"}).status_code == 302
    assert set(Message.objects.values_list("address", flat=True)) == {"ama@gmial.com"}


@pytest.mark.django_db
def test_another_doubtful_address_must_be_confirmed_too(client: Client) -> None:
    answer = client.post(reverse("sign_in"), {"email": "ama@gmail.con", "doubted": "ama@gmial.com"})
    assert answer.status_code == 303
