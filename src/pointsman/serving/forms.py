"""Forms (`multipart/form-data`, RFC 7578) as named parts: bytes in, few and bounded parts out. Knows no field."""

from __future__ import annotations

from dataclasses import dataclass

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from pointsman.serving.errors import invalid

MOST_PARTS = 16
_MOST_BOUNDARY = 70  # RFC 2046, section 5.1.1
_PLAIN = (b"", b"7bit", b"8bit", b"binary")
_MOST_NAME = 60


@dataclass(frozen=True)
class Part:
    """One field of a form.

    Attributes:
        name: of the field.
        file: name that its file had; None: it was no file.
        content: as it was sent.
    """

    name: str
    file: str | None
    content: bytes

    def text(self) -> str:
        """Return the content as text.

        Raises:
            ApiError: 400: it is not UTF-8.
        """
        try:
            return self.content.decode()
        except UnicodeDecodeError as error:
            raise invalid(f"'{self.name}' is not UTF-8 (byte {error.start})") from None


def read_form(content_type: bytes, body: bytes) -> dict[str, Part]:
    """Return the fields of a form, by name.

    Args:
        content_type: with the boundary.
        body: whole.

    Raises:
        ApiError: 400: no form, a part without a name, two of the same name, or too many.
    """
    _, options = parse_options_header(content_type.decode("latin-1"))
    boundary = options.get(b"boundary", b"")
    if not 0 < len(boundary) <= _MOST_BOUNDARY:
        raise invalid("the form's Content-Type has no boundary: 'multipart/form-data; boundary=…'")
    found = _Found()
    try:
        parser = MultipartParser(boundary, found.callbacks())  # type: ignore[arg-type]
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise invalid(f"the body is no form: {' '.join(str(error).split())}") from None
    if not found.ended:
        raise invalid("the form is cut off: its last boundary is missing")
    return found.parts


class _Found:
    """What the parser has told so far."""

    def __init__(self) -> None:
        self.parts: dict[str, Part] = {}
        self.ended = False
        self._number = 0
        self._headers: dict[bytes, bytes] = {}
        self._field, self._value = bytearray(), bytearray()
        self._pieces: list[bytes] = []

    def callbacks(self) -> dict[str, object]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._field.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._header,
            "on_part_data": lambda data, start, end: self._pieces.append(data[start:end]),
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def _begin(self) -> None:
        self._number += 1
        if self._number > MOST_PARTS:
            raise invalid(f"the form has more than {MOST_PARTS} parts")
        self._headers, self._pieces = {}, []

    def _header(self) -> None:
        self._headers[bytes(self._field).lower()] = bytes(self._value)
        self._field.clear()
        self._value.clear()

    def _end(self) -> None:
        kind, options = parse_options_header(self._headers.get(b"content-disposition", b"").decode("latin-1"))
        name = _shown(options.get(b"name", b""))
        if kind != b"form-data" or not name:
            raise invalid(f"part {self._number} of the form has no name: 'Content-Disposition: form-data; name=\"…\"'")
        if name in self.parts:
            raise invalid(f"'{name}' comes twice in the form")
        if self._headers.get(b"content-transfer-encoding", b"").strip().lower() not in _PLAIN:
            raise invalid(f"'{name}' is encoded: send it as it is, without 'Content-Transfer-Encoding'")
        file = options.get(b"filename")
        self.parts[name] = Part(name, None if file is None else _shown(file), b"".join(self._pieces))

    def _finish(self) -> None:
        self.ended = True


def _shown(name: bytes) -> str:
    """Return a name that can be told: of our own fields none is long or odd."""
    return ascii(name.decode("utf-8", "replace")[:_MOST_NAME])[1:-1]
