from __future__ import annotations

import json
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pointsman.artifacts import GoldenRow
from pointsman.pipeline.run import TrainResult
from tests import forms
from tests.conftest import Run
from tests.parity import replays


@pytest.fixture
def bert(trained: Callable[[str], TrainResult]) -> Path:
    return trained("bert").artifact.path


def _moved(rows: list[GoldenRow]) -> list[GoldenRow]:
    """Rows whose first label scores higher than it does, so that the first texts are decided otherwise."""
    out = []
    for number, row in enumerate(rows):
        first = row.decision.probabilities or {}
        label = min(first, key=first.__getitem__)
        decision = replace(row.decision, label=label) if number < 3 else row.decision
        scores = tuple((values[0] + 0.01, *values[1:]) for values in row.logits)
        out.append(replace(row, decision=decision, logits=scores))
    return out


def _one_line(found: tuple[int, str, str], *told: str) -> None:
    code, out, err = found
    assert (code, out) == (2, "")
    assert err.startswith("pointsman: ")
    assert err.count("\n") == 1
    for part in told:
        assert part in err


def test_an_artifact_answers_as_its_golden_rows(run: Run, bert: Path) -> None:
    code, out, err = run("verify", bert)
    assert code == 0
    assert err.startswith("verifying support in torch (fp32)")
    first, head, *lines = out.splitlines()
    assert first.startswith("support in torch (fp32): ")
    assert head.split() == ["check", "rows", "worst", "bar", "result", "what"]
    assert " failed " not in out
    for name in ("label order", "tokenisation", "truncation", "single vs batched", "logits", "decisions"):
        assert any(line.startswith(f"  {name} ") and " passed " in line for line in lines), name
    assert lines[-1].startswith(f"{bert}: ")
    assert "passed" in lines[-1]


def test_an_artifact_is_exported_for_runtimes_that_need_it(run: Run, bert: Path) -> None:
    code, out, _ = run("verify", bert, "--runtime", "torch,merged,onnx,bundle", "--precision", "fp32", "--rows", 16)
    assert code == 0, out
    heads = [line.split(":")[0] for line in out.splitlines() if line.startswith("support in ")]
    assert heads == [f"support in {name} (fp32)" for name in ("torch", "merged", "onnx", "bundle")]


def test_a_bundle_answers_for_each_task(
    run: Run, bert: Path, router: Callable[[str, str], Path], tmp_path: Path
) -> None:
    bundle = forms.exported([bert, router("bert", "token")], "bundle", tmp_path / "bundle").path
    code, out, _ = run("verify", bundle, "--rows", 16, "-q")
    heads = [line.split(":")[0] for line in out.splitlines() if " in bundle (" in line and " golden rows, " in line]
    assert heads == [f"{task} in bundle ({precision})" for precision in ("fp32", "int8") for task in ("support", "pii")]
    accuracy = [line for line in out.splitlines() if line.startswith("  accuracy ")]
    assert len(accuracy) == 2
    assert code == (" failed " in out)


def test_spoiled_golden_rows_are_shown_and_exit_1(run: Run, artifact_copy: Path) -> None:
    replays.rewritten(artifact_copy, _moved)
    code, out, _ = run("verify", artifact_copy, "--runtime", "torch")
    assert code == 1
    lines = out.splitlines()
    (at,) = [n for n, line in enumerate(lines) if line.startswith("  decisions ")]
    assert " failed " in lines[at]
    shown = lines[at + 1 : at + 10]
    assert [line.split()[0] for line in shown[1::3]] == ["expected"] * 3
    assert [line.split()[0] for line in shown[2::3]] == ["found"] * 3
    assert all(a.split()[1] != b.split()[1] for a, b in zip(shown[1::3], shown[2::3], strict=True))
    assert "2 failed" in next(line for line in lines if line.startswith(f"{artifact_copy}: "))
    missed = [line.split(" of ")[0] for line in lines if line.startswith("  missed: ")]
    assert missed == ["  missed: logits", "  missed: decisions"]


def test_as_json(run: Run, bert: Path, artifact_copy: Path) -> None:
    code, out, err = run("verify", bert, "--json", "--quiet")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert (told["folder"], told["passed"]) == (str(bert), True)
    (one,) = told["replays"]
    assert (one["task"], one["runtime"], one["precision"], one["passed"]) == ("support", "torch", "fp32", True)
    logits = {check["name"]: check for check in one["checks"]}["logits"]
    assert logits["status"] == "passed"
    assert 0 <= logits["worst"] <= logits["bar"] == 1e-5
    replays.rewritten(artifact_copy, _moved)
    code, out, _ = run("verify", artifact_copy, "--json", "-q")
    told = json.loads(out)
    assert (code, told["passed"]) == (1, False)
    checks = {check["name"]: check for check in told["replays"][0]["checks"]}
    assert checks["decisions"]["status"] == "failed"
    assert {row.keys() >= {"text", "expected", "found"} for row in checks["decisions"]["rows"]} == {True}


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--runtime", "onxx"], "--runtime 'onxx' is unknown, did you mean 'onnx'? (runtimes: torch, merged, onnx"),
        (["--runtime", "torch,,onnx"], "--runtime 'torch,,onnx': an empty name"),
        (["--runtime", "http:"], "--runtime 'http:': use an address such as http://localhost:8080"),
        (["--runtime", "onnx", "--precision", "int4"], "--precision 'int4' is unknown"),
        (["--precision", "int8"], "--precision is for onnx, bundle, node; torch answer in one"),
        (["--uncalibrated"], "--uncalibrated is for servers"),
        (["--data", "other=rows.jsonl"], "has no task 'other'"),
    ],
)
def test_mistakes_are_one_line(run: Run, bert: Path, args: list[str], told: str) -> None:
    _one_line(run("verify", bert, *args), told)


def test_a_runtime_that_does_not_fit_an_export(run: Run, bert: Path, tmp_path: Path) -> None:
    merged = forms.exported([bert], "merged", tmp_path).path
    _one_line(run("verify", merged, "--runtime", "node"), f"{merged} is a merged export: it can answer as merged or")


def test_what_is_no_artifact(run: Run, tmp_path: Path) -> None:
    _one_line(run("verify", tmp_path), f"{tmp_path} is no artifact: it has no manifest.json")
    _one_line(run("verify", tmp_path / "none"), f"{tmp_path / 'none'} is no folder")


def test_a_newer_format(run: Run, artifact_copy: Path) -> None:
    file = artifact_copy / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**manifest, "format_version": 2, "colour": "red"}), encoding="utf-8")
    _one_line(run("verify", artifact_copy), "format version 2 is newer than this Pointsman knows", "upgrade with pip")


def test_an_artifact_without_golden_rows(run: Run, artifact_copy: Path) -> None:
    (artifact_copy / "parity.jsonl").unlink()
    replays.sign_off(artifact_copy)
    _one_line(run("verify", artifact_copy), "parity.jsonl is missing", "train the router again")


@pytest.mark.parametrize("form", ["http:http://{}", "http://{}", "http:{}"])
def test_a_server_that_cannot_be_reached(run: Run, bert: Path, form: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
    told = f"--runtime http://{place} cannot be reached ("
    _one_line(run("verify", bert, "--runtime", form.format(place), "-q"), told, "is the server up")
