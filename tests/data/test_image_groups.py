from __future__ import annotations

import gzip
import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from pointsman.data.image_groups import alike, image_groups, sketch
from tests.data.expert_files import screen

SHARED = Path(os.environ.get("POINTSMAN_DATA", Path(__file__).parents[3] / "shared" / "data")) / "gui"


def scaled(image: Image.Image, by: float) -> Image.Image:
    return image.resize((round(image.width * by), round(image.height * by)), Image.Resampling.LANCZOS)


def compressed(image: Image.Image, quality: int = 60) -> Image.Image:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Image.open(out).convert("RGB")


def cropped(image: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    width, height = image.size
    return image.crop(
        (round(left * width), round(top * height), width - round(right * width), height - round(bottom * height))
    )


def form(values: list[str], size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A form of one layout with other values in its fields."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for number, value in enumerate(values):
        top = 30 + number * 60
        draw.text((20, top), f"Field {number}", fill="black", font_size=18)
        draw.rectangle((160, top - 6, 600, top + 28), outline="grey")
        draw.text((168, top), value, fill="black", font_size=18)
    return image


FIELDS = ["Anna Berg", "2031-04-17", "No. 55 831", "open", "118.40", "knee", "none"]

COPIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "half": lambda image: scaled(image, 0.5),
    "larger": lambda image: scaled(image, 1.4),
    "compressed": lambda image: compressed(image, 50),
    "smaller and compressed": lambda image: compressed(scaled(image, 0.7)),
    "cropped on the right": lambda image: cropped(image, 0, 0, 0.03, 0),
    "cropped all round": lambda image: cropped(image, 0.02, 0.02, 0.02, 0.02),
    "cropped, smaller, compressed": lambda image: compressed(scaled(cropped(image, 0.02, 0.01, 0, 0.02), 0.7), 70),
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_shows_the_same(name: str) -> None:
    image = form(FIELDS)
    assert alike(sketch(image), sketch(COPIES[name](image)))


@pytest.mark.parametrize("place", range(len(FIELDS)))
def test_one_other_value_is_another_picture(place: int) -> None:
    other = [value if number != place else "Zoe 77" for number, value in enumerate(FIELDS)]
    assert not alike(sketch(form(FIELDS)), sketch(form(other)))


def test_groups_are_named_by_their_first_image_and_joined_through_others() -> None:
    first, second = form(FIELDS), screen(3, (640, 480))
    images = [first, second, scaled(first, 0.6), compressed(second), first.copy(), screen(4, (640, 480))]
    assert image_groups([sketch(one) for one in images]) == [0, 1, 0, 1, 0, 5]


def test_equal_pixels_have_one_digest_and_size_counts() -> None:
    assert sketch(screen(1)).digest == sketch(screen(1)).digest
    blank = [sketch(Image.new("RGB", size, "white")) for size in ((20, 30), (30, 20))]
    assert blank[0].digest != blank[1].digest


def test_no_image_one_image_and_blank_images() -> None:
    assert image_groups([]) == []
    assert image_groups([sketch(screen(1))]) == [0]
    blank = [sketch(Image.new("RGB", (300, 200), colour)) for colour in ("white", "black")]
    assert image_groups([*blank, sketch(form(FIELDS))])[2] == 2


@given(st.lists(st.integers(0, 8), max_size=10), st.randoms(use_true_random=False))
def test_the_order_of_images_plays_no_part(numbers: list[int], random: object) -> None:
    order = list(range(len(numbers)))
    random.shuffle(order)  # type: ignore[attr-defined]
    groups = image_groups([sketch(screen(number)) for number in numbers])
    shuffled = image_groups([sketch(screen(numbers[at])) for at in order])
    together = {(a, b) for a in order for b in order if groups[a] == groups[b]}
    again = {(order[i], order[j]) for i, a in enumerate(shuffled) for j, b in enumerate(shuffled) if a == b}
    assert together == again
    assert together == {(a, b) for a in order for b in order if numbers[a] == numbers[b]}


def test_progress_ends_with_all_images() -> None:
    told: list[tuple[int, int]] = []
    image_groups([sketch(screen(number)) for number in range(3)], lambda done, total: told.append((done, total)))
    assert told[-1] == (3, 3)


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"no real screenshots at {SHARED} (POINTSMAN_DATA)")
def test_real_screenshots_are_told_apart_and_their_copies_are_found() -> None:
    with gzip.open(SHARED / "screenshots.jsonl.gz", "rt", encoding="utf-8") as file:
        images = [Image.open(SHARED / json.loads(line)["image"]).convert("RGB") for line in file]
    sketches = [sketch(image) for image in images]
    assert len(set(image_groups(sketches))) == len(images)
    for name in ("half", "smaller and compressed"):
        assert all(alike(sketches[n], sketch(COPIES[name](images[n]))) for n in range(0, len(images), 8)), name
