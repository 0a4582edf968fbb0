"""Judging routers that stand on a generating model: alone, several at once, with shuffled images; calibrating them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import pointsman
from pointsman.artifacts import open_artifact
from pointsman.artifacts.mappings import read_json
from pointsman.artifacts.signing import sign, verify
from pointsman.backbones import Backbone
from pointsman.data.example import Example
from pointsman.data.routing import read_routing
from pointsman.errors import ArtifactError, ConfigError, DataError
from pointsman.pipeline.calibrate import calibrate
from pointsman.pipeline.card import card
from pointsman.pipeline.evaluate import compare, evaluate
from pointsman.pipeline.evaluate_many import evaluate_many
from pointsman.pipeline.examinee import with_images_shuffled
from pointsman.pipeline.export import ExportOptions, export
from pointsman.pipeline.options import DataOptions
from pointsman.pipeline.run import TrainResult
from pointsman.pipeline.verify import verify as replay
from tests.generating import NAMES, shown
from tests.routing_artifacts import write_screens

STRATEGIES = ("head", "generate")


@pytest.fixture(params=STRATEGIES)
def router(request: pytest.FixtureRequest) -> Path:
    """Each strategy's artifact in turn."""
    return Path(request.getfixturevalue("head_router" if request.param == "head" else "name_router"))


@pytest.fixture
def own(router: Path, tmp_path: Path) -> Path:
    """Each strategy's artifact, the test's own."""
    return Path(shutil.copytree(router, tmp_path / "router"))


@pytest.fixture(autouse=True)
def _undrawn(no_pictures: None) -> None:
    """Draw no pictures."""


@pytest.fixture(scope="module")
def unseen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Routing data that no router was trained on, its images larger for some."""
    return write_screens(tmp_path_factory.mktemp("unseen") / "data", {"train": 6, "validation": 9, "eval": 24}, seed=7)


def test_figures_of_training_are_found_again(router: Path, screens: Path, tmp_path: Path) -> None:
    results, folder = evaluate(router, DataOptions(path=screens), out=tmp_path / "out")
    before = read_json(router / "eval_results.json")
    assert (folder / "report.html").is_file()
    for key in ("n", "accuracy", "macro_f1", "weighted_f1", "intervals", "per_class", "confusion", "labels", "split"):
        assert results.get(key) == before.get(key), key
    assert results["baselines"] == before["baselines"]
    assert results["calibration"]["ece_after"] == pytest.approx(before["calibration"]["ece_after"], abs=1e-3)
    assert results["abstention"]["threshold"] == before["abstention"]["threshold"]
    assert (results["strategy"], results["warnings"]) == (open_artifact(router).manifest.strategy, [])


def test_the_time_is_that_of_the_real_model(router: Path, unseen: Path, tmp_path: Path) -> None:
    results, _ = evaluate(router, DataOptions(path=unseen), out=tmp_path / "out")
    speed = results["latency"]
    assert 0.5 < speed["single_ms_p50"] <= speed["single_ms_p95"]
    assert speed["batch_texts_per_second"] > 1


def test_rows_that_were_trained_on_are_told(head_router: Path, screens: Path, tmp_path: Path) -> None:
    results, _ = evaluate(head_router, DataOptions(path=screens), part="train", out=tmp_path / "out")
    assert results["warnings"][0] == "these rows (train) of screens were trained on: not a test"
    assert results["n"] == 36


def test_a_file_of_rows_and_rows_of_texts(head_router: Path, text_router: Path, unseen: Path, tmp_path: Path) -> None:
    results, _ = evaluate(head_router, DataOptions(path=unseen / "eval.jsonl"), out=tmp_path / "a")
    assert (results["n"], results["split"], results["data"]) == (24, "all", "eval.jsonl")
    file = tmp_path / "rows.jsonl"
    rows = [{"text": f"file a claim for {what}", "label": NAMES[1]} for what in ("the roof", "anna", "the knee")]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    results, _ = evaluate(text_router, DataOptions(path=file), out=tmp_path / "b")
    decided = pointsman.load(text_router).predict([row["text"] for row in rows])
    assert results["accuracy"] == pytest.approx(np.mean([d.label == NAMES[1] for d in decided]))
    assert results["baselines"].keys() == {"majority", "text_alone"}


def test_shuffled_images_leave_nothing_where_the_text_tells_nothing(router: Path, unseen: Path, tmp_path: Path) -> None:
    data = DataOptions(path=unseen)
    straight, _ = evaluate(router, data, out=tmp_path / "a")
    control, _ = evaluate(router, data, out=tmp_path / "b", shuffle_images=1)
    again, _ = evaluate(router, data, out=tmp_path / "c", shuffle_images=1)
    rows = read_routing(unseen).parts["test"]
    dealt = with_images_shuffled(rows, 1)
    hits = np.mean([str(a.image.path).split("/")[-1].startswith(str(a.label)) for a in dealt if a.image])
    assert straight["accuracy"] > 0.9
    # What is left is the share of rows that were dealt an image of their own expert.
    assert control["accuracy"] == pytest.approx(hits, abs=0.1)
    assert control["accuracy"] < 0.6
    assert control["accuracy"] == again["accuracy"]
    assert control["shuffled_images"] == 1
    assert control["warnings"][0] == "images were shuffled among the rows (seed 1): this is a control"


def test_shuffling_moves_images_and_nothing_else() -> None:
    rows = [*shown(9), Example("text alone", label=NAMES[0])]
    dealt = with_images_shuffled(rows, 4)
    assert [(r.text, r.label) for r in dealt] == [(r.text, r.label) for r in rows]
    assert dealt[-1].image is None
    keys = [[r.image.digest() for r in some if r.image] for some in (rows, dealt)]
    assert sorted(keys[0]) == sorted(keys[1])
    assert keys[0] != keys[1]
    with pytest.raises(ConfigError, match="--shuffle-images: 0 of 1 rows have an image"):
        with_images_shuffled(rows[-1:], 4)


def test_several_routers_in_one_table(head_router: Path, name_router: Path, unseen: Path, tmp_path: Path) -> None:
    data = DataOptions(path=unseen)
    found = evaluate_many([head_router, name_router, head_router], data, out=tmp_path / "out")
    assert json.loads((tmp_path / "out" / "comparison.json").read_text(encoding="utf-8")) == found
    assert (found["task"], found["n"], found["split"]) == ("adapter", 24, "test")
    head, names, again = found["routers"]
    assert [row["strategy"] for row in (head, names, again)] == ["head", "generate", "head"]
    for path, row in ((head_router, head), (name_router, names)):
        single, _ = evaluate(path, data, out=tmp_path / path.name)
        assert row["accuracy"] == single["accuracy"]
        assert row["accuracy_interval"] == single["intervals"]["accuracy"]
        assert row["macro_f1"] == pytest.approx(single["macro_f1"])
        assert row["ece"] == pytest.approx(single["calibration"]["ece_after"], abs=2e-3)
        assert row["abstained"] == pytest.approx(1 - single["abstention"]["coverage"], abs=0.05)
        assert row["latency"]["single_ms_p50"] > 0
        assert row["weights_mb"] > 0
        if path == head_router:
            for name, baseline in found["baselines"].items():
                assert baseline["accuracy"] == single["baselines"][name]["accuracy"]
    assert found["baselines"].keys() == {"majority", "text_alone", "image_size"}
    assert "paired" not in head
    assert again["paired"] == {
        "difference": 0.0,
        "difference_interval": again["paired"]["difference_interval"],
        "p_value": 1.0,
        "only_this": 0,
        "only_first": 0,
    }
    majority = found["baselines"]["majority"]["paired"]
    assert majority["difference"] == pytest.approx(1 / 3 - head["accuracy"])


def test_several_routers_with_shuffled_images(head_router: Path, name_router: Path, unseen: Path) -> None:
    found = evaluate_many([head_router, name_router], DataOptions(path=unseen), shuffle_images=1)
    assert found["shuffled_images"] == 1
    assert "this is a control" in found["warnings"][0]
    assert all(row["accuracy"] < 0.6 for row in found["routers"])


def test_two_routers_row_by_row(head_router: Path, name_router: Path, unseen: Path) -> None:
    found = compare(head_router, name_router, DataOptions(path=unseen))
    assert found["n"] == 24
    assert found["a"]["accuracy"] - found["b"]["accuracy"] == pytest.approx(found["paired"]["difference"])


def test_several_branches_and_other_labels(
    trained: Callable[[str], TrainResult], head_router: Path, support_file: Path, screens: Path
) -> None:
    paths = [trained(family).artifact.path for family in ("bert", "roberta")]
    found = evaluate_many(paths, DataOptions(path=support_file), part=None)
    assert [row["strategy"] for row in found["routers"]] == ["branch", "branch"]
    assert found["baselines"].keys() == {"majority", "logistic_regression", "nearest_neighbours"}
    assert "were trained on by bert: not a test" in found["warnings"][0]
    with pytest.raises(ConfigError, match=r"routers are compared on the same labels"):
        evaluate_many([head_router, paths[0]], DataOptions(path=screens))


def test_entities_are_judged_elsewhere(trained_spans: Callable[[str], TrainResult], spans_file: Path) -> None:
    path = trained_spans("bert").artifact.path
    with pytest.raises(ConfigError, match="finds entities: judge it by itself, or compare two"):
        evaluate_many([path, path], DataOptions(path=spans_file))


def test_a_rule_from_the_kept_scores_needs_no_model(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_model(*args: object, **options: object) -> None:
        raise AssertionError("a model was loaded")

    monkeypatch.setattr("pointsman.inference.shared_base.SharedBase.open", no_model)
    before = open_artifact(own)
    artifact, calibration = calibrate(own, "coverage=0.5")
    assert (calibration.rule.target, artifact.digest) != ("default", before.digest)
    assert calibration.rule.effect.n == 18
    assert 0.5 <= calibration.rule.effect.coverage < 1
    assert any("the rule for 'not sure' has changed" in w for w in read_json(own / "eval_results.json")["warnings"])


def test_a_rule_from_other_rows(own: Path, unseen: Path) -> None:
    _, calibration = calibrate(own, "coverage=0.5", DataOptions(path=unseen))
    assert calibration.rule.effect.n == 9  # its validation rows
    decided = pointsman.load(own).predict(list(read_routing(unseen).parts["validation"]))
    assert sum(d.abstained for d in decided) == pytest.approx(9 * (1 - calibration.rule.effect.coverage), abs=1)
    assert all(d.threshold == calibration.rule.threshold for d in decided)
    with pytest.raises(DataError, match="it has parts train, test but no validation"):
        calibrate(own, "coverage=0.5", DataOptions(path=_without(unseen, own.parent / "few", "validation")))


def _without(source: Path, target: Path, part: str) -> Path:
    shutil.copytree(source, target)
    (target / f"{part}.jsonl").unlink()
    return target


def test_what_else_is_done_with_an_artifact(own: Path, keys: tuple[Path, Path], tmp_path: Path) -> None:
    sign(own, keys[0])
    verify(own, keys[1])
    assert pointsman.load(own, verify_key=keys[1]).digest == open_artifact(own).digest
    text = card(own)
    assert "Picture(path=" in text
    assert "### Transformers" not in text
    assert ("a head on the frozen states of" in text) == (open_artifact(own).manifest.strategy == "head")
    with pytest.raises(ArtifactError, match="there is nothing to export") as refused:
        export([own], ExportOptions("onnx", tmp_path / "export"))
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "export").exists()
    with pytest.raises(ArtifactError, match="has no golden rows to replay"):
        replay(own)


def test_labels_that_a_router_does_not_know(head_router: Path, tmp_path: Path) -> None:
    names = ("calendar", "claim-window", "invoices")
    data = write_screens(tmp_path / "data", {"train": 6, "validation": 6, "eval": 6}, names)
    with pytest.raises(
        DataError, match="it has rows of invoices, and the router decides between calendar, claim-window, provider-sel"
    ):
        evaluate(head_router, DataOptions(path=data), out=tmp_path / "out")
    with pytest.raises(DataError, match="it has rows of invoices"):
        calibrate(head_router, "default", DataOptions(path=data))


def test_fewer_labels_than_the_router_knows(head_router: Path, tmp_path: Path) -> None:
    """Their order in the data is the data's: names count."""
    data = write_screens(tmp_path / "data", {"eval": 6}, NAMES[::-1][:2])
    results, _ = evaluate(head_router, DataOptions(path=data), out=tmp_path / "out")
    assert results["labels"] == list(NAMES)
    assert results["per_class"]["calendar"]["support"] == 0


def test_what_is_refused(
    head_router: Path,
    text_router: Path,
    trained: Callable[[str], TrainResult],
    tiny_qwen3: Backbone,
    unseen: Path,
    requests_folder: Path,
    tmp_path: Path,
) -> None:
    data = DataOptions(path=unseen)
    with pytest.raises(ConfigError, match="--data is needed: this artifact was trained on screens"):
        evaluate(head_router, DataOptions())
    with pytest.raises(ArtifactError, match=r"holds other weights or another tokenizer .*--backbone"):
        evaluate(head_router, data, backbone=str(tiny_qwen3.path))
    with pytest.raises(DataError, match=r"eval\.jsonl:1: an image was sent, and '.*' takes text alone"):
        evaluate(text_router, data, out=tmp_path / "out")
    with pytest.raises(DataError, match="it has rows of calendar"):
        evaluate(trained("bert").artifact.path, data, out=tmp_path / "out")
    with pytest.raises(ConfigError, match="--shuffle-images: 0 of 18 rows have an image"):
        evaluate(text_router, DataOptions(path=requests_folder), shuffle_images=1)
    with pytest.raises(DataError, match="it has no part 'valid'"):
        evaluate(head_router, data, part="valid")
    with pytest.raises(ConfigError, match="--oos-label: for rows of texts"):
        evaluate(head_router, replace(data, oos_label="none"))
    with pytest.raises(DataError, match="text 1 comes with an image, and this router takes text alone"):
        pointsman.load(trained("bert").artifact.path).predict([shown(1)[0]])
    assert not (tmp_path / "out").exists()


def test_a_broken_image_is_named(head_router: Path, tmp_path: Path) -> None:
    data = write_screens(tmp_path / "data", {"eval": 6})
    (data / "images" / "provider-select_00002.png").write_bytes(b"GIF8 no image")
    with pytest.raises(DataError, match=r"eval\.jsonl:3: .*provider-select_00002\.png"):
        evaluate(head_router, DataOptions(path=data), out=tmp_path / "out")
