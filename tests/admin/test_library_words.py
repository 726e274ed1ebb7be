"""Sentences of Django and allauth are replaced where their French reads like a machine's."""

import pytest
from django.urls import reverse
from django.utils.translation import gettext, override

from tests.admin.pages import says
from tests.admin.two_hubs import HubRows, signed_in_client


@pytest.mark.parametrize(
    ("language", "shown"), [("en", ("Still stopped", "Lifted")), ("fr", ("Encore bloquée", "Levée"))]
)
def test_list_of_suppressed_addresses_is_filtered_by_named_states(
    own: HubRows, language: str, shown: tuple[str, str]
) -> None:
    client = signed_in_client(own.coordinator)
    client.cookies["language"] = language
    here = reverse("admin:outbox_suppression_changelist")
    words = says(client.get(here))
    assert [word in words for word in (*shown, "Not empty", "Non vide")] == [True, True, False, False]
    assert [client.get(here, {"lifted_at__isempty": value}).status_code for value in ("0", "1", "x")] == [200, 200, 200]


def test_french_of_the_libraries_is_replaced() -> None:
    with override("fr"):
        assert gettext("Change %s") == "Modification\u00a0: %s"
        assert gettext("Add another %(verbose_name)s") == "Ajouter\u00a0: %(verbose_name)s"
        assert gettext("Activate Authenticator App") == "Activer l’application d’authentification"
        assert "codes de secours" in gettext("Enter an authenticator code:")
