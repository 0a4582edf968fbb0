"""An image as it was sent: where it is or its bytes, opened only when it is looked at, and never trusted.

Sizes are looked at before anything is decoded. Knows nothing of models: how large a model wants an image is the matter
of `encoding.conversation`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pointsman.errors import DataError, MissingExtraError

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_BYTES = 20_000_000
"""Of an encoded image."""
MAX_PIXELS = 40_000_000
"""Of a decoded one: more is a mistake or an attack."""
MIN_SIDE = 8
"""Pixels below which a side shows nothing."""
MAX_RATIO = 200
"""Longer side by shorter side."""

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")


@dataclass(frozen=True, slots=True)
class Picture:
    """One encoded image.

    Attributes:
        path: its file; None with `data`.
        data: its bytes; None with `path`.
        where: how errors name it, e.g. `rows.jsonl:17`; "": its path.
    """

    path: Path | None = None
    data: bytes | None = field(default=None, repr=False)
    where: str = ""

    def __post_init__(self) -> None:
        if (self.path is None) == (self.data is None):
            raise DataError("a picture is a path or bytes: give one of them")

    @property
    def name(self) -> str:
        """How errors name it."""
        place = str(self.path) if self.path is not None else "the image"
        return f"{self.where}: {place}" if self.where else place

    def read(self) -> bytes:
        """Return the encoded bytes.

        Raises:
            DataError: no such file, unreadable, or too large.
        """
        if self.data is not None:
            found = self.data
        else:
            assert self.path is not None
            try:
                if self.path.stat().st_size > MAX_BYTES:
                    raise DataError(f"{self.name} has more than {MAX_BYTES:,} bytes: make it smaller")
                found = self.path.read_bytes()
            except FileNotFoundError:
                raise DataError(f"{self.name}: there is no such image") from None
            except OSError as error:
                raise DataError(f"{self.name} cannot be read: {error.strerror}") from None
        if len(found) > MAX_BYTES:
            raise DataError(f"{self.name} has more than {MAX_BYTES:,} bytes: make it smaller")
        return found

    def digest(self) -> str:
        """Return the sha256 of the encoded bytes."""
        return hashlib.sha256(self.read()).hexdigest()

    def size(self) -> tuple[int, int]:
        """Return width and height in pixels, from the header alone.

        Raises:
            DataError: no image, of a kind that is not taken, or of a size that makes no sense.
        """
        return self._opened().size

    def open(self) -> Image:
        """Return the decoded image, RGB, upright, on white where it was transparent.

        Raises:
            DataError: see `size`; or it is damaged.
        """
        from PIL import Image, ImageOps

        image = self._opened()
        try:
            image.load()
            image = ImageOps.exif_transpose(image)
            if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
                layer = image.convert("RGBA")
                white = Image.new("RGBA", layer.size, "white")
                return Image.alpha_composite(white, layer).convert("RGB")
            if image.mode.startswith("I"):  # 16 bits a pixel: Pillow would take all from 255 on for white
                image = image.convert("I").point(lambda value: value / 256).convert("L")
            return image.convert("RGB")
        except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
            raise DataError(f"{self.name} is damaged: {' '.join(str(error).split())}") from None

    def _opened(self) -> Image:
        try:
            from PIL import Image, UnidentifiedImageError
        except ModuleNotFoundError:
            raise MissingExtraError("vision", "pillow") from None
        raw = self.read()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # sizes are checked here, by our own limit
                image = Image.open(io.BytesIO(raw), formats=_FORMATS)
        except UnidentifiedImageError:
            raise DataError(f"{self.name} is no image that can be read ({', '.join(_FORMATS)})") from None
        except Image.DecompressionBombError:
            raise DataError(f"{self.name} is larger than {MAX_PIXELS:,} pixels: make it smaller") from None
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise DataError(f"{self.name} is damaged: {' '.join(str(error).split())}") from None
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise DataError(f"{self.name} has {width} x {height} pixels, more than {MAX_PIXELS:,}: make it smaller")
        if min(width, height) < MIN_SIDE:
            raise DataError(f"{self.name} has {width} x {height} pixels: nothing can be seen in it")
        if max(width, height) > MAX_RATIO * min(width, height):
            raise DataError(f"{self.name} has {width} x {height} pixels: too long for its width")
        return image


def from_data_url(url: str) -> Picture:
    """Return the image of a `data:image/…;base64,…` URL.

    Raises:
        DataError: another kind of URL (remote images are never fetched), or bytes that are not base64.
    """
    head, comma, body = url.partition(",")
    if not head.casefold().startswith("data:image/") or not comma:
        raise DataError(
            "the image has to be a data URL (data:image/png;base64,…): images are not fetched from elsewhere"
        )
    if not head.casefold().endswith(";base64"):
        raise DataError("the image's data URL has to be base64 (data:image/png;base64,…)")
    if len(body) > MAX_BYTES * 4 // 3 + 4:
        raise DataError(f"the image has more than {MAX_BYTES:,} bytes: make it smaller")
    try:
        return Picture(data=base64.b64decode(body, validate=True))
    except (binascii.Error, ValueError):
        raise DataError("the image's data URL is not valid base64") from None


def to_data_url(picture: Picture) -> str:
    """Return an image as a data URL, its bytes as they are."""
    raw = picture.read()
    kinds = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg", b"GIF8": "gif", b"RIFF": "webp", b"BM": "bmp"}
    kind = next((name for start, name in kinds.items() if raw.startswith(start)), "png")
    return f"data:image/{kind};base64,{base64.b64encode(raw).decode()}"
