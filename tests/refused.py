"""Follow the redirect of a refused form."""

from typing import Any

from django.test import Client


def shown_again(client: Client, answer: Any) -> Any:
    """Return the page to which a refused form redirects."""
    assert answer.status_code == 303
    page = client.get(answer["Location"])
    assert page.status_code == 200
    return page
