"""`pointsman demo vision` as typed: on a tiny random model, which shows the way through it and no more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pointsman.backbones import Backbone
from tests.conftest import Run


def test_the_demo_of_screenshots(run: Run, tiny_qwen3_vl: Backbone, tmp_path: Path) -> None:
    out = tmp_path / "demo"
    told = ("demo", "vision", "--out", out, "--model", tiny_qwen3_vl.path, "--screens", 12, "--device", "cpu")
    code, printed, said = run(*told, "--both")
    assert code == 0, said
    for word in ("[base]", "baseline majority", "[router: head]", "[router: lora]", "[expert: calendar]", "[stack]"):
        assert word in said
    for word in ("Routers, judged", "Without a router: majority", "prepare", "see", "switch", "s in all: base"):
        assert word in printed
    assert "pointsman route " in printed
    assert f"pointsman serve --stack {out / 'experts.yaml'}" in printed
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["complete"]
    assert summary["routers"].keys() == {"head", "lora"}
    assert {one["truth"] for one in summary["screens"]} == {"calendar", "claim-window", "provider-select"}
    assert all(Path(one["image"]).is_file() and "lora" in one for one in summary["screens"])
    assert summary["seconds"]["total"] > summary["seconds"]["routing"] > 0

    # What it says to run next runs.
    first = summary["screens"][0]
    asked = ("route", first["request"], "--image", first["image"], "--stack", out / "experts.yaml", "--json")
    code, printed, said = run(*asked, "--decide-only", "--quiet")
    assert code in (0, 3), said
    assert json.loads(printed)["decision"]["label"] == first["decision"]["label"]

    code, printed, said = run(*told, "--quiet")
    assert (code, printed) == (2, "")
    assert "--overwrite" in said
    code, printed, said = run(*told, "--quiet", "--json", "--overwrite")
    assert (code, said) == (0, ""), said
    assert json.loads(printed)["routers"].keys() == {"head"}
    assert not (out / "router-lora").exists()


def test_the_small_model_is_what_it_stands_on_by_itself(
    run: Run, tiny_qwen3_vl: Backbone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pointsman.training.tiny.pretrained", lambda progress: tiny_qwen3_vl.path)
    code, printed, said = run("demo", "vision", "--out", tmp_path / "demo", "--screens", 12, "--device", "cpu")
    assert code == 0, said
    assert "its figures say nothing of a real model" in said
    assert "its figures say nothing of a real one" in printed


def test_an_interrupted_demo_may_be_overwritten(tmp_path: Path) -> None:
    from pointsman.pipeline.demo_vision import _clear

    out = tmp_path / "demo"
    _clear(out, overwrite=False)
    (out / "data").mkdir()
    (out / "experts.yaml").write_text("x", encoding="utf-8")
    _clear(out, overwrite=True)
    assert [one.name for one in out.iterdir()] == ["summary.json"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (["visoin"], "demo visoin, did you mean 'vision'?: use text or vision"),
        (["--both"], "--both is for the demo of screenshots"),
        (["text", "--model", "x"], "--model is for the demo of screenshots"),
        (["text", "--screens", "30"], "--screens is for the demo of screenshots"),
        (["vision", "--screens", "5"], "--screens 5: use 12 of each kind or more"),
        (["vision", "--device", "gpu"], "--device gpu: use auto, cpu or cuda"),
        (["vision", "--model", "no-such-model"], "unknown model 'no-such-model'"),
    ],
)
def test_what_cannot_be_shown(run: Run, tmp_path: Path, typed: list[str], message: str) -> None:
    code, printed, said = run("demo", *typed, "--out", tmp_path / "demo", "--quiet")
    assert (code, printed) == (2, "")
    assert message in said
    assert len(said.splitlines()) == 1


def test_a_base_that_takes_text_alone(run: Run, tiny_qwen3: Backbone, tmp_path: Path) -> None:
    code, _, said = run("demo", "vision", "--model", tiny_qwen3.path, "--out", tmp_path / "demo", "--quiet")
    assert code == 2
    assert "it takes text alone" in said


def test_another_folder_is_left_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    code, _, said = run("demo", "vision", "--out", tmp_path, "--overwrite", "--quiet")
    assert code == 2
    assert "did not write" in said
    assert (tmp_path / "data").is_dir()
