"""`pointsman preprocess` and `pointsman encode` as typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pointsman.backbones import Backbone
from tests import seeing
from tests.conftest import Run


@pytest.fixture(scope="module")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Backbone:
    return seeing.tiny(tmp_path_factory.mktemp("vl") / "vl")


@pytest.fixture
def routing(tmp_path: Path) -> Path:
    return seeing.write_routing(tmp_path / "routing", {"train": 6, "eval": 2})


def test_rows_to_tensors_to_features(run: Run, backbone: Backbone, routing: Path, tmp_path: Path) -> None:
    tensors, features = tmp_path / "tensors", tmp_path / "features"
    code, out, err = run("preprocess", routing, "--out", tensors, "--model", backbone.path, "--max-pixels", 8192)
    assert code == 0, err
    assert "8 rows, 8 images" in out
    assert "8 rows made now" in out
    code, out, err = run("encode", tensors, "--out", features, "--device", "cpu", "--precision", "fp32")
    assert code == 0, err
    assert "8 rows, 8 of them distinct; 8 computed now, " in out
    assert "rows/s" in out
    rows = ("encode", routing, "--out", features, "--model", backbone.path, "--precision", "fp32")
    code, out, err = run(*rows, "--max-pixels", 8192, "--json", "--quiet")
    assert (code, err) == (0, "")
    assert json.loads(out)["computed"] == 0
    code, out, err = run(*rows, "--pooling", "mean", "--hidden-layer", 1, "--template", "Who? {text}", "--json")
    assert code == 0, err
    told = json.loads(out)
    assert (told["computed"], told["pooling"], told["template"]["text"]) == (
        8,
        {"tokens": "mean", "layer": 1},
        "Who? {text}",
    )
    code, out, _ = run(
        "preprocess", routing, "--out", tensors, "--model", backbone.path, "--max-pixels", 8192, "--json"
    )
    assert (code, json.loads(out)["computed"]) == (0, 0)


def test_one_file_of_rows(run: Run, backbone: Backbone, routing: Path, tmp_path: Path) -> None:
    code, out, err = run(
        "preprocess", routing / "train.jsonl", "--out", tmp_path / "t", "--model", backbone.path, "--json"
    )
    assert code == 0, err
    assert json.loads(out)["counts"] == {"all": {"calendar": 3, "claim-window": 3}}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["preprocess", "ROWS", "--out", "new", "--model", "minilm"], "'minilm' is an encoder"),
        (["encode", "ROWS", "--out", "new", "--model", "minilm"], "'minilm' is an encoder"),
        (["preprocess", "gone", "--out", "new"], "gone"),
        (["encode", "gone", "--out", "new", "--model", "MODEL"], "gone"),
        (
            ["encode", "ROWS", "--out", "new", "--model", "MODEL", "--pooling", "first"],
            "--pooling first: use last, mean",
        ),
        (
            ["encode", "ROWS", "--out", "new", "--model", "MODEL", "--device", "tpu"],
            "--device tpu: use auto, cpu, cuda",
        ),
        (["encode", "ROWS", "--out", "new", "--model", "MODEL", "--precision", "fp8"], "--precision fp8: use auto"),
        (["encode", "ROWS", "--out", "new", "--model", "MODEL", "--hidden-layer", "7"], "--hidden-layer 7: use 1 to 2"),
        (["encode", "ROWS", "--out", "new", "--model", "MODEL", "--template", "x"], "--template x: no such file"),
        (["encode", "ROWS", "--out", "ROWS", "--model", "MODEL"], "holds something else: choose another --out"),
        (
            ["preprocess", "ROWS", "--out", "new", "--model", "MODEL", "--min-pixels", "9", "--max-pixels", "8"],
            "min <= max",
        ),
    ],
)
def test_mistakes_are_one_line(
    run: Run, backbone: Backbone, routing: Path, tmp_path: Path, args: list[str], message: str
) -> None:
    places = {"ROWS": str(routing), "MODEL": str(backbone.path), "new": str(tmp_path / "new")}
    code, out, err = run(*(places.get(a, a) for a in args))
    assert (code, out) == (2, "")
    last = err.splitlines()[-1]
    assert last.startswith("pointsman: ")
    assert message in last
    assert "Traceback" not in err
    assert not list(tmp_path.glob("new/**/*.safetensors"))


def test_a_broken_image_is_named(run: Run, backbone: Backbone, routing: Path, tmp_path: Path) -> None:
    sorted((routing / "images").iterdir())[0].write_bytes(b"no image")
    for verb in ("preprocess", "encode"):
        code, _, err = run(verb, routing, "--out", tmp_path / verb, "--model", backbone.path)
        assert code == 2
        assert "train.jsonl:1: " in err
        assert "is no image that can be read" in err
