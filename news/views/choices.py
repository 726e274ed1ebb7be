"""Pages to which links in a newsletter lead, for changing which news one gets and for stopping news."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from echo_portal.lib import refused_forms
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.http import private
from echo_portal.lib.methods import require_http_methods
from echo_portal.lib.text import masked
from news.actions import save_choice, stop_news
from news.forms import ChoicesForm, initial_values
from news.links import person_id_of_stop_link, person_of_choices_link
from news.queries.subscribers import gets_news


@require_http_methods(["GET", "HEAD", "POST"])
def news_choices(request: HttpRequest, token: str) -> HttpResponse:
    """Display the person's topics and language with two buttons. Only a POST changes anything."""
    person = person_of_choices_link(token)
    form = ChoicesForm(refused_forms.sent_values(request), initial=initial_values(person))
    context = {
        "form": form,
        "address": masked(person.email),
        "is_subscribed": gets_news(person),
    }

    def page() -> HttpResponse:
        return private(render(request, "news/choices.html", context))

    if request.method == "POST" and request.POST.get("act") == "stop":
        stop_news(person_id=person.pk)
        messages.success(request, _("You get no more news from us."))
        return private(redirect(request.path))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        save_choice(
            person=person, language=values["language"], topics=values["topics"], page_language=active_language()
        )
        messages.success(request, _("Saved. You get our news by email."))
        return private(redirect(request.path))
    return private(refused_forms.answer(request, form, page))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def news_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Display a button on GET and, on POST, stop the news immediately.

    Email programs send this POST themselves, without cookies (RFC 8058). No CSRF token is needed, because the link
    itself gives the permission. The page is the same for everybody.
    """
    person_id = person_id_of_stop_link(token)
    is_ended = request.method == "POST"
    if is_ended:
        stop_news(person_id=person_id)
    return private(render(request, "news/stop.html", {"is_ended": is_ended}))
