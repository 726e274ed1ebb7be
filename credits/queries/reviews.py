"""Queries for the accreditations that a reviewer may view, and for their certificates."""

import datetime as dt

from accounts.models import Person
from credits.models import Accreditation, Certificate, CertificateQuerySet, Reviewer, ReviewerQuerySet


def open_reviews(person: Person, today: dt.date) -> ReviewerQuerySet:
    """Return the rows of the person's access that are valid today, with accreditation and series."""
    rows = Reviewer.objects.open(today).filter(person=person)
    return rows.select_related("accreditation__series__hub", "accreditation__certifier")


def reviewers_of(accreditation: Accreditation) -> ReviewerQuerySet:
    """Return all people who have or had access to the accreditation, those with the latest end first."""
    return Reviewer.objects.filter(accreditation=accreditation).select_related("person", "given_by")


def certificates_to_review(review: Reviewer) -> CertificateQuerySet:
    """Return the certificates that print the accreditation and whose file has been made, the newest first."""
    rows = Certificate.objects.that_print(review.accreditation_id)
    rows = rows.filter(series=review.accreditation.series_id, rendered_at__isnull=False)
    return rows.select_related("person").order_by("-issued_at", "-pk")
