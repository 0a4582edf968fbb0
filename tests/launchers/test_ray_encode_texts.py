"""Trunk encoding on Ray: the bytes that one process writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pointsman.launchers import LauncherSettings, launch
from pointsman.pipeline.encode_texts import STEP, EncodeTextsOptions


@pytest.mark.usefixtures("ray_runtime")
def test_two_workers_write_the_bytes_of_the_local_launcher(
    draw_texts: Callable[..., list[str]], model_folders: dict[str, Path], tmp_path: Path
) -> None:
    texts = [text for label in ("animal", "fruit", "tool") for text in draw_texts(label, 700)]
    for part, some in (("train", texts[:1500]), ("test", texts[1200:])):
        (tmp_path / "rows").mkdir(exist_ok=True)
        lines = "".join(json.dumps({"text": text, "label": "x"}) + "\n" for text in some)
        (tmp_path / "rows" / f"{part}.jsonl").write_text(lines)
    made = {}
    for name, settings in (("here", LauncherSettings()), ("ray", LauncherSettings("ray", workers=2))):
        out = tmp_path / name
        options = EncodeTextsOptions(tmp_path / "rows", out, str(model_folders["bert"]), depths=(1, 2))
        found = launch(STEP, options, settings)
        made[name] = {str(file.relative_to(out)): file.read_bytes() for file in out.rglob("*.safetensors")}
        assert found.summary["computed"] == 2 * len(set(texts))
        assert found.summary["launcher"]["launcher"] == settings.launcher
    assert made["ray"] == made["here"]
    assert len(made["ray"]) == 10
