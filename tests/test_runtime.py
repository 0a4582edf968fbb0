"""The promise of `pointsman[runtime]` and `[score]`: an environment with ONNX Runtime, and no torch, answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pointsman.pipeline.run import TrainResult
from tests import forms

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ["the dog chased a cat", "please find the hammer 7 and a sheep", "an apple and a ripe pear"]


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python of its own with nothing but `pointsman[runtime]`."""
    folder = tmp_path_factory.mktemp("runtime") / "env"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    install(python, "runtime")
    return python


def install(python: Path, extra: str) -> None:
    """Install the package with an extra."""
    pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, "-c", ROOT / "constraints.txt", f"{ROOT}[{extra}]"], check=True, timeout=600)


def test_a_bundle_and_an_onnx_export_answer_without_torch(
    bare_python: Path,
    trained: Callable[[str], TrainResult],
    trained_spans: Callable[[str], TrainResult],
    tmp_path: Path,
) -> None:
    artifacts = [trained("bert").artifact.path, trained_spans("bert").artifact.path]
    bundle = forms.exported(artifacts, "bundle", tmp_path / "bundle").path
    graph = forms.exported(artifacts[:1], "onnx", tmp_path / "onnx").path
    environment = {"PATH": os.environ["PATH"], "OMP_NUM_THREADS": "1"}

    def call(*arguments: object) -> list[dict[str, object]]:
        command = [bare_python.with_name("pointsman"), "predict", *arguments, *TEXTS, "--precision", "fp32", "--json"]
        done = subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, env=environment, check=False
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    code = (
        "import importlib.util as u; print([m for m in ('torch', 'transformers', 'onnx', 'sklearn') if u.find_spec(m)])"
    )
    assert subprocess.run([bare_python, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
    together, alone = call(bundle), call(graph)
    import pointsman

    ours = {r.task.name: r.predict(TEXTS) for r in (pointsman.load(path) for path in artifacts)}
    for number, text in enumerate(TEXTS):
        support, spans = ours["support"][number], ours["pii"][number].spans or ()
        decisions = together[number]["decisions"]
        assert isinstance(decisions, dict)
        assert together[number]["text"] == alone[number]["text"] == text
        assert decisions["support"]["label"] == alone[number]["label"] == support.label
        assert decisions["support"]["probability"] == pytest.approx(support.probability, abs=1e-5)
        assert alone[number]["probability"] == pytest.approx(support.probability, abs=1e-5)
        found = [(span["type"], span["start"], span["end"]) for span in decisions["pii"]["spans"]]
        assert found == [(span.type, span.start, span.end) for span in spans]


def test_a_corpus_is_scored_without_torch(
    bare_python: Path, trained: Callable[[str], TrainResult], tmp_path: Path
) -> None:
    """The last test of this file: it adds an extra to the environment."""
    bundle = forms.exported([trained("bert").artifact.path], "bundle", tmp_path / "bundle").path
    rows = tmp_path / "prompts.jsonl"
    rows.write_text("".join(json.dumps({"id": i, "text": text}) + "\n" for i, text in enumerate(TEXTS)))
    environment = {"PATH": os.environ["PATH"], "OMP_NUM_THREADS": "1"}
    command = [bare_python.with_name("pointsman"), "score", bundle, "--data", rows, "--out", tmp_path / "scores"]

    def score() -> subprocess.CompletedProcess[str]:
        given = [str(part) for part in command]
        return subprocess.run(given, capture_output=True, text=True, env=environment, check=False)

    refused = score()
    assert refused.returncode == 2
    assert "pip install 'pointsman[score]'" in refused.stderr
    assert not (tmp_path / "scores").exists()
    install(bare_python, "score")
    done = score()
    assert done.returncode == 0, done.stderr
    import pyarrow.parquet

    import pointsman

    table = pyarrow.parquet.read_table(next((tmp_path / "scores").glob("part-*.parquet"))).to_pydict()
    assert table["id"] == ["0", "1", "2"]
    assert table["support_label"] == [one.label for one in pointsman.load_bundle(bundle).predict_all(TEXTS)["support"]]
    assert "<html" in (tmp_path / "scores" / "summary.html").read_text(encoding="utf-8")
    code = "import importlib.util as u; print([m for m in ('torch', 'transformers', 'sklearn') if u.find_spec(m)])"
    assert subprocess.run([bare_python, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
