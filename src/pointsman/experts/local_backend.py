"""The local backend: every expert an adapter on one base in this process, the router's too where it stands on it.

What the router has seen of an image is not computed again for the expert, and a prompt that the base alone has read is
not read again by an expert that is the base alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pointsman.data.example import Example
from pointsman.data.pictures import Picture
from pointsman.encoding.conversation import Prepared, Template
from pointsman.encoding.multimodal import Seen
from pointsman.errors import ConfigError, nearest
from pointsman.experts.backend import Answered
from pointsman.experts.registry import Experts
from pointsman.inference.generate import Generated
from pointsman.inference.shared_base import SharedBase


@dataclass(frozen=True)
class Sight:
    """What a router has made of a request: an expert need not make it again.

    Attributes:
        prepared: the router's input.
        seen: what the vision tower made of its image; None: it has none.
    """

    prepared: Prepared
    seen: Seen | None


@dataclass(frozen=True)
class Question:
    """One request to an expert.

    Attributes:
        expert: name of its adapter.
        text: the user's turn, whole.
        image: stands before the text; None: text alone.
        system: the system turn; "": none.
        sight: what the router has made of the same image under the same limits of size; None: nothing.
    """

    expert: str
    text: str
    image: Picture | None = None
    system: str = ""
    sight: Sight | None = None


class LocalBackend:
    """Runs experts on one base; see `Backend`. Safe to ask from several threads.

    Args:
        base: that all share.
        experts: whose adapters are made known to it; they are read when first asked.
        min_pixels, max_pixels: size of images, as the router's; 0: as the base's own processor does.
    """

    def __init__(self, base: SharedBase, experts: Experts, *, min_pixels: int = 0, max_pixels: int = 0) -> None:
        self.base = base
        self._pixels = (min_pixels, max_pixels)
        self._names = experts.names
        for expert in experts.experts:
            base.add(expert.name, expert.path)

    def answer(
        self,
        expert_name: str,
        text: str,
        image: Picture | None,
        *,
        system: str,
        max_new_tokens: int,
        on_text: Callable[[str], None] | None,
    ) -> Answered:
        """See `Backend`."""
        return self.ask(Question(expert_name, text, image, system), max_new_tokens=max_new_tokens, on_text=on_text)

    def ask(self, question: Question, *, max_new_tokens: int, on_text: Callable[[str], None] | None = None) -> Answered:
        """Let an expert answer, with what the router has made of the request.

        Raises:
            DataError: an image that cannot be read.
            ConfigError: no such expert.
            ExpertError: its adapter cannot be read.
        """
        self._check(question.expert)
        clock: dict[str, float] = {}
        started = time.perf_counter()
        prepared = self._prepare(question)
        clock["prepare"], started = _lap(started)
        seen = self._see([question], [prepared])
        clock["see"], started = _lap(started)
        clock["switch"] = self.base.switch(question.expert)
        started = time.perf_counter()
        first: list[float] = []

        def told(piece: str) -> None:
            if not first:
                first.append(time.perf_counter() - started)
            if on_text is not None:
                on_text(piece)

        [made] = self.base.generate(
            [prepared],
            [question.expert],
            max_new_tokens=max_new_tokens,
            seen=seen,
            on_text=told if on_text is not None else None,
        )
        clock["answer"], _ = _lap(started)
        if first:
            clock["first_token"] = first[0]
        return Answered(made.text, made.tokens, made.truncated, clock)

    def ask_all(self, questions: Sequence[Question], *, max_new_tokens: int) -> list[Generated]:
        """Let each question's expert answer, all in one batch.

        Raises:
            DataError, ConfigError, ExpertError: see `ask`.
        """
        if not questions:
            return []
        for question in questions:
            self._check(question.expert)
        prepared = [self._prepare(question) for question in questions]
        return self.base.generate(
            prepared,
            [question.expert for question in questions],
            max_new_tokens=max_new_tokens,
            seen=self._see(questions, prepared),
        )

    def close(self) -> None:
        """Let go of the experts' adapters; the base stays with whoever opened it."""
        for name in self._names:
            if name in self.base.names:
                self.base.remove(name)

    def _check(self, name: str) -> None:
        if name not in self._names:
            raise ConfigError(f"unknown expert '{name}'{nearest(name, self._names)} (known: {', '.join(self._names)})")

    def _prepare(self, question: Question) -> Prepared:
        template = Template(system=question.system, min_pixels=self._pixels[0], max_pixels=self._pixels[1])
        like = question.sight.prepared if question.sight is not None and question.image is not None else None
        return self.base.preparer.prepare(Example(question.text, image=question.image), template, like=like)

    def _see(self, questions: Sequence[Question], prepared: Sequence[Prepared]) -> list[Seen | None]:
        """Return what the vision tower makes of each image, asking it for those alone that nobody has seen yet."""
        seen = [q.sight.seen if q.sight is not None and q.image is not None else None for q in questions]
        new = [i for i, one in enumerate(prepared) if one.pixel_values is not None and seen[i] is None]
        for i, found in zip(new, self.base.see([prepared[i] for i in new]), strict=True):
            seen[i] = found
        return seen


def _lap(started: float) -> tuple[float, float]:
    now = time.perf_counter()
    return now - started, now
