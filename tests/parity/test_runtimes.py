"""Each runtime on tiny models of each family: whole exports pass, broken ones do not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pointsman.artifacts import layout, open_artifact, read_golden
from pointsman.errors import ArtifactError
from pointsman.parity.checks import replay
from pointsman.parity.local_runtime import bundle_runtimes, onnx_runtime, torch_runtime
from pointsman.parity.result import Check
from pointsman.parity.runtimes import Runtime
from tests import forms
from tests.parity import replays

Router = Callable[[str, str], Path]
KINDS = ("sequence", "token")


def _checks(runtime: Runtime, folder: Path) -> dict[str, Check]:
    rows = [row for row in read_golden(folder) if row.task == runtime.task.name]
    return {check.name: check for check in replay(runtime, rows)}


def _failed(checks: dict[str, Check]) -> set[str]:
    return {check.name for check in checks.values() if check.status == "failed"}


@pytest.fixture(scope="module")
def merged(router: Router, tmp_path_factory: pytest.TempPathFactory) -> Router:
    """Merged exports of each family and kind."""
    root = tmp_path_factory.mktemp("merged")
    made: dict[tuple[str, str], Path] = {}

    def give(family: str, kind: str) -> Path:
        if (family, kind) not in made:
            made[family, kind] = forms.exported([router(family, kind)], "merged", root / f"{family}-{kind}").path
        return made[family, kind]

    return give


@pytest.fixture(scope="module")
def onnx(router: Router, tmp_path_factory: pytest.TempPathFactory) -> Router:
    """ONNX exports of each family and kind."""
    root = tmp_path_factory.mktemp("onnx")
    made: dict[tuple[str, str], Path] = {}

    def give(family: str, kind: str) -> Path:
        if (family, kind) not in made:
            made[family, kind] = replays.onnx(router(family, kind), root / f"{family}-{kind}")
        return made[family, kind]

    return give


@pytest.mark.parametrize("kind", KINDS)
def test_torch_of_each_family(router: Router, family: str, kind: str) -> None:
    assert _failed(_checks(torch_runtime(router(family, kind)), router(family, kind))) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_merged_of_each_family(merged: Router, family: str, kind: str) -> None:
    from pointsman.parity.merged_runtime import MergedRuntime

    folder = merged(family, kind)
    found = _checks(MergedRuntime(open_artifact(folder)), folder)
    assert _failed(found) == set()
    applies = kind == "token" or family == "modernbert"
    assert found["padded left"].status == ("passed" if applies else "not applicable")


@pytest.mark.parametrize("kind", KINDS)
def test_onnx_of_each_family(onnx: Router, family: str, kind: str) -> None:
    folder = onnx(family, kind)
    found = _checks(onnx_runtime(folder, "fp32", threads=1), folder)
    assert _failed(found) == set()
    applies = family == "modernbert" or (family == "roberta" and kind == "token")
    assert found["padded left"].status == ("passed" if applies else "not applicable")


def test_positions_are_what_padding_on_the_left_needs(merged: Router) -> None:
    from pointsman.parity.merged_runtime import MergedRuntime

    folder = merged("bert", "token")
    runtime = MergedRuntime(open_artifact(folder))
    assert _checks(runtime, folder)["padded left"].status == "passed"
    runtime._positions = False
    assert _failed(_checks(runtime, folder)) == {"padded left"}


@pytest.fixture(scope="module")
def bundle(router: Router, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return replays.bundle([router("bert", kind) for kind in KINDS], tmp_path_factory.mktemp("bundle") / "b")


def test_bundle(bundle: Path) -> None:
    found = {runtime.task.name: _checks(runtime, bundle) for runtime in bundle_runtimes(bundle, "fp32", threads=1)}
    assert sorted(found) == ["pii", "support"]
    assert all(_failed(checks) == set() for checks in found.values())
    assert found["pii"]["offsets"].status == "passed"


def test_swapped_outputs_of_a_bundle_fail(bundle: Path, router: Router, tmp_path: Path) -> None:
    """Two tasks of the same width whose outputs are exchanged: every file is whole, and every number plausible."""
    import onnx as library

    other = Path(shutil.copytree(router("bert", "sequence"), tmp_path / "other"))
    for name in ("manifest.json", layout.GOLDEN):
        text = (other / name).read_text(encoding="utf-8")
        text = text.replace('"name": "support"', '"name": "second"').replace('"task": "support"', '"task": "second"')
        (other / name).write_text(text, encoding="utf-8")
    _spoil_adapter(other)
    folder = replays.bundle([router("bert", "sequence"), replays.sign_off(other)], tmp_path / "b")
    before = {r.task.name: _failed(_checks(r, folder)) for r in bundle_runtimes(folder, "fp32", threads=1)}
    assert before["support"] == set()
    graph = folder / layout.GRAPHS["fp32"]
    model = library.load(graph)
    names = {"support": "second", "second": "support"}
    for node in model.graph.node:
        node.output[:] = [names.get(name, name) for name in node.output]
    library.save(model, graph)
    replays.sign_off(folder)
    after = {r.task.name: _failed(_checks(r, folder)) for r in bundle_runtimes(folder, "fp32", threads=1)}
    assert {"logits", "probabilities"} <= after["support"]


def _spoil_adapter(folder: Path) -> None:
    from safetensors.numpy import load_file, save_file

    file = folder / "adapter_model.safetensors"
    tensors = {key: value.copy() for key, value in load_file(file).items()}
    head = next(key for key in tensors if key.endswith("classifier.weight"))
    tensors[head] = -tensors[head]
    save_file(tensors, file)


@pytest.mark.parametrize("kind", KINDS)
def test_one_changed_weight_fails(onnx: Router, kind: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(onnx("bert", kind), tmp_path / "broken"))
    replays.spoil_weight(folder / layout.GRAPHS["fp32"])
    found = _checks(onnx_runtime(replays.sign_off(folder), "fp32", threads=1), folder)
    assert {"logits", "probabilities"} <= _failed(found)
    assert "tokenisation" not in _failed(found)
    assert found["logits"].rows


def test_a_permuted_vocabulary_fails(onnx: Router, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(onnx("bert", "sequence"), tmp_path / "broken"))
    file = folder / "tokenizer.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    vocabulary = content["model"]["vocab"]
    vocabulary["dog"], vocabulary["apple"] = vocabulary["apple"], vocabulary["dog"]
    file.write_text(json.dumps(content), encoding="utf-8")
    found = _checks(onnx_runtime(replays.sign_off(folder), "fp32", threads=1), folder)
    assert {"tokenisation", "logits", "probabilities"} <= _failed(found)
    assert "token" in found["tokenisation"].rows[0].expected


def test_permuted_labels_fail(onnx: Router, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(onnx("bert", "sequence"), tmp_path / "broken"))
    permute_labels(folder)
    found = _checks(onnx_runtime(replays.sign_off(folder), "fp32", threads=1), folder)
    assert {"label order", "probabilities", "decisions"} <= _failed(found)
    assert "logits" not in _failed(found)


def permute_labels(folder: Path, swap: Sequence[str] = ("animal", "tool")) -> None:
    """Exchange two labels in every file that names them but the golden rows."""
    first, second = swap
    for file in folder.glob("*.json"):
        if file.name in ("tokenizer.json", "tokenizer_config.json"):
            continue
        text = file.read_text(encoding="utf-8")
        text = (
            text.replace(f'"{first}"', '"\x00"').replace(f'"{second}"', f'"{first}"').replace('"\x00"', f'"{second}"')
        )
        file.write_text(text, encoding="utf-8")


def test_a_merged_folder_without_its_head_is_refused(merged: Router, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    from pointsman.parity.merged_runtime import MergedRuntime

    folder = Path(shutil.copytree(merged("bert", "sequence"), tmp_path / "broken"))
    file = folder / layout.FULL_WEIGHTS
    tensors = load_file(file)
    del tensors["bert.pooler.dense.weight"]
    save_file(tensors, file, {"format": "pt"})
    replays.sign_off(folder)
    with pytest.raises(ArtifactError, match=r"bert\.pooler\.dense\.weight missing: Transformers would draw"):
        MergedRuntime(open_artifact(folder))
