"""The three public forms, and the page that follows a submitted form."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.actions import RepeatedForm
from accounts.models import FormReceipt, Person
from accounts.throttles import client_network
from echo_portal.lib import refused_forms
from echo_portal.lib.forms import KEEP
from echo_portal.lib.http import private
from echo_portal.lib.methods import require_http_methods, require_safe
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import masked
from hubs.models import Hub
from proposals import actions
from proposals.forms import IdeaForm, InquiryForm, InterestForm, PartnerForm, initial_values


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    return _form_page(request, IdeaForm, "proposals/idea.html")


@require_http_methods(["GET", "HEAD", "POST"])
def partner(request: HttpRequest) -> HttpResponse:
    return _form_page(request, PartnerForm, "proposals/partner.html")


@require_http_methods(["GET", "HEAD", "POST"])
def interest(request: HttpRequest) -> HttpResponse:
    return _form_page(request, InterestForm, "proposals/interest.html")


def _form_page(request: HttpRequest, form_class: type[InquiryForm], template: str) -> HttpResponse:
    """Display the form and, on POST, process it. A refused form is displayed again with the typed values."""
    person = request.user if isinstance(request.user, Person) else None
    sent = refused_forms.sent_values(request)

    def page() -> HttpResponse:
        return render(request, template, {"form": form, "person": person, "form_to_keep": "inquiry"})

    if sent is None:
        form = form_class(person=person, initial=initial_values(person=person, hub=request.GET.get("hub", "")[:80]))
        return page()
    if KEEP in sent:
        typed = form_class(sent, person=person)
        form = form_class(person=person, initial=typed.typed_values())
        return (refused_forms.see_again(request) if request.method == "POST" else None) or private(page())
    form = form_class(sent, person=person)
    if request.method == "POST" and form.is_valid():
        answer = _try_to_send(request, form, person)
        if answer is not None:
            return answer
    return refused_forms.answer(request, form, page)


def _try_to_send(request: HttpRequest, form: InquiryForm, person: Person | None) -> HttpResponse | None:
    """Return the response if the form was processed, now or earlier. Return None if it was refused."""
    try:
        receipt = actions.send_inquiry(
            application=actions.Application(
                form_key=form.cleaned_data["form_key"], inquiry=form.inquiry(), network=client_network(request)
            ),
            signed_in=person,
        )
    except RepeatedForm as repeated:
        if not repeated.same:
            return private(render(request, "proposals/sent_already.html", status=409))
        receipt = repeated.receipt
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return None
    return redirect("inquiry_sent", receipt=receipt.public_id)


@require_safe
def inquiry_sent(request: HttpRequest, receipt: uuid.UUID) -> HttpResponse:
    """Display what happens next. The page is the same for known and new addresses."""
    stored = get_object_or_404(FormReceipt, public_id=receipt, form="inquiry")
    hub = get_object_or_404(Hub, pk=stored.answer["hub"])
    context = {"address": masked(stored.answer["address"]), "proved": stored.answer["proved"], "hub": hub}
    return private(render(request, "proposals/sent.html", context))
