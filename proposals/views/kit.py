"""The kit of templates: the list by stage, and each document as a page and as a file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from echo_portal.lib.bilingual import active_language
from echo_portal.lib.methods import require_safe
from proposals.kit import template_named, templates_of_stage
from proposals.models import Plan


@require_safe
def kit(request: HttpRequest) -> HttpResponse:
    language = active_language()
    stages = [(stage.label, templates_of_stage(stage.value, language)) for stage in Plan.Stage]
    return render(request, "proposals/kit.html", {"stages": stages})


@require_safe
def kit_template(request: HttpRequest, slug: str) -> HttpResponse:
    found = template_named(slug, active_language())
    if found is None:
        raise Http404
    return render(request, "proposals/kit_template.html", {"template": found, "stage": Plan.Stage(found.stage).label})


@require_safe
def kit_file(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the Markdown of a document as a file that people can fill in."""
    found = template_named(slug, active_language())
    if found is None:
        raise Http404
    response = HttpResponse(found.text, content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.name}-{found.language}.md"'
    return response
