"""The verbs around a finished artifact, end to end: artifacts, verify-files, sign, card, push's mistakes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from pointsman.artifacts import open_artifact, write_manifest
from pointsman.artifacts.manifest import read_manifest
from pointsman.cli import main
from pointsman.pipeline.run import TrainResult
from tests import forms

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*args: object) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main([str(a) for a in args])
        out, err = capsys.readouterr()
        return int(stop.value.code or 0), out, err

    return call


@pytest.fixture
def store(trained: Callable[[str], TrainResult], tmp_path: Path) -> Path:
    """A BERT and a RoBERTa router of one task, and a bundle of the first."""
    root = tmp_path / "store"
    for family in ("bert", "roberta"):
        shutil.copytree(trained(family).artifact.path, root / family)
    forms.bundle([root / "bert"], root / "exports" / "bundle")
    return root


def test_artifacts_as_a_table(run: Run, store: Path) -> None:
    (store / "bert" / "history.json").write_text("[]", encoding="utf-8")
    code, out, _ = run("artifacts", store)
    assert code == 0
    rows = {line.split()[0 if "*" not in line else 1] + line: line for line in out.splitlines() if "support" in line}
    (broken,) = [row for row in rows.values() if " router " in row and " bert " in row]
    (other,) = [row for row in rows.values() if " roberta " in row and " router " in row]
    (bundle,) = [row for row in rows.values() if " bundle " in row]
    assert (broken.split()[-1], other.split()[-1], bundle.split()[-1]) == ("no", "yes", "yes")
    assert [row.strip().startswith("*") for row in (broken, other, bundle)] == [False, False, True]
    assert open_artifact(store / "roberta").digest[:12] in other
    metrics = read_manifest(store / "roberta").metrics
    low, high = metrics["intervals"]["macro_f1"]
    assert f"macro f1 {100 * metrics['macro_f1']:.1f} % ({100 * low:.1f} to {100 * high:.1f})" in other
    assert f"not whole: {store}/bert/history.json has changed" in out


def test_artifacts_as_json_with_preference_and_kind(run: Run, store: Path) -> None:
    code, out, _ = run("artifacts", store, "--json")
    found = json.loads(out)
    assert code == 0
    assert {Path(row["path"]).name: row["kind"] for row in found["artifacts"]} == {
        "bert": "router",
        "bundle": "bundle",
        "roberta": "router",
    }
    assert found["preferred"] == {"support": str(store / "bert")}
    assert json.loads(run("artifacts", store, "--kind", "bundle", "--json")[1])["preferred"] == {
        "support": str(store / "exports" / "bundle")
    }
    manifest = read_manifest(store / "roberta")
    metrics = {**manifest.metrics, "macro_f1": 0.999}
    data = manifest.data.model_copy(update={"split_digest": "of other rows"})
    write_manifest(store / "roberta", manifest.model_copy(update={"metrics": metrics, "data": data}))
    found = json.loads(run("artifacts", store, "--prefer", "metric", "--json")[1])
    assert found["preferred"] == {"support": str(store / "roberta")}
    _, out, _ = run("artifacts", store, "--prefer", "metric")
    assert "support: figures of different rows" in out


def test_artifacts_where_nothing_is(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("artifacts", tmp_path)
    assert (code, out) == (0, f"no artifact, export or bundle in {tmp_path} or below\n")
    code, out, _ = run("artifacts", tmp_path, "--kind", "onnx")
    assert (code, out) == (0, f"no onnx in {tmp_path} or below\n")
    assert json.loads(run("artifacts", tmp_path, "--json")[1]) == {"artifacts": [], "preferred": {}}


def test_verify_files_says_what_was_checked(run: Run, store: Path, artifact_copy: Path) -> None:
    for folder, kind in ((artifact_copy, "router"), (store / "exports" / "bundle", "bundle")):
        code, out, _ = run("verify-files", folder)
        files = [p for p in folder.rglob("*") if p.is_file() and p.name != "manifest.json"]
        size = sum(p.stat().st_size for p in files)
        assert code == 0
        assert f"{folder}: {kind}, {len(files)} files, {size:,} bytes, sha256 of manifest.json " in out
        assert "every file is as recorded" in out
    report = json.loads(run("verify-files", artifact_copy, "--json")[1])
    assert (report["verified"], report["digest"]) == (True, open_artifact(artifact_copy).digest)


def test_verify_files_names_everything_that_is_wrong(run: Run, artifact_copy: Path) -> None:
    (artifact_copy / "history.json").write_text("[]", encoding="utf-8")
    (artifact_copy / "lora_config.json").write_text("{}", encoding="utf-8")
    (artifact_copy / "label_mapping.json").unlink()
    (artifact_copy / "more.txt").write_text("", encoding="utf-8")
    code, out, err = run("verify-files", artifact_copy)
    assert (code, err) == (1, "")
    for line in (
        "changed: history.json",
        "changed: lora_config.json",
        "missing: label_mapping.json",
        "added: more.txt",
    ):
        assert f"  {line}\n" in out
    code, out, _ = run("verify-files", artifact_copy, "--json")
    report = json.loads(out)
    assert code == 1
    assert (report["verified"], report["changed"]) == (False, ["history.json", "lora_config.json"])
    (artifact_copy / "manifest.json").write_text("{", encoding="utf-8")
    code, out, _ = run("verify-files", artifact_copy)
    assert code == 1
    assert "not good: " in out
    assert "manifest.json" in out


def test_verify_files_refuses_what_disagrees_with_itself(run: Run, artifact_copy: Path) -> None:
    file = artifact_copy / "label_mapping.json"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"animal"', '"x"').replace('"fruit"', '"animal"').replace('"x"', '"fruit"'), "utf-8")
    write_manifest(artifact_copy, read_manifest(artifact_copy))
    code, out, _ = run("verify-files", artifact_copy)
    assert code == 1
    assert "orders the labels" in out


def test_sign_then_verify(run: Run, store: Path, keys: tuple[Path, Path]) -> None:
    private, public = keys
    bundle = store / "exports" / "bundle"
    code, out, _ = run("verify-files", bundle, "--verify-key", public)
    assert code == 1
    assert "is not signed" in out
    code, out, _ = run("sign", bundle, "--sign-key", private)
    assert code == 0
    assert f"{bundle}/model.sig: " in out
    code, out, _ = run("verify-files", bundle, "--verify-key", public)
    assert code == 0
    assert f"as signed with the key of {public}" in out
    assert json.loads(run("verify-files", bundle, "--verify-key", public, "--json")[1])["signed"] is True

    (bundle / "router.json").write_text("{}", encoding="utf-8")
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    import hashlib

    manifest["files"]["router.json"] = hashlib.sha256(b"{}").hexdigest()
    (bundle / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert run("verify-files", bundle)[0] == 0
    code, out, _ = run("verify-files", bundle, "--verify-key", public)
    assert code == 1
    assert "changed: manifest.json, router.json" in out


def test_card_to_standard_output_and_to_a_file(run: Run, artifact_copy: Path, tmp_path: Path) -> None:
    code, out, _ = run("card", artifact_copy)
    assert code == 0
    assert yaml.safe_load(out.split("---\n")[1])["pipeline_tag"] == "text-classification"
    file = tmp_path / "new" / "README.md"
    assert run("card", artifact_copy, "--out", file)[0] == 0
    assert file.read_text(encoding="utf-8") == out
    code, _, err = run("card", artifact_copy, "--out", file)
    assert code == 2
    assert "exists already" in err
    assert run("card", artifact_copy, "--out", file, "--overwrite")[0] == 0
    code, _, err = run("card", artifact_copy, "--out", artifact_copy / "README.md")
    assert code == 2
    assert "lies within the artifact" in err
    open_artifact(artifact_copy)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["artifacts", "nowhere"], "nowhere is no folder"),
        (["artifacts", ".", "--prefer", "size"], "--prefer size: use architecture or metric"),
        (["artifacts", ".", "--kind", "model"], "--kind model: use router, merged, onnx, bundle, foreign"),
        (["verify-files", "nowhere"], "nowhere is no folder"),
        (["verify-files", "."], "is no artifact: it has no manifest.json"),
        (["sign", "nowhere", "--sign-key", "none.pem"], "--sign-key none.pem: no such file"),
        (["sign", "nowhere", "--sign-key", "key.pem"], "nowhere is no folder"),
        (["card", "nowhere"], "nowhere is no folder"),
        (["card", ".", "--out", "."], "--out .: lies within the artifact"),
        (["push", "nowhere", "a/b"], "nowhere is no folder"),
        (["push", "nowhere", "a/b/c"], "'a/b/c' is no repository id"),
    ],
)
def test_mistakes_are_one_line_and_exit_2(
    run: Run, keys: tuple[Path, Path], args: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*args)
    assert (code, out) == (2, "")
    assert err.startswith("pointsman: ")
    assert message in err
    assert len(err.splitlines()) == 1


def test_a_key_that_cannot_be_used_exits_2(run: Run, artifact_copy: Path, keys: tuple[Path, Path]) -> None:
    assert run("sign", artifact_copy, "--sign-key", keys[0])[0] == 0
    code, out, err = run("verify-files", artifact_copy, "--verify-key", keys[0])
    assert (code, out) == (2, "")
    assert "--verify-key" in err
    assert "it is a private key" in err
