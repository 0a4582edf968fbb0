"""The client's question to a stack, and the typed answer: which expert takes a request, and what it says.

Pure but for reading an image's file. Knows neither clients nor servers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pointsman.data.pictures import Picture, to_data_url
from pointsman.errors import DataError
from pointsman.serving import client_results as results
from pointsman.serving.client_calls import Call
from pointsman.serving.client_results import Count, Flag, Number, Share

PATH = "/api/v1/route"

Image = Picture | Path | bytes | str
"""A picture, a file, an encoded image, or a string: a file's place or a data URL."""


@dataclass(frozen=True, kw_only=True)
class ExpertDecision:
    """What a stack's router decided.

    Attributes:
        task: of the router.
        label: the likeliest expert, even where it is not sure.
        probability: calibrated.
        margin: that less the runner-up's.
        runner_up: the second likeliest expert.
        threshold: below which the router is not sure.
        abstained: it is not sure.
        truncated: it did not see the end of the request.
        digest: of the router.
        probabilities: of every expert, where they were asked for.
    """

    task: str
    label: str
    probability: Share
    margin: Number
    runner_up: str
    threshold: Number
    abstained: Flag
    truncated: Flag
    digest: str
    probabilities: dict[str, Share] | None = None


@dataclass(frozen=True, kw_only=True)
class ExpertCall:
    """A tool call in an expert's answer.

    Attributes:
        status: `valid`, `none`, `malformed` or `off_schema`; only a valid one may be acted on.
        name: of the tool; None where none could be read.
        arguments: None unless it is valid.
        problem: what is wrong with it.
    """

    status: Literal["valid", "none", "malformed", "off_schema"]
    name: str | None = None
    arguments: dict[str, Any] | None = None
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class RouteResult:
    """The answer of `route`.

    Attributes:
        decision: the router's.
        outcome: `answered`, `decided` (only that was asked for) or `refused` (not sure, and no default expert).
        expert: that answered, or would; None when refused.
        fell_back: the router was not sure and the default expert took the request.
        text: the expert's answer; None unless it answered.
        tool_call: what was found in it; None unless it answered.
        truncated: the answer was cut at the most tokens allowed.
        tokens: that the expert wrote.
        timing_ms: milliseconds of its parts, by name.
        processing_time_ms: that the server took.
    """

    decision: ExpertDecision
    outcome: Literal["answered", "decided", "refused"]
    expert: str | None
    fell_back: Flag = False
    text: str | None = None
    tool_call: ExpertCall | None = None
    truncated: Flag = False
    tokens: Count = 0
    timing_ms: dict[str, Number]
    processing_time_ms: Number = 0.0


def route(
    text: str,
    image: Image | None,
    *,
    decide_only: bool,
    max_new_tokens: int | None,
    expert: str | None,
    return_probabilities: bool,
) -> Call[RouteResult]:
    """Ask the stack.

    Raises:
        DataError: no text, an image that cannot be read, or one that would have to be fetched.
    """
    if not isinstance(text, str):
        raise DataError(f"a text is a string, this is {type(text).__name__}")
    body: dict[str, Any] = {"text": text, "decide_only": decide_only}
    if image is not None:
        body["image"] = _url(image)
    if max_new_tokens is not None:
        body["max_new_tokens"] = max_new_tokens
    if expert is not None:
        body["expert"] = expert
    if return_probabilities:
        body["options"] = {"return_probabilities": True}
    return Call("POST", PATH, read_route, body)


def read_route(body: Any) -> RouteResult:
    """Return an answer as a value.

    Raises:
        WrongShapeError: a field is missing, or is something else.
    """
    return results.read(RouteResult, body)


def _url(image: Image) -> str:
    if isinstance(image, str):
        start = image[:16].casefold()
        if start.startswith("data:"):
            return image
        if start.startswith(("http://", "https://")):
            raise DataError("the image is an address: images are not fetched; give a file, its bytes or a data URL")
        image = Path(image)
    if isinstance(image, bytes):
        image = Picture(data=image)
    return to_data_url(Picture(path=image) if isinstance(image, Path) else image)
