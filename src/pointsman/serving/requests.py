"""What a client sends: bytes to checked values, or 400 in one line that names the field.

Unknown fields are ignored, types are strict ("1" is no number), nothing of a text stands in an error. Knows no task.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo

from pointsman.serving.errors import invalid
from pointsman.serving.settings import Limits

MOST_ENTITY_TYPES = 256
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def _text(value: Any, info: ValidationInfo, place: str = "") -> str:
    """Check one text; lone surrogates, which no tokenizer reads, become U+FFFD one for one: offsets stay."""
    name = place or info.field_name or "text"
    if not isinstance(value, str):
        raise invalid(f"'{name}': expected a string, found {_kind(value)}")
    limits = _limits(info)
    if len(value) > limits.text_characters:
        raise invalid(
            f"'{name}' has {len(value):,} characters, {limits.text_characters:,} are allowed: send parts of it"
        )
    if not value or value.isspace():
        raise invalid(f"'{name}' is {'blank' if value else 'empty'}: there is nothing to decide")
    return _LONE_SURROGATE.sub("\ufffd", value)


def _limits(info: ValidationInfo) -> Limits:
    assert isinstance(info.context, Limits)
    return info.context


def _texts(value: Any, info: ValidationInfo) -> list[str]:
    """Check a list of texts, its length first."""
    name = info.field_name or "texts"
    if not isinstance(value, list):
        raise invalid(f"'{name}': expected a list of strings, found {_kind(value)}")
    limits = _limits(info)
    if not value:
        raise invalid(f"'{name}' is empty: name one text at least")
    if len(value) > limits.texts:
        raise invalid(f"'{name}' has {len(value):,} texts, {limits.texts:,} are allowed: send several requests")
    return [_text(text, info, f"{name}[{number}]") for number, text in enumerate(value)]


def _inputs(value: Any, info: ValidationInfo) -> str | list[str]:
    """Check a text, or a list of texts."""
    if isinstance(value, str):
        return _text(value, info)
    if isinstance(value, list):
        return _texts(value, info)
    raise invalid(f"'inputs': expected a string or a list of strings, found {_kind(value)}")


class Options(BaseModel):
    """How an answer is wanted.

    Attributes:
        return_probabilities: tell every label's probability.
        confidence_threshold: instead of the artifact's own, for this answer.
        entity_types: tell of these alone; None or none: of all.
        return_positions: tell where entities stand.
        mask_entities: give the text with its entities replaced by `[TYPE_n]`.
        reveal_entity_text: give the entities' words instead of `[DETECTED]`.
    """

    model_config = ConfigDict(strict=True, frozen=True)
    return_probabilities: bool = False
    confidence_threshold: float | None = Field(default=None, ge=0, le=1, allow_inf_nan=False)
    entity_types: Annotated[list[str], Field(max_length=MOST_ENTITY_TYPES)] | None = None
    return_positions: bool = False
    mask_entities: bool = False
    reveal_entity_text: bool = False


def _options(value: Any) -> Any:
    return {} if value is None else value


class Sent(BaseModel):
    """What is sent is made of: strict types, unknown fields ignored."""

    model_config = ConfigDict(strict=True, frozen=True)


Text = Annotated[str, BeforeValidator(_text)]
"""One text that can be decided."""

NoneAsDefault = BeforeValidator(_options)
"""Reads null as an object without fields."""


class TextRequest(Sent):
    """One text.

    Attributes:
        text: to decide.
        options: how the answer is wanted.
    """

    text: Text
    options: Annotated[Options, NoneAsDefault] = Options()


class BatchRequest(Sent):
    """Several texts.

    Attributes:
        texts: to decide.
        task_type: what to decide: a task, or `all`.
        options: how the answers are wanted.
    """

    texts: Annotated[list[str], BeforeValidator(_texts)]
    task_type: str = "intent"
    options: Annotated[Options, NoneAsDefault] = Options()


class InputsRequest(Sent):
    """A text, or several, as `/classify` takes them.

    Attributes:
        inputs: to decide.
    """

    inputs: Annotated[str | list[str], BeforeValidator(_inputs)]


T = TypeVar("T", bound=BaseModel)


def read(body: bytes, model: type[T], limits: Limits) -> T:
    """Return what a body says.

    Args:
        body: JSON in UTF-8.
        model: `TextRequest`, `BatchRequest`, `InputsRequest` or one that is made like them.
        limits: of texts and their length.

    Raises:
        ApiError: 400 INVALID_INPUT: no JSON, no such request, or beyond the limits.
    """
    content = _json(body)
    if not isinstance(content, dict):
        raise invalid(f"the body: expected a JSON object, found {_kind(content)}")
    return check(content, model, limits)


def check(content: dict[str, Any], model: type[T], limits: Limits) -> T:
    """Return what fields say, however they were sent.

    Raises:
        ApiError: see `read`.
    """
    try:
        return model.model_validate(content, context=limits)
    except ValidationError as error:
        raise invalid(_told(error)) from None


def _json(body: bytes) -> Any:
    if not body.strip():
        raise invalid("the body is empty: expected a JSON object")
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise invalid(f"the body is not UTF-8 (byte {error.start})") from None
    except RecursionError:
        raise invalid("the body is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise invalid(f"the body is no JSON: {error.msg} (line {error.lineno}, column {error.colno})") from None
    except ValueError as error:  # a number of thousands of digits
        raise invalid(f"the body is no JSON that can be read: {str(error).partition(';')[0]}") from None


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


_KINDS = {dict: "an object", list: "a list", str: "a string", bool: "a truth value", int: "a number", float: "a number"}


def _kind(value: Any) -> str:
    return "null" if value is None else _KINDS.get(type(value), type(value).__name__)


_EXPECTED = {
    "bool_type": "true or false",
    "float_type": "a number",
    "int_type": "a whole number",
    "string_type": "a string",
    "list_type": "a list of strings",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "dict_type": "an object",
}


def _told(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False)[0]
    place = ""
    for part in first["loc"]:
        place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else str(part)
    if first["type"] == "missing":
        return f"'{place}' is missing"
    if expected := _EXPECTED.get(first["type"]):
        return f"'{place}': expected {expected}, found {_kind(first['input'])}"
    return f"'{place}': {first['msg'][:1].lower()}{first['msg'][1:]}"
