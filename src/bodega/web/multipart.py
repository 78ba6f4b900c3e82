"""A form of parts (RFC 7578), pushed through piece by piece: fields are bounded, files flow."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser

from bodega.formats.errors import BodegaError

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

#: All fields together, in bytes: descriptions may be long, but a form is no file.
MOST_FIELD_BYTES = 16 << 20
MOST_FIELDS = 10_000
_MOST_HEADER_BYTES = 16 << 10
_AS_IT_IS = ("binary", "8bit", "7bit")


class MalformedFormError(BodegaError):
    """The body is not a form of parts, or not one that we take."""

    code = "E-FORM-MALFORMED"


class FormTooLargeError(BodegaError):
    """The fields of the form are more, or longer, than what is taken."""

    code = "E-FORM-TOO-LARGE"


def boundary_of(content_type: str) -> bytes:
    """The boundary that a Content-Type gives; raises MalformedFormError."""
    message = Message()
    message["content-type"] = content_type
    boundary = message.get_param("boundary")
    if message.get_content_type() != "multipart/form-data" or not isinstance(boundary, str) or not boundary:
        raise MalformedFormError("the body is not multipart/form-data with a boundary")
    try:
        return boundary.encode("ascii")
    except UnicodeEncodeError:
        raise MalformedFormError("the boundary of the form is not ASCII") from None


class FormReader:
    """Takes a form's bytes as they come.

    Fields gather in ``fields``. The one part named ``content`` goes to ``take``; its file name is in
    ``filename``. All may raise MalformedFormError; ``write`` also FormTooLargeError and what ``take`` raises.
    """

    def __init__(self, boundary: bytes, take: Callable[[bytes], None]) -> None:
        self.fields: dict[str, list[str]] = {}
        self.filename: str | None = None
        self._take = take
        self._header = [b"", b""]
        self._headers = Message()
        self._name = ""
        self._is_content = False
        self._value = bytearray()
        self._count = 0
        self._bytes = 0
        self._ended = False
        with _faults_in_words():
            self._parser = MultipartParser(boundary, self._callbacks())

    def write(self, data: bytes) -> None:
        """Take the next piece."""
        with _faults_in_words():
            self._parser.write(data)

    def finish(self) -> None:
        """The body is over; raises MalformedFormError when the form is not."""
        if not self._ended:
            raise MalformedFormError("the form ends too early")

    def _callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._part_begins,
            "on_header_field": lambda data, start, end: self._header_grows(0, data[start:end]),
            "on_header_value": lambda data, start, end: self._header_grows(1, data[start:end]),
            "on_header_end": self._header_ends,
            "on_headers_finished": self._headers_end,
            "on_part_data": lambda data, start, end: self._data(data[start:end]),
            "on_part_end": self._part_ends,
            "on_end": self._form_ends,
        }

    def _part_begins(self) -> None:
        self._count += 1
        if self._count > MOST_FIELDS:
            raise FormTooLargeError(f"the form has more than {MOST_FIELDS} fields")
        self._headers = Message()
        self._value.clear()

    def _header_grows(self, which: int, data: bytes) -> None:
        self._header[which] += data
        if len(self._header[which]) > _MOST_HEADER_BYTES:
            raise FormTooLargeError(f"a header in the form is longer than {_MOST_HEADER_BYTES} bytes")

    def _header_ends(self) -> None:
        name, value = (part.decode("utf-8", "replace") for part in self._header)
        self._header = [b"", b""]
        if name.lower() == "content-disposition":
            if name in self._headers:
                raise MalformedFormError("a part of the form has two names")
            self._headers[name] = value
        elif name.lower() == "content-transfer-encoding" and value.strip().lower() not in _AS_IT_IS:
            raise MalformedFormError(f"a part of the form is encoded as {value[:40]!r} (RFC 7578, 4.7)")

    def _headers_end(self) -> None:
        name = self._headers.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            raise MalformedFormError("a part of the form has no name")
        self._name = name
        self._is_content = name == "content"
        if self._is_content:
            self._content_begins()

    def _content_begins(self) -> None:
        if self.filename is not None:
            raise MalformedFormError("the form has more than one part named content")
        filename = self._headers.get_filename()
        if not filename:
            raise MalformedFormError("the part named content has no file name")
        self.filename = filename

    def _data(self, data: bytes) -> None:
        if self._is_content:
            self._take(data)
            return
        self._bytes += len(data)
        if self._bytes > MOST_FIELD_BYTES:
            raise FormTooLargeError(f"the fields of the form are longer than {MOST_FIELD_BYTES} bytes")
        self._value += data

    def _part_ends(self) -> None:
        if not self._is_content:
            self.fields.setdefault(self._name, []).append(self._value.decode("utf-8", "replace"))

    def _form_ends(self) -> None:
        self._ended = True


@contextmanager
def _faults_in_words() -> Iterator[None]:
    try:
        yield
    except FormParserError as error:
        raise MalformedFormError(f"the form cannot be read: {error}") from None
