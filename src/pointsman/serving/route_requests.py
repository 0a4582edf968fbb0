"""What a client sends to the stack: JSON or a form to a checked `StackRequest`, or an error that names the field.

An image's header is looked at, nothing of it is decoded. It blocks: to be called in a thread.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo

from pointsman.data.pictures import Picture, from_data_url
from pointsman.errors import DataError, MissingExtraError, nearest
from pointsman.inference.stacked import StackRequest
from pointsman.serving import requests
from pointsman.serving.body import FORM, kind_of
from pointsman.serving.errors import ApiError, invalid
from pointsman.serving.forms import Part, read_form
from pointsman.serving.requests import NoneAsDefault, Sent, Text
from pointsman.serving.settings import Limits

_URL_HEAD = 200  # bytes of a data URL before its base64, at most
_FLAGS = {"true": True, "false": False}
_NUMBER = re.compile(r"[0-9]{1,9}")


def _tokens(value: Any, info: ValidationInfo) -> int | None:
    limits = info.context
    assert isinstance(limits, Limits)
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1
    if value is not None and not (whole and 1 <= value <= limits.new_tokens):
        raise invalid(f"'{info.field_name}': expected a whole number of 1 to {limits.new_tokens:,}")
    return None if value is None else int(value)


class RouteOptions(BaseModel):
    """How the decision is wanted.

    Attributes:
        return_probabilities: tell every expert's probability.
    """

    model_config = ConfigDict(strict=True, frozen=True)
    return_probabilities: bool = False


class RouteRequest(Sent):
    """A request to the stack, its image aside.

    Attributes:
        text: what the user asks for.
        decide_only: the expert is not asked.
        max_new_tokens: most tokens of the answer; None: as the stack is set.
        expert: is asked whatever the router says; None: the router's.
        options: how the decision is wanted.
    """

    text: Text
    decide_only: bool = False
    max_new_tokens: Annotated[int | None, BeforeValidator(_tokens)] = None
    expert: str | None = None
    options: Annotated[RouteOptions, NoneAsDefault] = RouteOptions()


class JsonRouteRequest(RouteRequest):
    """The same in JSON.

    Attributes:
        image: data URL; None: there is none.
    """

    image: str | None = None


def read_route(content_type: bytes, body: bytes, limits: Limits, experts: Sequence[str]) -> StackRequest:
    """Return what a body asks of the stack.

    Args:
        content_type: JSON, or a form with its boundary.
        body: whole.
        limits: of the text, the image and the answer.
        experts: that can be asked for.

    Raises:
        ApiError: 400 INVALID_INPUT: not such a request, or no image that is taken; 413 BODY_TOO_LARGE: a larger image;
            503 TASK_NOT_LOADED: images cannot be read here.
    """
    given: RouteRequest
    if kind_of(content_type) == FORM:
        parts = read_form(content_type, body)
        image = _sent_picture(parts.pop("image", None), limits)
        given = requests.check(_fields(parts), RouteRequest, limits)
    else:
        given = requests.read(body, JsonRouteRequest, limits)
        image = None if given.image is None else _url_picture(given.image, limits)
    if given.expert is not None and given.expert not in experts:
        told = ascii(given.expert[:60])[1:-1]
        raise invalid(
            f"'expert': there is no '{told}'{nearest(given.expert[:60], experts)} (experts: {', '.join(experts)})"
        )
    if image is not None:
        _look_at(image)
    return StackRequest(
        given.text,
        image,
        decide_only=given.decide_only,
        max_new_tokens=given.max_new_tokens,
        expert=given.expert,
        probabilities=given.options.return_probabilities,
    )


def _fields(parts: dict[str, Part]) -> dict[str, Any]:
    """Return the fields of a form as those of JSON are."""
    fields: dict[str, Any] = {}
    for name in ("text", "expert"):
        if name in parts:
            fields[name] = parts[name].text()
    for name in ("decide_only", "return_probabilities"):
        if name in parts:
            told = parts[name].text().strip().lower()
            if told not in _FLAGS:
                raise invalid(f"'{name}': expected true or false")
            fields[name] = _FLAGS[told]
    if "max_new_tokens" in parts:
        told = parts["max_new_tokens"].text().strip()
        fields["max_new_tokens"] = int(told) if _NUMBER.fullmatch(told) else told
    if "return_probabilities" in fields:
        fields["options"] = {"return_probabilities": fields.pop("return_probabilities")}
    return fields


def _sent_picture(part: Part | None, limits: Limits) -> Picture | None:
    """Return the image of a form: a file's bytes, or a data URL."""
    if part is None or (part.file == "" and not part.content):  # a browser's form in which no file was chosen
        return None
    if part.file is None:
        return _url_picture(part.text(), limits)
    if len(part.content) > limits.image_bytes:
        raise _too_large(limits)
    return Picture(data=part.content)


def _url_picture(url: str, limits: Limits) -> Picture:
    if len(url) > _encoded(limits.image_bytes) + _URL_HEAD:
        raise _too_large(limits)
    try:
        picture = from_data_url(url)
    except DataError as error:
        raise invalid(f"'image': {error}") from None
    if len(picture.read()) > limits.image_bytes:
        raise _too_large(limits)
    return picture


def _look_at(picture: Picture) -> None:
    try:
        picture.size()
    except MissingExtraError as error:
        raise ApiError(503, "TASK_NOT_LOADED", f"no images are taken here: {error}") from None
    except DataError as error:
        raise invalid(f"'image': {error}") from None


def most_bytes(limits: Limits) -> int:
    """Return how large a body may be: an image as a data URL, and the rest as elsewhere."""
    return _encoded(limits.image_bytes) + limits.body_bytes


def _encoded(size: int) -> int:
    return (size + 2) // 3 * 4


def _too_large(limits: Limits) -> ApiError:
    return ApiError(413, "BODY_TOO_LARGE", f"the image has more than {limits.image_bytes:,} bytes: make it smaller")
