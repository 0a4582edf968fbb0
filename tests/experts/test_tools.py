from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.errors import ConfigError
from pointsman.experts import Tool, parse_tool_call, read_tools
from pointsman.inference.stacked import ToolCall
from tests.experts.conftest import TOOLS

EVENT = Tool("create_event", "", TOOLS[0]["function"]["parameters"])  # type: ignore[index]
OPEN_TOOL = Tool("note", "", {"type": "object"})
KNOWN = (EVENT, OPEN_TOOL)


def call(content: Any) -> str:
    return f"<tool_call>\n{content if isinstance(content, str) else json.dumps(content)}\n</tool_call>"


def write(folder: Path, content: Any) -> Path:
    file = folder / "tools.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


# Reading tools


@pytest.mark.parametrize("content", [TOOLS, TOOLS[0], TOOLS[0]["function"]])
def test_a_list_one_and_a_bare_tool_are_read_alike(tmp_path: Path, content: Any) -> None:
    (tool,) = read_tools(write(tmp_path, content))
    assert tool.name == "create_event"
    assert tool.to_dict() == TOOLS[0]


def test_a_function_without_parameters_takes_none(tmp_path: Path) -> None:
    tools = read_tools(write(tmp_path, {"type": "function", "function": {"name": "refresh"}}))
    assert parse_tool_call(call({"name": "refresh", "arguments": {}}), tools).status == "valid"
    assert parse_tool_call(call({"name": "refresh", "arguments": {"x": 1}}), tools).status == "off_schema"


def bare(parameters: Any, **more: Any) -> dict[str, Any]:
    return {"name": "t", "parameters": parameters, **more}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "no JSON file of tools"),
        ('{"name": "t", "name": "u"}', "'name' stands twice"),
        ("[]", "write 'tools: none'"),
        ([3], "tool 1: expected a JSON object"),
        ({"type": "function"}, "expected"),
        ({"type": "function", "function": {"name": "t"}, "parameters": {}}, "put it inside"),
        ({"name": "t"}, "'parameters' is missing"),
        ({"name": "a b", "parameters": {"type": "object"}}, "'name' has to be"),
        (bare({"type": "object"}, paramters={}), "unknown key 'paramters', did you mean 'parameters'?"),
        (bare({"type": "object"}, description=3), "'description' has to be text"),
        ([bare({"type": "object"}), bare({"type": "object"})], "tool 2: 't' is there already"),
        (bare({"type": "string"}), '"type": "object"'),
        (bare({"type": "object", "properties": {"x": {"type": "strin"}}}), "parameters.properties.x.type"),
        (bare({"type": "object", "properties": {"x": {"pattern": "("}}}), "parameters.properties.x.pattern"),
        (bare({"type": "object", "$schema": "http://json-schema.org/draft-07/schema#"}), "leave $schema out"),
        (bare({"type": "object", "properties": {"x": {"$ref": "https://example.org/x.json"}}}), "leads out of"),
        (bare({"type": "object", "allOf": [{"$ref": "other.json#/a"}]}), "leads out of"),
        (bare({"type": "object", "properties": {"x": {"$ref": "#/$defs/gone"}}}), "leads nowhere"),
        (bare({"type": "object", "allOf": [{"$ref": "#"}]}), "leads back to itself"),
    ],
)
def test_files_that_are_no_tools_are_refused_by_name(tmp_path: Path, content: Any, message: str) -> None:
    file = write(tmp_path, content)
    with pytest.raises(ConfigError) as refused:
        read_tools(file)
    assert str(file) in str(refused.value)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.json: no such file of tools"):
        read_tools(tmp_path / "gone.json")


def test_references_within_the_schema_and_a_property_called_ref_are_fine(tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "properties": {"$ref": {"type": "integer"}, "day": {"$ref": "#/$defs/day"}},
        "default": {"$ref": "https://example.org"},
        "$defs": {"day": {"enum": ["today", "tomorrow"]}},
    }
    tools = read_tools(write(tmp_path, bare(schema)))
    assert parse_tool_call(call({"name": "t", "arguments": {"day": "today", "$ref": 1}}), tools).status == "valid"
    judged = parse_tool_call(call({"name": "t", "arguments": {"day": "never"}}), tools)
    assert judged.problem == "arguments.day: 'never' is not one of ['today', 'tomorrow']"


# Calls in answers


def test_a_valid_call_with_text_around_it() -> None:
    text = "I put it in.\n" + call({"name": "create_event", "arguments": {"date": "2026-05-03"}}) + "\nDone."
    assert parse_tool_call(text, KNOWN) == ToolCall("valid", "create_event", {"date": "2026-05-03"})


def test_arguments_as_a_json_string_are_decoded() -> None:
    text = call({"name": "create_event", "arguments": '{"date": "2026-05-03"}'})
    assert parse_tool_call(text, KNOWN).arguments == {"date": "2026-05-03"}


def test_tags_inside_strings_are_text() -> None:
    arguments = {"x": "</tool_call> <tool_call>"}
    assert parse_tool_call(call({"name": "note", "arguments": arguments}), KNOWN).arguments == arguments


def test_thinking_before_the_answer_is_left_out() -> None:
    good = call({"name": "note", "arguments": {}})
    assert parse_tool_call(f"<think>maybe <tool_call>?</think>\n{good}", KNOWN).status == "valid"
    assert parse_tool_call("<think>hm</think> Sure.", KNOWN).status == "none"
    cut = parse_tool_call(f"<think>maybe {good}", KNOWN)
    assert (cut.status, cut.name) == ("malformed", None)


@pytest.mark.parametrize("text", ["", "Just text.", '{"name": "note", "arguments": {}}', "<tool>", "< tool_call >"])
def test_an_answer_without_a_call(text: str) -> None:
    assert parse_tool_call(text, KNOWN) == ToolCall("none")


@pytest.mark.parametrize(
    ("text", "name", "problem"),
    [
        ("<tool_call>", None, "it may have been cut off"),
        ('<tool_call>{"name": "note", "argu', None, "it may have been cut off"),
        ('<tool_call>{"name": "note", "arguments": {}}', "note", "it may have been cut off"),
        ("</tool_call>", None, "without <tool_call>"),
        ("</tool_call>" + call({"name": "note", "arguments": {}}), None, "without <tool_call>"),
        (call({"name": "note", "arguments": {}}) + "</tool_call>", "note", "without <tool_call>"),
        (call({"name": "note", "arguments": {}}) * 2, "note", "2 tool calls, one is expected"),
        (call({"name": "note", "arguments": {}}) * 3, "note", "3 tool calls"),
        (call('{"name": "note", "arguments": {}} {}'), "note", "between the JSON and"),
        (call("note()"), None, "no JSON of a call"),
        (call("[]"), None, "a JSON list"),
        (call("{}"), None, "'name' is missing"),
        (call({"name": 3, "arguments": {}}), None, "'name' is missing or no text"),
        (call({"name": "note"}), "note", "'arguments' is missing"),
        (call({"name": "note", "parameters": {}}), "note", "'arguments' is missing"),
        (call({"name": "note", "arguments": {}, "id": 1}), "note", "unknown key 'id'"),
        (call({"name": "note", "arguments": []}), "note", "no JSON object"),
        (call({"name": "note", "arguments": "now"}), "note", "text that holds no JSON"),
        (call({"name": "note", "arguments": '"x"'}), "note", "no JSON object"),
        (call('{"name": "note", "arguments": {"x": NaN}}'), None, "NaN is no JSON number"),
        (call('{"name": "note", "arguments": {"x": -Infinity}}'), None, "Infinity is no JSON number"),
        (call('{"name": "note", "arguments": {"x": 1e999}}'), None, "1e999 is too large"),
        (call('{"name": "note", "arguments": {"x": ' + "9" * 5000 + "}}"), None, "5000 digits"),
        (call('{"name": "note", "arguments": {"x": 1, "x": 2}}'), None, "'x' stands twice"),
        (call({"name": "note", "arguments": '{"x": 1, "x": 2}'}), "note", "'x' stands twice"),
        (call('{"name": "note", "arguments": {"x": "\\ud800"}}'), None, "half a surrogate pair"),
        (call('{"name": "note", "arguments": {"x": ' + "[" * 100 + "]" * 100 + "}}"), None, "64 deep"),
        (call('{"name": "note", "arguments": {"x": ' + "[" * 100_000), None, "64 deep"),
    ],
)
def test_malformed_calls_are_named(text: str, name: str | None, problem: str) -> None:
    judged = parse_tool_call(text, KNOWN)
    assert (judged.status, judged.name, judged.arguments) == ("malformed", name, None)
    assert problem in judged.problem


@pytest.mark.parametrize(
    ("name", "arguments", "problem"),
    [
        ("create_evnt", {}, "unknown tool 'create_evnt', did you mean 'create_event'? (known: create_event, note)"),
        ("create_event", {}, "arguments: 'date' is a required property"),
        ("create_event", {"date": 3}, "arguments.date: 3 is not of type 'string'"),
        ("create_event", {"date": "3 May"}, "arguments.date: '3 May' is not a 'date'"),
        ("create_event", {"date": "2026-05-03", "x": 1}, "Additional properties are not allowed"),
    ],
)
def test_calls_off_the_schema_are_named(name: str, arguments: Any, problem: str) -> None:
    judged = parse_tool_call(call({"name": name, "arguments": arguments}), KNOWN)
    assert (judged.status, judged.name, judged.arguments) == ("off_schema", name, None)
    assert problem in judged.problem


def test_without_known_tools_no_call_is_valid() -> None:
    text = call({"name": "note", "arguments": {}})
    assert parse_tool_call(text, None).problem.startswith("tool schema missing")
    assert parse_tool_call(text, ()).problem == "this expert answers in plain text: it has no tools"
    assert {parse_tool_call(text, tools).status for tools in (None, ())} == {"off_schema"}


def test_a_schema_that_runs_in_circles_is_not_valid() -> None:
    loop = Tool("t", "", {"type": "object", "properties": {"x": {"$ref": "#/properties/x"}}})
    judged = parse_tool_call(call({"name": "t", "arguments": {"x": 1}}), [loop])
    assert judged.status == "off_schema"
    assert "cannot be checked" in judged.problem


PIECES = (
    *("<tool_call>", "</tool_call>", "<think>", "</think>", '{"name": "create_event", "arguments": ', "{", "}", "}}"),
    *(
        '{"date": "2026-05-03"}',
        '"date"',
        ": ",
        ", ",
        "NaN",
        "1e999",
        "[",
        '"',
        "\\",
        "\n",
        " ",
        "text",
        "\ud800",
        "\x00",
    ),
)


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)), st.sampled_from([None, (), KNOWN]))
@settings(max_examples=400, deadline=None)
def test_no_text_makes_it_raise_or_take_what_does_not_fit(text: str, tools: Any) -> None:
    import jsonschema

    judged = parse_tool_call(text, tools)
    assert (judged.status == "valid") == (judged.arguments is not None)
    assert (judged.status in ("valid", "none")) == (judged.problem == "")
    if judged.status == "valid":
        tool = next(tool for tool in tools if tool.name == judged.name)
        jsonschema.Draft202012Validator(tool.parameters).validate(judged.arguments)
        json.dumps(judged.to_dict(), allow_nan=False).encode()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), JSON, max_size=4), st.text(), st.booleans(), st.booleans())
@settings(max_examples=200, deadline=None)
def test_valid_calls_come_back_as_they_were(arguments: Any, around: str, as_text: bool, ascii_only: bool) -> None:
    around = around.replace("<", "")
    content = {"name": "note", "arguments": json.dumps(arguments) if as_text else arguments}
    text = f"{around}{call(json.dumps(content, ensure_ascii=ascii_only))}{around}"
    assert parse_tool_call(text, KNOWN) == ToolCall("valid", "note", arguments)


@given(JSON)
@settings(max_examples=200, deadline=None)
def test_valid_is_what_the_schema_says(arguments: Any) -> None:
    import jsonschema

    given_arguments = {"date": arguments, "title": "x"}
    judged = parse_tool_call(call({"name": "create_event", "arguments": given_arguments}), KNOWN)
    checker = jsonschema.FormatChecker(("date",))
    fits = jsonschema.Draft202012Validator(EVENT.parameters, format_checker=checker).is_valid(given_arguments)
    assert judged.status == ("valid" if fits else "off_schema")


@pytest.mark.parametrize(
    ("format_", "value", "good"),
    [
        ("date-time", "2026-05-11T09:30:00Z", True),
        ("date-time", "2026-05-11t09:30:00.25z", True),
        ("date-time", "1990-12-31T23:59:60+14:00", True),
        ("date-time", "2026-05-11T09:30:00", False),
        ("date-time", "2026-05-11 09:30:00Z", False),
        ("date-time", "2026-02-30T09:30:00Z", False),
        ("date-time", "2026-05-11T24:00:00Z", False),
        ("date-time", "next Tuesday", False),
        ("date-time", "2026-05-11T09:30:00Z\n", False),
        ("date-time", "٢٠٢٦-05-11T09:30:00Z", False),
        ("date-time", 7, True),
        ("time", "09:30:00+02:00", True),
        ("time", "09:30", False),
        ("time", "09:30:00", False),
        ("time", "2026-05-11T09:30:00Z", False),
    ],
)
def test_times_are_those_of_rfc_3339(format_: str, value: object, good: bool) -> None:
    parameters = {"type": "object", "properties": {"at": {"format": format_}}}
    judged = parse_tool_call(call({"name": "remind", "arguments": {"at": value}}), (Tool("remind", "", parameters),))
    assert judged.status == ("valid" if good else "off_schema")
