"""modal.yaml: what it says, what is wrong in it, and what holds without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pointsman.errors import ConfigError
from pointsman.launchers.modal_settings import ModalSettings, Resources, Volumes, read_modal_settings

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "modal.yaml"


def read(tmp_path: Path, text: str) -> ModalSettings:
    file = tmp_path / "modal.yaml"
    file.write_text(text, encoding="utf-8")
    return read_modal_settings(file)


def test_without_a_file_there_are_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = read_modal_settings()
    assert found == ModalSettings()
    assert found.volumes.names == (
        "moe-lora-data",
        "moe-lora-checkpoints",
        "claimhawk-training-data",
        "routing-output",
    )
    assert found.cache == "volume:moe-lora-checkpoints/huggingface"
    assert found.resources("encode").gpu == "L40S"
    assert found.resources("data build") == Resources()


def test_a_file_in_the_working_directory_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read(tmp_path, "app: mine\n")
    monkeypatch.chdir(tmp_path)
    assert read_modal_settings().app == "mine"


def test_the_example_is_read_and_its_volumes_are_the_defaults() -> None:
    found = read_modal_settings(EXAMPLE)
    assert found.volumes == Volumes()
    assert (found.resources("train").gpu, found.resources("train").gpus) == ("L40S:2", 2)
    assert found.resources("evaluate").gpu is None
    assert found.resources("preprocess").workers == 2
    assert found.resources("encode").timeout_minutes == 240
    assert found.image.python == "3.11"


def test_a_step_keeps_the_defaults_that_the_file_does_not_name(tmp_path: Path) -> None:
    one = read(tmp_path, "steps: {encode: {gpu: H100}}").resources("encode")
    assert (one.gpu, one.memory_gb) == ("H100", 32.0)
    assert read(tmp_path, "steps: {encode: {gpu: null}}").resources("encode").gpu is None
    assert read(tmp_path, "steps: {encode: }").resources("encode") == ModalSettings().resources("encode")


def test_volumes_are_renamed_and_the_cache_goes_with_them(tmp_path: Path) -> None:
    found = read(tmp_path, "volumes: {checkpoints: weights, more: [screens]}")
    assert found.volumes.names == ("moe-lora-data", "weights", "claimhawk-training-data", "routing-output", "screens")
    assert found.cache == "volume:weights/huggingface"


def test_source_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "pyproject.toml").touch()
    assert read(tmp_path, "image: {pointsman: ./code}").image.source == tmp_path / "code"
    assert read(tmp_path, "image: {pointsman: pointsman==1.2}").image.source is None
    with pytest.raises(ConfigError, match=r"no folder with Pointsman's pyproject.toml"):
        _ = read(tmp_path, "image: {pointsman: ./other}").image.source


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("vollumes: {}", r"no setting 'vollumes', did you mean 'volumes'\?"),
        ("volumes: {datas: x}", r"no setting 'volumes.datas', did you mean 'data'\?"),
        ("image: {pyhton: '3.11'}", r"no setting 'image.pyhton', did you mean 'python'\?"),
        ("image: {python: 3.11}", r"image.python is 3.11"),
        ("image: {pip: numpy}", r"image.pip is 'numpy'"),
        ("steps: {encod: {gpu: L40S}}", r"no step 'encod', did you mean 'encode'\?"),
        ("steps: {encode: {gpus: 2}}", r"no setting 'steps.encode.gpus', did you mean 'gpu'\?"),
        ("steps: {encode: {gpu: 'H100:none'}}", r"steps.encode.gpu 'H100:none'"),
        ("steps: {encode: {memory_gb: much}}", r"steps.encode.memory_gb is 'much'"),
        ("steps: {encode: {timeout_minutes: 0}}", r"steps.encode.timeout_minutes 0"),
        ("steps: {encode: {timeout_minutes: 2000}}", r"Modal stops a function after 1440"),
        ("steps: {encode: {workers: true}}", r"steps.encode.workers is True"),
        ("steps: {encode: 3}", r"steps.encode: write lines below it"),
        ("steps: 3", r"steps: write a step's name"),
        ("volumes: {data: 'a b'}", r"volume 'a b': use 1 to 64 letters"),
        ("app: 'a b'", r"app 'a b'"),
        ("secrets: huggingface", r"secrets is 'huggingface'"),
        ("hub_cache: volume:nowhere/x", r"volume:nowhere: no such volume"),
        ("hub_cache: /cache", r"hub_cache /cache: name a place on a volume"),
        ("file: x", r"no setting 'file'"),
        ("- app", r"write lines such as"),
        ("app: [", r"is no YAML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as error:
        read(tmp_path, text)
    assert "modal.yaml" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none.yaml: No such file"):
        read_modal_settings(tmp_path / "none.yaml")
