"""`pointsman modal`: what it copies, runs and prints, with folders for volumes; and without an account."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pointsman.cli import main
from pointsman.cli.modal import as_verb
from pointsman.errors import ConfigError
from pointsman.launchers import modal_errors, modal_transfer
from pointsman.pipeline import steps
from tests.launchers.modal_account import no_account  # noqa: F401 - fixture
from tests.launchers.modal_folders import FolderStore


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["modal", *words])
    code = ended.value.code
    return code if isinstance(code, int) else 0


@pytest.fixture
def volumes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody is logged in, and volumes are folders."""
    root = tmp_path / "volumes"
    monkeypatch.setenv("MODAL_TOKEN_ID", "ak-1")
    monkeypatch.setenv("MODAL_TOKEN_SECRET", "as-1")
    monkeypatch.setattr(modal_transfer, "open_volume", lambda name, create=False: FolderStore(root / name))
    return root


@pytest.mark.parametrize(
    "words",
    [
        ("upload", "rows.jsonl", "moe-lora-data/x"),
        ("download", "moe-lora-data/x", "here"),
        ("logs",),
    ],
)
def test_without_an_account_the_command_to_log_in_is_named(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("rows.jsonl").write_text("{}")
    assert run(*words) == 2
    said = capsys.readouterr().err
    assert "log in with 'modal setup'" in said
    assert said.count("\n") == 1


def test_upload_and_download(volumes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("rows.jsonl").write_text("{}\n")
    assert run("upload", "rows.jsonl", "moe-lora-data/") == 0
    assert capsys.readouterr().out == "volume:moe-lora-data/rows.jsonl: 1 file, 0.0 MB\n"
    assert run("upload", "rows.jsonl", "volume:moe-lora-data/rows.jsonl", "--quiet") == 2
    assert "pass --overwrite" in capsys.readouterr().err
    assert run("upload", "rows.jsonl", "moe-lora-data/rows.jsonl", "--overwrite", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"to": "volume:moe-lora-data/rows.jsonl", "files": 1, "bytes": 3}
    assert run("download", "moe-lora-data/rows.jsonl", "back.jsonl") == 0
    assert Path("back.jsonl").read_text() == "{}\n"
    assert run("upload", "rows.jsonl", "moe-data/x") == 2
    assert "did you mean 'moe-lora-data'" in capsys.readouterr().err
    assert run("upload", "none", "moe-lora-data/x") == 2
    assert "none: no such file or folder" in capsys.readouterr().err


def test_logs(volumes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("logs") == 0
    assert capsys.readouterr().out == "no step has written a log yet\n"
    folder = volumes / "routing-output" / "logs"
    folder.mkdir(parents=True)
    for name in ("20261121-100000-encode.log", "20261121-110000-train.log"):
        (folder / name).write_text(f"{name} says\n")
    assert run("logs") == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == sorted(
        p.name for p in folder.iterdir()
    )
    assert run("logs", "--last") == 0
    assert capsys.readouterr().out == "20261121-110000-train.log says\n"
    assert run("logs", "20261121-100000-encode.log") == 0
    assert capsys.readouterr().out == "20261121-100000-encode.log says\n"
    assert run("logs", "other.log") == 2
    assert "no log 'other.log'" in capsys.readouterr().err


def adapter(folder: Path, **changes: Any) -> Path:
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True)
    config = {"peft_type": "LORA", "r": 2, "lora_alpha": 4, "target_modules": ["q_proj"], "task_type": "CAUSAL_LM"}
    config |= {"base_model_name_or_path": "Qwen/Qwen3-VL-8B-Instruct", **changes}
    (folder / "adapter_config.json").write_text(json.dumps(config))
    module = "base_model.model.model.language_model.layers.0.self_attn.q_proj"
    weights = {f"{module}.lora_A.weight": torch.zeros(2, 8), f"{module}.lora_B.weight": torch.zeros(8, 2)}
    save_file(weights, folder / "adapter_model.safetensors")
    (folder / "optimizer.pt").write_bytes(b"not this")
    return folder


def test_an_expert_is_checked_and_put_there(volumes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = adapter(tmp_path / "run" / "final")
    tools = tmp_path / "tools.json"
    tools.write_text(
        json.dumps([{"type": "function", "function": {"name": "open_month", "parameters": {"type": "object"}}}])
    )
    assert run("save-lora", "calendar", str(folder.parent), "--tools", str(tools)) == 0
    there = volumes / "moe-lora-checkpoints" / "calendar"
    assert sorted(file.name for file in there.iterdir()) == [
        "adapter_config.json",
        "adapter_model.safetensors",
        "tools.json",
    ]
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert lines[0].startswith("volume:moe-lora-checkpoints/calendar: rank 2")
    (volumes / "moe-lora-checkpoints" / "experts.yaml").write_text("\n".join(lines[2:]))
    from pointsman.experts.registry import read_experts

    experts = read_experts(volumes / "moe-lora-checkpoints" / "experts.yaml")
    assert experts.get("calendar").path == there
    assert [tool.name for tool in experts.get("calendar").tools or ()] == ["open_month"]
    assert run("save-lora", "calendar", str(folder), "--quiet") == 2
    assert "is there already: pass --overwrite" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "words", "says"),
    [
        ({"modules_to_save": ["lm_head"]}, (), "modules_to_save"),
        ({"r": 4}, (), "they are not of one run"),
        ({}, ("--base", "qwen3-0.6b"), "the base is qwen3-0.6b"),
    ],
)
def test_an_expert_that_cannot_be_used_is_not_put_there(
    volumes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: Any, words: tuple[str, ...], says: str
) -> None:
    assert run("save-lora", "calendar", str(adapter(tmp_path / "x", **changes)), *words) == 2
    assert says in capsys.readouterr().err
    assert not volumes.exists()
    assert run("save-lora", "a/b", str(tmp_path / "x")) == 2
    assert "cannot name an expert" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (None, "adapter: no such folder: name the folder of the LoRA adapter"),
        ("notes.txt", "adapter is no adapter: it has no adapter_config.json"),
        ("config.json", "adapter holds a whole model, no adapter"),
        ("adapter_config.json", "adapter_model.safetensors is missing: the adapter is not whole"),
        ("run/adapter_config.json", "name one of its folders: run"),
    ],
)
def test_a_folder_without_an_adapter_is_said_before_anything_is_sent(
    volumes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], made: str | None, says: str
) -> None:
    if made is not None:
        (tmp_path / "adapter" / made).parent.mkdir(parents=True)
        (tmp_path / "adapter" / made).write_text("{}")
    assert run("save-lora", "calendar", str(tmp_path / "adapter")) == 2
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1
    assert not volumes.exists()


def test_an_adapter_that_names_no_base_is_not_put_there(
    volumes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = adapter(tmp_path / "x", base_model_name_or_path=None)
    assert run("save-lora", "calendar", str(made)) == 2
    assert "adapter_config.json names no base (base_model_name_or_path)" in capsys.readouterr().err
    assert not volumes.exists()


def test_show_needs_no_account(capsys: pytest.CaptureFixture[str]) -> None:
    Path("modal.yaml").write_text("volumes: {data: mine}\nsteps: {encode: {gpu: H100}}\nimage: {pip: [numpy]}\n")
    assert run("show", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert {one["step"] for one in found["functions"]} == set(steps.STEPS)
    assert found["volumes"]["mine"] == "/volumes/mine"
    assert next(one for one in found["functions"] if one["name"] == "encode-blocks")["gpu"] == "H100"
    assert run("show") == 0
    out = capsys.readouterr().out
    assert "encode-blocks" in out
    assert "H100" in out
    assert "pip: numpy" in out


def test_run_is_the_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert as_verb(["encode", "--data", "x"]) == ["encode", "--data", "x", "--launcher", "modal"]
    assert as_verb(["data", "build", "--", "intent"]) == ["data", "build", "intent", "--launcher", "modal"]
    assert as_verb(["train", "adapter", "--", "--", "x"]) == ["train", "adapter", "--", "x", "--launcher", "modal"]
    assert as_verb(["encode", "--launcher=modal"]) == ["encode", "--launcher=modal"]
    assert as_verb(["encode", "--help"]) == ["encode", "--help"]
    for words, says in (
        (["encod"], r"no step 'encod', did you mean 'encode'\?"),
        (["data", "audit"], r"no step 'data audit'"),
        (["serve", "x"], r"no step 'serve'"),
        (["encode", "--launcher", "ray"], r"leave out --launcher ray"),
    ):
        with pytest.raises(ConfigError, match=says):
            as_verb(words)
    assert run("run", "preprocess", "--help") == 0
    assert "Usage: pointsman preprocess" in capsys.readouterr().out


def test_run_refuses_what_the_launcher_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("run", "preprocess", "volume:moe-lora-data/x", "--out", "volume:moe-lora-data/y") == 2
    assert modal_errors.LOGIN in capsys.readouterr().err
