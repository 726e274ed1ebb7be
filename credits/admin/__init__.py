"""The admin pages of credits: accreditations, the ledger, certificates."""

from credits.admin import accreditations, certificates, ledger  # noqa: F401 - registers the pages
