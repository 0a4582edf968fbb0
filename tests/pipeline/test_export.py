from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from pointsman.artifacts import open_artifact, open_bundle, read_golden, write_manifest
from pointsman.artifacts.discovery import discover
from pointsman.errors import ArtifactError, ConfigError, OutputError, PointsmanError
from pointsman.parity.loader import check_loader
from pointsman.pipeline.export import ExportOptions, export
from pointsman.pipeline.run import TrainResult
from tests.forms import exported

NAME = "lora_support_classifier_tiny-bert_r4_model_rust"


class Stops:
    """Interrupts a step when it says a line that begins with a word."""

    def __init__(self, word: str) -> None:
        self.word = word

    def say(self, line: str) -> None:
        if self.word in line:
            raise KeyboardInterrupt

    def advance(self, stage: str, done: int, total: int, text: str = "") -> None: ...


@pytest.fixture
def bert(trained: Callable[[str], TrainResult]) -> Path:
    return trained("bert").artifact.path


def _renamed(source: Path, folder: Path, task: str) -> Path:
    """Copy an artifact as that of a task of another name."""
    shutil.copytree(source, folder)
    manifest = open_artifact(source).manifest
    record = manifest.task.model_copy(update={"name": task, "directory_stem": f"lora_{task}_classifier"})
    write_manifest(folder, manifest.model_copy(update={"task": record}))
    return folder


def _left(out: Path) -> list[str]:
    return sorted(p.relative_to(out).as_posix() for p in out.rglob("*"))


def test_a_merged_export_is_an_artifact_of_its_own(bert: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    result = exported([bert], "merged", out)
    source, made = open_artifact(bert), open_artifact(result.path)
    assert result.path == out / NAME
    assert _left(out) == sorted([NAME, *(f"{NAME}/{name}" for name in [*made.manifest.files, "manifest.json"])])
    assert made.manifest.kind == "merged"
    assert made.digest == result.digest
    assert result.tasks == ("support",)
    record = made.manifest.export
    assert record is not None
    assert record.source_digest == source.digest
    assert record.producer.startswith("pointsman ")
    assert "torch" in record.producer
    assert tuple(record.notes) == result.notes
    assert made.manifest.metrics == source.manifest.metrics
    assert made.task == source.task
    assert check_loader(result.path) == []


def test_several_at_once_with_the_router_s_configuration(
    bert: Path, trained: Callable[[str], TrainResult], tmp_path: Path
) -> None:
    paths = [bert, trained("modernbert").artifact.path]
    exports = export(paths, ExportOptions("merged", tmp_path, for_="semantic-router"))
    assert [result.path.name for result in exports.results] == [
        NAME,
        "lora_support_classifier_modernbert-base-tiny-modernbert_r4_model_rust",
    ]
    assert exports.fragment == tmp_path / "semantic-router.yaml"
    content = yaml.safe_load(exports.fragment.read_text())
    (classifier,) = content["routing"]["signals"]["classifiers"]
    assert classifier["model_path"] == (tmp_path / NAME).as_posix()
    assert classifier["labels"] == ["animal", "fruit", "tool"]
    with pytest.raises(OutputError, match="exists already"):
        export([bert], ExportOptions("merged", tmp_path, for_="semantic-router"))
    shutil.rmtree(tmp_path / NAME)
    with pytest.raises(OutputError, match=r"semantic-router\.yaml exists already.*--overwrite"):
        export([bert], ExportOptions("merged", tmp_path, for_="semantic-router"))
    assert (
        export([bert], ExportOptions("merged", tmp_path, for_="semantic-router", overwrite=True)).fragment is not None
    )


def test_what_is_there_is_kept_unless_told_otherwise(bert: Path, tmp_path: Path) -> None:
    first = exported([bert], "merged", tmp_path)
    with pytest.raises(OutputError, match=rf"{NAME} exists already.*--overwrite"):
        exported([bert], "merged", tmp_path)
    again = exported([bert], "merged", tmp_path, overwrite=True)
    assert again.path == first.path
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_interrupted_it_leaves_nothing(bert: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        exported([bert], "merged", tmp_path / "new" / "out", progress=Stops("folding"))
    assert _left(tmp_path) == []


def test_interrupted_it_leaves_what_was_there(bert: Path, tmp_path: Path) -> None:
    before = exported([bert], "merged", tmp_path)
    with pytest.raises(KeyboardInterrupt):
        exported([bert], "merged", tmp_path, overwrite=True, progress=Stops("cuts texts off"))
    assert open_artifact(before.path).digest == before.digest
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


_KILLED = """
import os, signal, sys
from pathlib import Path
from pointsman.pipeline.export import ExportOptions, export

class Kills:
    def say(self, line):
        if "cuts texts off" in line:  # weights and files are written, the manifest is not
            os.kill(os.getpid(), signal.SIGKILL)
    def advance(self, *args): ...

export([sys.argv[1]], ExportOptions("merged", Path(sys.argv[2])), progress=Kills())
"""


def test_killed_it_leaves_nothing_that_could_be_taken_for_an_export(bert: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(bert), str(tmp_path)], capture_output=True, timeout=120, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert all(path.name.startswith(".") for path in tmp_path.iterdir())
    assert discover(tmp_path) == []
    assert exported([bert], "merged", tmp_path).path == tmp_path / NAME


def test_a_failed_check_leaves_nothing(bert: Path, train_options: Callable[..., Any], tmp_path: Path) -> None:
    from pointsman.pipeline.train import train

    options = train_options("bert", tmp_path / "artifact", epochs=1)
    # A task of this name would be discovered as the domain classifier of an older generation.
    artifact = train(type(options)(**{**vars(options), "name": "category"})).artifact
    with pytest.raises(
        ArtifactError, match=r"merged export would not load in the Go/Rust router: .*taken for a domain"
    ):
        exported([artifact.path], "merged", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("format", "options", "message"),
    [
        ("marged", {}, r"--format marged: use merged, onnx, bundle, did you mean 'merged'\?"),
        ("merged", {"precisions": ("int8",)}, "--precision is about ONNX graphs"),
        ("merged", {"opset": 17}, "--opset is about ONNX graphs"),
        ("onnx", {"precisions": ("int4",)}, "--precision int4: --format onnx has fp32, fp16, int8"),
        ("bundle", {"precisions": ("fp32", "fp16")}, "--precision fp16: --format bundle has fp32, int8"),
        ("onnx", {"opset": 3}, "--opset 3: graphs are written for opsets 17 to"),
        ("onnx", {"opset": 99}, "--opset 99: graphs are written for opsets 17 to"),
        ("onnx", {"for_": "semantic-router"}, "--for semantic-router goes with --format merged"),
        ("merged", {"for_": "vllm"}, "--for vllm serves generating adapters as they are"),
        ("merged", {"for_": "tei"}, "--for tei: use semantic-router or vllm"),
        ("merged", {"sign_key": Path("none.pem")}, r"--sign-key none\.pem: no such file"),
    ],
)
def test_options_that_make_no_sense(
    bert: Path, tmp_path: Path, format: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        exported([bert], format, tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


def test_what_is_no_artifact(bert: Path, tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="is no folder"):
        exported([tmp_path / "none"], "merged", tmp_path / "out")
    with pytest.raises(ArtifactError, match="is no artifact"):
        exported([tmp_path], "merged", tmp_path / "out")
    made = exported([bert], "merged", tmp_path / "out")
    for format in ("merged", "onnx", "bundle"):
        with pytest.raises(ArtifactError, match=r"is a merged export already: .*'pointsman train' wrote"):
            exported([made.path], format, tmp_path / "other")
    with pytest.raises(ConfigError, match="name at least one artifact"):
        export([], ExportOptions("merged", tmp_path / "other"))


def test_a_newer_format(artifact_copy: Path, tmp_path: Path) -> None:
    manifest = json.loads((artifact_copy / "manifest.json").read_text())
    (artifact_copy / "manifest.json").write_text(json.dumps({**manifest, "format_version": 2, "kind": "tree"}))
    with pytest.raises(ArtifactError, match=r"format version 2 is newer .* upgrade"):
        exported([artifact_copy], "merged", tmp_path / "out")


def test_a_place_that_cannot_be_written(bert: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written: Not a directory"):
        exported([bert], "merged", tmp_path / "file" / "out")
    if os.geteuid() == 0:
        return  # root may write anywhere
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(OutputError, match="cannot be written: Permission denied"):
        exported([bert], "merged", tmp_path / "locked" / "out")


def test_a_folder_of_someone_else_is_not_replaced(bert: Path, tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match="did not write"):
        exported([bert], "merged", tmp_path, overwrite=True)


def test_two_that_would_have_one_name(bert: Path, artifact_copy: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=rf"would both be written to .*{NAME}"):
        export([bert, artifact_copy], ExportOptions("merged", tmp_path / "out"))


def test_a_bundle_has_one_backbone(bert: Path, trained: Callable[[str], TrainResult], tmp_path: Path) -> None:
    other = trained("roberta").artifact.path
    with pytest.raises(ConfigError) as caught:
        exported([bert, other], "bundle", tmp_path / "out")
    told = str(caught.value)
    for word in (str(bert), str(other), "tiny-bert", "tiny-roberta", "one trunk"):
        assert word in told


def test_a_bundle_has_each_task_once(bert: Path, artifact_copy: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="both decide 'support'"):
        exported([bert, artifact_copy], "bundle", tmp_path / "out")


def test_another_backbone_is_refused(bert: Path, model_folders: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="trained on"):
        exported([bert], "merged", tmp_path / "out", backbone=str(model_folders["roberta"]))
    assert not (tmp_path / "out").exists()


def test_onnx_and_its_precisions(bert: Path, tmp_path: Path) -> None:
    result = exported([bert], "onnx", tmp_path, precisions=("int8", "fp32", "int8"))
    assert result.path.name == "lora_support_classifier_tiny-bert_r4_model_onnx"
    made = open_artifact(result.path).manifest
    assert made.kind == "onnx"
    assert made.export is not None
    assert made.export.source_digest == open_artifact(bert).digest
    assert made.export.precisions == ["int8", "fp32"]
    assert {name for name in made.files if name.startswith("onnx/")} == {"onnx/model.onnx", "onnx/model_int8.onnx"}
    assert {"config.json", "tokenizer.json", "calibration.json", "category_mapping.json"} <= made.files.keys()


def test_a_bundle_of_two(bert: Path, tmp_path: Path) -> None:
    other = _renamed(bert, tmp_path / "other", "reply")
    result = exported([bert, other], "bundle", tmp_path / "bundle")
    assert result.path == tmp_path / "bundle"
    assert result.tasks == ("support", "reply")
    made = open_bundle(result.path)
    assert made.digest == result.digest
    with pytest.raises(ArtifactError, match="is a bundle already"):
        exported([result.path], "merged", tmp_path / "out")


def test_signed_when_a_key_is_given(bert: Path, keys: tuple[Path, Path], tmp_path: Path) -> None:
    from pointsman.artifacts.signing import verify

    pem, public = keys
    result = exported([bert], "merged", tmp_path / "out", sign_key=pem)
    assert verify(result.path, public).digest == result.digest
    with pytest.raises(PointsmanError, match="no private key"):
        exported([bert], "merged", tmp_path / "other", sign_key=public)
    assert not (tmp_path / "other").exists()


def test_golden_rows_travel_with_it(bert: Path, tmp_path: Path) -> None:
    result = exported([bert], "merged", tmp_path)
    assert read_golden(result.path) == read_golden(bert)
