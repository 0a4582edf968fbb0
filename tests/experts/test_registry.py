from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pointsman.errors import ConfigError, OutputError
from pointsman.experts import BackendSettings, Expert, Experts, read_experts
from pointsman.experts.editing import add, remove, write
from tests.experts.conftest import edit

Adapter = Callable[..., Path]


def written(folder: Path, content: Any, name: str = "experts.yaml") -> Path:
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def one(**more: Any) -> dict[str, Any]:
    return {"base": "qwen3-0.6b", "experts": {"calendar": {"path": "a", "tools": "none"}}} | more


# Reading


def test_the_whole_format(tmp_path: Path, tools_file: Path) -> None:
    file = written(
        tmp_path,
        "base: Qwen/Qwen3-VL-8B-Instruct\n"
        "router: runs/adapter\n"
        "default: calendar\n"
        "max_new_tokens: 64\n"
        "memory_mb: 1.5\n"
        "backend: {url: 'https://host:8000/v1/', key_env: VLLM_KEY, timeout_seconds: 5, load_adapters: true}\n"
        "experts:\n"
        "  calendar: {path: experts/calendar, tools: tools.json, system: Be brief., template: 'Do: {text}'}\n"
        "  claim-window: {path: /elsewhere/claim, tools: none}\n"
        "  third: {path: c}\n",
    )
    found = read_experts(file)
    assert (found.file, found.base, found.default) == (file, "Qwen/Qwen3-VL-8B-Instruct", "calendar")
    assert (found.router, found.max_new_tokens, found.memory_bytes) == (tmp_path / "runs/adapter", 64, 1_500_000)
    assert found.backend == BackendSettings("vllm", "https://host:8000/v1", "VLLM_KEY", 5, True)
    assert found.names == ("calendar", "claim-window", "third")
    calendar, claim, third = found.experts
    assert calendar.path == tmp_path / "experts/calendar"
    assert (calendar.system, calendar.template, calendar.tools_file) == ("Be brief.", "Do: {text}", tools_file)
    assert [tool.name for tool in calendar.tools or ()] == ["create_event"]
    assert (claim.path, claim.tools, claim.tools_file) == (Path("/elsewhere/claim"), (), None)
    assert (third.tools, third.system, third.template) == (None, "", "{text}")
    assert read_experts(file, tools=False).experts[0].tools is None
    assert found.get("third") is third
    with pytest.raises(ConfigError, match="unknown expert 'calender', did you mean 'calendar'"):
        found.get("calender")


def test_the_shape_with_volumes_as_json(adapter: Adapter, base_folder: Path, tmp_path: Path) -> None:
    adapter("calendar/2024/final")
    adapter("provider")
    (tmp_path / "experts").rename(tmp_path / "moe-lora-checkpoints")
    content = {
        "loras": {
            "calendar": {"volume": "moe-lora-checkpoints", "path": "calendar/2024"},
            "provider-select": {"volume": "moe-lora-checkpoints", "path": "provider"},
        }
    }
    found = read_experts(written(tmp_path, content, "experts.json"))
    assert found.names == ("calendar", "provider-select")
    assert found.get("calendar").path == tmp_path / "moe-lora-checkpoints/calendar/2024/final"
    assert found.get("provider-select").path == tmp_path / "moe-lora-checkpoints/provider"
    # No base in the file: the one that both adapters name.
    assert found.base == str(base_folder)
    edit(found.get("calendar").path / "adapter_config.json", base_model_name_or_path="org/other")
    with pytest.raises(ConfigError, match="'base' is missing, and the adapters name org/other and"):
        read_experts(found.file)
    shutil.rmtree(found.get("calendar").path)
    with pytest.raises(ConfigError, match="the adapter of 'calendar' names none: add 'base'"):
        read_experts(found.file)


def test_a_base_is_an_alias_a_folder_or_a_hub_id(tmp_path: Path) -> None:
    (tmp_path / "models" / "mine").mkdir(parents=True)
    for name, known in (
        ("qwen3-vl-8b", "qwen3-vl-8b"),
        ("org/model@v1", "org/model@v1"),
        ("models/mine", str(tmp_path / "models/mine")),
        ("./gone", str(tmp_path / "gone")),
    ):
        assert read_experts(written(tmp_path, one(base=name))).base == known


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: [", "is no YAML"),
        ("- a", "expected a mapping with 'base' and 'experts'"),
        ("", "expected a mapping with 'base' and 'experts'"),
        ("1: a", "the key 1 is no text"),
        ({"base": "qwen3-0.6b"}, "names no experts"),
        (one(experts={}), "names no experts"),
        (one(experts=["a"]), "'experts': expected a mapping"),
        (one(loras={"a": {"path": "a"}}), "'experts' and 'loras' mean the same"),
        (one(defualt="calendar"), "unknown key 'defualt', did you mean 'default'?"),
        (one(default="calender"), "default: no expert 'calender', did you mean 'calendar'? (known: calendar)"),
        (one(base="qwen3-vl-8"), "base: 'qwen3-vl-8' is no alias, no folder and no Hub id like org/name, did you mean"),
        (one(base=3), "'base': Input should be a valid string"),
        (one(max_new_tokens=0), "'max_new_tokens'"),
        (one(memory_mb=0), "'memory_mb'"),
        (one(memory_mb="many"), "'memory_mb'"),
        (one(backend="vllm"), "backend: write 'local', or the address of a vLLM server"),
        (one(backend={"url": "host:8000"}), "backend: 'url' has to begin with http:// or https://"),
        (one(backend={"url": "http://"}), "backend: 'url' has to begin with"),
        (one(backend={"url": "http://me:pass@host/v1"}), "name a variable with 'key_env' instead"),
        (one(backend={"url": "http://host/v1", "timeout_seconds": 0}), "backend: 'timeout_seconds'"),
        (one(backend={"url": "http://host/v1", "keyenv": "A"}), "unknown key 'keyenv', did you mean 'key_env'?"),
        (one(backend={}), "backend: 'url' is missing"),
        (one(experts={"calendar": None}), "experts.calendar: expected a mapping"),
        (one(experts={"calendar": {"pth": "a"}}), "experts.calendar: 'path' is missing"),
        (one(experts={"calendar": {"path": "a", "tool": "x"}}), "experts.calendar: unknown key 'tool', did you mean"),
        (one(experts={"calendar": {"path": "a", "template": "hi"}}), "'template' has to hold {text} once"),
        (one(experts={"calendar": {"path": "a", "tools": "gone.json"}}), "gone.json: no such file of tools"),
        (one(experts={"Calendar": {"path": "a"}, "calendar": {"path": "b"}}), "differ in case alone"),
        (one(experts={"a b": {"path": "a"}}), "'a b' cannot name an expert"),
        (one(experts={"-a": {"path": "a"}}), "'-a' cannot name an expert"),
        (one(experts={"a/b": {"path": "a"}}), "'a/b' cannot name an expert"),
        (one(experts={".a": {"path": "a"}}), "'.a' cannot name an expert"),
        (one(experts={"a=b": {"path": "a"}}), "'a=b' cannot name an expert"),
        (one(experts={"x" * 65: {"path": "a"}}), "cannot name an expert"),
        ("base: qwen3-0.6b\nexperts: {on: {path: a}}", "the expert's name True is no text: put it in quotes"),
        ("base: qwen3-0.6b\nexperts:\n  a: {path: a}\n  a: {path: b}\n", "line 4: the key 'a' stands twice"),
    ],
)
def test_files_that_make_no_sense_are_refused_by_name(tmp_path: Path, content: Any, message: str) -> None:
    file = written(tmp_path, content)
    with pytest.raises(ConfigError) as refused:
        read_experts(file)
    assert message in str(refused.value)
    assert str(file.parent) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_key_in_the_place_of_its_variable_is_not_repeated(tmp_path: Path) -> None:
    file = written(tmp_path, one(backend={"url": "http://host/v1", "key_env": "sk-secret"}))
    with pytest.raises(ConfigError, match="has to name an environment variable") as refused:
        read_experts(file)
    assert "sk-secret" not in str(refused.value)


def test_json_is_read_strictly_too(tmp_path: Path) -> None:
    file = written(tmp_path, '{"base": "qwen3-0.6b", "experts": {"a": {"path": "a"}, "a": {"path": "b"}}}', "e.json")
    with pytest.raises(ConfigError, match="is no JSON: the key 'a' stands twice"):
        read_experts(file)
    with pytest.raises(ConfigError, match="no such file; make it with 'pointsman experts add"):
        read_experts(tmp_path / "gone.yaml")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: (
    st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["base", "experts", "loras", "calendar", "path", "backend", "url", "x"]), inner)
), max_leaves=12))  # fmt: skip
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_it_the_answer_is_one_line(tmp_path: Path, content: Any) -> None:
    told = ""
    try:
        read_experts(written(tmp_path, content))
    except ConfigError as error:
        told = str(error)
    assert "\n" not in told


# Changing


def test_writing_and_reading_give_the_same(experts_file: Path) -> None:
    found = read_experts(experts_file)
    found = replace(found, router=found.file.parent / "runs/r", max_new_tokens=9, memory_bytes=2_500_000)
    for backend in (BackendSettings(), BackendSettings("vllm", "http://host/v1", "KEY", 3.5, True)):
        for name in ("experts.yaml", "experts.json"):
            changed = replace(found, backend=backend, file=found.file.parent / name)
            write(changed)
            assert read_experts(changed.file) == changed
    plain = yaml.safe_load(experts_file.read_text(encoding="utf-8"))
    assert plain["router"] == "runs/r"
    assert plain["experts"] == {
        "calendar": {"path": "experts/calendar", "tools": "tools.json", "system": "Be brief."},
        "claim-window": {"path": "experts/claim-window", "tools": "none"},
    }
    assert [path.name for path in experts_file.parent.glob(".*")] == []


def test_adding_makes_the_file_and_takes_the_base_from_the_adapter(
    adapter: Adapter, base_folder: Path, tools_file: Path, tmp_path: Path
) -> None:
    file = tmp_path / "new" / "experts.yaml"
    adapter("calendar/final")
    made = add(file, "calendar", tmp_path / "experts/calendar", tools=tools_file, system="S", template="T {text}")
    assert not file.exists()
    write(made)
    found = read_experts(file)
    assert found == made
    assert found.base == str(base_folder)
    (expert,) = found.experts
    assert expert.path == tmp_path / "experts/calendar/final"
    assert (expert.system, expert.template, expert.tools_file) == ("S", "T {text}", tools_file)


def test_adding_to_a_file_keeps_what_it_says(experts_file: Path, adapter: Adapter) -> None:
    rows = experts_file.parent / "rows"
    rows.mkdir()
    said = yaml.safe_load(experts_file.read_text(encoding="utf-8"))
    first = next(iter(said["experts"]))
    said["experts"][first]["data"] = "elsewhere/train.jsonl"
    experts_file.write_text(yaml.safe_dump(said), encoding="utf-8")
    before = read_experts(experts_file)
    write(add(experts_file, "third", adapter("third"), tools="none", data=rows))
    after = read_experts(experts_file)
    assert after.experts[:2] == before.experts
    written = yaml.safe_load(experts_file.read_text(encoding="utf-8"))["experts"]
    assert {name: entry.get("data") for name, entry in written.items()} == {
        **dict.fromkeys(before.names), first: "elsewhere/train.jsonl", "third": "rows"
    }  # fmt: skip
    write(remove(experts_file, "third"))
    assert yaml.safe_load(experts_file.read_text(encoding="utf-8"))["experts"][first]["data"] == "elsewhere/train.jsonl"
    assert (after.names[2], after.experts[2].tools) == ("third", ())
    assert replace(after, experts=before.experts) == before


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("Calendar", {}, "the expert 'calendar' is there already"),
        ("no good", {}, "'no good' cannot name an expert"),
        ("third", {"base": "qwen3-vl-8b"}, "all experts share one"),
        ("third", {"base": "qwen3-vl-9b"}, "--base: 'qwen3-vl-9b' is no alias"),
        ("third", {"tools": Path("gone.json")}, "gone.json: no such file of tools"),
        ("third", {"data": Path("gone")}, "--data gone: no such file or folder"),
    ],
)
def test_what_cannot_be_added(experts_file: Path, name: str, options: dict[str, Any], message: str) -> None:
    before = experts_file.read_bytes()
    with pytest.raises(ConfigError) as refused:
        add(experts_file, name, experts_file.parent / "experts/calendar", **{"tools": "none", **options})
    assert message in str(refused.value)
    assert experts_file.read_bytes() == before


def test_a_new_file_needs_a_base(adapter: Adapter, tmp_path: Path) -> None:
    folder = adapter("calendar")
    edit(folder / "adapter_config.json", base_model_name_or_path=None)
    with pytest.raises(ConfigError, match="names no base: pass --base"):
        add(tmp_path / "experts.yaml", "calendar", folder, tools="none")
    assert add(tmp_path / "experts.yaml", "calendar", folder, tools="none", base="org/model").base == "org/model"


def test_removing(experts_file: Path) -> None:
    with pytest.raises(ConfigError, match="unknown expert 'claim', did you mean 'claim-window'"):
        remove(experts_file, "claim")
    with pytest.raises(ConfigError, match="'calendar' is the default expert: change 'default' first"):
        remove(experts_file, "calendar")
    write(remove(experts_file, "claim-window"))
    assert read_experts(experts_file).names == ("calendar",)
    write(replace(read_experts(experts_file), default=None))
    with pytest.raises(ConfigError, match="'calendar' is the only expert: delete the file instead"):
        remove(experts_file, "calendar")


def test_a_place_that_cannot_be_written_leaves_the_file_as_it_was(experts_file: Path, tmp_path: Path) -> None:
    blocked = written(tmp_path, "x", "blocked")
    with pytest.raises(OutputError, match="cannot be written"):
        write(replace(read_experts(experts_file), file=blocked / "experts.yaml"))
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_link_stays_a_link(experts_file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to(experts_file)
    write(remove(link, "claim-window"))
    assert link.is_symlink()
    assert read_experts(experts_file).names == ("calendar",)


def test_tools_that_stand_in_no_file_are_not_lost_silently(experts_file: Path) -> None:
    found = read_experts(experts_file)
    loose = Expert("x", Path("a"), found.experts[0].tools)
    with pytest.raises(ConfigError, match="its tools stand in no file"):
        write(Experts(experts_file, "qwen3-0.6b", None, None, (loose,)))
