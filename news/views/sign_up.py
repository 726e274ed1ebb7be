"""The archive of newsletters with the form for news, and the page on which a request is confirmed."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.throttles import client_network
from echo_portal.lib import refused_forms
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.http import private
from echo_portal.lib.methods import require_http_methods
from echo_portal.lib.refusals import Refusal
from news.actions import ask_for_news, confirm_news, disown_request
from news.forms import NewsForm, initial_values
from news.links import choices_token, request_of_link
from news.queries.subscribers import gets_news
from pages.presenters.public_texts import any_sample, newsletter_lines
from pages.queries import archive

SENT = "sent"


@require_http_methods(["GET", "HEAD", "POST"])
def newsletters(request: HttpRequest) -> HttpResponse:
    """Display the archive with the form for news, and process the form on POST.

    The response is the same for known and new addresses.
    """
    person = request.user if isinstance(request.user, Person) else None
    form = NewsForm(refused_forms.sent_values(request), person=person, initial=initial_values(person))
    rows = list(archive(timezone.localdate()))
    context = {
        "newsletters": newsletter_lines(rows, active_language()),
        "has_samples": any_sample(rows),
        "form": form,
        "person": person,
        "is_sent": SENT in request.GET,
        "choices": choices_token(person) if person and gets_news(person) else "",
        "postal_address": settings.OPERATOR_ADDRESS,
        "operator_email": settings.OPERATOR_EMAIL,
    }

    def page() -> HttpResponse:
        response = render(request, "news/newsletters.html", context)
        return private(response) if person else response

    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        email = person.email if person else values["email"]
        try:
            ask_for_news(
                email=email,
                language=values["language"],
                topics=values["topics"],
                signed_in=person,
                network=client_network(request),
            )
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect(f"{request.path}?{SENT}=1#news")
    return refused_forms.answer(request, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
def news_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Display the request with its buttons. Only a POST changes anything, because mail scanners open links."""
    row = request_of_link(token)
    is_ended = False
    if request.method == "POST" and request.POST.get("act") == "confirm":
        person = confirm_news(request=row)
        messages.success(request, _("You get our news by email from now on."))
        return private(redirect("news_choices", token=choices_token(person)))
    if request.method == "POST" and request.POST.get("act") == "end":
        disown_request(request=row)
        is_ended = True
    return private(render(request, "news/confirm.html", {"news_request": row, "is_ended": is_ended}))
