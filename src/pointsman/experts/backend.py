"""What a stack asks of whatever runs its experts: one expert, one request, one answer.

Met by `local_backend` (adapters on one base in this process) and `openai_backend` (a server that has them).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from pointsman.data.pictures import Picture

if TYPE_CHECKING:
    from pointsman.encoding.conversation import Prepared
    from pointsman.encoding.multimodal import Seen


@dataclass(frozen=True, slots=True)
class Answered:
    """An expert's answer.

    Attributes:
        text: what it wrote, as it wrote it.
        tokens: of the text; 0: the backend does not count them.
        truncated: it was stopped by the most tokens allowed.
        seconds: by stage, as in `inference.stacked.Routed`: `answer`, and what the backend can tell apart from it.
            `first_token`, where there is one, is part of `answer`: until the first piece of text.
    """

    text: str
    tokens: int
    truncated: bool
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Sight:
    """What a router has made of a request: an expert on the same base need not make it again.

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
        max_new_tokens: most tokens of the answer.
        sight: what the router has made of the same image under the same limits of size; None: nothing.
    """

    expert: str
    text: str
    image: Picture | None = None
    system: str = ""
    max_new_tokens: int = 512
    sight: Sight | None = None


class Backend(Protocol):
    """Whatever runs the experts; safe to ask from several threads."""

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
        """Let an expert answer, greedily.

        Args:
            expert_name: of its adapter.
            text: the user's turn, whole.
            image: stands before the text; None: text alone.
            system: the system turn; "": none.
            max_new_tokens: most tokens of the answer.
            on_text: told each new piece of the answer as it is written, in the calling thread. What it raises ends the
                answer and reaches the caller.

        Raises:
            DataError: an image that cannot be read.
            ExpertError: the expert cannot be asked, or does not answer.
        """
        ...

    def close(self) -> None:
        """Let go of connections and memory."""
        ...
