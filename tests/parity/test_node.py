"""The runtime `node`, for real where Node.js and its packages are there; what is missing is one line that says so."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pointsman.artifacts import layout, open_artifact, read_golden
from pointsman.errors import ConfigError
from pointsman.parity import node_runtime
from pointsman.parity.checks import replay
from pointsman.parity.node_runtime import NodeProcess, NodeRuntime, check_node, node_bundle_runtimes
from pointsman.parity.node_runtime import node_runtime as opened
from pointsman.parity.result import Check
from tests.parity import replays

Router = Callable[[str, str], Path]


def _missing() -> str | None:
    try:
        check_node()
    except ConfigError as error:
        return str(error)
    return None


_MISSING = _missing()
real = pytest.mark.skipif(_MISSING is not None, reason=_MISSING or "")


def _checks(runtime: NodeRuntime, folder: Path) -> dict[str, Check]:
    try:
        rows = [row for row in read_golden(folder) if row.task == runtime.task.name]
        return {check.name: check for check in replay(runtime, rows)}
    finally:
        runtime.close()


def _status(checks: dict[str, Check], status: str) -> set[str]:
    return {check.name for check in checks.values() if check.status == status}


@real
@pytest.mark.parametrize("kind", ["sequence", "token"])
def test_each_family(router: Router, family: str, kind: str, tmp_path: Path) -> None:
    folder = replays.onnx(router(family, kind), tmp_path / "export")
    found = _checks(opened(folder, "fp32", threads=1), folder)
    assert _status(found, "failed") == set()
    assert found["tokenisation"].n + found["truncation"].n == len(read_golden(folder))
    if kind == "token":
        assert found["offsets"].status == "not applicable"
        assert found["entities"].status == "passed"
    else:
        assert found["truncation"].status == "passed"
        assert "own truncation loses the closing token" in found["truncation"].detail


@real
def test_bundle(router: Router, tmp_path: Path) -> None:
    folder = replays.bundle([router("bert", kind) for kind in ("sequence", "token")], tmp_path / "bundle")
    found = {r.task.name: _checks(r, folder) for r in node_bundle_runtimes(folder, "fp32", threads=1)}
    assert sorted(found) == ["pii", "support"]
    assert all(_status(checks, "failed") == set() for checks in found.values())


@real
def test_a_changed_weight_fails_there_too(router: Router, tmp_path: Path) -> None:
    folder = replays.onnx(router("bert", "sequence"), tmp_path / "export")
    replays.spoil_weight(folder / layout.GRAPHS["fp32"])
    found = _checks(opened(replays.sign_off(folder), "fp32", threads=1), folder)
    assert {"logits", "probabilities"} <= _status(found, "failed")


@real
def test_a_graph_that_does_not_load_is_one_line(router: Router, tmp_path: Path) -> None:
    folder = replays.onnx(router("bert", "sequence"), tmp_path / "export")
    (folder / layout.GRAPHS["fp32"]).write_bytes(b"no graph")
    with pytest.raises(ConfigError, match=r"--runtime node: .*export: ") as caught:
        opened(replays.sign_off(folder), "fp32")
    assert "\n" not in str(caught.value)


@real
def test_a_process_that_dies_or_hangs_is_one_line(router: Router, tmp_path: Path) -> None:
    folder = replays.onnx(router("bert", "sequence"), tmp_path / "export")
    artifact = open_artifact(folder)
    setup = node_runtime._setup(folder, "fp32", None, artifact.task, 32, 1)
    process = NodeProcess(setup)
    try:
        assert process.versions["packages"].keys() == {"@huggingface/transformers", "onnxruntime-node"}
        with pytest.raises(ConfigError, match=r"--runtime node: .*export: .*reading 'map'") as caught:
            process.ask({})  # a request without texts fails; the process stays
        assert "\n" not in str(caught.value)
        assert process.ask({"texts": ["dog"], "run": False})["rows"][0]["cut"] is False
        process._process.kill()
        with pytest.raises(ConfigError, match=r"node stopped \(exit -9\)"):
            process.ask({"texts": ["dog"], "run": False})
    finally:
        process.close()
    with pytest.raises(ConfigError, match=r"no answer within 0\.001 s"):
        NodeProcess(setup, seconds=0.001)


def test_no_node(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match=r"no 'node' on the PATH: install Node\.js 20 or newer"):
        check_node()


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo v18.19.1", "is Node.js 18: install Node.js 20"),
        ("exit 3", "--version fails"),
        ("echo x", "--version fails"),
    ],
)
def test_a_node_that_is_too_old_or_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, message: str
) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!{shutil.which('sh')}\n{script}\n", encoding="utf-8")
    node.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match=message):
        check_node()


def test_packages_that_are_missing_or_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!{shutil.which('sh')}\necho v22.1.0\n", encoding="utf-8")
    node.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    shutil.copy(node_runtime.FOLDER / "package.json", tmp_path)
    monkeypatch.setattr(node_runtime, "FOLDER", tmp_path)
    with pytest.raises(ConfigError) as caught:
        check_node()
    assert "@huggingface/transformers is not installed: run 'make parity-node'" in str(caught.value)
    assert f"npm ci' in {tmp_path}" in str(caught.value)
    package = tmp_path / "node_modules" / "@huggingface" / "transformers" / "package.json"
    package.parent.mkdir(parents=True)
    package.write_text('{"version": "1.0.0"}', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"is 1\.0\.0, expected \d"):
        check_node()


def test_the_lock_file_names_no_registry_and_pins_what_is_asked() -> None:
    lock = json.loads((node_runtime.FOLDER / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((node_runtime.FOLDER / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert all("resolved" not in package for package in lock["packages"].values())
    assert all(package.get("integrity") for place, package in lock["packages"].items() if place)
    assert {name: lock["packages"][f"node_modules/{name}"]["version"] for name in wanted} == wanted
