"""Trunk encoding over URLs, and as Modal's containers do it: the bytes that it writes here."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pointsman.launchers import launch
from pointsman.launchers.modal_app import build_app
from pointsman.launchers.modal_settings import ModalSettings
from pointsman.launchers.places import StagedWorker, staged_step
from pointsman.pipeline.encode_texts import STEP, EncodeTextsOptions
from tests.launchers.buckets import BUCKET, Bucket, bucket, server  # noqa: F401 - fixtures
from tests.launchers.modal_account import mounted_volumes, no_account  # noqa: F401 - fixtures
from tests.launchers.test_modal_app import content, whole


@pytest.fixture
def here(support_file: Path, model_folders: dict[str, Path], tmp_path: Path) -> EncodeTextsOptions:
    """Options whose work is done here already."""
    options = EncodeTextsOptions(support_file, tmp_path / "here", str(model_folders["bert"]), precision="fp32")
    launch(STEP, options)
    return options


def shards(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: raw for name, raw in files.items() if name.endswith(".safetensors")}


def test_urls(bucket: Bucket, here: EncodeTextsOptions, support_file: Path, tmp_path: Path) -> None:  # noqa: F811
    data = Path(bucket.write("in/rows.jsonl", support_file.read_bytes()))
    options = replace(here, data=data, out=Path(f"s3://{BUCKET}/store"))
    assert str(launch(STEP, options).path) == f"s3://{BUCKET}/store"
    assert bucket.put()[-1] == "store/encode.json"
    made = {name: bucket.read(f"store/{name}") for name in bucket.keys("store")}
    assert shards(made) == shards(content(tmp_path / "here")) != {}
    shelf = next(iter(json.loads(made["encode.json"])["shelves"].values()))
    assert shelf["data"]["path"] == f"s3://{BUCKET}/in/rows.jsonl"
    assert launch(STEP, options).summary["computed"] == 0


def test_a_worker_with_copies_of_its_own(
    bucket: Bucket,  # noqa: F811
    here: EncodeTextsOptions,
    support_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bucket.write("in/deep/rows.jsonl", support_file.read_bytes())
    options = replace(here, data=Path(f"s3://{BUCKET}/in"), out=Path(f"s3://{BUCKET}/store"))
    with staged_step(STEP, options) as place:
        plan = place.plan()
        monkeypatch.setenv("POINTSMAN_PLACES", str(tmp_path / "another machine"))
        worker = StagedWorker(STEP, place.away(plan))
        reports = [worker(json.loads(json.dumps(block))) for block in plan.blocks]
        worker.close()
        monkeypatch.setenv("POINTSMAN_PLACES", str(tmp_path / "places"))
        assert place.finish(plan, [*plan.reports, *reports]).summary["computed"] == 120
    made = {name: bucket.read(f"store/{name}") for name in bucket.keys("store")}
    assert shards(made) == shards(content(tmp_path / "here"))


@pytest.mark.usefixtures("no_account")
def test_modal(here: EncodeTextsOptions, volumes: Callable[[str], Path], support_file: Path, tmp_path: Path) -> None:
    shutil.copytree(str(here.model), volumes("moe-lora-checkpoints/model"))
    volumes("moe-lora-data/rows.jsonl").write_bytes(support_file.read_bytes())
    there: Any = EncodeTextsOptions(
        Path("volume:moe-lora-data/rows.jsonl"),
        Path("volume:routing-output/store"),
        "volume:moe-lora-checkpoints/model",
        precision="fp32",
    )
    found = whole(build_app(ModalSettings()), there, "encode texts", tmp_path)
    assert str(found.path) == "volume:routing-output/store"
    assert shards(content(volumes("routing-output/store"))) == shards(content(tmp_path / "here")) != {}
