"""Tensors on disk and stored features: those that serving would make, made once, however often a run is stopped."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import given, settings

from pointsman.backbones import Backbone, resolve
from pointsman.data.example import Example
from pointsman.encoding import ActivationStore
from pointsman.encoding.conversation import Preparer, Template
from pointsman.encoding.multimodal import Pooling
from pointsman.encoding.pooled import request_key
from pointsman.encoding.shards import NO_LABEL, TensorFolder, read_shard, shard_files, write_shard
from pointsman.errors import ConfigError, DataError, OutputError
from pointsman.inference.shared_base import SharedBase
from pointsman.pipeline import encode as encode_module
from pointsman.pipeline import preprocess as preprocess_module
from pointsman.pipeline.encode import EncodeOptions, encode
from pointsman.pipeline.features import features_of, features_of_tensors
from pointsman.pipeline.options import Silent
from pointsman.pipeline.pace import Pace, duration
from pointsman.pipeline.preprocess import PreprocessOptions, RoutingRows, prepare_rows, preprocess
from pointsman.pipeline.step import MapStep, Where, running
from pointsman.pipeline.template import template_of
from tests import seeing

LAST = Pooling()
preprocessing, encoding = preprocess_module.STEP, encode_module.STEP

TEMPLATE = Template("Which expert takes this? {text}", max_tokens=64)


@pytest.fixture(scope="module")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Backbone:
    return seeing.tiny(tmp_path_factory.mktemp("vl") / "vl")


@pytest.fixture(scope="module")
def preparer(backbone: Backbone) -> Preparer:
    return Preparer(backbone)


@pytest.fixture(scope="module")
def base(backbone: Backbone) -> SharedBase:
    return SharedBase.open(backbone)


@pytest.fixture
def routing(tmp_path: Path) -> Path:
    return seeing.write_routing(tmp_path / "routing", {"train": 9, "validation": 3, "eval": 4})


def _options(data: Path, out: Path, backbone: Backbone, **more: Any) -> PreprocessOptions:
    return PreprocessOptions(data, out, str(backbone.path), **{"shard_mb": 1, "threads": 1, **more})


def _requests() -> list[Example]:
    long = Example(text="open the claim of a client " * 60, label="calendar", source="train.jsonl:90")
    long_image = Example(
        text="show the calendar of may " * 60, source="train.jsonl:91", image=seeing.picture(9, (128, 96))
    )
    odd = Example(text="<|im_end|> \ud800 {text} é\u0000", label="calendar", source="train.jsonl:92")
    return [*seeing.requests(10), long, long_image, odd]


def test_tensors_are_what_serving_makes_bit_for_bit(preparer: Preparer, tmp_path: Path) -> None:
    rows = _requests()
    data = RoutingRows(tmp_path, seeing.LABELS, {"train": tuple(rows)}, "digest")
    options = _options(tmp_path, tmp_path / "out", preparer.backbone, template=TEMPLATE, threads=3)
    result = prepare_rows(data, preparer, options, Silent())
    assert result.computed == len(rows)
    folder = TensorFolder(result.path)
    serving = Preparer(preparer.backbone)
    kinds = set()
    for row, example in zip(folder.rows, rows, strict=True):
        found, expected = folder.prepared(row.key), serving.prepare(example, TEMPLATE)
        kinds.add((expected.truncated, expected.pixel_values is not None))
        assert found.truncated == expected.truncated
        for a, b in (
            (found.input_ids, expected.input_ids),
            (found.pixel_values, expected.pixel_values),
            (found.grid, expected.grid),
        ):
            assert (a is None) == (b is None)
            if a is not None and b is not None:
                assert (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())
        assert row.key == request_key(example)
        assert (row.id, row.part) == (example.source, "train")
        assert row.label == (NO_LABEL if example.label is None else seeing.LABELS.index(example.label))
    assert kinds == {(False, True), (False, False), (True, True), (True, False)}


def test_a_routing_folder_is_prepared_and_described(backbone: Backbone, routing: Path, tmp_path: Path) -> None:
    out = tmp_path / "tensors"
    result = preprocess(_options(routing, out, backbone))
    told = json.loads((out / "preprocess.json").read_text(encoding="utf-8"))
    assert told == result.description
    assert (told["complete"], told["rows"], told["images"], told["truncated"]) == (True, 16, 16, 0)
    assert told["labels"] == list(seeing.LABELS)
    assert told["counts"] == {
        "train": {"calendar": 5, "claim-window": 4},
        "validation": {"claim-window": 2, "calendar": 1},
        "test": {"calendar": 2, "claim-window": 2},
    }
    assert told["settings"]["processor"] == backbone.tokenizer_digest
    assert told["backbone"]["digest"] == backbone.digest
    assert {"pointsman", "transformers", "pillow", "numpy"} == told["versions"].keys()
    assert told["bytes"] == sum(file.stat().st_size for file in shard_files(out))
    assert [len(TensorFolder(out).part(part)) for part in ("train", "validation", "test")] == [9, 3, 4]
    assert str(tmp_path) not in json.dumps({k: v for k, v in told.items() if k not in ("data", "backbone")})


def test_a_second_run_makes_nothing(backbone: Backbone, routing: Path, tmp_path: Path) -> None:
    out = tmp_path / "tensors"
    preprocess(_options(routing, out, backbone))
    before = {file: file.read_bytes() for file in out.iterdir()}
    assert preprocess(_options(routing, out, backbone, threads=2)).computed == 0
    assert {file: file.read_bytes() for file in out.iterdir()} == before


_KILLED = """
import sys
from pathlib import Path
from pointsman.encoding.shards import shard_files
from pointsman.pipeline.preprocess import PreprocessOptions, preprocess

data, model, out = map(Path, sys.argv[1:])

class Stops:
    def say(self, line): pass
    def advance(self, stage, done, total, text=""):
        if shard_files(out):
            (out / ".half.tmp").write_bytes(b"x")
            print("one shard", flush=True)
            sys.stdin.read()

preprocess(PreprocessOptions(data, out, str(model), shard_mb=1, threads=1), Stops())
"""


def test_a_killed_run_goes_on_where_it_stopped(backbone: Backbone, routing: Path, tmp_path: Path) -> None:
    out = tmp_path / "tensors"
    arguments = [sys.executable, "-c", _KILLED, str(routing), str(backbone.path), str(out)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"one shard\n"
        process.send_signal(signal.SIGKILL)
    with pytest.raises(DataError, match="preprocessing was not finished: run the same"):
        TensorFolder(out)
    (first,) = shard_files(out)
    bytes_before = first.read_bytes()
    result = preprocess(_options(routing, out, backbone))
    assert 0 < result.computed < 16
    assert first.read_bytes() == bytes_before
    assert not list(out.glob(".*"))
    other = preprocess(_options(routing, tmp_path / "whole", backbone))
    assert TensorFolder(out).rows == TensorFolder(other.path).rows
    assert result.description["bytes"] == other.description["bytes"]


def test_rows_before_a_faulty_one_are_kept(preparer: Preparer, tmp_path: Path) -> None:
    rows = seeing.requests(5)
    bad = [*rows, Example(text=" ", label="calendar", source="train.jsonl:6")]
    options = _options(tmp_path, tmp_path / "out", preparer.backbone)
    with pytest.raises(DataError, match=r"train\.jsonl:6: the text is blank"):
        prepare_rows(RoutingRows(tmp_path, seeing.LABELS, {"train": tuple(bad)}, "d"), preparer, options, Silent())
    good = [*rows, *seeing.requests(7)[5:]]
    found = prepare_rows(RoutingRows(tmp_path, seeing.LABELS, {"train": tuple(good)}, "d"), preparer, options, Silent())
    assert found.computed == 2


def test_rows_of_a_damaged_shard_are_made_anew(backbone: Backbone, routing: Path, tmp_path: Path) -> None:
    out = tmp_path / "tensors"
    rows = set(TensorFolder(preprocess(_options(routing, out, backbone)).path).rows)
    shard = shard_files(out)[0]
    shard.write_bytes(shard.read_bytes()[:-9])
    with pytest.raises(DataError, match=r"tensors-00000000-\d+\.safetensors is damaged .* remove it"):
        TensorFolder(out)
    told: list[str] = []

    class Tells(Silent):
        def say(self, line: str) -> None:
            told.append(line)

    assert 0 < preprocess(_options(routing, out, backbone), Tells()).computed < 16
    assert any(f"{shard.name} is damaged" in line for line in told)
    assert set(TensorFolder(out).rows) == rows


def test_a_faulty_second_run_leaves_a_whole_folder_whole(backbone: Backbone, routing: Path, tmp_path: Path) -> None:
    out = tmp_path / "tensors"
    preprocess(_options(routing, out, backbone))
    image = next((routing / "images").iterdir())
    image.write_bytes(b"no image")
    with pytest.raises(DataError, match="is no image that can be read"):
        preprocess(_options(routing, out, backbone))
    assert len(TensorFolder(out).rows) == 16


def test_other_work_in_the_folder_is_refused_by_name(backbone: Backbone, routing: Path, tmp_path: Path) -> None:
    out = tmp_path / "tensors"
    preprocess(_options(routing, out, backbone))
    with pytest.raises(ConfigError, match=r"--max-pixels 0 \(here 9999\): choose another --out"):
        preprocess(_options(routing, out, backbone, template=Template(max_pixels=9999)))
    more = seeing.write_routing(tmp_path / "more", {"train": 4})
    with pytest.raises(ConfigError, match="holds tensors made with other data"):
        preprocess(_options(more, out, backbone))
    assert preprocess(_options(more, out, backbone, overwrite=True)).description["rows"] == 4
    assert len(TensorFolder(out).rows) == 4
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").touch()
    for place in (tmp_path / "mine", routing / "train.jsonl"):
        with pytest.raises(OutputError, match="choose another --out"):
            preprocess(_options(routing, place, backbone, overwrite=True))


@pytest.mark.parametrize(("name", "value"), [("shard_mb", 0), ("threads", 0)])
def test_options_that_make_no_sense(backbone: Backbone, tmp_path: Path, name: str, value: int) -> None:
    with pytest.raises(ConfigError, match=f"--{name.replace('_', '-')} 0: use at least 1"):
        preprocess(_options(tmp_path, tmp_path / "out", backbone, **{name: value}))


class Counting:
    """Gives the base and counts how often it is asked for, and the rows that go through it."""

    def __init__(self, base: SharedBase, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened, self.rows = 0, 0
        self._base = base
        real = base.hidden

        def counted(prepared: Sequence[Any], *args: Any) -> torch.Tensor:
            self.rows += len(prepared)
            return real(prepared, *args)

        monkeypatch.setattr(base, "hidden", counted)

    def __call__(self) -> SharedBase:
        self.opened += 1
        return self._base


@pytest.fixture
def counting(base: SharedBase, monkeypatch: pytest.MonkeyPatch) -> Counting:
    return Counting(base, monkeypatch)


@pytest.mark.parametrize("workers", [1, 3])
def test_the_base_is_opened_once_and_only_where_something_is_missing(
    backbone: Backbone, counting: Counting, tmp_path: Path, workers: int
) -> None:
    store, rows = ActivationStore(tmp_path / "store"), seeing.requests(10)
    first = features_of(rows[:6], counting, backbone, TEMPLATE, LAST, "fp32", store, workers=workers)
    assert (first.computed, counting.opened, counting.rows) == (6, 1, 6)
    second = features_of([*rows, *rows], counting, backbone, TEMPLATE, LAST, "fp32", store, workers=workers)
    assert (second.computed, counting.opened, counting.rows) == (4, 2, 10)
    third = features_of(rows, counting, backbone, TEMPLATE, LAST, "fp32", store, workers=workers)
    assert (third.computed, counting.opened, counting.rows) == (0, 2, 10)
    assert torch.equal(third.features[:6], first.features)


def test_features_of_tensors_are_those_of_the_rows(
    backbone: Backbone, preparer: Preparer, counting: Counting, tmp_path: Path
) -> None:
    rows = seeing.requests(12)
    data = RoutingRows(tmp_path, seeing.LABELS, {"train": tuple(rows)}, "d")
    options = _options(tmp_path, tmp_path / "out", backbone, template=TEMPLATE)
    prepare_rows(data, preparer, options, Silent())
    folder = TensorFolder(tmp_path / "out")
    store = ActivationStore(tmp_path / "store")
    found = features_of_tensors(folder, counting, backbone, LAST, "fp32", store, workers=2)
    direct = features_of(rows, counting, backbone, TEMPLATE, LAST, "fp32")
    assert torch.equal(found.features, direct.features)
    # One shelf for both ways in: what tensors left there, rows find.
    assert features_of(rows, counting, backbone, TEMPLATE, LAST, "fp32", store).computed == 0
    some = features_of_tensors(folder, counting, backbone, LAST, "fp32", store, rows=folder.rows[3:5])
    assert torch.equal(some.features, found.features[3:5])


def test_tensors_of_another_processor_or_template_are_refused(
    backbone: Backbone, preparer: Preparer, counting: Counting, tmp_path: Path
) -> None:
    data = RoutingRows(tmp_path, seeing.LABELS, {"train": tuple(seeing.requests(2))}, "d")
    prepare_rows(data, preparer, _options(tmp_path, tmp_path / "out", backbone), Silent())
    folder = TensorFolder(tmp_path / "out")
    changed = Path(shutil.copytree(backbone.path, tmp_path / "changed"))
    file = changed / "preprocessor_config.json"
    settings = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**settings, "image_mean": [0.4, 0.5, 0.5]}), encoding="utf-8")
    other = resolve(str(changed))
    with pytest.raises(ConfigError, match="tensors were made with another processor"):
        features_of_tensors(folder, counting, other, LAST, "fp32")
    same_processor = seeing.tiny(tmp_path / "weights", seed=1)
    folder.check(same_processor)  # other weights of the same kind read the same tensors
    options = EncodeOptions(folder.path, tmp_path / "f", str(backbone.path), Template("Q {text}"), precision="fp32")
    with pytest.raises(ConfigError, match=r"--template '\{text\}' \(here 'Q \{text\}'\)"):
        encode(options)
    with pytest.raises(ConfigError, match="--hidden-layer 9: use 1 to 2"):
        features_of_tensors(folder, counting, backbone, Pooling("last", 9), "fp32")
    assert counting.opened == 0


def test_encode_rows_then_tensors_then_more_rows(backbone: Backbone, routing: Path, tmp_path: Path) -> None:
    out = tmp_path / "features"
    options = EncodeOptions(routing, out, str(backbone.path), precision="fp32", device="cpu", threads=2)
    first = encode(options).summary
    assert (first["rows"], first["distinct"], first["computed"], first["images_seen"]) == (16, 16, 16, 16)
    assert first["rows_per_second"] > 0
    assert first["width"] == 64
    second = encode(options).summary
    assert (second["computed"], second["images_seen"], second["loading_seconds"]) == (0, 0, 0)
    preprocess(_options(routing, tmp_path / "tensors", backbone))
    tensors = EncodeOptions(tmp_path / "tensors", out, precision="fp32", device="cpu")
    assert encode(tensors).summary["computed"] == 0
    grown = seeing.write_routing(tmp_path / "grown", {"train": 20})
    again = EncodeOptions(grown, out, str(backbone.path), precision="fp32", device="cpu")
    assert encode(again).summary["computed"] == 4
    mean = EncodeOptions(routing, out, str(backbone.path), pooling=Pooling("mean"), precision="fp32", device="cpu")
    assert encode(mean).summary["computed"] == 16
    told = json.loads((out / "encode.json").read_text(encoding="utf-8"))
    assert len(told["shelves"]) == len(list(out.glob("*/shelf.json"))) == 2
    assert {path.suffix for path in out.rglob("*") if path.is_file()} == {".json", ".safetensors"}


def test_a_stopped_encode_goes_on(
    backbone: Backbone, routing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encode_module, "_GROUP", 4)
    options = EncodeOptions(routing, tmp_path / "out", str(backbone.path), precision="fp32", device="cpu", threads=1)

    class Stops(Silent):
        def advance(self, stage: str, done: int, total: int, text: str = "") -> None:
            if stage == "encode" and done >= 4:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encode(options, Stops())
    assert not (tmp_path / "out" / "encode.json").exists()
    assert encode(options).summary["computed"] == 12


def test_nothing_leaves_a_folder_that_is_being_written(
    backbone: Backbone, routing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POINTSMAN_STORE_GB", "0.000001")
    monkeypatch.setenv("POINTSMAN_STORE", str(tmp_path / "own"))
    monkeypatch.setattr(encode_module, "_GROUP", 2)
    options = EncodeOptions(routing, tmp_path / "out", str(backbone.path), precision="fp32", device="cpu")
    encode(options)
    assert len(list((tmp_path / "out").glob("*/*.safetensors"))) == 8
    assert ActivationStore(tmp_path / "out", limit_gb=float("inf")).size() > 1000
    # The user's own store has a limit: what did not stay there is no success.
    own = EncodeOptions(routing, None, str(backbone.path), precision="fp32", device="cpu")
    with pytest.raises(
        OutputError, match=r"kept \d+ of 16 rows: raise POINTSMAN_STORE_GB .* or name a folder with --out"
    ):
        encode(own)
    monkeypatch.setenv("POINTSMAN_STORE_GB", "0")
    with pytest.raises(ConfigError, match="POINTSMAN_STORE_GB=0 switches the store off"):
        encode(own)


def test_the_users_own_store_is_the_default(
    backbone: Backbone, routing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POINTSMAN_STORE", str(tmp_path / "own"))
    own = EncodeOptions(routing, None, str(backbone.path), precision="fp32", device="cpu")
    assert encode(own).path == tmp_path / "own"
    assert encode(own).summary["computed"] == 0
    assert not (tmp_path / "own" / "encode.json").exists()


def test_places_that_are_no_stores(backbone: Backbone, routing: Path, tmp_path: Path) -> None:
    for place in (routing, routing / "train.jsonl"):
        with pytest.raises(OutputError, match="choose another --out"):
            encode(EncodeOptions(routing, place, str(backbone.path), precision="fp32", device="cpu"))


def test_a_full_disk_is_an_error_where_the_store_is_the_result(tmp_path: Path) -> None:
    from pointsman.encoding.store import ShelfKey

    key = ShelfKey("a", "b", 0, 0, "torch.bfloat16")
    rows = {b"k" * 32: (torch.zeros(1, 4), False)}
    (tmp_path / "file").touch()
    ActivationStore(tmp_path / "file").write(key, rows)
    with pytest.raises(OutputError, match="cannot be written"):
        ActivationStore(tmp_path / "file", required=True).write(key, rows)


@pytest.mark.parametrize("value", ["nan", "many"])
def test_a_limit_that_is_no_number(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("POINTSMAN_STORE_GB", value)
    with pytest.raises(ConfigError, match="not a number of gigabytes"):
        ActivationStore()


def test_text_alone_on_a_model_that_reads_text(tmp_path: Path) -> None:
    backbone = seeing.tiny(tmp_path / "text", sees=False)
    data = RoutingRows(tmp_path, seeing.LABELS, {"train": tuple(seeing.requests(6, images=False))}, "d")
    prepare_rows(data, Preparer(backbone), _options(tmp_path, tmp_path / "out", backbone), Silent())
    found = encode(EncodeOptions(tmp_path / "out", tmp_path / "f", precision="fp32", device="cpu")).summary
    assert (found["computed"], found["images_seen"]) == (6, 0)


def test_templates_as_typed(tmp_path: Path) -> None:
    file = tmp_path / "router.txt"
    file.write_text("Who takes this?\n{text}\n", encoding="utf-8")
    assert template_of(str(file)).text == "Who takes this?\n{text}"
    assert template_of("Q {text}", "s", 1, 2, 3) == Template("Q {text}", "s", 1, 2, 3)
    assert template_of() == template_of("default") == Template()
    file.write_text("nothing", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"has to hold \{text\} once"):
        template_of(str(file))
    with pytest.raises(ConfigError, match=r"--template Q: no such file, and no \{text\} in it"):
        template_of("Q")
    with pytest.raises(ConfigError, match="cannot be read"):
        template_of(str(tmp_path))
    with pytest.raises(ConfigError, match="--max-tokens -1"):
        template_of(max_tokens=-1)


def test_pace_tells_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("pointsman.pipeline.pace.time.perf_counter", lambda: now[0])
    told: list[tuple[int, str]] = []

    class Tells(Silent):
        def advance(self, stage: str, done: int, total: int, text: str = "") -> None:
            told.append((done, text))

    pace = Pace(Tells(), "encode")
    for now[0], done in ((0.0, 100), (5.0, 110), (10.0, 120), (15.0, 150)):
        pace(done, 1000)
    assert told == [(100, ""), (110, ""), (120, "2.0 rows/s, 7 min left"), (150, "2.0 rows/s, 7 min left")]
    assert [duration(s) for s in (5, 89, 100, 7300)] == ["5 s", "89 s", "2 min", "2 h 2 min"]


def test_image_tensors_are_read_as_they_were_stored(preparer: Preparer, tmp_path: Path) -> None:
    """A row's tensors are its own: changing one does not reach another."""
    data = RoutingRows(tmp_path, seeing.LABELS, {"train": tuple(seeing.requests(3))}, "d")
    prepare_rows(data, preparer, _options(tmp_path, tmp_path / "out", preparer.backbone), Silent())
    folder = TensorFolder(tmp_path / "out")
    first, second = (folder.prepared(row.key) for row in folder.rows[:2])
    assert first.pixel_values is not None
    assert second.pixel_values is not None
    assert not np.shares_memory(first.pixel_values, second.pixel_values)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.rglob("*.safetensors")}


def test_two_workers_write_the_bytes_of_one(backbone: Backbone, routing: Path, tmp_path: Path) -> None:
    """Blocks are the plan's: whoever does them, in whichever order, also twice, leaves the same files."""

    def spread(step: MapStep[Any, Any], options: Any) -> Any:
        work = step.plan(options, Silent())
        assert len(work.blocks) > 2
        assert len({block["name"] for block in work.blocks}) == len(work.blocks)
        workers = [step.worker(work.options) for _ in range(2)]
        blocks = [json.loads(json.dumps(block)) for block in reversed(work.blocks)]
        reports = [workers[number % 2](block) for number, block in enumerate(blocks)]
        assert sum(report["rows"] for report in reports) == sum(block["rows"] for block in work.blocks)
        workers[0](blocks[0])  # a worker that was lost did it already
        return step.finish(work, [*work.reports, *json.loads(json.dumps(reports))], Silent())

    one = preprocess(_options(routing, tmp_path / "one", backbone))
    two = spread(preprocessing, _options(routing, tmp_path / "two", backbone))
    assert _bytes(one.path) == _bytes(two.path)
    assert (one.computed, one.description) == (two.computed, two.description)
    for data in (routing, one.path):
        options = EncodeOptions(data, tmp_path / f"{data.name}-1", str(backbone.path), precision="fp32", device="cpu")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(encode_module, "_GROUP", 4)
            whole = encode(options)
            shared = spread(encoding, replace(options, out=tmp_path / f"{data.name}-2"))
        assert _bytes(whole.path) == _bytes(shared.path)
        assert len(_bytes(whole.path)) == 4
        for name in ("rows", "distinct", "computed", "images_seen", "truncated", "shelf", "device", "launcher"):
            assert whole.summary[name] == shared.summary[name]


def test_what_ran_it_is_written_down(backbone: Backbone, routing: Path, tmp_path: Path) -> None:
    first = preprocess(_options(routing, tmp_path / "t", backbone))
    assert first.description["launcher"] == {"launcher": "local", "workers": 1}
    with running(Where("ray", 2)):
        assert preprocess(_options(routing, tmp_path / "t", backbone)).description == first.description
        other = preprocess(_options(routing, tmp_path / "u", backbone))
        found = encode(EncodeOptions(tmp_path / "u", tmp_path / "f", device="cpu"))
        with pytest.raises(ConfigError, match="--out is missing: with --launcher ray"):
            encode(EncodeOptions(tmp_path / "u"))
    assert other.description["launcher"] == found.summary["launcher"] == {"launcher": "ray", "workers": 2}


def test_rows_in_shards_of_other_names_are_not_made_anew(preparer: Preparer, routing: Path, tmp_path: Path) -> None:
    """Shards once had numbers for names and were cut elsewhere."""
    out, backbone = tmp_path / "old", preparer.backbone
    whole = preprocess(_options(routing, tmp_path / "whole", backbone))
    held = [one for file in shard_files(whole.path) for one in read_shard(file)]
    shutil.copytree(whole.path, out)
    for file in shard_files(out):
        file.unlink()
    for number, part in enumerate((held[:5], held[5:10], held[12:])):
        write_shard(out / f"tensors-{number:05d}.safetensors", part, preparer.image_token)
    result = preprocess(_options(routing, out, backbone))
    assert (result.computed, result.description["rows"]) == (2, 16)
    assert set(TensorFolder(out).rows) == set(TensorFolder(whole.path).rows)
    (out / "tensors-00000.safetensors").unlink()  # and again beside shards of both kinds
    assert preprocess(_options(routing, out, backbone)).computed == 5
    assert len(TensorFolder(out).rows) == 16


def test_a_shard_that_lacks_rows_is_completed(preparer: Preparer, routing: Path, tmp_path: Path) -> None:
    out, backbone = tmp_path / "out", preparer.backbone
    preprocess(_options(routing, out, backbone))
    before = _bytes(out)
    shard = shard_files(out)[1]
    rows = read_shard(shard)
    write_shard(shard, rows[:1], preparer.image_token)
    assert preprocess(_options(routing, out, backbone)).computed == len(rows) - 1 > 0
    assert _bytes(out) == before


def test_data_that_changed_since_the_plan_are_refused(backbone: Backbone, routing: Path, tmp_path: Path) -> None:
    made = preprocessing.plan(_options(routing, tmp_path / "t", backbone), Silent())
    found = encoding.plan(EncodeOptions(routing, tmp_path / "f", str(backbone.path), device="cpu"), Silent())
    with pytest.raises(ConfigError, match="on this machine it is another one"):
        encoding.worker(found.options)({**found.blocks[0], "shelf": "other"})
    file = routing / "train.jsonl"
    file.write_text(file.read_text(encoding="utf-8").replace("calendar of may", "calendar of june"), encoding="utf-8")
    for step, plan in ((preprocessing, made), (encoding, found)):
        with pytest.raises(DataError, match="has changed since the work was planned: run the same command again"):
            step.worker(plan.options)(plan.blocks[0])  # type: ignore[attr-defined]


@settings(max_examples=100, deadline=None)
@given(sizes=st.lists(st.integers(1, 60), min_size=1, max_size=60), limit=st.integers(1, 100))
def test_shards_hold_every_row_once_within_their_limit(sizes: list[int], limit: int) -> None:
    cuts = preprocess_module._cut(sizes, limit)
    assert [i for start, stop in cuts for i in range(start, stop)] == list(range(len(sizes)))
    assert all(stop - start == 1 or sum(sizes[start:stop]) <= limit for start, stop in cuts)


def test_blocks_grow_with_the_work() -> None:
    """Few rows are shared by many blocks, many rows make large files."""
    assert [encode_module._block_rows(n) for n in (1, 2000, 4096, 16_384, 10**7)] == [64, 64, 128, 512, 512]
    cuts = [(i, i + 1) for i in range(100)]
    blocks = preprocess_module._blocks(cuts, [None] * 100, "d")
    assert [len(block["shards"]) for block in blocks] == [4] * 25
    assert len(preprocess_module._blocks(cuts[:9], [None] * 9, "d")) == 9
