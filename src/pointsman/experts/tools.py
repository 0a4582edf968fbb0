"""What an expert may call: tool schemas in from a file, and a tool call out of an answer, valid or its fault named.

A call stands in an answer as `<tool_call>{"name": …, "arguments": {…}}</tool_call>`; text around it is allowed, and
exactly one call. Only a call whose arguments fit the tool's JSON schema is "valid". Runs no tool.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from pointsman.errors import ConfigError, MissingExtraError, nearest
from pointsman.experts.strict_json import StrictJsonError, decode, decode_first
from pointsman.inference.stacked import ToolCall

OPEN, CLOSE = "<tool_call>", "</tool_call>"
_THINK, _THOUGHT = "<think>", "</think>"

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_KEYS = ("name", "description", "parameters", "strict", "return", "returns")
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
# The formats that jsonschema checks without other packages, and those of `_CLOCKS`: whatever is installed, an answer is
# judged the same.
_FORMATS = ("date", "email", "ipv4", "ipv6", "uuid")
# RFC 3339, section 5.6: seconds and an offset are never left out.
_TIME = r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)"
_CLOCKS = {
    "time": re.compile(_TIME, re.IGNORECASE | re.ASCII),
    "date-time": re.compile(rf"(?P<date>\d{{4}}-\d\d-\d\d)T{_TIME}", re.IGNORECASE | re.ASCII),
}
_NAMED = ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions")
_DATA = ("const", "enum", "default", "examples")


@dataclass(frozen=True)
class Tool:
    """One tool that an expert may call.

    Attributes:
        name: as calls name it.
        description: for the model.
        parameters: JSON schema (draft 2020-12) of the arguments, an object's.
    """

    name: str
    description: str
    parameters: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return it as an OpenAI function tool, which is how chat templates take tools."""
        function = {"name": self.name, "description": self.description, "parameters": dict(self.parameters)}
        return {"type": "function", "function": function}


def read_tools(file: Path) -> tuple[Tool, ...]:
    """Read a JSON file of tools: a list of OpenAI function tools, one, or a bare `{"name", "parameters"}`.

    Raises:
        ConfigError: unreadable, no tool, or one whose schema is wrong (the message names file and tool).
        MissingExtraError: jsonschema is not installed.
    """
    try:
        content = decode(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(f"{file}: no such file of tools; correct 'tools'") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}") from None
    except StrictJsonError as error:
        raise ConfigError(f"{file} is no JSON file of tools: {error}") from None
    entries = content if isinstance(content, list) else [content]
    if not entries:
        raise ConfigError(f"{file} holds no tool: for an expert that calls none write 'tools: none'")
    found: dict[str, Tool] = {}
    for number, entry in enumerate(entries, start=1):
        tool = _tool(entry, f"{file}: tool {number}")
        if tool.name in found:
            raise ConfigError(f"{file}: tool {number}: '{tool.name}' is there already: names are unique")
        found[tool.name] = tool
    return tuple(found.values())


def _tool(entry: object, where: str) -> Tool:
    if isinstance(entry, Mapping) and ("function" in entry or "type" in entry):
        if entry.get("type") != "function" or not isinstance(entry.get("function"), Mapping):
            raise ConfigError(f'{where}: expected {{"type": "function", "function": {{…}}}}')
        if unknown := [key for key in entry if key not in ("type", "function")]:
            raise ConfigError(f"{where}: unknown key '{unknown[0]}' beside 'function'; put it inside, or remove it")
        wrapped, entry = True, entry["function"]
    else:
        wrapped = False
    if not isinstance(entry, Mapping):
        raise ConfigError(f"{where}: expected a JSON object with 'name' and 'parameters'")
    if unknown := [key for key in entry if key not in _KEYS]:
        raise ConfigError(
            f"{where}: unknown key '{unknown[0]}'{nearest(unknown[0], _KEYS)} (known: {', '.join(_KEYS)})"
        )
    name, description = entry.get("name"), entry.get("description", "")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ConfigError(f"{where}: 'name' has to be 1 to 64 letters, digits, '_', '-' or '.'")
    where = f"{where} ('{name}')"
    if not isinstance(description, str):
        raise ConfigError(f"{where}: 'description' has to be text")
    if "parameters" not in entry and not wrapped:
        raise ConfigError(f"{where}: 'parameters' is missing: the JSON schema of its arguments")
    # An OpenAI function without parameters takes none.
    schema = entry.get("parameters", {"type": "object", "properties": {}, "additionalProperties": False})
    _check_schema(schema, where)
    return Tool(name, description, schema)


def _check_schema(schema: object, where: str) -> None:
    """Refuse a schema that is none, refers to somewhere else, or cannot be applied."""
    if not isinstance(schema, Mapping) or schema.get("type") != "object":
        raise ConfigError(f'{where}: \'parameters\' has to be a JSON schema with "type": "object"')
    for key, value in _keywords(schema):
        if key == "$schema" and str(value).rstrip("#") != _DRAFT:
            raise ConfigError(f"{where}: $schema {value!r}: write it for {_DRAFT}, or leave $schema out")
        if key in ("$ref", "$dynamicRef") and not str(value).startswith("#"):
            raise ConfigError(
                f"{where}: {key} {str(value)[:80]!r} leads out of the file: put what it names into '$defs'"
            )
    validator = _validator(schema)
    jsonschema = _jsonschema()
    from referencing.exceptions import Unresolvable

    try:
        type(validator).check_schema(schema)
        _resolve_all(schema)
        list(validator.iter_errors({}))
    except jsonschema.exceptions.SchemaError as error:
        place = ".".join(str(part) for part in error.absolute_path)
        raise ConfigError(f"{where}: 'parameters{'.' + place if place else ''}': {_line(error.message)}") from None
    except RecursionError:
        raise ConfigError(f"{where}: 'parameters': a $ref leads back to itself") from None
    except (Unresolvable, LookupError, TypeError, ValueError) as error:  # a pointer into a list or past a string
        raise ConfigError(f"{where}: 'parameters': a $ref leads nowhere: {_line(str(error))}") from None


def _keywords(schema: object) -> Iterator[tuple[str, Any]]:
    """Yield every keyword of a schema and of those within it, but for names of properties and for data."""
    left = [schema]
    while left:
        found = left.pop()
        if isinstance(found, list):
            left += found
        if not isinstance(found, Mapping):
            continue
        for key, value in found.items():
            yield key, value
            if key in _NAMED and isinstance(value, Mapping):
                left += value.values()
            elif key not in _DATA:
                left.append(value)


def _resolve_all(schema: Mapping[str, Any]) -> None:
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    resolver = Registry().resolver_with_root(DRAFT202012.create_resource(dict(schema)))
    for key, value in _keywords(schema):
        if key in ("$ref", "$dynamicRef"):
            resolver.lookup(str(value))


def _jsonschema() -> Any:
    try:
        import jsonschema
    except ImportError:
        raise MissingExtraError("vision", "jsonschema") from None
    return jsonschema


def _validator(schema: Mapping[str, Any]) -> Any:
    jsonschema = _jsonschema()
    checker = jsonschema.FormatChecker(_FORMATS)
    for name in _CLOCKS:
        checker.checks(name)(partial(_tells_time, name))
    return jsonschema.Draft202012Validator(schema, format_checker=checker)


def _tells_time(name: str, value: object) -> bool:
    """Tell whether a value is of the format `time` or `date-time`; a format says nothing of what is no string."""
    if not isinstance(value, str):
        return True
    if (found := _CLOCKS[name].fullmatch(value)) is None:
        return False
    if name == "date-time":
        try:
            date.fromisoformat(found["date"])
        except ValueError:
            return False
    return True


def parse_tool_call(text: str, tools: Sequence[Tool] | None) -> ToolCall:
    """Find the tool call in an expert's answer and judge it; whatever the text, this returns.

    A leading `<think>…</think>` is left out. Arguments given as a JSON string are decoded.

    Args:
        text: the answer.
        tools: of the expert; empty: it answers in plain text; None: unknown, so no call of it is valid.

    Returns:
        Status "valid" for one call of a known tool whose arguments fit its schema.
    """
    answer, thinking = _after_thought(text)
    start = answer.find(OPEN)
    if start < 0:
        return _malformed(f"a {CLOSE} without {OPEN}") if CLOSE in answer else ToolCall("none")
    if thinking:
        return _malformed(f"the answer ends before {_THOUGHT}: it was cut off")
    if CLOSE in answer[:start]:
        return _malformed(f"a {CLOSE} without {OPEN}")
    try:
        content, end = decode_first(answer, start + len(OPEN))
    except StrictJsonError as error:
        closed = "" if CLOSE in answer[start:] else f", and no {CLOSE} follows: it may have been cut off"
        return _malformed(f"no JSON of a call: {error}{closed}")
    name = content.get("name") if isinstance(content, dict) else None
    name = name if isinstance(name, str) else None
    rest = answer[end:].lstrip()
    if not rest.startswith(CLOSE):
        told = f"text between the JSON and {CLOSE}" if CLOSE in rest else f"no {CLOSE}: it may have been cut off"
        return _malformed(told, name)
    rest = rest[len(CLOSE) :]
    if calls := rest.count(OPEN):
        return _malformed(f"{1 + calls} tool calls, one is expected", name)
    if CLOSE in rest:
        return _malformed(f"a {CLOSE} without {OPEN}", name)
    return _judged(content, tools)


def _after_thought(text: str) -> tuple[str, bool]:
    """Return the answer without the thinking before it, and whether it never stopped thinking."""
    if not text.lstrip().startswith(_THINK):
        return text, False
    thought, stopped, answer = text.partition(_THOUGHT)
    return (answer, False) if stopped else (thought, True)


def _judged(content: Any, tools: Sequence[Tool] | None) -> ToolCall:
    if not isinstance(content, dict):
        return _malformed(f"a JSON {type(content).__name__}, expected an object with 'name' and 'arguments'")
    name = content.get("name")
    if not isinstance(name, str) or not name:
        return _malformed("'name' is missing or no text")
    if "arguments" not in content:
        return _malformed("'arguments' is missing", name)
    if unknown := [key for key in content if key not in ("name", "arguments")]:
        return _malformed(f"unknown key '{unknown[0][:40]}' beside 'name' and 'arguments'", name)
    arguments = content["arguments"]
    if isinstance(arguments, str):
        try:
            arguments = decode(arguments)
        except StrictJsonError as error:
            return _malformed(f"'arguments' is text that holds no JSON: {error}", name)
    if not isinstance(arguments, dict):
        return _malformed("'arguments' is no JSON object", name)
    if tools is None:
        return ToolCall("off_schema", name, problem="tool schema missing: nothing says which tools this expert has")
    if not tools:
        return ToolCall("off_schema", name, problem="this expert answers in plain text: it has no tools")
    tool = next((tool for tool in tools if tool.name == name), None)
    if tool is None:
        known = [tool.name for tool in tools]
        told = f"unknown tool {name[:64]!r}{nearest(name[:64], known)} (known: {', '.join(known)})"
        return ToolCall("off_schema", name, problem=told)
    problem = _fault(arguments, tool)
    return ToolCall("off_schema", name, problem=problem) if problem else ToolCall("valid", name, arguments)


def _fault(arguments: dict[str, Any], tool: Tool) -> str:
    """Return what is wrong with arguments, or ""."""
    validator = _validator(tool.parameters)
    try:
        error = _jsonschema().exceptions.best_match(validator.iter_errors(arguments))
    except Exception as error:
        # Schemas fail in ways of their own (a $ref that runs in circles): what was not checked is not valid.
        return f"the arguments cannot be checked against the schema: {_line(str(error)) or type(error).__name__}"
    if error is None:
        return ""
    place = ".".join(["arguments", *(str(part) for part in error.absolute_path)])
    return f"{place}: {_line(error.message)}"


def _malformed(problem: str, name: str | None = None) -> ToolCall:
    return ToolCall("malformed", name, problem=problem)


def _line(message: str) -> str:
    line = " ".join(message.split())
    return line if len(line) <= 200 else f"{line[:199]}…"
