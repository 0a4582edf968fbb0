from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from pointsman.pipeline.run import TrainResult
from tests.conftest import Run

NAME = "lora_support_classifier_tiny-bert_r4_model_rust"


@pytest.fixture
def bert(trained: Callable[[str], TrainResult]) -> Path:
    return trained("bert").artifact.path


def test_folders_on_standard_output_and_the_rest_on_the_other(run: Run, bert: Path, tmp_path: Path) -> None:
    code, out, err = run("export", bert, "--format", "merged", "--out", tmp_path)
    assert (code, out) == (0, f"{tmp_path / NAME}\n")
    assert "folding LoRA of rank 4" in err
    code, out, err = run("export", bert, "--format", "merged", "--out", tmp_path, "--overwrite", "--quiet")
    assert (code, err) == (0, "")


def test_as_json(run: Run, bert: Path, tmp_path: Path) -> None:
    args = ["export", bert, "--format", "merged", "--for", "semantic-router", "--out", tmp_path, "--json", "-q"]
    code, out, err = run(*args)
    assert (code, err) == (0, "")
    told = json.loads(out)
    (row,) = told["exports"]
    assert (row["path"], row["format"], row["tasks"]) == (str(tmp_path / NAME), "merged", ["support"])
    assert len(row["digest"]) == 64
    assert any("512 tokens" in note for note in row["notes"])
    assert yaml.safe_load(Path(told["fragment"]).read_text())["routing"]


def test_a_bundle_is_the_folder_that_was_named(run: Run, bert: Path, tmp_path: Path) -> None:
    code, out, err = run("export", bert, "--format", "bundle", "--out", tmp_path / "bundle", "--precision", "fp32")
    assert (code, out) == (0, f"{tmp_path / 'bundle'}\n"), err
    assert (tmp_path / "bundle" / "onnx" / "model.onnx").is_file()


def test_precisions_stand_with_commas_too(run: Run, bert: Path, tmp_path: Path) -> None:
    args = ["export", bert, "--format", "onnx", "--out", tmp_path, "--precision", "fp16,fp32", "--json", "-q"]
    code, out, err = run(*args)
    assert (code, err) == (0, "")
    graphs = Path(json.loads(out)["exports"][0]["path"]) / "onnx"
    assert {file.name for file in graphs.glob("*.onnx")} == {"model.onnx", "model_fp16.onnx"}


def test_flags_for_vllm(run: Run, bert: Path, tmp_path: Path) -> None:
    code, out, err = run("export", bert, "--for", "vllm")
    assert (code, out) == (2, "")
    assert "is a classifier (SEQ_CLS), and vLLM serves generating adapters" in err
    (tmp_path / "claims").mkdir()
    config = {"peft_type": "LORA", "task_type": "CAUSAL_LM", "r": 32, "base_model_name_or_path": "org/base"}
    (tmp_path / "claims" / "adapter_config.json").write_text(json.dumps(config))
    (tmp_path / "claims" / "adapter_model.safetensors").write_bytes(b"")
    code, out, _ = run("export", tmp_path / "claims", "--for", "vllm")
    line = f"vllm serve org/base --enable-lora --lora-modules claims={tmp_path / 'claims'} --max-lora-rank 32"
    assert (code, out) == (0, f"{line}\n")
    code, out, _ = run("export", tmp_path / "claims", "--for", "vllm", "--json")
    assert json.loads(out) == {"command": line}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "--format is missing: merged, onnx, bundle"),
        (["--format", "merged"], "--out is missing"),
        (["--format", "tree", "--out", "out"], "--format tree: use merged, onnx, bundle"),
        (["--format", "onnx", "--out", "out", "--opset", "2"], "--opset 2: graphs are written for opsets"),
        (["--format", "onnx", "--out", "out", "--precision", "int8,"], "--precision 'int8,': an empty name"),
        (["--format", "merged", "--out", "out", "--precision", "int8"], "--precision is about ONNX graphs"),
    ],
)
def test_mistakes_are_one_line(
    run: Run, bert: Path, args: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run("export", bert, *args)
    assert (code, out) == (2, "")
    assert err.startswith("pointsman: ")
    assert err.count("\n") == 1
    assert message in err
    assert list(tmp_path.iterdir()) == []


def test_no_artifact(run: Run, tmp_path: Path) -> None:
    code, _, err = run("export", tmp_path, "--format", "merged", "--out", tmp_path / "out")
    assert code == 2
    assert f"{tmp_path} is no artifact" in err
