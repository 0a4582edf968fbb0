"""`pointsman experts`, end to end on adapters that peft wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pointsman.pipeline.run import TrainResult
from tests.conftest import Run
from tests.experts.conftest import adapter, base_folder, edit, experts_file, made, tools_file

__all__ = ["adapter", "base_folder", "experts_file", "made", "tools_file"]  # fixtures

Adapter = Callable[..., Path]


def test_add_list_check_remove(
    run: Run, adapter: Adapter, base_folder: Path, tools_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    adapter("calendar/final", rank=4)
    adapter("claim-window", rank=12)
    code, out, err = run("experts", "add", "calendar", "experts/calendar", "--tools", "tools.json")
    assert (code, err) == (0, "")
    assert out.startswith("calendar: rank 4, ")
    assert out.endswith(f"1 tool, on {base_folder}; made experts.yaml\n")
    code, out, _ = run("experts", "add", "claim-window", "experts/claim-window", "--tools", "none", "--json")
    assert code == 0
    assert json.loads(out)["experts"] == ["calendar", "claim-window"]
    assert json.loads(out)["added"]["rank"] == 12
    assert (tmp_path / "experts.yaml").read_text(encoding="utf-8") == (
        f"base: {base_folder}\n"
        "experts:\n"
        "  calendar:\n    path: experts/calendar/final\n    tools: tools.json\n"
        "  claim-window:\n    path: experts/claim-window\n    tools: none\n"
    )

    code, out, _ = run("experts", "list")
    assert code == 0
    rows = {line.split()[0]: line.split() for line in out.splitlines() if "Tiny-Qwen3" in line}
    assert rows["calendar"][1] == "4"
    assert (rows["calendar"][4], rows["calendar"][-1]) == ("create_event", "good")
    assert (rows["claim-window"][4], rows["claim-window"][-1]) == ("none", "good")
    listed = json.loads(run("experts", "list", "--json")[1])
    assert listed["base"] == str(base_folder)
    assert [(row["name"], row["tools"], row["problems"]) for row in listed["experts"]] == [
        ("calendar", ["create_event"], []),
        ("claim-window", [], []),
    ]

    code, out, _ = run("experts", "check", "--vllm")
    assert code == 0
    assert f"experts.yaml: 2 experts on {base_folder}, nothing wrong\n" in out
    assert out.splitlines()[-1] == (
        f"vllm serve {base_folder} --enable-lora --max-lora-rank 16 --max-loras 2 --lora-modules "
        f"calendar={tmp_path}/experts/calendar/final claim-window={tmp_path}/experts/claim-window"
    )

    code, _, err = run("experts", "remove", "claim")
    assert code == 2
    assert "unknown expert 'claim', did you mean 'claim-window'?" in err
    code, out, _ = run("experts", "remove", "claim-window")
    assert (code, out) == (0, "claim-window is out of experts.yaml; left: calendar\n")
    assert (tmp_path / "experts/claim-window/adapter_config.json").is_file()


def test_nothing_is_written_that_does_not_pass(run: Run, experts_file: Path, adapter: Adapter) -> None:
    before = experts_file.read_bytes()
    folder = adapter("third")
    edit(folder / "adapter_config.json", base_model_name_or_path="org/other", bias="all")
    code, out, err = run("experts", "add", "third", folder, "--tools", "none", "--file", experts_file)
    assert (code, out) == (2, "")
    assert err.startswith("pointsman: 'third' is not added: ")
    assert "bias is 'all'" in err
    assert "trained on org/other, the base is" in err
    code, _, err = run("experts", "add", "third", folder, "--file", experts_file)
    assert code == 2
    assert "--tools is missing" in err
    assert experts_file.read_bytes() == before


def test_check_names_each_problem_on_a_line_and_exits_1(run: Run, experts_file: Path) -> None:
    (experts_file.parent / "tools.json").unlink()
    (experts_file.parent / "experts/claim-window/adapter_model.safetensors").unlink()
    code, out, err = run("experts", "check", "--file", experts_file)
    assert (code, err) == (1, "")
    wrong = [line for line in out.splitlines() if line.startswith("wrong: ")]
    assert [line.split()[1] for line in wrong] == ["calendar:", "claim-window:"]
    assert "nothing wrong" not in out
    code, out, _ = run("experts", "check", "--file", experts_file, "--json")
    assert code == 1
    assert [len(json.loads(out)[key] or ()) for key in ("problems", "notes", "vllm")] == [2, 1, 0]
    code, out, _ = run("experts", "list", "--file", experts_file)
    assert code == 0
    assert [line.split()[-2:] for line in out.splitlines() if line.rstrip().endswith("problem")] == [
        ["1", "problem"]
    ] * 2
    assert "calendar (default)" in out


def test_a_server_backend_prints_what_the_server_needs(run: Run, experts_file: Path) -> None:
    text = experts_file.read_text(encoding="utf-8")
    experts_file.write_text(f"backend: {{url: 'http://host/v1', load_adapters: true}}\n{text}", encoding="utf-8")
    _, out, _ = run("experts", "check", "--file", experts_file)
    assert out.splitlines()[-1].startswith("VLLM_ALLOW_RUNTIME_LORA_UPDATING=True vllm serve ")


def test_a_router_that_knows_other_experts_is_told(
    run: Run, experts_file: Path, adapter: Adapter, trained: Callable[[str], TrainResult]
) -> None:
    router = trained("bert").artifact.path
    text = experts_file.read_text(encoding="utf-8")
    experts_file.write_text(f"router: {router}\n{text}", encoding="utf-8")
    code, out, _ = run("experts", "add", "third", adapter("third"), "--tools", "none", "--file", experts_file)
    assert code == 0
    assert f"note: the router {router} decides between [" in out
    code, out, _ = run("experts", "check", "--file", experts_file)
    assert code == 1
    assert "wrong: the router" in out


def test_a_missing_file(run: Run, tmp_path: Path) -> None:
    for verb in (("list",), ("check",), ("remove", "a")):
        code, _, err = run("experts", *verb, "--file", tmp_path / "experts.yaml")
        assert code == 2
        assert "no such file; make it with 'pointsman experts add NAME PATH" in err
