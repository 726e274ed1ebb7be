"""Upload handlers. Files in forms are refused, except by views that accept a file."""

import io
from collections.abc import Callable
from typing import Any, NoReturn

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponseBase
from django.http.multipartparser import MultiPartParserError
from django.urls import reverse
from django.views.decorators.csrf import csrf_protect


class NoFileExpected(FileUploadHandler):
    """An upload handler that refuses forms with a file with status 400, before the file is read.

    A view that accepts a file sets `request.upload_handlers` before it uses `request.POST`, as Django documents.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise MultiPartParserError("This page takes no file.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class CappedUpload(FileUploadHandler):
    """An upload handler that stores one file of at most `most` bytes in memory.

    `is_too_large` is True if a larger file was skipped.
    """

    def __init__(self, request: HttpRequest, *, most: int) -> None:
        super().__init__(request)
        self.most = most
        self.is_too_large = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > self.most:
            self.is_too_large = True
            self.file = io.BytesIO()
            raise SkipFile
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.file.seek(0)
        return InMemoryUploadedFile(
            self.file, self.field_name, self.file_name or "", self.content_type or "", file_size, self.charset
        )


def page_with_file(
    site: AdminSite, view: Callable[..., HttpResponseBase], request: HttpRequest, /, *, most: int, **arguments: Any
) -> HttpResponseBase:
    """Call a view of the administration for an uploaded file of at most `most` bytes. The URL must be `csrf_exempt`.

    Only people of the administration may upload files. Others, such as those whose session has ended, are redirected to
    the sign-in page before the form is read. CSRF is checked here, after the upload handler is set, because Django then
    reads the form.
    """
    if not site.has_permission(request):
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))
    request.upload_handlers = [CappedUpload(request, most=most)]
    answer: HttpResponseBase = csrf_protect(site.admin_view(view))(request, **arguments)
    return answer
