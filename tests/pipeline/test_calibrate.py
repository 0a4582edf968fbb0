from __future__ import annotations

from pathlib import Path

import pytest

from pointsman.artifacts.signing import sign, verify
from pointsman.errors import ArtifactError, ConfigError
from pointsman.pipeline.calibrate import calibrate
from pointsman.pipeline.evaluate import compare
from pointsman.pipeline.options import DataOptions
from tests.pipeline.tells import Tells


def test_a_signature_of_the_rule_before_is_told(artifact_copy: Path, keys: tuple[Path, Path]) -> None:
    sign(artifact_copy, keys[0])
    verify(artifact_copy, keys[1])
    tells = Tells()
    calibrate(artifact_copy, "coverage=0.5", progress=tells)
    (line,) = tells.lines
    assert line.startswith(f"{artifact_copy}/model.sig ")
    assert f"sign again with 'pointsman sign {artifact_copy} --sign-key KEY'" in line
    with pytest.raises(ArtifactError, match=r"not as it was signed: changed: .*manifest\.json"):
        verify(artifact_copy, keys[1])
    sign(artifact_copy, keys[0])
    verify(artifact_copy, keys[1])


def test_nothing_is_said_of_a_signature_that_is_not_there(artifact_copy: Path) -> None:
    tells = Tells()
    calibrate(artifact_copy, "coverage=0.5", progress=tells)
    assert tells.lines == []


def test_what_the_hub_adds_stays_and_is_not_recorded(artifact_copy: Path) -> None:
    (artifact_copy / "README.md").write_text("card", encoding="utf-8")
    artifact, _ = calibrate(artifact_copy, "coverage=0.5")
    assert (artifact_copy / "README.md").read_text(encoding="utf-8") == "card"
    assert "README.md" not in artifact.manifest.files


def test_rows_that_were_trained_on_choose_nothing_and_are_told(artifact_copy: Path, support_file: Path) -> None:
    with pytest.raises(ConfigError, match=r"support\.jsonl: its rows were trained on"):
        calibrate(artifact_copy, "coverage=0.5", DataOptions(path=support_file))
    found = compare(artifact_copy, artifact_copy, DataOptions(path=support_file))
    assert found["warnings"] == [f"these rows (all) of support.jsonl trained {artifact_copy}: not a test of it"] * 2
    other = support_file.parent / "others.jsonl"
    other.write_text(support_file.read_text() + '{"text": "one more", "label": "tool"}\n')
    assert compare(artifact_copy, artifact_copy, DataOptions(path=other))["warnings"] == []
