"""Token tasks from a file to spans, by the whole steps, on tiny models of each family."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import pointsman
from pointsman.artifacts import open_artifact
from pointsman.backbones import Backbone
from pointsman.data.example import Example
from pointsman.data.files import Fields
from pointsman.errors import ArtifactError, ConfigError, DataError
from pointsman.pipeline.calibrate import calibrate
from pointsman.pipeline.dataset import load_dataset
from pointsman.pipeline.evaluate import compare, evaluate
from pointsman.pipeline.options import DataOptions, TrainOptions
from pointsman.pipeline.run import TrainResult
from pointsman.pipeline.train import train


def test_from_file_to_spans(family: str, trained_spans: Callable[[str], TrainResult]) -> None:
    result = trained_spans(family)
    manifest = result.artifact.manifest
    assert result.artifact.task.labels == ("O", "B-GPE", "I-GPE", "B-PERSON", "I-PERSON")
    assert manifest.task.kind == "token"
    adapter = json.loads((result.artifact.path / "adapter_config.json").read_text())
    assert adapter["task_type"] == json.loads((result.artifact.path / "lora_config.json").read_text())["task_type"]
    assert adapter["task_type"] == "TOKEN_CLS"
    assert (result.artifact.path / "pii_type_mapping.json").is_file()
    assert "accuracy" not in result.results
    assert {"f1", "precision", "recall", "macro_f1"} <= set(manifest.metrics)
    assert set(result.results["baselines"]) == {"seen_entities"}
    # Random frozen weights of width 32 learn little, but the words are few: an untrained head finds nothing.
    assert result.results["f1"] > 0.2
    text = "please find the dog and tell me of saw 7"
    (decision,) = pointsman.load(result.artifact.path).predict([text])
    assert decision.spans is not None
    for entity in decision.spans:
        assert text[entity.start : entity.end] == entity.text
    assert not decision.truncated
    assert "report.html" in {p.name for p in result.artifact.path.iterdir()}


def test_stock_libraries_read_the_same_logits(
    family: str, trained_spans: Callable[[str], TrainResult], backbone: Backbone
) -> None:
    from peft import PeftModel
    from transformers import AutoModelForTokenClassification, AutoTokenizer

    folder = trained_spans(family).artifact.path
    text = "please find the dog and tell me of saw 7"
    stock = AutoModelForTokenClassification.from_pretrained(
        backbone.path, num_labels=5, dtype=torch.float32, **dict(backbone.family.config_overrides)
    )
    model = PeftModel.from_pretrained(stock, folder).eval()
    inputs = AutoTokenizer.from_pretrained(folder)(text, return_tensors="pt")
    inputs.pop("token_type_ids", None)
    with torch.no_grad():
        theirs = model(**inputs).logits[0].numpy()
    (ours,) = pointsman.load(folder).logits.pieces([text])
    inside = np.array([any(np.array_equal(row, mine) for row in theirs) for mine in ours.logits])
    assert inside.all()


def test_a_long_text_is_read_to_its_end(trained_spans: Callable[[str], TrainResult]) -> None:
    router = pointsman.load(trained_spans("bert").artifact.path)
    text = "please tell me of the barn " * 20 + "and find the dog and tell me of saw 7"
    (pieces,) = router.logits.pieces([text])
    assert pieces.offsets[-1] == (len(text) - 1, len(text))
    assert len(pieces.offsets) == len(pieces.logits) == len(text.split())
    assert not router.predict([text])[0].truncated


def test_evaluate_compare_and_calibrate(
    trained_spans: Callable[[str], TrainResult], spans_file: Path, tmp_path: Path
) -> None:
    import shutil

    folder = Path(shutil.copytree(trained_spans("bert").artifact.path, tmp_path / "copy"))
    options = DataOptions(path=spans_file)
    results, out = evaluate(folder, options, out=tmp_path / "eval")
    assert 0 <= results["f1"] <= 1
    assert set(results["per_class"]) == {"GPE", "PERSON"}
    assert results["n"] == 150
    assert "<h2>Each type" in (out / "report.html").read_text() or "Each" in (out / "report.html").read_text()
    found = compare(folder, trained_spans("roberta").artifact.path, options)
    assert found["n"] == 150
    assert set(found["paired"]) == {"difference", "difference_interval", "p_value"}
    before = pointsman.load(folder).calibration
    _, calibration = calibrate(folder, "precision=0.5")
    assert calibration.rule.applies_to == "span"
    assert calibration.rule.effect.accuracy_answered >= 0.5
    assert calibration.temperature == before.temperature
    with pytest.raises(ConfigError, match="were trained on"):
        calibrate(folder, "fpr=0.5", options)
    other = tmp_path / "other.jsonl"  # known by its bytes: for the way through the code, the same rows will do
    other.write_text("\n".join(reversed(spans_file.read_text().splitlines())) + "\n")
    _, again = calibrate(folder, "fpr=0.5", DataOptions(path=other))
    assert again.n_validation == 150
    open_artifact(folder)
    with pytest.raises(ConfigError, match="coverage"):
        calibrate(folder, "coverage=0.9")


def test_killed_and_resumed_it_ends_at_the_same_figures(
    span_options: Callable[..., TrainOptions], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train(span_options("bert", tmp_path / "whole", epochs=3))
    options = span_options("bert", tmp_path / "cut", epochs=3)

    class Killed(BaseException):
        pass

    class Kills:
        def say(self, line: str) -> None: ...

        def advance(self, stage: str, done: int, total: int, text: str = "") -> None:
            if stage == "training" and done > total * 0.7:
                raise Killed

    with pytest.raises(Killed):
        train(options, Kills())
    resumed = train(replace(options, resume=True))
    assert resumed.resumed
    for key in ("f1", "precision", "recall", "per_class"):
        assert resumed.results[key] == whole.results[key]


def test_the_generator_joins_a_file_unless_told_otherwise(spans_file: Path) -> None:
    alone = load_dataset("pii", None, DataOptions(path=spans_file, generator=False))
    joined = load_dataset("pii", None, DataOptions(path=spans_file))
    assert alone.generator_rows == 0
    assert joined.generator_rows == len(joined.split.train) - len(alone.split.train) > 5000
    assert joined.split.test == alone.split.test
    assert joined.split.validation == alone.split.validation
    assert alone.task.entities == joined.task.entities


def test_few_rows_of_a_template_judge_and_stand_beside_a_file_and_all_of_them_train(spans_file: Path) -> None:
    def most(rows: Sequence[Example]) -> int:
        return max(Counter(row.group for row in rows).values())

    alone = load_dataset("pii", None, DataOptions()).split
    joined = load_dataset("pii", None, DataOptions(path=spans_file))
    assert most(alone.train) >= 20
    assert most(alone.validation) == most(alone.test) == 5
    assert most(joined.split.train[-joined.generator_rows :]) == 7


def test_a_row_split_over_groups_is_refused(spans_file: Path, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in spans_file.read_text().splitlines()]
    file = tmp_path / "rows.jsonl"
    file.write_text(
        "".join(json.dumps({**r, "split": "test" if i % 5 == 0 else "train"}) + "\n" for i, r in enumerate(rows[:-7]))
    )
    # Group g0 stands in both parts once rows are dealt over parts by number.
    rows[1]["group"] = rows[0]["group"]
    file.write_text(
        "".join(json.dumps({**r, "split": "test" if i == 0 else "train"}) + "\n" for i, r in enumerate(rows))
    )
    with pytest.raises(DataError, match=r"the split leaks: 1 group stands in more than one part.*--allow-leakage"):
        load_dataset("pii", None, DataOptions(path=file, generator=False))
    allowed = load_dataset("pii", None, DataOptions(path=file, generator=False, allow_leakage=True))
    assert allowed.leakage is not None
    assert allowed.leakage.startswith("the split leaks, figures are too high")


def test_a_new_token_task_takes_its_types_from_the_file(spans_file: Path) -> None:
    dataset = load_dataset(None, "animals", DataOptions(path=spans_file, fields=Fields(spans="spans")))
    assert dataset.task.entities == ("LOCATION", "PERSON")


def test_reordered_token_labels_are_refused(trained_spans: Callable[[str], TrainResult], tmp_path: Path) -> None:
    import shutil

    folder = Path(shutil.copytree(trained_spans("bert").artifact.path, tmp_path / "copy"))
    file = folder / "pii_type_mapping.json"
    content = json.loads(file.read_text())
    content["idx_to_label"]["1"], content["idx_to_label"]["3"] = (
        content["idx_to_label"]["3"],
        content["idx_to_label"]["1"],
    )
    file.write_text(json.dumps(content))
    with pytest.raises(ArtifactError, match="orders the labels"):
        open_artifact(folder)


def test_rows_of_the_generator_that_are_held_out_do_not_train(tmp_path: Path) -> None:
    from pointsman.data.build_folder import row as built
    from pointsman.data.embedded import load

    some = load("pii")[:300]
    file = tmp_path / "rows.jsonl"
    file.write_text(
        "".join(
            json.dumps({**built(row), "source": "mine", "split": "test" if row.group == some[0].group else "train"})
            + "\n"
            for row in some
        )
    )
    dataset = load_dataset("pii", None, DataOptions(path=file))
    assert dataset.generator_rows > 5000
    held = {row.group for row in (*dataset.split.test, *dataset.split.validation)}
    assert not held & {row.group for row in dataset.split.train}
    file.write_text(file.read_text().replace('"source": "mine"', '"source": "embedded"'))
    assert load_dataset("pii", None, DataOptions(path=file)).generator_rows == 0


@pytest.mark.parametrize("options", [DataOptions(generator=False), DataOptions(label_map={"A": "AGE"})])
def test_options_about_a_file_need_one(options: DataOptions) -> None:
    with pytest.raises(ConfigError, match="says how to use --data FILE"):
        load_dataset("pii", None, options)
