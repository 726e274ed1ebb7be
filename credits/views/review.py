"""Pages for reviewers: the accreditations that they may view, with the audit pack and the certificates of each."""

import uuid
from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts import second_factor
from accounts.models import Person
from credits.audit_pack.download import pack_response
from credits.models import Certificate, Reviewer
from credits.queries.reviews import certificates_to_review, open_reviews
from credits.views.certificates import certificate_file
from echo_portal.lib.http import private
from echo_portal.lib.methods import require_POST, require_safe

View = Callable[..., HttpResponseBase]
PER_PAGE = 50


def with_second_factor(view: View) -> View:
    """Return the view, limited to people who are signed in and have passed the second factor (PRODUCT.md 1).

    After passing it, they are redirected to the page of the review, because the download itself is a POST.
    """

    @wraps(view)
    def checked(request: HttpRequest, review: int | None = None, **kwargs: object) -> HttpResponseBase:
        own = {} if review is None else {"review": review}
        back = reverse("review", kwargs=own) if own else reverse("reviews")
        return second_factor.ask_unless_passed(request, back) or view(request, **own, **kwargs)

    return login_required(checked)


@require_safe
@with_second_factor
def reviews(request: HttpRequest) -> HttpResponse:
    """Display the accreditations that this person may review today."""
    rows = open_reviews(_person(request), timezone.localdate())
    return private(render(request, "credits/reviews.html", {"reviews": rows}))


@require_safe
@with_second_factor
def review_page(request: HttpRequest, review: int) -> HttpResponse:
    """Display an accreditation and its certificates. Raises Http404 if the access has ended."""
    row = _own(request, review)
    page = Paginator(certificates_to_review(row), PER_PAGE).get_page(request.GET.get("page"))
    return private(render(request, "credits/review.html", {"review": row, "page_obj": page}))


@require_POST
@with_second_factor
def review_pack(request: HttpRequest, review: int) -> HttpResponseBase:
    """Return the audit pack and write an audit event.

    The person must have passed the second factor in the last minutes.
    """
    row = _own(request, review)
    if asked := second_factor.ask_unless_recent(request, reverse("review", args=(row.pk,))):
        return asked
    return pack_response(row.accreditation, by=_person(request))


@require_safe
@with_second_factor
def review_certificate(request: HttpRequest, review: int, certificate: uuid.UUID) -> HttpResponse:
    """Return the file of a certificate that prints the accreditation, whether it is valid or not.

    A file with the licence number of a pharmacist is returned for accreditations for pharmacy only.
    """
    row = _own(request, review)
    rows = certificates_to_review(row).without_other_licences(row.accreditation)
    found: Certificate | None = rows.filter(public_id=certificate).first()
    return certificate_file(found)


def _own(request: HttpRequest, pk: int) -> Reviewer:
    row = open_reviews(_person(request), timezone.localdate()).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user
