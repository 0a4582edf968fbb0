"""Stacked inference as others see it: a request goes in, the router's decision and the expert's answer come out.

`experts.stack` is what answers; `serving` mounts whatever answers this way. Neither knows the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from pointsman.data.pictures import Picture
from pointsman.tasks import Decision, Task

CallStatus = Literal["valid", "none", "malformed", "off_schema"]
"""`none`: the answer holds no tool call; `malformed`: one that cannot be read; `off_schema`: one that the expert's
tools do not allow."""

Outcome = Literal["answered", "decided", "refused"]
"""`decided`: only the decision was asked for; `refused`: the router was not sure and there is no default expert."""


@dataclass(frozen=True, slots=True)
class StackRequest:
    """One request.

    Attributes:
        text: what the user asks for.
        image: the screenshot; None: text alone.
        decide_only: the expert is not asked.
        max_new_tokens: most tokens of the expert's answer; None: as the stack is set.
        expert: ask this one whatever the router says (the decision is made all the same); None: the router's.
        probabilities: every expert's probability in the decision.
    """

    text: str
    image: Picture | None = None
    decide_only: bool = False
    max_new_tokens: int | None = None
    expert: str | None = None
    probabilities: bool = False


@dataclass(frozen=True, slots=True)
class ToolCall:
    """What was found of a tool call in an expert's answer.

    Attributes:
        status: only "valid" may be acted on.
        name: of the tool; None where none could be read.
        arguments: of the call; None unless the status is "valid".
        problem: what is wrong with it, for people; "" where nothing is.
    """

    status: CallStatus
    name: str | None = None
    arguments: Mapping[str, Any] | None = None
    problem: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary."""
        out: dict[str, Any] = {"status": self.status}
        if self.name is not None:
            out["name"] = self.name
        if self.arguments is not None:
            out["arguments"] = dict(self.arguments)
        if self.problem:
            out["problem"] = self.problem
        return out


@dataclass(frozen=True, slots=True)
class Routed:
    """What came of a request.

    Attributes:
        decision: the router's.
        outcome: whether an expert answered.
        expert: that answered, or would; None when refused.
        fell_back: the router was not sure and the configured default expert took the request.
        text: the expert's answer; None unless the outcome is "answered".
        tool_call: what was found in it; None unless the outcome is "answered".
        truncated: the answer was cut at the most tokens allowed.
        tokens: that the expert wrote; 0 where it was not asked.
        seconds: by stage: `prepare`, `see` (vision tower), `route`, `switch` (adapter), `answer`, `total`; stages that
            a backend cannot tell apart are left out.
    """

    decision: Decision
    outcome: Outcome
    expert: str | None
    fell_back: bool = False
    text: str | None = None
    tool_call: ToolCall | None = None
    truncated: bool = False
    tokens: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary, times in milliseconds."""
        out: dict[str, Any] = {
            "decision": self.decision.to_dict(),
            "outcome": self.outcome,
            "expert": self.expert,
            "fell_back": self.fell_back,
        }
        if self.outcome == "answered":
            out |= {"text": self.text, "truncated": self.truncated, "tokens": self.tokens}
            out["tool_call"] = self.tool_call.to_dict() if self.tool_call is not None else None
        out["timing_ms"] = {name: round(1000 * spent, 3) for name, spent in self.seconds.items()}
        return out


class Stacked(Protocol):
    """Whatever routes and answers; safe to ask from several threads."""

    @property
    def task(self) -> Task:
        """What the router decides: the experts' names, in label order."""
        ...

    @property
    def digest(self) -> str:
        """The router's digest."""
        ...

    def route(self, request: StackRequest, *, on_text: Callable[[str], None] | None = None) -> Routed:
        """Decide a request's expert and let it answer.

        Args:
            request: text, or text and image.
            on_text: told each new piece of the answer as it is written.

        Raises:
            DataError: blank text, a broken image, or an image for a stack that takes none.
            ConfigError: an expert that there is not.
            ExpertError: the expert cannot be asked (its server is away, its adapter cannot be loaded).
        """
        ...

    def close(self) -> None:
        """Let go of connections and threads."""
        ...
