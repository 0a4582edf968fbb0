from __future__ import annotations

import errno
import hashlib
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from pointsman.artifacts import check_output, open_artifact, staged, write_manifest
from pointsman.artifacts.directory import tensor_shapes
from pointsman.artifacts.integrity import examine
from pointsman.errors import ArtifactError, OutputError
from pointsman.pipeline.run import TrainResult


def _edit(file: Path, change: Callable[[dict[str, Any]], None]) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    change(content)
    file.write_text(json.dumps(content), encoding="utf-8")


def _record_again(folder: Path) -> None:
    """Make the manifest's digests match the files as they are now."""
    _edit(
        folder / "manifest.json",
        lambda m: m["files"].update(
            {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in m["files"]}
        ),
    )


def test_every_family_opens(trained: Callable[[str], TrainResult], family: str) -> None:
    artifact = open_artifact(trained(family).artifact.path)
    assert artifact.task.labels == ("animal", "fruit", "tool")
    assert artifact.manifest.backbone.family == family
    assert artifact.digest == hashlib.sha256((artifact.path / "manifest.json").read_bytes()).hexdigest()
    names = {p.name for p in artifact.path.iterdir()}
    assert names >= {
        "adapter_config.json",
        "adapter_model.safetensors",
        "calibration.json",
        "category_mapping.json",
        "config.json",
        "eval_results.json",
        "label_mapping.json",
        "lora_config.json",
        "manifest.json",
        "tokenizer.json",
        "tokenizer_config.json",
    }
    assert (
        not list(artifact.path.rglob("*.bin")) + list(artifact.path.rglob("*.pt")) + list(artifact.path.rglob("*.pkl"))
    )


def test_lora_config_has_both_spellings(artifact_copy: Path) -> None:
    lora = json.loads((artifact_copy / "lora_config.json").read_text(encoding="utf-8"))
    assert (lora["rank"], lora["alpha"], lora["dropout"]) == (4, 64, 0.0)
    assert (lora["r"], lora["lora_alpha"], lora["lora_dropout"]) == (4, 64, 0.0)
    assert lora["task_type"] == "SEQ_CLS"
    assert lora["target_modules"] == [
        "attention.self.query",
        "attention.self.value",
        "attention.output.dense",
        "intermediate.dense",
        "output.dense",
    ]


@pytest.mark.parametrize(
    ("path", "message"), [("none", "is no folder"), ("empty", "is no artifact: it has no manifest.json")]
)
def test_no_artifact(tmp_path: Path, path: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ArtifactError, match=message):
        open_artifact(tmp_path / path)


def test_missing_manifest(artifact_copy: Path) -> None:
    (artifact_copy / "manifest.json").unlink()
    with pytest.raises(ArtifactError, match=r"is no artifact: it has no manifest\.json"):
        open_artifact(artifact_copy)


@pytest.mark.parametrize(
    "name", ["adapter_model.safetensors", "tokenizer.json", "calibration.json", "eval_results.json", "report.html"]
)
def test_a_changed_byte_is_named(artifact_copy: Path, name: str) -> None:
    content = bytearray((artifact_copy / name).read_bytes())
    content[-2] ^= 1
    (artifact_copy / name).write_bytes(content)
    with pytest.raises(ArtifactError, match=rf"{name} has changed since it was written"):
        open_artifact(artifact_copy)


def test_an_added_file_is_named(artifact_copy: Path) -> None:
    (artifact_copy / "tensorboard" / "extra.py").write_text("print('hello')", encoding="utf-8")
    with pytest.raises(ArtifactError, match=r"tensorboard/extra\.py not named in manifest\.json"):
        open_artifact(artifact_copy)


def test_what_a_download_from_the_hub_adds_is_no_difference(artifact_copy: Path) -> None:
    before = open_artifact(artifact_copy)
    for name in ("README.md", ".gitattributes"):
        (artifact_copy / name).write_text("x", encoding="utf-8")
    assert open_artifact(artifact_copy) == before
    checked = examine(artifact_copy)
    assert not checked.differences
    assert checked.files == len(before.manifest.files)
    assert write_manifest(artifact_copy, before.manifest).files == before.manifest.files


@pytest.mark.parametrize("name", ["tensorboard/README.md", "readme.md", ".gitignore", "README.md/x"])
def test_other_names_are_added_files(artifact_copy: Path, name: str) -> None:
    (artifact_copy / name).parent.mkdir(exist_ok=True)
    (artifact_copy / name).write_text("x", encoding="utf-8")
    with pytest.raises(ArtifactError, match=rf"{re.escape(name)} not named in manifest\.json"):
        open_artifact(artifact_copy)


def test_a_card_that_the_manifest_names_is_checked_as_any_file(artifact_copy: Path) -> None:
    file = artifact_copy / "README.md"
    file.write_text("x", encoding="utf-8")
    digest = hashlib.sha256(b"x").hexdigest()
    _edit(artifact_copy / "manifest.json", lambda m: m["files"].update({"README.md": digest}))
    open_artifact(artifact_copy)
    file.write_text("y", encoding="utf-8")
    with pytest.raises(ArtifactError, match=r"README\.md has changed"):
        open_artifact(artifact_copy)
    file.unlink()
    with pytest.raises(ArtifactError, match=r"README\.md missing"):
        open_artifact(artifact_copy)


@pytest.mark.parametrize(
    "name",
    ["adapter_model.safetensors", "config.json", "label_mapping.json", "category_mapping.json", "tokenizer.json"],
)
def test_a_missing_file_is_named(artifact_copy: Path, name: str) -> None:
    (artifact_copy / name).unlink()
    with pytest.raises(ArtifactError, match=rf"{name}.* missing"):
        open_artifact(artifact_copy)


@pytest.mark.parametrize("matching_digests", [False, True])
@pytest.mark.parametrize(
    ("file", "forward", "backward"),
    [
        ("config.json", "label2id", "id2label"),
        ("label_mapping.json", "label_to_id", "id_to_label"),
        ("label_mapping.json", "label2id", "id2label"),
        ("category_mapping.json", "category_to_idx", "idx_to_category"),
    ],
)
def test_reordered_labels_name_both_orders(
    artifact_copy: Path, file: str, forward: str, backward: str, matching_digests: bool
) -> None:
    swapped = ("fruit", "animal", "tool")

    def swap(content: dict[str, Any]) -> None:
        content[forward] = {label: i for i, label in enumerate(swapped)}
        content[backward] = {str(i): label for i, label in enumerate(swapped)}

    _edit(artifact_copy / file, swap)
    if matching_digests:
        _record_again(artifact_copy)
    with pytest.raises(ArtifactError, match=r"\[fruit, animal, tool\].*\[animal, fruit, tool\]") as caught:
        open_artifact(artifact_copy)
    assert file in str(caught.value)


def test_labels_reordered_in_the_manifest_alone(artifact_copy: Path) -> None:
    _edit(artifact_copy / "manifest.json", lambda m: m["task"].update(labels=["tool", "fruit", "animal"]))
    with pytest.raises(ArtifactError, match=r"\[animal, fruit, tool\].*\[tool, fruit, animal\]"):
        open_artifact(artifact_copy)


def test_a_head_of_another_size(artifact_copy: Path) -> None:
    file = artifact_copy / "adapter_model.safetensors"
    tensors = load_file(file)
    (name,) = [key for key in tensors if key.endswith("classifier.weight")]
    save_file(tensors | {name: torch.zeros(4, 32)}, file)
    _record_again(artifact_copy)
    with pytest.raises(ArtifactError, match="the head has 4 classes, the task has 3 labels"):
        open_artifact(artifact_copy)


def test_no_head_at_all(artifact_copy: Path) -> None:
    file = artifact_copy / "adapter_model.safetensors"
    save_file({k: v for k, v in load_file(file).items() if "classifier" not in k}, file)
    _record_again(artifact_copy)
    with pytest.raises(ArtifactError, match="holds no classification head"):
        open_artifact(artifact_copy)


def test_a_scalar_head(artifact_copy: Path) -> None:
    save_file({"classifier.weight": torch.tensor(1.0)}, artifact_copy / "adapter_model.safetensors")
    with pytest.raises(ArtifactError, match="the head has 0 classes"):
        open_artifact(artifact_copy)


@pytest.mark.parametrize("more", [{}, {"colour": "red", "task": None}])
def test_a_newer_format(artifact_copy: Path, more: dict[str, Any]) -> None:
    _edit(artifact_copy / "manifest.json", lambda m: m.update(format_version=2, **more))
    with pytest.raises(ArtifactError, match=r"format version 2 is newer .* upgrade with pip"):
        open_artifact(artifact_copy)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": "red"}, "colour: Extra inputs"),
        ({"adapt": "prefix"}, "adapt: Input should be 'lora', 'full' or 'head'"),
        ({"seed": None}, "seed: "),
        ({"format_version": "new"}, "format_version: "),
        ({"task": {"name": "x", "labels": ["a"], "mapping_file": "m", "mapping_style": "index"}}, "at least two"),
    ],
)
def test_a_damaged_manifest(artifact_copy: Path, change: dict[str, Any], message: str) -> None:
    _edit(artifact_copy / "manifest.json", lambda m: m.update(change))
    with pytest.raises(ArtifactError, match=rf"manifest\.json: .*{message}"):
        open_artifact(artifact_copy)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff"])
def test_a_manifest_that_is_none(artifact_copy: Path, content: bytes) -> None:
    (artifact_copy / "manifest.json").write_bytes(content)
    with pytest.raises(ArtifactError, match=r"manifest\.json"):
        open_artifact(artifact_copy)


@pytest.mark.parametrize(
    "content",
    [b"", b"\x01", b"\xff" * 16, (5).to_bytes(8, "little") + b"[1,2]", (2).to_bytes(8, "little") + b"{x"],
)
def test_what_is_no_safetensors_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "w.safetensors").write_bytes(content)
    with pytest.raises(ArtifactError, match="is not a safetensors file"):
        tensor_shapes(tmp_path / "w.safetensors")


def test_tensor_shapes(tmp_path: Path) -> None:
    save_file({"a": torch.zeros(2, 3), "b": torch.tensor(1)}, tmp_path / "w.safetensors", metadata={"format": "pt"})
    assert tensor_shapes(tmp_path / "w.safetensors") == {"a": [2, 3], "b": []}


def test_manifest_records_every_file(artifact_copy: Path) -> None:
    manifest = open_artifact(artifact_copy).manifest
    (artifact_copy / "notes").mkdir()
    (artifact_copy / "notes" / "a.txt").write_text("a", encoding="utf-8")
    assert "notes/a.txt" in write_manifest(artifact_copy, manifest).files
    assert open_artifact(artifact_copy).manifest.files.keys() == manifest.files.keys() | {"notes/a.txt"}


def test_staged_becomes_the_output(tmp_path: Path) -> None:
    with staged(tmp_path / "deep" / "out") as folder:
        (folder / "x").write_text("1", encoding="utf-8")
        assert not (tmp_path / "deep" / "out").exists()
    assert (tmp_path / "deep" / "out" / "x").read_text(encoding="utf-8") == "1"
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["out"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OSError])
def test_staged_leaves_nothing_after_an_error(tmp_path: Path, error: type[BaseException]) -> None:
    def work() -> None:
        with staged(tmp_path / "out") as folder:
            (folder / "x").write_text("1", encoding="utf-8")
            raise error

    with pytest.raises(error):
        work()
    assert list(tmp_path.iterdir()) == []


def test_staged_keeps_the_old_output_after_an_error(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").touch()

    def work() -> None:
        with staged(tmp_path / "out") as folder:
            (folder / "new").touch()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        work()
    assert [p.relative_to(tmp_path).as_posix() for p in sorted(tmp_path.rglob("*"))] == ["out", "out/old"]


def test_staged_replaces_whole(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").touch()
    with staged(tmp_path / "out") as folder:
        (folder / "new").touch()
    assert [p.relative_to(tmp_path).as_posix() for p in sorted(tmp_path.rglob("*"))] == ["out", "out/new"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.EIO, "broken")])
def test_staged_interrupted_between_the_renames_keeps_the_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").touch()
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.name.endswith(".tmp"):
            raise error
        return rename(self, target)

    def work() -> None:
        with staged(tmp_path / "out"):
            monkeypatch.setattr(Path, "rename", fail)

    with pytest.raises(type(error)):
        work()
    assert [p.relative_to(tmp_path).as_posix() for p in sorted(tmp_path.rglob("*"))] == ["out", "out/old"]


def test_staged_replaces_the_working_folder_and_what_a_link_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with staged(tmp_path / "link") as folder:
        (folder / "x").touch()
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "x").exists()
    monkeypatch.chdir(tmp_path / "real")
    with staged(Path()) as folder:
        (folder / "y").touch()
    assert [p.name for p in (tmp_path / "real").iterdir()] == ["y"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link", "real"]


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.ENOSPC, "no space left on the disk"),
        (errno.EDQUOT, "no space left on the disk"),
        (errno.EROFS, "cannot be written: .* choose another --out"),
        (errno.EACCES, "cannot be written: .* choose another --out"),
    ],
)
def test_staged_says_what_is_wrong_with_the_place(tmp_path: Path, number: int, message: str) -> None:
    def work() -> None:
        with staged(tmp_path / "out"):
            raise OSError(number, os.strerror(number))

    with pytest.raises(OutputError, match=message):
        work()
    assert list(tmp_path.iterdir()) == []


def test_staged_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written"), staged(tmp_path / "file" / "out"):
        pass


def test_check_output(tmp_path: Path, artifact_copy: Path) -> None:
    check_output(tmp_path / "new", overwrite=False)
    with pytest.raises(OutputError, match="exists already: choose another --out, or pass --overwrite"):
        check_output(artifact_copy, overwrite=False)
    check_output(artifact_copy, overwrite=True)
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="is a file"):
        check_output(tmp_path / "file", overwrite=True)
    (tmp_path / "thesis").mkdir()
    check_output(tmp_path / "thesis", overwrite=True)
    (tmp_path / "thesis" / "chapter.tex").touch()
    with pytest.raises(OutputError, match="did not write: it is not overwritten"):
        check_output(tmp_path / "thesis", overwrite=True)


def test_a_place_where_nobody_makes_folders_is_named() -> None:
    told = r"/proc/pointsman/out cannot be written: .*; choose another --out"
    with pytest.raises(OutputError, match=told), staged(Path("/proc/pointsman/out")):
        pass


def test_nothing_that_is_read_is_replaced(tmp_path: Path, artifact_copy: Path) -> None:
    (artifact_copy.parent / "summary.json").write_text("{}")
    for place in (artifact_copy, artifact_copy.parent):
        with pytest.raises(OutputError, match=r"holds what is read .* and would be replaced: choose another --out"):
            check_output(place, overwrite=True, reads=[artifact_copy])
    with pytest.raises(OutputError, match=r"holds artifacts of its own \(.*\)"):
        check_output(artifact_copy.parent, overwrite=True)
    check_output(artifact_copy.parent, overwrite=True, several=True)


def test_nothing_beside_an_output_goes_with_it(tmp_path: Path, artifact_copy: Path) -> None:
    (artifact_copy / "thesis.tex").touch()
    with pytest.raises(OutputError, match=r"holds thesis\.tex, which is no part of the output to replace"):
        check_output(artifact_copy, overwrite=True)
    other = tmp_path / "other"
    other.mkdir()
    (other / "metadata.json").write_text('{"title": "of another program"}')
    with pytest.raises(OutputError, match="did not write"):
        check_output(other, overwrite=True)
    (other / "metadata.json").write_text('{"kind": "pointsman data build", "files": {"train.jsonl": {}}}')
    (other / "train.jsonl").touch()
    check_output(other, overwrite=True)
    (other / "thesis.tex").touch()
    with pytest.raises(OutputError, match=r"holds thesis\.tex"):
        check_output(other, overwrite=True)
