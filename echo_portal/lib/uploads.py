"""Files in forms: refused, unless a view wants one."""

from typing import Any, NoReturn

from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParserError


class NoFileExpected(FileUploadHandler):
    """Answer 400 to a form with a file before any of it is read.

    A view that wants a file sets `request.upload_handlers` before it reads `request.POST`, as Django documents.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise MultiPartParserError("This page takes no file.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
