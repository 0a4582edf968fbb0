"""From a request to a generating model's input: THE one place that knows chat template and image size.

Training, encoding, routing and experts all come here, so that what a model was trained on and what it is asked cannot
differ. Takes an `Example` (text, or text and image), gives ids and pixels; runs no model.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pointsman.backbones.backbone import Backbone
from pointsman.data.example import Example
from pointsman.errors import BackboneError, ConfigError, DataError

SLOT = "{text}"
"""Where a template takes the request's text."""


@dataclass(frozen=True, slots=True)
class Template:
    """How a request is put to a model.

    Attributes:
        text: the user's turn; `{text}` stands for the request's own text.
        system: the system turn; "": none.
        min_pixels, max_pixels: an image is scaled to between these; 0: as the model's own processor does.
        max_tokens: of text and image together; longer texts lose their end. 0: the model's limit.
    """

    text: str = SLOT
    system: str = ""
    min_pixels: int = 0
    max_pixels: int = 0
    max_tokens: int = 0

    def __post_init__(self) -> None:
        if self.text.count(SLOT) != 1:
            raise ConfigError(f"a template has to hold {SLOT} once: this one reads {self.text[:80]!r}")
        if self.min_pixels < 0 or self.max_pixels < 0 or 0 < self.max_pixels < self.min_pixels:
            raise ConfigError(f"--min-pixels {self.min_pixels}, --max-pixels {self.max_pixels}: use 0 <= min <= max")

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary."""
        return asdict(self)


@dataclass(frozen=True)
class Prepared:
    """One request as a model takes it.

    Attributes:
        input_ids: int64 [tokens], up to where the model begins to answer.
        pixel_values: float32 [patches, patch values]; None: no image.
        grid: int64 [1, 3], the image's time, height and width in patches; None: no image.
        truncated: the end of the text was cut off.
        image_key: equal for equal images at equal limits of size; "": no image, or not known.
    """

    input_ids: npt.NDArray[np.int64]
    pixel_values: npt.NDArray[np.float32] | None = None
    grid: npt.NDArray[np.int64] | None = None
    truncated: bool = False
    image_key: str = ""


class Preparer:
    """Makes requests ready for one model; safe to use from several threads.

    Args:
        backbone: of a family that generates.

    Attributes:
        tokenizer: of the model.
        image_token: id that stands for a part of an image; None: the model takes no images.
        merge: patches along each side that become one token.
        limit: tokens that the model reads.

    Raises:
        BackboneError: tokenizer, chat template or image processor cannot be had.
    """

    def __init__(self, backbone: Backbone) -> None:
        from pointsman.backbones.cut import load_tokenizer
        from pointsman.backbones.generating import load_image_processor, require_generating

        require_generating(backbone)
        self.backbone = backbone
        self.tokenizer = load_tokenizer(backbone)
        if not self.tokenizer.chat_template:
            raise BackboneError(
                f"{backbone.path}: it has no chat template, so it takes no instructions: use a chat model"
            )
        self.limit = backbone.max_length
        self.images = load_image_processor(backbone) if backbone.family.sees else None
        self.image_token: int | None = None
        self.merge = 1
        if self.images is not None:
            self.image_token = int(self.tokenizer.convert_tokens_to_ids("<|image_pad|>"))
            self.merge = int(self.images.merge_size)
        self._special = sorted(
            (t.content for t in self.tokenizer.added_tokens_decoder.values() if t.special), key=len, reverse=True
        )
        self._lock = threading.Lock()  # fast tokenizers change state of their own when told to truncate or not

    @property
    def pad_id(self) -> int:
        """Id that fills a batch up on the left."""
        found = self.tokenizer.pad_token_id
        return int(found if found is not None else self.tokenizer.eos_token_id)

    def prepare(
        self,
        example: Example,
        template: Template,
        *,
        tools: Sequence[dict[str, Any]] | None = None,
        like: Prepared | None = None,
    ) -> Prepared:
        """Make one request ready.

        Args:
            example: its text, and its image if it has one.
            template: how it is put.
            tools: OpenAI function tools that the chat template is to name.
            like: the same image made ready before, under the same limits of size: its pixels are taken from there.

        Raises:
            DataError: blank text, a broken image, an image for a model that takes none, or one larger than the
                model reads.
        """
        if not example.text.strip() and example.image is None:
            raise DataError(f"{example.source + ': ' if example.source else ''}the text is blank: nothing is asked")
        text = plain(example.text)
        ids = self._ids(text, example, template, tools)
        if like is not None:
            pixels, grid, key = like.pixel_values, like.grid, like.image_key
        else:
            pixels, grid, key = self._pixels(example, template)
        if grid is not None:
            ids = self._room(ids, int(grid.prod()) // self.merge**2)
        limit = min(self.limit, template.max_tokens or self.limit)
        truncated = len(ids) > limit
        if truncated:
            ids = self._shortened(text, example, template, tools, ids, limit)
        return Prepared(np.array(ids, np.int64), pixels, grid, truncated, key)

    def answer_ids(self, answer: str) -> list[int]:
        """Return the ids of an answer and of its end of turn."""
        return [*self._plain_ids(answer), self.end_id]

    @property
    def end_id(self) -> int:
        """Id that ends an answer: the chat template's end of turn, where the tokenizer has one."""
        found = self.tokenizer.convert_tokens_to_ids("<|im_end|>")
        unknown = found is None or found == self.tokenizer.unk_token_id
        return int(self.tokenizer.eos_token_id if unknown else found)

    def image_size(self, template: Template) -> dict[str, int]:
        """Return between which numbers of pixels images are scaled: `shortest_edge` to `longest_edge`, as processors
        call them. Empty: the model takes no images."""
        if self.images is None:
            return {}
        size = dict(self.images.size)
        if template.min_pixels:
            size["shortest_edge"] = template.min_pixels
        if template.max_pixels:
            size["longest_edge"] = template.max_pixels
            size["shortest_edge"] = min(size["shortest_edge"], template.max_pixels)
        return size

    def _ids(
        self, text: str, example: Example, template: Template, tools: Sequence[dict[str, Any]] | None
    ) -> list[int]:
        text = template.text.replace(SLOT, self._harmless(text))
        content: Any = text
        if example.image is not None:
            if self.image_token is None:
                raise DataError(
                    f"{example.source + ': ' if example.source else ''}an image was sent, and "
                    f"'{self.backbone.name}' takes text alone"
                )
            content = [{"type": "image"}, {"type": "text", "text": text}]
        turns = [{"role": "system", "content": template.system}] if template.system else []
        with self._lock:
            prompt = self.tokenizer.apply_chat_template(
                [*turns, {"role": "user", "content": content}],
                tools=list(tools) if tools else None,
                tokenize=False,
                add_generation_prompt=True,
                enable_thinking=False,
            )
            return list(self.tokenizer(prompt, add_special_tokens=False)["input_ids"])

    def _plain_ids(self, text: str) -> list[int]:
        with self._lock:
            return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def _harmless(self, text: str) -> str:
        """Return the text without anything that the tokenizer would take for a token of its own (an end of turn)."""
        for token in self._special:
            if token in text:
                text = text.replace(token, f"{token[0]} {token[1:]}")
        return text

    def _pixels(
        self, example: Example, template: Template
    ) -> tuple[npt.NDArray[np.float32] | None, npt.NDArray[np.int64] | None, str]:
        if example.image is None or self.images is None:
            return None, None, ""
        size = self.image_size(template)
        image = example.image.open()
        made = self.images(images=[image], size=size, return_tensors="np")
        key = f"{example.image.digest()} {size['shortest_edge']} {size['longest_edge']}"
        return np.asarray(made["pixel_values"], np.float32), np.asarray(made["image_grid_thw"], np.int64), key

    def _room(self, ids: list[int], tokens: int) -> list[int]:
        """Give the image as many tokens as it has parts."""
        assert self.image_token is not None
        at = [i for i, token in enumerate(ids) if token == self.image_token]
        if len(at) != 1:
            raise BackboneError(
                f"{self.backbone.path}: its chat template gives one image {len(at)} places: it is of no use for images"
            )
        return ids[: at[0]] + [self.image_token] * tokens + ids[at[0] + 1 :]

    def _shortened(
        self,
        text: str,
        example: Example,
        template: Template,
        tools: Sequence[dict[str, Any]] | None,
        ids: list[int],
        limit: int,
    ) -> list[int]:
        """Cut the end of the text until everything fits."""
        own = self._plain_ids(text)
        fixed = len(ids) - len(own)
        kept = limit - fixed
        image = sum(token == self.image_token for token in ids) if example.image is not None else 0
        while kept > 0:
            with self._lock:
                part = self.tokenizer.decode(own[:kept], skip_special_tokens=False)
            made = self._ids(part.rstrip("\ufffd"), example, template, tools)
            if image:
                made = self._room(made, image)
            if len(made) <= limit:
                return made
            kept -= max(1, len(made) - limit)
        what, remedy = ("the image and the template", "lower --max-pixels, or send a smaller image")
        if not image:
            what, remedy = ("the template", "shorten it, or give the model more tokens")
        raise DataError(
            f"{example.source + ': ' if example.source else ''}{what} alone come to {fixed:,} tokens, "
            f"the model reads {limit:,}: {remedy}"
        )


def plain(text: str) -> str:
    """Return the text without lone surrogates (from broken JSON escapes), which cannot be tokenised."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
