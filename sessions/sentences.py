"""Sentences about refused documents, in the language of the page."""

from django.utils.translation import gettext as _

from echo_portal.lib.documents import RefusedDocumentError


def document_sentence(refused: RefusedDocumentError) -> str:
    """Return a sentence that says what is wrong with an uploaded document, and what to do."""
    sentences = {
        "name": _("Rename the file: use fewer than 150 characters, without signs."),
        "type": _("This type of file is not accepted. Save it as %(accepted)s."),
        "empty": _("This file is empty. Choose another."),
        "too-large": _("This file is larger than %(megabytes)s MB. Make its pictures smaller, or link to it."),
        "content": _("This is not a %(extension)s file, or it is damaged. Save it again and choose the new file."),
        "two-types": _("This file is two types of file at once. Save it again as PDF."),
        "active": _("This file contains a macro, a script or another file. Save it without them, or as PDF."),
        "unpacks-too-large": _("This file is too large when it is opened. Save it as PDF."),
        "encoding": _("This text is not in UTF-8. Save it in UTF-8."),
    }
    return sentences[refused.code] % refused.facts
