from __future__ import annotations

import datetime
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import pointsman
from pointsman.artifacts import open_artifact, open_bundle, write_manifest
from pointsman.artifacts.integrity import read_any
from pointsman.artifacts.signing import sign
from pointsman.errors import ArtifactError, ConfigError, MissingExtraError, PointsmanError
from pointsman.serving.models import Models
from pointsman.serving.opening import open_models, open_shadow
from pointsman.serving.settings import Settings
from tests import forms as forms_of

TEXTS = ["the dog chased a cat", "please find the hammer 7 and a sheep", "an apple and a ripe pear"]


@dataclass(frozen=True)
class Forms:
    """Two routers (`support`, `pii`) in every form."""

    support: Path
    pii: Path
    bundle: Path
    support_onnx: Path
    pii_onnx: Path
    merged: Path


@pytest.fixture(scope="module")
def forms(router: Callable[[str, str], Path], tmp_path_factory: pytest.TempPathFactory) -> Forms:
    support, pii = router("bert", "sequence"), router("bert", "token")
    root = tmp_path_factory.mktemp("forms")
    return Forms(
        support,
        pii,
        with_golden(forms_of.bundle([support, pii], root / "bundle"), support, pii),
        with_golden(forms_of.onnx(support, root / "support-onnx"), support),
        with_golden(forms_of.onnx(pii, root / "pii-onnx"), pii),
        with_golden(forms_of.merged(support, root / "merged"), support),
    )


def with_golden(folder: Path, *sources: Path) -> Path:
    """Put the golden rows of artifacts into an export of them, as the export step does."""
    rows = "".join((source / "parity.jsonl").read_text(encoding="utf-8") for source in sources)
    (folder / "parity.jsonl").write_text(rows, encoding="utf-8")
    write_manifest(folder, read_any(folder))
    return folder


def opened(*paths: Path, notes: list[str] | None = None, **settings: Any) -> Models:
    return open_models(Settings(paths=paths, **settings), tell=(notes if notes is not None else []).append)


def refused(*paths: Path, error: type[PointsmanError] = ArtifactError, **settings: Any) -> str:
    with pytest.raises(error) as caught:
        opened(*paths, **settings)
    told = str(caught.value)
    assert "\n" not in told
    return told


def _check_answers(models: Models, forms: Forms) -> None:
    """Compare with what the artifacts themselves decide."""
    found = models.panel.predict_all(TEXTS, probabilities=True)
    for path in (forms.support, forms.pii):
        expected = pointsman.load(path).predict(TEXTS, probabilities=True)
        router = models.routers[expected[0].task]
        for one, other in zip(found[router.task], expected, strict=True):
            assert (one.label, one.abstained, one.digest) == (other.label, other.abstained, router.digest)
            assert one.probabilities == pytest.approx(other.probabilities, abs=1e-5)
            spans = [[(span.type, span.start, span.end) for span in d.spans or ()] for d in (one, other)]
            assert spans[0] == spans[1]


def test_a_bundle(forms: Forms) -> None:
    notes: list[str] = []
    models = opened(forms.bundle, notes=notes)
    assert notes == []
    assert list(models.routers) == list(models.panel.tasks) == ["support", "pii"]
    assert models.digest == open_bundle(forms.bundle).digest
    assert datetime.datetime.fromisoformat(models.loaded).tzinfo is not None
    assert models.seconds > 0
    support, record = models.routers["support"], open_artifact(forms.support)
    calibration = pointsman.load(forms.support).calibration
    assert (support.task, support.kind, support.labels) == ("support", "sequence", record.task.labels)
    assert (support.path, support.form, support.digest) == (forms.bundle, "bundle", models.digest)
    assert (support.precision, support.max_length, support.rank) == ("fp32", 32, 4)
    assert support.backbone == record.manifest.backbone.name
    assert (support.threshold, support.temperature) == (calibration.rule.threshold, calibration.temperature)
    assert (support.primary_metric, support.metrics) == ("macro_f1", record.measured())
    assert set(support.metrics["per_class"]) == set(support.labels)
    assert models.routers["pii"].kind == "token"
    _check_answers(models, forms)


def test_exports_of_single_routers_side_by_side(forms: Forms) -> None:
    models = opened(forms.support_onnx, forms.pii_onnx)
    assert [(one.task, one.form) for one in models.routers.values()] == [("support", "onnx"), ("pii", "onnx")]
    assert {one.digest for one in models.routers.values()} == {
        open_artifact(path).digest for path in (forms.support_onnx, forms.pii_onnx)
    }
    _check_answers(models, forms)
    turned = opened(forms.pii_onnx, forms.support_onnx, golden=0)
    assert turned.digest == models.digest
    assert models.digest not in {one.digest for one in models.routers.values()}
    assert opened(forms.pii_onnx, golden=0).digest == open_artifact(forms.pii_onnx).digest


def test_artifacts_and_merged_exports_with_torch(forms: Forms) -> None:
    models = opened(forms.merged, forms.pii, runtime="torch")
    assert {name: (one.form, one.precision) for name, one in models.routers.items()} == {
        "support": ("merged", "fp32"),
        "pii": ("router", "fp32"),
    }
    _check_answers(models, forms)
    beside = opened(forms.support, forms.pii_onnx, runtime="torch")
    assert [one.form for one in beside.routers.values()] == ["router", "onnx"]
    _check_answers(beside, forms)


@pytest.mark.parametrize("form", ["support", "merged"])
def test_what_needs_torch_is_refused_without_it(forms: Forms, form: str) -> None:
    path = getattr(forms, form)
    told = refused(path, error=ConfigError)
    assert told.startswith(f"{path} is a")
    assert "--runtime torch" in told
    assert "--format bundle" in told


def test_two_for_one_task_are_refused_by_name(forms: Forms) -> None:
    told = refused(forms.bundle, forms.support_onnx, error=ConfigError)
    assert told == f"{forms.bundle} and {forms.support_onnx} both answer for 'support': serve one of them"
    assert "both answer for" in refused(forms.bundle, forms.bundle, error=ConfigError)


def test_options_without_effect_are_refused(forms: Forms) -> None:
    torch: dict[str, Any] = {"runtime": "torch", "error": ConfigError}
    assert "--precision int8" in refused(forms.support, precision="int8", **torch)
    assert "--device cuda" in refused(forms.bundle, device="cuda", **torch)
    assert "--backbone minilm" in refused(forms.merged, backbone="minilm", **torch)
    assert "holds fp32" in refused(forms.support_onnx, precision="int8", error=ConfigError)


def test_the_backbone_is_where_it_is_said_to_be(forms: Forms, model_folders: dict[str, Path], tmp_path: Path) -> None:
    elsewhere = shutil.copytree(model_folders["bert"], tmp_path / "elsewhere")
    models = opened(forms.support, runtime="torch", backbone=str(elsewhere))
    assert list(models.routers) == ["support"]
    told = refused(forms.support, runtime="torch", backbone=str(model_folders["roberta"]))
    assert "other weights" in told


def test_cores_are_shared_among_workers(forms: Forms, monkeypatch: pytest.MonkeyPatch) -> None:
    def threads(**settings: Any) -> int:
        panel: Any = opened(forms.bundle, golden=0, **settings).panel
        return int(panel._session.get_session_options().intra_op_num_threads)

    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    assert threads() == 5
    assert threads(workers=2) == 2
    assert threads(workers=9) == 1
    assert threads(workers=2, threads=3) == 3


def test_a_candidate_computes_on_one_core(forms: Forms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    assert open_shadow(Settings(paths=(forms.bundle,))) is None
    candidate = open_shadow(Settings(models=forms.bundle.parent, shadow=forms.bundle, golden=2))
    assert candidate is not None
    panel: Any = candidate.panel
    assert panel._session.get_session_options().intra_op_num_threads == 1
    assert candidate.digest == open_bundle(forms.bundle).digest


def test_what_is_no_artifact(forms: Forms, tmp_path: Path) -> None:
    assert (
        refused(tmp_path / "none")
        == f"{tmp_path / 'none'} is no folder: expected an artifact written by 'pointsman train'"
    )
    assert "is no artifact" in refused(tmp_path)
    copy = shutil.copytree(forms.bundle, tmp_path / "copy")
    with (copy / "router.json").open("a") as stream:
        stream.write(" ")
    assert "router.json has changed" in refused(copy)


# Signatures


def test_a_signature_is_demanded_of_every_folder(forms: Forms, keys: tuple[Path, Path], tmp_path: Path) -> None:
    private, public = keys
    signed = shutil.copytree(forms.support_onnx, tmp_path / "signed")
    sign(signed, private)
    opened(signed, verify_key=public, golden=0)
    assert "is not signed" in refused(forms.bundle, verify_key=public)
    assert f"{forms.pii_onnx} is not signed" in refused(signed, forms.pii_onnx, verify_key=public)
    with (signed / "config.json").open("a") as stream:
        stream.write(" ")
    write_manifest(signed, read_any(signed))
    assert "not as it was signed" in refused(signed, verify_key=public)
    root = tmp_path / "root"
    shutil.copytree(forms.bundle, root / "bundle")
    with pytest.raises(ArtifactError, match="is not signed"):
        open_models(Settings(models=root, verify_key=public))


# Golden rows


def _changed(source: Path, folder: Path, change: Callable[[list[dict[str, Any]]], object]) -> Path:
    """Copy a folder with other golden rows."""
    shutil.copytree(source, folder)
    file = folder / "parity.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]
    change(rows)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    write_manifest(folder, read_any(folder))
    return folder


def _first(rows: list[dict[str, Any]], task: str) -> dict[str, Any]:
    return next(row for row in rows if row["task"] == task and row["margin"] > 1e-3 and len(row["text"]) > 20)


@pytest.mark.parametrize("task", ["support", "pii"])
def test_a_probability_that_is_not_as_it_was_is_refused(forms: Forms, tmp_path: Path, task: str) -> None:
    texts: list[str] = []

    def change(rows: list[dict[str, Any]]) -> None:
        row = _first(rows, task)
        texts.append(row["text"])
        label = max(row["probabilities"], key=row["probabilities"].get)
        row["probabilities"][label] -= 0.01

    bundle = _changed(forms.bundle, tmp_path / "bundle", change)
    told = refused(bundle, golden=10_000)
    assert f"{bundle}: '{task}' (fp32) does not answer its golden rows as it should: 0 of" in told
    assert "a probability is 1.0e-02 off" in told
    assert f"'pointsman verify {bundle}'" in told
    assert texts[0] not in told
    opened(bundle, golden=0)


@pytest.mark.parametrize(
    "change",
    [
        {"label": "other"},
        {"abstained": "turned"},
        {"spans": [{"type": "PERSON", "start": 0, "end": 2, "text": "ab", "score": 0.9}]},
    ],
)
def test_a_decision_that_is_not_as_it_was_is_refused(forms: Forms, tmp_path: Path, change: dict[str, Any]) -> None:
    task = "pii" if "spans" in change else "support"

    def apply(rows: list[dict[str, Any]]) -> None:
        decision = _first(rows, task)["decision"]
        decision.update({key: not decision[key] if value == "turned" else value for key, value in change.items()})

    bundle = _changed(forms.bundle, tmp_path / "bundle", apply)
    assert f"'{task}' (fp32) does not answer its golden rows as it should: 1 of" in refused(bundle, golden=10_000)


def test_rows_of_a_task_that_is_not_there_are_damage(forms: Forms, tmp_path: Path) -> None:
    bundle = _changed(forms.bundle, tmp_path / "bundle", lambda rows: rows[0].update(task="other"))
    assert "a row of task 'other', which is not in it: damaged" in refused(bundle)


def test_what_could_not_be_compared_is_told(forms: Forms, tmp_path: Path) -> None:
    def only_pii(rows: list[dict[str, Any]]) -> None:
        rows[:] = [row for row in rows if row["task"] == "pii"]

    notes: list[str] = []
    part = _changed(forms.bundle, tmp_path / "part", only_pii)
    opened(part, notes=notes)
    assert notes == [f"{part} has no golden rows of 'support': what it decides was not compared with what it should"]
    bare = shutil.copytree(forms.support_onnx, tmp_path / "bare")
    (bare / "parity.jsonl").unlink()
    write_manifest(bare, read_any(bare))
    notes.clear()
    opened(bare, notes=notes)
    (note,) = notes
    assert note.startswith(f"{bare} has no golden rows (parity.jsonl)")


def test_notes_go_to_the_log_when_nobody_is_told(
    forms: Forms, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bare = shutil.copytree(forms.support_onnx, tmp_path / "bare")
    (bare / "parity.jsonl").unlink()
    write_manifest(bare, read_any(bare))
    open_models(Settings(paths=(bare,)))
    assert [record.name for record in caplog.records] == ["pointsman.serving"]


# Discovery


def _copied(source: Path, folder: Path, **changes: Any) -> Path:
    """Copy a folder, its manifest changed."""
    shutil.copytree(source, folder)
    manifest: Any = read_any(folder)
    write_manifest(folder, manifest.model_copy(update=changes))
    return folder


def below(root: Path, **settings: Any) -> tuple[dict[str, str], list[str]]:
    """Return the folder that serves each task, and the notes."""
    notes: list[str] = []
    models = open_models(Settings(models=root, golden=0, **settings), tell=notes.append)
    assert set(models.routers) == set(models.panel.tasks)
    found = models.panel.predict_all(TEXTS, probabilities=True)
    for name, router in models.routers.items():
        assert {one.digest for one in found[name]} == {router.digest}
    return {name: router.path.name for name, router in models.routers.items()}, notes


def test_a_bundle_goes_before_exports_of_single_routers(forms: Forms, tmp_path: Path) -> None:
    _copied(forms.bundle, tmp_path / "together")
    _copied(forms.support_onnx, tmp_path / "alone", created="2099-01-01T00:00:00+00:00")
    _copied(forms.support, tmp_path / "artifact")
    assert below(tmp_path) == ({"support": "together", "pii": "together"}, [])


def test_single_exports_fill_what_no_bundle_serves(forms: Forms, tmp_path: Path) -> None:
    (tmp_path / "bundles").mkdir()
    only = forms_of.bundle([forms.support], tmp_path / "bundles" / "one")
    _copied(forms.support_onnx, tmp_path / "support")
    _copied(forms.pii_onnx, tmp_path / "pii")
    assert below(tmp_path)[0] == {"support": only.name, "pii": "pii"}


def test_of_a_bundle_only_the_tasks_that_it_serves_best(forms: Forms, tmp_path: Path) -> None:
    _copied(forms.bundle, tmp_path / "both")
    newer = forms_of.bundle([forms.support], tmp_path / "newer")
    manifest: Any = read_any(newer)
    write_manifest(newer, manifest.model_copy(update={"created": "2099-01-01T00:00:00+00:00"}))
    assert below(tmp_path)[0] == {"support": "newer", "pii": "both"}
    models = open_models(Settings(models=tmp_path), tell=[].append)
    with pytest.raises(ConfigError, match="no task 'suport' is loaded, did you mean 'support'"):
        models.panel.predict_all(TEXTS, tasks=["suport"])
    assert list(models.panel.predict_all(TEXTS, tasks=["pii"])) == ["pii"]


def test_torch_serves_what_pointsman_artifacts_prefers(forms: Forms, tmp_path: Path) -> None:
    for name in ("support", "pii_onnx", "merged", "support_onnx"):
        _copied(getattr(forms, name), tmp_path / name)
    assert below(tmp_path, runtime="torch")[0] == {"support": "support", "pii": "pii_onnx"}


def test_the_higher_figure_is_preferred_where_asked(forms: Forms, tmp_path: Path) -> None:
    for name, value, created in (("good", 0.9, "2020"), ("newer", 0.8, "2021")):
        manifest: Any = read_any(forms.support_onnx)
        metrics = {**manifest.metrics, "macro_f1": value}
        _copied(forms.support_onnx, tmp_path / name, metrics=metrics, created=f"{created}-01-01T00:00:00+00:00")
    assert below(tmp_path)[0] == {"support": "newer"}
    assert below(tmp_path, prefer="metric")[0] == {"support": "good"}


def test_what_is_not_whole_is_left_out_aloud_or_refused(forms: Forms, tmp_path: Path) -> None:
    broken = _copied(forms.support_onnx, tmp_path / "broken")
    (broken / "tokenizer.json").unlink()
    with pytest.raises(ArtifactError, match=r"nothing whole serves 'support': .*tokenizer.json missing"):
        below(tmp_path)
    _copied(forms.support_onnx, tmp_path / "whole")
    chosen, (note,) = below(tmp_path)
    assert chosen == {"support": "whole"}
    assert note.startswith(f"--models {tmp_path}: not whole, left out: {broken}: tokenizer.json missing")


def test_nothing_to_serve(forms: Forms, tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="is no folder"):
        below(tmp_path / "none")
    with pytest.raises(ArtifactError, match="no whole bundle or ONNX export there or below"):
        below(tmp_path)
    _copied(forms.support, tmp_path / "artifact")
    with pytest.raises(ArtifactError, match="'--runtime torch' serves"):
        below(tmp_path)


def test_an_unreadable_manifest_is_told(forms: Forms, tmp_path: Path) -> None:
    _copied(forms.support_onnx, tmp_path / "whole")
    broken = _copied(forms.support_onnx, tmp_path / "broken")
    (broken / "manifest.json").write_text("{", encoding="utf-8")
    chosen, (note,) = below(tmp_path)
    assert chosen == {"support": "whole"}
    assert str(broken) in note


# What is installed


def test_graphs_are_served_without_torch(forms: Forms) -> None:
    code = (
        "import sys; from pathlib import Path; from pointsman.serving.settings import Settings; "
        "from pointsman.serving.opening import open_models; "
        f"open_models(Settings(paths=[Path({str(forms.bundle)!r})], golden=4)); "
        "print([name for name in ('torch', 'transformers', 'onnx', 'model_signing') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_torch_that_is_not_installed_is_named(forms: Forms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtraError, match=r"pointsman\[train\]"):
        opened(forms.support, runtime="torch")
