from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from pointsman.launchers import LauncherSettings, launch
from pointsman.pipeline import encode, preprocess, score
from pointsman.pipeline.encode import EncodeOptions
from pointsman.pipeline.preprocess import PreprocessOptions
from pointsman.pipeline.score import ScoreOptions
from tests import seeing

HERE, RAY = LauncherSettings(), LauncherSettings("ray", workers=2)


def files(folder: Path, pattern: str) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob(pattern))}


def test_scores_are_the_bytes_of_the_local_launcher(
    router: Callable[[str, str], Path], draw_texts: Callable[..., list[str]], ray_runtime: str, tmp_path: Path
) -> None:
    rows = [{"id": str(number), "text": text} for number, text in enumerate(draw_texts("fruit", 60))]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    made = {}
    for name, settings in (("here", HERE), ("ray", RAY)):
        options = ScoreOptions(
            (router("bert", "sequence"),), (str(tmp_path / "rows.jsonl"),), str(tmp_path / name), block_rows=8
        )
        result = launch(score.STEP, options, settings)
        made[name] = files(tmp_path / name, "*.parquet")
        assert result.summary["launcher"]["launcher"] == settings.launcher
    assert made["ray"] == made["here"]
    assert len(made["ray"]) == 8


def test_tensors_and_features_are_those_of_the_local_launcher(ray_runtime: str, tmp_path: Path) -> None:
    model = str(seeing.tiny(tmp_path / "vl").path)
    routing = seeing.write_routing(tmp_path / "routing", {"train": 9, "validation": 3, "eval": 4})
    tensors, features = {}, {}
    for name, settings in (("here", HERE), ("ray", RAY)):
        out = tmp_path / name
        launch(preprocess.STEP, PreprocessOptions(routing, out / "tensors", model, shard_mb=1), settings)
        found = launch(encode.STEP, EncodeOptions(out / "tensors", out / "features", precision="fp32"), settings)
        tensors[name] = files(out / "tensors", "*.safetensors")
        features[name] = files(found.path / found.shelf, "*.safetensors")
    assert tensors["ray"] == tensors["here"]
    assert tensors["ray"]
    assert features["ray"] == features["here"]
    assert features["ray"]
