"""An expert from its own training file: what is written, that it answers, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pointsman.backbones import Backbone
from pointsman.data.example import Example
from pointsman.encoding.conversation import Template
from pointsman.errors import OutputError, PointsmanError
from pointsman.experts.adapters import base_of, check_adapter
from pointsman.experts.registry import Expert
from pointsman.inference.shared_base import SharedBase
from pointsman.pipeline.train_expert import TRAINING, train_expert
from pointsman.training.sft_recipe import SftRecipe
from tests.generating import screen, spoken

CALL = '<tool_call>{"name": "open_month", "arguments": {"month": 5}}</tool_call>'
HARD = SftRecipe(rank=8, alpha=16, dropout=0.0, epochs=35, learning_rate=1e-2, schedule="constant")
SHORT = replace(HARD, epochs=1)


def rows(n: int, *, images: bool) -> list[Example]:
    found = []
    for i, row in enumerate(spoken(n, 5)):
        image = screen(str(row.label), i) if images else None
        found.append(Example(f"{row.text}, {i}", source=f"row {i + 1}", image=image, answer=CALL))
    return found


def write(folder: Path, some: list[Example]) -> Path:
    """Write rows the way an expert's own file is."""
    (folder / "images").mkdir(parents=True)
    with (folder / "train.jsonl").open("w", encoding="utf-8") as file:
        for i, row in enumerate(some):
            assert row.image is not None
            (folder / "images" / f"{i}.png").write_bytes(row.image.read())
            turns = [{"from": "human", "value": f"<image>\n{row.text}"}, {"from": "gpt", "value": row.answer}]
            file.write(json.dumps({"id": f"r{i}", "image": f"images/{i}.png", "conversations": turns}) + "\n")
    return folder


def asked(backbone: Backbone, adapter: Path, row: Example, template: Template = Template()) -> str:  # noqa: B008 - frozen
    base = SharedBase.open(backbone)
    base.add("it", adapter)
    [made] = base.generate([base.preparer.prepare(row, template)], ["it"], max_new_tokens=64)
    return made.text


def test_an_expert_of_screens(tiny_qwen3_vl: Backbone, tmp_path: Path) -> None:
    some = rows(15, images=True)
    out = train_expert(
        write(tmp_path / "source", some), tmp_path / "calendar", str(tiny_qwen3_vl.path), recipe=HARD,
        device="cpu", precision="fp32",
    )  # fmt: skip
    assert {file.name for file in out.iterdir()} >= {"adapter_config.json", "adapter_model.safetensors", TRAINING}
    config = json.loads((out / "adapter_config.json").read_text(encoding="utf-8"))
    assert config["base_model_name_or_path"] == tiny_qwen3_vl.name
    facts = check_adapter(Expert("calendar", out), base_of(tiny_qwen3_vl.name), served=True)
    assert facts.problems == ()
    assert (facts.rank, facts.alpha) == (8, 16)
    told = json.loads((out / TRAINING).read_text(encoding="utf-8"))
    assert (told["rows"]["count"], told["rows"]["images"]) == (15, 15)
    assert told["base"]["digest"] == tiny_qwen3_vl.digest
    assert told["recipe"]["epochs"] == 35
    assert not (out / "work").exists()
    assert asked(tiny_qwen3_vl, out, rows(18, images=True)[-1]) == CALL


def test_an_expert_of_texts_with_a_template(tiny_qwen3: Backbone, tmp_path: Path) -> None:
    template = Template("Task: {text}", "Answer with a call.")
    out = train_expert(
        rows(15, images=False), tmp_path / "texts", str(tiny_qwen3.path), recipe=HARD, template=template,
        device="cpu", precision="fp32",
    )  # fmt: skip
    told = json.loads((out / TRAINING).read_text(encoding="utf-8"))
    assert told["rows"]["images"] == 0
    assert (told["template"]["text"], told["template"]["system"]) == (template.text, template.system)
    assert asked(tiny_qwen3, out, Example("open week seven, 40"), template) == CALL


def test_the_same_rows_give_the_same_adapter(tiny_qwen3: Backbone, tmp_path: Path) -> None:
    def made(name: str, some: list[Example], recipe: SftRecipe = SHORT) -> tuple[bytes, str]:
        out = train_expert(some, tmp_path / name, str(tiny_qwen3.path), recipe=recipe, device="cpu", precision="fp32")
        told = json.loads((out / TRAINING).read_text(encoding="utf-8"))
        return (out / "adapter_model.safetensors").read_bytes(), told["rows"]["sha256"]

    some = rows(6, images=False)
    first = made("first", some)
    assert made("again", some) == first
    weights, digest = made("other", [*some[:-1], replace(some[-1], answer="no")])
    assert weights != first[0]
    assert digest != first[1]
    assert made("seeded", some, replace(SHORT, seed=1))[0] != first[0]


def test_a_folder_that_is_there(tiny_qwen3: Backbone, tmp_path: Path) -> None:
    model, some, out = str(tiny_qwen3.path), rows(4, images=False), tmp_path / "calendar"
    train_expert(some, out, model, recipe=SHORT, device="cpu", precision="fp32")
    with pytest.raises(OutputError, match="--overwrite"):
        train_expert(some, out, model, recipe=SHORT, device="cpu", precision="fp32")
    train_expert(some[:2], out, model, recipe=SHORT, device="cpu", precision="fp32", overwrite=True)
    assert json.loads((out / TRAINING).read_text(encoding="utf-8"))["rows"]["count"] == 2
    other = tmp_path / "other"
    other.mkdir()
    (other / "letters.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="did not write"):
        train_expert(some, other, model, recipe=SHORT, device="cpu", precision="fp32", overwrite=True)


def test_rows_that_cannot_be_learnt(tiny_qwen3: Backbone, tiny_qwen3_vl: Backbone, tmp_path: Path) -> None:
    out = tmp_path / "calendar"

    def refused(given: Path | list[Example], backbone: Backbone = tiny_qwen3, recipe: SftRecipe = SHORT) -> str:
        with pytest.raises(PointsmanError) as found:
            train_expert(given, out, str(backbone.path), recipe=recipe, device="cpu", precision="fp32")
        assert sorted(one.name for one in tmp_path.iterdir() if one.name.startswith((".", "calendar"))) == []
        assert "\n" not in str(found.value)
        return str(found.value)

    some = rows(3, images=False)
    assert "no row to learn" in refused([])
    assert "row 2: the row has no answer" in refused([some[0], replace(some[1], answer=" ")])
    assert "row 1: request and answer" in refused([replace(some[0], answer="word " * 9000)])
    assert "row 1: request and answer" in refused([replace(some[0], text="word " * 9000)])
    assert "takes text alone" in refused(rows(2, images=True))
    assert "no such file" in refused(tmp_path / "nowhere.jsonl")
    file = tmp_path / "train.jsonl"
    turn = {"from": "human", "value": "hello"}
    file.write_text(json.dumps({"conversations": [turn]}) + "\n", encoding="utf-8")
    assert f"{file}:1: no gpt turn" in refused(file)
    answered = {"conversations": [turn, {"from": "gpt", "value": "hi"}], "adapter": "claims"}
    file.write_text(json.dumps(answered) + "\n", encoding="utf-8")
    assert "of the expert 'claims', not of 'calendar'" in refused(file)
    assert "--adapt full" in refused(some, recipe=replace(SHORT, adapt="full"))
    assert "{text}" not in refused([Example("x", image=screen("calendar", 1), answer=" ")], tiny_qwen3_vl)


def test_a_model_that_does_not_generate(model_folders: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(PointsmanError, match="generat"):
        train_expert(rows(2, images=False), tmp_path / "out", str(model_folders["bert"]), recipe=SHORT)
