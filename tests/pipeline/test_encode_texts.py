"""The trunk's outputs made ahead: what `train` then looks for, byte for byte the same however the work was cut short."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
import torch

from pointsman.backbones import Backbone
from pointsman.data import build_folder
from pointsman.data.example import Example
from pointsman.data.files import load_examples
from pointsman.encoding import ActivationStore, encode, trunk
from pointsman.errors import ConfigError, DataError, OutputError, PointsmanError
from pointsman.pipeline import encode_texts as module
from pointsman.pipeline.encode_texts import STEP, EncodeTextsOptions, encode_texts
from pointsman.pipeline.options import DataOptions, Silent, TrainOptions
from pointsman.pipeline.step import options_from_json, options_to_json
from pointsman.pipeline.train import train
from pointsman.tasks import Span
from tests.conftest import Run
from tests.generating import tiny_qwen3  # noqa: F401 - fixture
from tests.pipeline.tells import Tells

Options = Callable[..., EncodeTextsOptions]


@pytest.fixture
def options(support_file: Path, model_folders: dict[str, Path], tmp_path: Path) -> Options:
    """Return what makes options over 120 rows of three classes, on the tiny BERT."""

    def make(**changes: Any) -> EncodeTextsOptions:
        settings = {"data": support_file, "out": tmp_path / "store", "model": str(model_folders["bert"])}
        return EncodeTextsOptions(**(settings | {"device": "cpu", "precision": "fp32"} | changes))

    return make


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ROWS", 16)


@pytest.fixture
def no_trunk(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Return what names the store that is looked in, and makes loading a trunk an error."""

    def forbid(store: Path) -> None:
        def loaded(*args: object, **how: object) -> None:
            raise AssertionError(f"a trunk was loaded: {how}")

        monkeypatch.setenv("POINTSMAN_STORE", str(store))
        monkeypatch.setattr(trunk, "Trunk", loaded)

    return forbid


def shards(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*.safetensors")}


@pytest.mark.parametrize("family", ["bert", "roberta", "modernbert"])
def test_training_with_its_defaults_computes_nothing(
    options: Options,
    model_folders: dict[str, Path],
    support_file: Path,
    tmp_path: Path,
    family: str,
    no_trunk: Callable[[Path], None],
) -> None:
    model = str(model_folders[family])
    made = encode_texts(options(model=model))
    assert (made.summary["rows"], made.summary["distinct"], made.summary["computed"]) == (120, 120, 120)
    assert list(made.shelves) == [2]
    no_trunk(tmp_path / "store")
    told = Tells()
    how: dict[str, Any] = {"data": DataOptions(support_file), "device": "cpu", "precision": "fp32"}
    overrides = {"model": model, "epochs": 1, "batch_size": 16}
    train(TrainOptions(name="support", overrides=overrides, out=tmp_path / "run", **how), told)
    assert [line for line in told.lines if line.startswith("trunk:")] == [
        line for line in told.lines if "texts found in the store" in line
    ]
    assert any(line.startswith("trunk: ") for line in told.lines)
    assert json.loads((tmp_path / "run" / "manifest.json").read_text())["adapt_layers"] == 2


def test_training_with_flags_computes_nothing_after_the_same_flags(
    options: Options, train_options: Callable[..., TrainOptions], tmp_path: Path, no_trunk: Callable[[Path], None]
) -> None:
    encode_texts(options(depths=(1, 3), max_length=24))
    no_trunk(tmp_path / "store")
    for depth in (1, 3):
        train(train_options("bert", tmp_path / f"run{depth}", epochs=1, adapt_layers=depth, max_length=24))
    with pytest.raises(AssertionError, match="a trunk was loaded"):
        train(train_options("bert", tmp_path / "other", epochs=1, adapt_layers=1, max_length=25))


def test_windows_of_a_token_task(
    options: Options,
    span_options: Callable[..., TrainOptions],
    spans_file: Path,
    tmp_path: Path,
    no_trunk: Callable[[Path], None],
) -> None:
    told = Tells()
    found = encode_texts(options(data=spans_file, task="pii", depths=(1,), max_length=9), told)
    assert found.summary["rows"] == 150
    assert found.summary["distinct"] > 150
    assert told.lines[-1].startswith("rows of pii's generator are not among them")
    no_trunk(tmp_path / "store")
    train(span_options("bert", tmp_path / "run", epochs=1, adapt_layers=1, max_length=9))


def test_rows_are_those_that_encode_gives(
    options: Options, backbones: dict[str, Backbone], support_file: Path, tmp_path: Path
) -> None:
    encode_texts(options(depths=(2,), max_length=16))
    rows = load_examples(support_file, None).parts["all"]
    how: dict[str, Any] = {"depth": 2, "max_length": 16, "dtype": torch.float32}
    texts = [row.text for row in rows]
    kept = encode(backbones["bert"], texts, store=ActivationStore(tmp_path / "store"), **how)
    anew = encode(backbones["bert"], texts, **how)
    assert (kept.computed, anew.computed) == (0, 120)
    assert kept.truncated == anew.truncated
    assert all(torch.equal(a, b) for a, b in zip(kept.rows, anew.rows, strict=True))


def _by_blocks(options: EncodeTextsOptions, order: Callable[[list[Any]], Sequence[Any]]) -> None:
    """Run the step as a launcher does: options and blocks travel as JSON, a worker for every other block."""
    plan = STEP.plan(options, Silent())
    away = options_from_json(STEP.options, options_to_json(plan.options))
    workers = [STEP.worker(away), STEP.worker(away)]
    blocks = json.loads(json.dumps(list(plan.blocks)))
    done = [workers[n % 2](block) for n, block in enumerate(order(blocks))]
    STEP.finish(plan, [*plan.reports, *json.loads(json.dumps(done))], Silent())


@pytest.mark.usefixtures("small_blocks")
def test_the_order_of_blocks_and_who_does_them_change_no_byte(options: Options, tmp_path: Path) -> None:
    result = encode_texts(options(out=tmp_path / "one", depths=(1, 2)))
    _by_blocks(options(out=tmp_path / "two", depths=(1, 2)), lambda blocks: list(reversed(blocks)))
    _by_blocks(options(out=tmp_path / "three", depths=(1, 2)), lambda blocks: [*blocks[5:], *blocks[:5]])
    one = shards(tmp_path / "one")
    assert len(one) == 16
    assert {Path(name).parts[0] for name in one} == set(result.shelves.values())
    assert one == shards(tmp_path / "two") == shards(tmp_path / "three")
    names = [block["name"] for block in STEP.plan(options(out=tmp_path / "x", depths=(1, 2)), Silent()).blocks]
    assert len(set(names)) == 16


@pytest.mark.usefixtures("small_blocks")
def test_a_run_that_was_stopped_goes_on(options: Options, tmp_path: Path) -> None:
    class Stop(Silent):
        def advance(self, stage: str, done: int, total: int, text: str = "") -> None:
            if stage == "encode texts" and done >= 48:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encode_texts(options(), Stop())
    assert len(shards(tmp_path / "store")) == 3
    rest = encode_texts(options())
    assert (rest.summary["computed"], rest.summary["distinct"]) == (72, 120)
    encode_texts(options(out=tmp_path / "whole"))
    assert shards(tmp_path / "store") == shards(tmp_path / "whole")
    again = encode_texts(options())
    assert (again.summary["computed"], again.summary["rows_per_second"]) == (0, None)
    described = json.loads((tmp_path / "store" / "encode.json").read_text())["shelves"]
    assert [(one["depth"], one["computed"], one["max_length"]) for one in described.values()] == [(2, 0, 64)]


def test_each_distinct_text_once_whichever_file_holds_it(options: Options, tmp_path: Path) -> None:
    for folder, texts in {"a": ["the dog", "a cat", "the dog"], "b/c": ["a cat", "the plum"]}.items():
        (tmp_path / "data" / folder).mkdir(parents=True)
        lines = "".join(json.dumps({"text": text, "id": [1]}) + "\n" for text in texts)
        (tmp_path / "data" / folder / "rows.jsonl").write_text(lines)
    (tmp_path / "data" / "README.md").write_text("no rows")
    found = encode_texts(options(data=tmp_path / "data"))
    assert (found.summary["rows"], found.summary["distinct"], found.summary["computed"]) == (5, 3, 3)
    assert len(shards(tmp_path / "store")) == 2
    wanted = encode_texts(options(data=Path(f"{tmp_path}/data/*/rows.jsonl"), out=tmp_path / "pattern"))
    assert wanted.summary["rows"] == 3


WEIRD = ["  leading", 'a "quoted" word', "two\nlines", "a\u2028separator", "comma, tab\t", "é ü 漢字", "plain", "plain"]


def _write(file: Path, texts: Sequence[str]) -> Path:
    rows = [{"text": text, "label": "ab"[n % 2]} for n, text in enumerate(texts)]
    if file.suffix == ".parquet":
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), file, row_group_size=3)
    elif file.suffix in (".csv", ".tsv"):
        with file.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, ["text", "label"], delimiter="," if file.suffix == ".csv" else "\t")
            writer.writeheader()
            writer.writerows(rows)
    else:
        data = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
        file.write_bytes(gzip.compress(data) if file.suffix == ".gz" else data)
    return file


@pytest.mark.parametrize("name", ["r.jsonl", "r.csv", "r.tsv", "r.parquet", "r.jsonl.gz"])
def test_texts_are_those_that_training_reads(
    options: Options, backbones: dict[str, Backbone], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(module, "_ROWS", 3)
    file = _write(tmp_path / name, WEIRD)
    assert encode_texts(options(data=file, depths=(2,), max_length=16)).summary["computed"] == 7
    texts = [row.text for row in load_examples(file, None).parts["all"]]
    assert texts == WEIRD
    store, how = ActivationStore(tmp_path / "store"), {"depth": 2, "max_length": 16, "dtype": torch.float32}
    assert encode(backbones["bert"], texts, store=store, **how).computed == 0  # type: ignore[arg-type]


def test_of_a_folder_with_parts_those_are_read(options: Options, tmp_path: Path) -> None:
    for name in ("train.jsonl", "dev.csv", "test.parquet"):
        _write(tmp_path / name, [f"{name} the dog", "a cat"])
    (tmp_path / "notes.jsonl").write_text('{"note": "no text"}\n')
    found = encode_texts(options(data=tmp_path, out=tmp_path / "out" / "store"))
    assert (found.summary["rows"], found.summary["distinct"]) == (6, 4)


def test_a_build_says_which_task_its_rows_are_of(options: Options, tmp_path: Path) -> None:
    build = tmp_path / "build"
    build.mkdir()
    for part in build_folder.PARTS:
        build_folder.write_part(build, part, [Example(f"call Anna {part}", spans=(Span(5, 9, "PERSON"),))])
    build_folder.finish(build, {"task": "pii", "labels": ["PERSON"]})
    with pytest.raises(ConfigError, match=r"^train adapts all layers for a token task, .*: name a --depth"):
        encode_texts(options(data=build))
    assert encode_texts(options(data=build, depths=(1,))).summary["task"] == "pii"
    (build / "train.jsonl").write_text('{"text": "other"}\n')
    with pytest.raises(DataError, match="has changed since it was built"):
        encode_texts(options(data=build, depths=(1,)))


def test_long_texts_make_smaller_blocks(options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHARD_TOKENS", 40)
    file = _write(tmp_path / "r.jsonl", ["the dog " * 20, "a cat " * 20, "the plum", "a pear", "ABC"])
    plan = STEP.plan(options(data=file, max_length=16), Silent())
    assert [block["rows"] for block in plan.blocks] == [2, 3]
    reports = [STEP.worker(plan.options)(block) for block in plan.blocks]
    assert [report["tokens"] <= 40 for report in reports] == [True, True]
    assert [report["truncated"] for report in reports] == [2, 0]


@pytest.mark.parametrize(
    "later",
    ['{"text": "the dog"}\n{"text": "a pear"}\n', '{"text": "the dog"}\n', '{"text": "the dog"}\n{"text": "a c', None],
    ids=["another text", "a row less", "cut short", "gone"],
)
def test_data_that_change_after_the_plan_are_refused(options: Options, tmp_path: Path, later: str | None) -> None:
    file = tmp_path / "r.jsonl"
    file.write_text('{"text": "the dog"}\n{"text": "a cat"}\n')
    plan = STEP.plan(options(data=file), Silent())
    work = STEP.worker(plan.options)
    if later is None:
        file.unlink()
    else:
        file.write_text(later)
    with pytest.raises(DataError, match=r"r.jsonl is not what it was when the work was planned: .*run the same"):
        work(plan.blocks[0])
    assert shards(tmp_path) == {}


def test_another_model_than_the_plans_is_refused(
    options: Options, model_folders: dict[str, Path], tmp_path: Path
) -> None:
    plan = STEP.plan(options(), Silent())
    work = STEP.worker(replace(plan.options, model=str(model_folders["roberta"])))
    with pytest.raises(ConfigError, match="on this machine it is another one"):
        work(plan.blocks[0])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"depths": (4,)}, r"^--depth 4: of .* use 0 to 3 \(embeddings alone are not kept\)$"),
        ({"depths": (-1,)}, r"^--depth -1: "),
        ({"max_length": 65}, r"^--max-length 65: .* reads at most 64 tokens$"),
        ({"max_length": 7}, r"^--max-length 7: use 8 tokens or more"),
        ({"model": "minilmm"}, r"unknown model 'minilmm', did you mean 'minilm'"),
        ({"task": "domian"}, r"unknown task 'domian'"),
        ({"task": "pii"}, r"^train adapts all layers for a token task"),
        ({"text_field": "prompt"}, r"no field 'prompt' .*name it with --text-field"),
        ({"data": Path("gone.jsonl")}, r"gone.jsonl: no such file or folder"),
    ],
)
def test_mistakes(options: Options, changes: dict[str, Any], says: str, tmp_path: Path) -> None:
    with pytest.raises(PointsmanError, match=says) as wrong:
        encode_texts(options(**changes))
    assert "\n" not in str(wrong.value)
    assert not (tmp_path / "store").exists()


def test_a_row_at_fault_is_named_and_nothing_is_written(options: Options, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"text": "a dog"}\n\n{"text": " "}\n{"text": 5}\n')
    with pytest.raises(DataError, match=r"rows.jsonl: row 2: the field 'text' is empty or blank; .* near it: 1\)$"):
        encode_texts(options(data=file))
    file.write_text("\n")
    with pytest.raises(DataError, match="holds no rows"):
        encode_texts(options(data=file))
    (tmp_path / "train.json").write_text("[]")
    with pytest.raises(DataError, match=r"train.json: no format that can be read in pieces"):
        encode_texts(options(data=tmp_path))
    with pytest.raises(OutputError, match="holds something else: choose another --out"):
        encode_texts(options(out=tmp_path))
    assert shards(tmp_path) == {}


def test_on_the_command_line(
    run: Run,
    model_folders: dict[str, Path],
    support_file: Path,
    tmp_path: Path,
    tiny_qwen3: Backbone,  # noqa: F811
) -> None:
    store = tmp_path / "store"
    how = ("encode", support_file, "--out", store, "--model", model_folders["bert"], "--precision", "fp32")
    code, out, err = run(*how)
    assert code == 0, err
    assert out.startswith(f"{store}: 120 rows, 120 of them distinct; 120 computed now, ")
    assert f"next: POINTSMAN_STORE={store} pointsman train" in out
    code, out, err = run(*how, "--depth", 2, "--depth", 1, "--max-length", 64, "--json", "--quiet")
    assert (code, err) == (0, "")
    assert [(one["depth"], one["computed"]) for one in json.loads(out)["shelves"]] == [(2, 0), (1, 120)]
    for more, says in (
        (("--pooling", "mean"), "--pooling is a generating model's, and these are texts for an encoder: leave it out"),
        (("--threads", 2), "--threads is a generating model's"),
        (("--depth", 9), "--depth 9: of "),
        (("--task", "domain", "--model", tiny_qwen3.path), "is a generating model, which has no trunk"),
    ):
        code, out, err = run(*how, *more)
        assert (code, out) == (2, "")
        assert says in err.splitlines()[-1]
    code, _, err = run(*how[:4], "--model", tiny_qwen3.path)
    assert (code, err.splitlines()[-1].startswith("pointsman: ")) == (2, True)
    assert "conversations" in err


def test_which_model_reads_texts(tmp_path: Path) -> None:
    from pointsman.cli.encode import _reads_texts

    file = _write(tmp_path / "r.jsonl", ["the dog"])
    elsewhere = Path("volume:moe-lora-data/r.jsonl")
    assert _reads_texts(file, "minilm", False, "local")
    assert _reads_texts(file, None, True, "local")
    assert not _reads_texts(file, None, False, "local")
    assert _reads_texts(elsewhere, "roberta-base", False, "modal")
    assert not _reads_texts(elsewhere, "qwen3-vl-8b", False, "modal")
    assert not _reads_texts(elsewhere, "qwen3-0.6b", False, "modal")
    assert not _reads_texts(elsewhere, "org/some-model", False, "modal")
    assert _reads_texts(elsewhere, "org/some-model", True, "modal")
