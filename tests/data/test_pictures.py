from __future__ import annotations

import base64
import hashlib
import io
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pointsman.data import pictures
from pointsman.data.pictures import Picture, from_data_url, to_data_url
from pointsman.errors import DataError


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def gradient(width: int = 24, height: int = 16) -> Image.Image:
    image = Image.new("RGB", (width, height))
    image.putdata([(x * 9 % 256, y * 13 % 256, 40) for y in range(height) for x in range(width)])
    return image


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    start = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return start + struct.pack(">I", 1_000_000) + b"IDAT" + zlib.compress(b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_every_accepted_kind_opens_as_rgb(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "a.img"
    file.write_bytes(encoded(gradient(), kind))
    for picture in (Picture(path=file), Picture(data=file.read_bytes())):
        assert picture.size() == (24, 16)
        image = picture.open()
        assert (image.mode, image.size) == ("RGB", (24, 16))
        assert picture.digest() == hashlib.sha256(file.read_bytes()).hexdigest()


def test_pixels_are_those_that_were_written() -> None:
    assert Picture(data=encoded(gradient())).open().tobytes() == gradient().tobytes()


def test_a_picture_is_a_path_or_bytes() -> None:
    for given_ in ({}, {"path": Path("a"), "data": b"b"}):
        with pytest.raises(DataError, match="a path or bytes"):
            Picture(**given_)


def test_transparent_pixels_are_white() -> None:
    layer = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    layer.putpixel((0, 0), (255, 0, 0, 255))
    image = Picture(data=encoded(layer)).open()
    assert image.getpixel((0, 0)) == (255, 0, 0)
    assert image.getpixel((5, 5)) == (255, 255, 255)
    palette = Image.new("P", (10, 10), 0)
    palette.putpalette([0, 0, 0, 9, 9, 9])
    assert Picture(data=encoded(palette, transparency=0)).open().getpixel((3, 3)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "I;16", "CMYK"])
def test_other_modes_become_rgb(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert Picture(data=encoded(Image.new(mode, (12, 12)), kind)).open().mode == "RGB"


def test_sixteen_bit_grey_keeps_its_shades() -> None:
    image = Image.new("I;16", (10, 10))
    for x in range(10):
        for y in range(10):
            image.putpixel((x, y), x * 7000)
    shades = [Picture(data=encoded(image)).open().getpixel((x, 0)) for x in range(10)]
    assert shades == [(x * 7000 >> 8,) * 3 for x in range(10)]


def test_a_turned_photograph_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert Picture(data=encoded(gradient(24, 16), "JPEG", exif=exif)).open().size == (16, 24)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "no image that can be read"),
        (b"GIF89a", "damaged|no image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no image that can be read"),
        (encoded(Image.new("RGB", (20, 20)), "TIFF"), "no image that can be read"),
        (encoded(Image.effect_noise((80, 80), 90))[:2000], "damaged"),
        (encoded(gradient(), "JPEG")[:400], "damaged|no image"),
        (encoded(Image.new("RGB", (1, 1))), "1 x 1 pixels: nothing can be seen"),
        (encoded(Image.new("RGB", (400, 7))), "400 x 7 pixels: nothing can be seen"),
        (encoded(Image.new("L", (4000, 8))), "4000 x 8 pixels: too long"),
        (png_header(30_000, 30_000), "pixels"),
        (png_header(7_000, 6_000), "7000 x 6000 pixels, more than 40,000,000"),
        (png_header(100, 100), "damaged"),
    ],
)
def test_what_cannot_be_used_is_one_line_with_the_place(raw: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said) as raised:
        Picture(data=raw, where="rows.jsonl:17").open()
    assert str(raised.value).startswith("rows.jsonl:17: ")
    assert "\n" not in str(raised.value)


def test_sizes_are_judged_before_anything_is_decoded() -> None:
    with pytest.raises(DataError, match="pixels"):
        Picture(data=png_header(60_000, 60_000)).size()


def test_a_file_that_is_not_there_or_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match=r"r\.jsonl:3: .*no\.png: there is no such image"):
        Picture(path=tmp_path / "no.png", where="r.jsonl:3").open()
    with pytest.raises(DataError, match="cannot be read"):
        Picture(path=tmp_path).read()
    monkeypatch.setattr(pictures, "MAX_BYTES", 100)
    file = tmp_path / "big.png"
    file.write_bytes(b"x" * 101)
    for picture in (Picture(path=file), Picture(data=b"x" * 101)):
        with pytest.raises(DataError, match="more than 100 bytes"):
            picture.read()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_a_data_url_keeps_the_bytes(kind: str) -> None:
    raw = encoded(gradient(), kind)
    url = to_data_url(Picture(data=raw))
    assert url.startswith(f"data:image/{kind.lower()};base64,")
    assert from_data_url(url).read() == raw


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://example.com/a.png", "not fetched"),
        ("file:///etc/passwd", "not fetched"),
        ("data:text/html;base64,AAAA", "not fetched"),
        ("data:image/png;base64", "not fetched"),
        ("data:image/png,AAAA", "has to be base64"),
        ("data:image/png;base64,A!AA", "not valid base64"),
        ("data:image/png;base64,AAA", "not valid base64"),
        ("data:image/png;base64,é", "not valid base64"),
    ],
)
def test_other_urls_are_refused(url: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        from_data_url(url)


def test_a_long_data_url_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_BYTES", 30)
    with pytest.raises(DataError, match="more than 30 bytes"):
        from_data_url("data:image/png;base64," + "A" * 400)


def test_bytes_of_an_image_are_not_printed() -> None:
    assert "xyzzy" not in repr(Picture(data=b"xyzzy"))


def outcome(raw: bytes) -> str:
    try:
        return Picture(data=raw).open().mode
    except DataError as error:
        return f"error: {error}"


@given(st.binary(max_size=300))
def test_any_bytes_open_or_say_why(raw: bytes) -> None:
    assert outcome(raw) == "RGB" or outcome(raw).startswith("error: the image")


@given(st.data())
def test_a_damaged_image_opens_or_says_why(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "BMP"]))
    raw = bytearray(encoded(gradient(), kind))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    found = outcome(bytes(raw))
    assert found == "RGB" or (found.startswith("error: the image") and "\n" not in found)


@given(st.binary(max_size=60))
def test_data_urls_round_trip(raw: bytes) -> None:
    url = "data:image/png;base64," + base64.b64encode(raw).decode()
    assert from_data_url(url).read() == raw
