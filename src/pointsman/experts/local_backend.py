"""The local backend: every expert an adapter on one base in this process, the router's too where it stands on it.

What the router has seen of an image is not computed again for the expert. A request that begins as the last one of the
same expert did (the same screenshot, another instruction) is read from where the two part. A request that leaves no
room for its answer is refused, never cut.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence

from pointsman.backbones.backbone import Backbone
from pointsman.data.example import Example
from pointsman.data.pictures import Picture
from pointsman.encoding.conversation import SLOT, Prepared, Template
from pointsman.encoding.multimodal import Seen
from pointsman.errors import ConfigError, DataError, nearest
from pointsman.experts.backend import Answered, Question
from pointsman.experts.registry import Experts
from pointsman.inference.shared_base import SharedBase


class LocalBackend:
    """Runs experts on one base; see `Backend`. Safe to ask from several threads.

    Args:
        base: that all share.
        experts: whose adapters are made known to it; they are read when first asked.
        min_pixels, max_pixels: size of images, as the router's; 0: as the base's own processor does.
        unmixed: experts that share no batch with others (DoRA).
    """

    def __init__(
        self,
        base: SharedBase,
        experts: Experts,
        *,
        min_pixels: int = 0,
        max_pixels: int = 0,
        unmixed: Collection[str] = (),
    ) -> None:
        self.base = base
        self._pixels = (min_pixels, max_pixels)
        self._names, self._unmixed = experts.names, frozenset(unmixed)
        for expert in experts.experts:
            base.add(expert.name, expert.path)

    @property
    def backbone(self) -> Backbone:
        """What the base is."""
        return self.base.backbone

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
        return self.ask(Question(expert_name, text, image, system, max_new_tokens), on_text=on_text)

    def ask(self, question: Question, *, on_text: Callable[[str], None] | None = None) -> Answered:
        """Let an expert answer, with what the router has made of the request.

        Raises:
            DataError: an image that cannot be read, or a request that leaves no room for its answer.
            ConfigError: no such expert, or an answer longer than the base writes.
            ExpertError: its adapter cannot be read.
        """
        clock: dict[str, float] = {}
        started = time.perf_counter()
        prepared = self._prepare(question)
        clock["prepare"], started = _lap(started)
        seen = self._see([question], [prepared])
        clock["see"], started = _lap(started)
        clock["switch"] = self.base.switch(question.expert)
        started = time.perf_counter()

        def told(piece: str) -> None:
            clock.setdefault("first_token", time.perf_counter() - started)
            if on_text is not None:
                on_text(piece)

        [made] = self.base.generate(
            [prepared],
            [question.expert],
            max_new_tokens=question.max_new_tokens,
            seen=seen,
            on_text=told if on_text is not None else None,
        )
        clock["answer"], _ = _lap(started)
        return Answered(made.text, made.tokens, made.truncated, clock)

    def ask_all(self, questions: Sequence[Question]) -> list[Answered]:
        """Let each question's expert answer, in one batch where they may be mixed; without times.

        Raises:
            DataError, ConfigError, ExpertError: see `ask`.
        """
        prepared = [self._prepare(question) for question in questions]
        seen = self._see(questions, prepared) if questions else []
        together: dict[tuple[int, str], list[int]] = {}
        for i, question in enumerate(questions):
            alone = question.expert if question.expert in self._unmixed else ""
            together.setdefault((question.max_new_tokens, alone), []).append(i)
        answers: dict[int, Answered] = {}
        for (most, _), rows in together.items():
            made = self.base.generate(
                [prepared[i] for i in rows],
                [questions[i].expert for i in rows],
                max_new_tokens=most,
                seen=[seen[i] for i in rows],
            )
            answers |= {i: Answered(one.text, one.tokens, one.truncated) for i, one in zip(rows, made, strict=True)}
        return [answers[i] for i in range(len(questions))]

    def close(self) -> None:
        """Let go of the experts' adapters; the base stays with whoever opened it."""
        for name in self._names:
            if name in self.base.names:
                self.base.remove(name)

    def _prepare(self, question: Question) -> Prepared:
        if question.expert not in self._names:
            known = f"{nearest(question.expert, self._names)} (known: {', '.join(self._names)})"
            raise ConfigError(f"unknown expert '{question.expert}'{known}")
        limit, most = self.base.preparer.limit, question.max_new_tokens
        if most >= limit:
            raise ConfigError(
                f"max_new_tokens {most:,}: {self.base.backbone.name} reads and writes {limit:,} tokens in all: lower it"
            )
        template = Template(SLOT, question.system, *self._pixels, max_tokens=limit - most)
        like = question.sight.prepared if question.sight is not None and question.image is not None else None
        found = self.base.preparer.prepare(Example(question.text, image=question.image), template, like=like)
        if found.truncated:
            raise DataError(
                f"the text is too long for the expert '{question.expert}': it reads and writes {limit:,} tokens in "
                f"all, {most:,} of them for its answer: shorten the text, or lower max_new_tokens"
            )
        return found

    def _see(self, questions: Sequence[Question], prepared: Sequence[Prepared]) -> list[Seen | None]:
        """Return what the vision tower makes of each image, asking it for those alone that nobody has seen yet."""
        seen = [q.sight.seen if q.sight is not None and q.image is not None else None for q in questions]
        new = [i for i, one in enumerate(prepared) if one.pixel_values is not None and seen[i] is None]
        if new:
            for i, found in zip(new, self.base.see([prepared[i] for i in new]), strict=True):
                seen[i] = found
        return seen


def _lap(started: float) -> tuple[float, float]:
    now = time.perf_counter()
    return now - started, now
