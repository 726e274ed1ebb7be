"""The field for URLs that coordinators enter and people follow: https only, on a public host, without a user name."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models

from echo_portal.lib.default_errors import NOT_PUBLIC

# The host has a dot and is no number, so it is neither "localhost" nor an IP address. The pattern is valid in Python
# and in PostgreSQL.
PUBLIC_ADDRESS = r"^https://([^/?#@:.\[\]\\\s]+\.)+[^/?#@:.\[\]\\\s0-9][^/?#@:.\[\]\\\s]*(:[0-9]+)?([/?#]\S*)?$"


def public_address(label: Any, **options: Any) -> "models.URLField[str, str]":
    """Return a field for a URL, which may be empty. Its model needs `is_public_address` as a constraint."""
    return models.URLField(label, blank=True, validators=[RegexValidator(PUBLIC_ADDRESS, NOT_PUBLIC)], **options)


def is_public_address(field: str, *, name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=models.Q(**{field: ""}) | models.Q(**{f"{field}__regex": PUBLIC_ADDRESS}),
        violation_error_message=NOT_PUBLIC,
    )
