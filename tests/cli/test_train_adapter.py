"""`pointsman train adapter` and what is done with its artifacts, as typed."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
import yaml

from pointsman.backbones import Backbone
from tests.conftest import Run
from tests.routing_artifacts import write_screens


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A routing folder of 21 screens."""
    return write_screens(
        tmp_path_factory.mktemp("small") / "screens", {"train": 12, "validation": 6, "eval": 6}, seed=3
    )


def _base(small: Path, backbone: Backbone) -> list[object]:
    return ["train", "adapter", "--data", small, "--model", backbone.path, "--device", "cpu", "--precision", "fp32"]


def test_train_evaluate_predict_calibrate(run: Run, small: Path, tiny_qwen3_vl: Backbone, tmp_path: Path) -> None:
    base = _base(small, tiny_qwen3_vl)
    code, out, err = run(*base, "--out", tmp_path / "head", "--template", "Look: {text}", "--max-pixels", 8192)
    assert code == 0, err
    assert "encoder: 24 requests, 24 distinct, 24 computed in" in err
    assert "best loss on validation" in err
    assert f'next: pointsman predict {tmp_path / "head"} "your text" --image FILE' in out
    lora = ("--strategy", "lora", "--epochs", 1, "--lora-rank", 4, "--evaluate-every", 1, "--json", "--quiet")
    code, out, err = run(*base, "--out", tmp_path / "lora", *lora)
    assert (code, err) == (0, "")
    results = json.loads(out)
    assert (results["strategy"], results["split"], results["n"]) == ("generate", "test", 6)
    assert results["seconds"]["total"] > 0
    routers = (tmp_path / "head", tmp_path / "lora")
    manifest = json.loads((tmp_path / "head" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["request"]["text"], manifest["request"]["max_pixels"]) == ("Look: {text}", 8192)

    code, out, err = run("evaluate", *routers, "--data", small, "--out", tmp_path / "judged", "--quiet")
    assert code == 0, err
    for word in ("head", "lora", "majority", "text alone", "image size", "adapter on screens (test, 6 rows)"):
        assert word in out
    assert (tmp_path / "judged" / "comparison.json").is_file()
    code, out, err = run("evaluate", *routers, "--data", small, "--shuffle-images", 2, "--json", "--quiet")
    assert json.loads(out)["shuffled_images"] == 2, err
    code, out, err = run("evaluate", routers[0], "--data", small, "--shuffle-images", 2, "--quiet", "--split", "test")
    assert code == 0, err
    assert out.startswith("warning: images were shuffled among the rows (seed 2): this is a control")
    assert "ms a request" in out
    code, out, err = run("evaluate", *routers, "--data", small, "--shifted", small)
    assert (code, out) == (2, "")
    assert "--shifted goes with one artifact" in err

    image = small / "images" / "calendar_00018.png"
    code, out, err = run("predict", routers[0], "click the button", "--image", image, "--json", "--probabilities")
    assert code == 0, err
    row = json.loads(out)
    assert (row["text"], row["image"]) == ("click the button", str(image))
    assert sum(row["probabilities"].values()) == pytest.approx(1)
    code, out, err = run("predict", routers[1], "--input", small / "eval.jsonl", "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["source"] for row in rows] == [f"eval.jsonl:{i}" for i in range(1, 7)]
    assert all(row["image"].endswith(".png") for row in rows)

    code, out, err = run("calibrate", routers[1], "--target", "coverage=0.5", "--json")
    assert code == 0, err
    assert json.loads(out)["target"] == "coverage=0.5"
    code, out, err = run("calibrate", routers[1], "--data", small, "--device", "cpu", "--backbone", tiny_qwen3_vl.path)
    assert code == 0, err
    assert "on 6 validation rows" in out
    for router in routers:
        assert run("verify-files", router)[0] == 0
    code, out, _ = run("artifacts", tmp_path, "--json")
    assert code == 0
    assert "adapter" in out


def test_the_usual_strategy_and_aliases(run: Run, small: Path, tiny_qwen3_vl: Backbone, tmp_path: Path) -> None:
    base = _base(small, tiny_qwen3_vl)
    for strategy, said in (("head", "unknown recipe 'x'"), ("lora", "there is one recipe"), ("generate", "one recipe")):
        code, _, err = run(*base, "--strategy", strategy, "--recipe", "x")
        assert (code, said in err) == (2, True), err
    code, _, err = run(*base, "--recipe", "x")
    assert "unknown recipe 'x'" in err
    assert "recipes: fast, classic" in err


def test_a_config_file_and_max_samples(run: Run, small: Path, tiny_qwen3_vl: Backbone, tmp_path: Path) -> None:
    config = tmp_path / "run.yaml"
    content = {
        "data": str(small),
        "model": str(tiny_qwen3_vl.path),
        "strategy": "head",
        "hidden-layer": 1,
        "pooling": "mean",
        "max-samples": 6,
        "head-hidden": 4,
        "precision": "fp32",
        "out": str(tmp_path / "out"),
    }
    config.write_text(yaml.safe_dump(content), encoding="utf-8")
    code, out, err = run("train", "adapter", "--config", config, "--epochs", 2, "--json")
    assert code == 0, err
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["request"]["layer"], manifest["request"]["tokens"]) == (1, "mean")
    assert (manifest["recipe"]["hidden"], manifest["recipe"]["epochs"]) == (4, 2)
    assert manifest["data"]["rows"]["train"] == 6
    assert json.loads(out)["encoder"]["requests"] == 18


def test_a_pipeline_file(run: Run, small: Path, tiny_qwen3_vl: Backbone, tmp_path: Path) -> None:
    file = tmp_path / "pipeline.yaml"
    routers = {
        "looks": {"task": "adapter", "epochs": 2},
        "says": {"task": "adapter", "strategy": "lora", "epochs": 1, "lora-rank": 2},
    }
    content = {
        "out": str(tmp_path / "all"),
        "defaults": {"data": str(small), "model": str(tiny_qwen3_vl.path), "precision": "fp32", "max-pixels": 8192},
        "tasks": routers,
    }
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    code, out, err = run("train", "--all", "--config", file, "--json")
    assert code == 0, err
    assert list(json.loads(out)["tasks"]) == ["looks", "says"]
    strategies = [
        json.loads((tmp_path / "all" / name / "manifest.json").read_text(encoding="utf-8"))["strategy"]
        for name in routers
    ]
    assert strategies == ["head", "generate"]
    code, _, err = run("train", "--all", "--config", file, "--resume", "-q")
    assert code == 0, err
    for option, said in (
        ({"hidden-layer": 9}, "tasks.looks: --hidden-layer 9: use 1 to 2"),
        ({"strategy": "branch"}, "tasks.looks: --strategy branch: 'adapter' decides on images too"),
        ({"strategy": "heads"}, "tasks.looks: --strategy heads, did you mean 'head'?: use branch, head"),
        ({"max-pixels": 1.5}, "tasks.looks: max-pixels: 1.5 is not a whole number"),
        ({"quantised": 1}, "tasks.looks: quantised: 1: write true or false"),
    ):
        file.write_text(
            yaml.safe_dump({**content, "tasks": {"looks": {**routers["looks"], **option}}}), encoding="utf-8"
        )
        code, _, err = run("train", "--all", "--config", file)
        assert (code, said in err) == (2, True), err


def test_predict_takes_lines_and_rows_from_a_file(
    run: Run, text_router: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "rows.txt"
    file.write_text('{"text": "find a doctor", "id": 4}\nopen week seven\n', encoding="utf-8")
    code, out, err = run("predict", text_router, "--input", file, "--json")
    assert code == 0, err
    rows = [json.loads(line) for line in out.splitlines()]
    assert [(row.get("id"), row["text"]) for row in rows] == [(4, "find a doctor"), (None, "open week seven")]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(file.read_bytes()), encoding="utf-8"))
    assert run("predict", text_router, "-", "--json")[1] == out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["predict", "ROUTER"], "nothing to decide: give texts, - for standard input, or --input FILE"),
        (["predict", "ROUTER", "a", "b", "--image", "IMAGE"], "--image goes with one text, and 2 are given"),
        (["predict", "ROUTER", "a", "--image", "none.png"], "none.png: there is no such image"),
        (["predict", "ROUTER", "a", "--image", "BROKEN"], "broken.png is no image that can be read"),
        (["predict", "ROUTER", "a", "--image", "IMAGE"], "an image was sent, and"),
        (["predict", "ROUTER", "a", "--input", "IMAGE"], "--input names a file of rows: give no texts"),
        (["predict", "ROUTER", "--input", "none.txt"], "--input none.txt: no such file or directory"),
        (
            ["predict", "BRANCH", "a", "--image", "IMAGE"],
            "text 1 comes with an image, and this router takes text alone",
        ),
        (["train", "adapter", "--strategy", "head"], "train adapter needs --data DIR"),
        (["train", "adapter", "--strategy", "branch"], "--strategy branch: 'adapter' decides on images too"),
        (["train", "pii", "--strategy", "head"], "--strategy head: 'pii' finds entities in a text"),
        (["train", "domain", "--strategy", "head", "--model", "minilm"], "'minilm' is an encoder (bert)"),
        (["train", "domain", "--pooling", "mean"], "--pooling has no meaning with --strategy branch: it is for head"),
        (["train", "domain", "--strategy", "lora", "--features", "x"], "--features has no meaning with --strategy gen"),
        (["train", "domain", "--strategy", "head", "--template", "none.txt"], "none.txt: no such file, and no {text}"),
        (["train", "domain", "--strategy", "head", "--max-tokens", "-1"], "--max-tokens -1: use a number of tokens"),
        (["train", "domain", "--strategy", "head", "--min-pixels", "-1"], "--min-pixels -1"),
    ],
)
def test_mistakes_are_one_line_and_exit_2(
    run: Run,
    args: list[str],
    said: str,
    text_router: Path,
    artifact_copy: Path,
    screens: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no image")
    places = {
        "ROUTER": text_router,
        "BRANCH": artifact_copy,
        "IMAGE": next((screens / "images").iterdir()),
        "BROKEN": broken,
    }
    code, out, err = run(*(places.get(word, word) for word in args))
    assert (code, out) == (2, "")
    last = err.splitlines()[-1]
    assert last.startswith("pointsman: ")
    assert said in last
    assert "Traceback" not in err
