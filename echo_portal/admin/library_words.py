"""Sentences of Django and allauth whose French the portal replaces (WORDS.md).

They are listed here so that `make messages` keeps them in the portal's catalogue, which comes before the libraries'.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

SENTENCES = (
    gettext_noop("Add %s"),
    gettext_noop("Change %s"),
    gettext_noop("View %s"),
    gettext_noop("Add another %(verbose_name)s"),
    gettext_noop("Add link"),
    gettext_noop("The {name} “{obj}” was added successfully."),
    gettext_noop("The {name} “{obj}” was changed successfully."),
    gettext_noop("The %(name)s “%(obj)s” was deleted successfully."),
    gettext_noop("Activate Authenticator App"),
    gettext_noop("Please reauthenticate to safeguard your account."),
    gettext_noop("Enter an authenticator code:"),
)
ERRORS = ngettext_lazy("Please correct the error below.", "Please correct the errors below.")
