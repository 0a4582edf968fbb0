from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pointsman.cli import VERBS
from tests.conftest import Run


def test_help_names_every_verb(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert all(verb in out for verb in VERBS)


def test_as_a_module() -> None:
    from pointsman import __version__

    typed = [sys.executable, "-m", "pointsman", "--version"]
    assert subprocess.run(typed, capture_output=True, text=True, check=True).stdout == f"pointsman {__version__}\n"


def test_tasks_as_json(run: Run) -> None:
    code, out, _ = run("tasks", "--json")
    assert code == 0
    tasks = {row["name"]: row["labels"] for row in json.loads(out)}
    assert tasks["modality"] == ["AR", "DIFFUSION", "BOTH"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["train", "domian"], "unknown task 'domian', did you mean 'domain'?"),
        (["train", "domain", "--model", "minilmm"], "unknown model 'minilmm', did you mean 'minilm'?"),
        (["train", "domain", "--recipe", "quick"], "unknown recipe 'quick'"),
        (["train", "domain", "--target", "fpr=2"], "--target 'fpr=2'"),
        (["train", "domain", "--adapt-layers", "7"], "minilm has 6 layers"),
        (["train", "domain", "--max-length", "4096"], "reads at most 512 tokens"),
        (["train", "domain", "--labels", "law"], "at least two are needed"),
        (["train", "--name", "x"], "--name x needs --data FILE"),
        (["train", "--name", "x", "--data", "none.jsonl"], "none.jsonl: no such file"),
        (["train", "domain", "--precision", "fp8"], "--precision fp8: use auto, bf16, fp32"),
        (["predict", "nowhere", "text"], "nowhere is no folder"),
        (["evaluate", "nowhere"], "nowhere is no folder"),
        (["calibrate", "nowhere", "--target", "precision"], "--target 'precision'"),
    ],
)
def test_mistakes_are_one_line_and_exit_2(
    run: Run, args: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*args)
    assert code == 2
    assert out == ""
    last = err.splitlines()[-1]
    assert last.startswith("pointsman: ")
    assert message in last
    assert "Traceback" not in err
    assert list(tmp_path.rglob("manifest.json")) == []


def test_train_predict_evaluate_calibrate_compare(
    run: Run, model_folders: dict[str, Path], support_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "router"
    base = ["train", "--name", "support", "--data", support_file, "--model", model_folders["bert"], "--out", out]
    code, printed, err = run(*base, "--epochs", 2, "--adapt-layers", 2, "--json")
    assert code == 0, err
    results = json.loads(printed)
    assert {"accuracy", "macro_f1", "weighted_f1", "per_class", "baselines", "calibration"} <= results.keys()
    assert results["seconds"]["total"] > 0
    assert (out / "report.html").is_file()

    code, _, err = run(*base)
    assert code == 2
    assert "exists already" in err

    code, printed, _ = run("predict", out, "one text", "another", "--json", "--probabilities")
    rows = [json.loads(line) for line in printed.splitlines()]
    assert [row["text"] for row in rows] == ["one text", "another"]
    assert all(abs(sum(row["probabilities"].values()) - 1) < 1e-6 for row in rows)

    lines = b'{"id": 7, "text": "from a row"}\n\nfrom a line\n'
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines), encoding="utf-8"))
    code, printed, _ = run("predict", out, "-", "--json")
    assert [(r.get("id"), r["text"]) for r in map(json.loads, printed.splitlines())] == [
        (7, "from a row"),
        (None, "from a line"),
    ]

    code, printed, _ = run("calibrate", out, "--target", "coverage=0.9", "--json")
    assert code == 0
    assert json.loads(printed)["target"] == "coverage=0.9"
    stored: dict[str, Any] = json.loads((out / "calibration.json").read_text(encoding="utf-8"))
    assert stored["rule"]["target"] == "coverage=0.9"

    folder = tmp_path / "judged"
    code, printed, err = run("evaluate", out, "--data", support_file, "--out", folder, "--json")
    assert code == 0, err
    assert json.loads((folder / "eval_results.json").read_text(encoding="utf-8"))["n"] == json.loads(printed)["n"]

    code, printed, _ = run("compare", out, out, "--data", support_file, "--json")
    assert json.loads(printed)["disagreements"] == 0


def test_calibrate_on_a_file_takes_its_validation_rows_and_no_others(
    run: Run, artifact_copy: Path, tmp_path: Path
) -> None:
    labels = json.loads((artifact_copy / "manifest.json").read_text(encoding="utf-8"))["task"]["labels"]
    rows = [{"text": f"row {i}", "label": labels[i % 2], "split": "validation" if i < 6 else "test"} for i in range(10)]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    code, printed, err = run("calibrate", artifact_copy, "--data", file, "--target", "coverage=0.5", "--json")
    assert code == 0, err
    assert json.loads(printed)["effect"]["n"] == 6
    file.write_text("".join(json.dumps(row) + "\n" for row in rows[6:]), encoding="utf-8")
    code, _, err = run("calibrate", artifact_copy, "--data", file)
    assert code == 2
    assert "it has parts test but no validation: thresholds are chosen on neither" in err


def test_flags_win_over_the_config_file(
    run: Run, model_folders: dict[str, Path], support_file: Path, tmp_path: Path
) -> None:
    config = tmp_path / "run.yaml"
    config.write_text(
        f"name: support\ndata: {support_file}\nmodel: {model_folders['bert']}\nepochs: 1\nadapt-layers: 1\nseed: 3\n",
        encoding="utf-8",
    )
    code, _, err = run("train", "--config", config, "--seed", 5, "--out", tmp_path / "a", "-q")
    assert code == 0, err
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["seed"], manifest["recipe"]["epochs"], manifest["adapt_layers"]) == (5, 1, 1)
    config.write_text("epoch: 1\n", encoding="utf-8")
    code, _, err = run("train", "domain", "--config", config)
    assert code == 2
    assert "unknown option 'epoch', did you mean 'epochs'?" in err


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("r.jsonl", b'{"text": "cut off he\n', "r.jsonl:1: malformed JSON"),
        ("r.jsonl", b'{"text": "a"}\nplain\n', "r.jsonl:2: no row of JSONL"),
        ("r.ndjson", b"[1]\n", "r.ndjson:1: the row is a list"),
        ("r.csv", b"text,label\na,b\n", "rows are read from JSONL, or from lines of text"),
    ],
)
def test_rows_that_are_none_are_refused(
    run: Run, artifact_copy: Path, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    code, out, error = run("predict", artifact_copy, "--input", tmp_path / name, "--json")
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert message in error


def test_a_byte_order_mark_is_no_text(run: Run, artifact_copy: Path, tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_bytes(b'\xef\xbb\xbf{"text": "my invoice", "id": 7}\n')
    code, out, _ = run("predict", artifact_copy, "--input", tmp_path / "r.jsonl", "--json")
    assert code == 0
    assert json.loads(out)["id"] == 7
