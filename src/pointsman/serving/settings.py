"""How a server is run: one value from flags, a YAML file (`--config`) or both; flags win."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pointsman.data.pictures import MAX_BYTES
from pointsman.errors import ConfigError, nearest

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Key(BaseModel):
    """Who may ask.

    Attributes:
        name: of whom, for logs and metrics.
        sha256: of the key, in hexadecimal: `printf %s KEY | sha256sum`.
        admin: may call `/admin/…` as well.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(min_length=1, max_length=64)
    sha256: Digest
    admin: bool = False


class Limits(BaseModel):
    """Beyond these a request is refused, not computed.

    Attributes:
        body_bytes: of a request's body (413).
        texts: in a batch (400).
        text_characters: of one text (400).
        concurrent: requests being answered (429).
        queue: texts that wait to be decided (503).
        seconds: until a request that is not answered is given up (503); a client may ask for less.
        header_seconds: for a client to send its request whole (408).
        image_bytes: of an image for the stack, encoded (413).
        new_tokens: that a client may ask an expert for (400).
        route_queue: requests that wait for the stack (503).
        route_seconds: as `seconds`, for the stack.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    body_bytes: int = Field(default=4 * 2**20, ge=1)
    texts: int = Field(default=256, ge=1)
    text_characters: int = Field(default=32_768, ge=1)
    concurrent: int = Field(default=256, ge=1)
    queue: int = Field(default=512, ge=1)
    seconds: float = Field(default=10.0, gt=0)
    header_seconds: float = Field(default=10.0, gt=0)
    image_bytes: int = Field(default=MAX_BYTES, ge=1, le=MAX_BYTES)
    new_tokens: int = Field(default=2048, ge=1)
    route_queue: int = Field(default=16, ge=1)
    route_seconds: float = Field(default=120.0, gt=0)


class Settings(BaseModel):
    """Everything that `pointsman serve` can be told; names are those of the flags.

    Attributes:
        paths: bundles, exports and artifacts to serve.
        models: a folder in which the preferred artifact of each task is found.
        prefer: how, see `pointsman artifacts`.
        host, port: to listen on.
        runtime: `onnx`: bundles and ONNX exports; `torch`: artifacts and merged exports as well.
        device: for torch.
        backbone: where artifacts' backbone is now.
        precision: of ONNX graphs; None: each one's default.
        threads: of one pass of an ONNX graph; None: all cores shared among `workers`.
        workers: batches computed side by side.
        max_batch: texts in a batch.
        batch_delay_ms: that a batch may wait for more texts, while others are asked for.
        cache: texts whose decisions are kept; 0: none.
        stack: file of experts that answer at `/api/v1/route`; None: none do.
        stack_workers: requests that the stack answers side by side.
        stack_device: for the stack's models; None: as it is by default.
        shadow: a candidate that runs beside the live models.
        shadow_share: of the texts that it decides as well, 0..1.
        verify_key: public key that must have signed all that is loaded.
        golden: golden rows of each task that are replayed before models are taken into service; 0: none.
        keys: who may ask; none: everybody (on loopback).
        limits: see `Limits`.
        tls_cert, tls_key: PEM files.
        log: `text`, `json`, or `off`.
        log_file: instead of standard error.
        log_texts: put texts of requests into the log.
        stop_seconds: that a graceful stop may take.
        page: serve the page for people.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    paths: tuple[Path, ...] = ()
    models: Path | None = None
    prefer: Literal["architecture", "metric"] = "architecture"
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    runtime: Literal["onnx", "torch"] = "onnx"
    device: str = "cpu"
    backbone: str | None = None
    precision: str | None = None
    threads: int | None = Field(default=None, ge=1)
    workers: int = Field(default=1, ge=1)
    max_batch: int = Field(default=32, ge=1)
    batch_delay_ms: float = Field(default=2.0, ge=0, le=1000)
    cache: int = Field(default=1024, ge=0)
    stack: Path | None = None
    stack_workers: int = Field(default=1, ge=1)
    stack_device: str | None = None
    shadow: Path | None = None
    shadow_share: float = Field(default=0.1, ge=0, le=1)
    verify_key: Path | None = None
    golden: int = Field(default=16, ge=0)
    keys: tuple[Key, ...] = ()
    limits: Limits = Limits()
    tls_cert: Path | None = None
    tls_key: Path | None = None
    log: Literal["text", "json", "off"] = "text"
    log_file: Path | None = None
    log_texts: bool = False
    stop_seconds: float = Field(default=30.0, gt=0)
    page: bool = True

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def key_of(self, given: str) -> Key | None:
        """Return whose key this is; takes as long for every wrong one."""
        digest = hashlib.sha256(given.encode("utf-8", "surrogateescape")).hexdigest()
        found = None
        for key in self.keys:
            if hmac.compare_digest(digest, key.sha256):
                found = key
        return found


def read_settings(file: Path | None, flags: dict[str, Any]) -> Settings:
    """Return the settings of a file, with what was typed over it.

    Args:
        file: YAML; paths in it are relative to its folder.
        flags: what was given on the command line; those of `limits` stand in a dictionary of that name.

    Raises:
        ConfigError: unreadable, unknown or senseless settings.
    """
    content: dict[str, Any] = {}
    if file is not None:
        content = _content(file)
    limits = content.get("limits", {})
    content |= flags
    if "limits" in flags:  # what is no mapping is refused below
        content["limits"] = {**limits, **flags["limits"]} if isinstance(limits, dict) else limits
    where = "serve" if file is None else str(file)
    try:
        settings = Settings.model_validate(content)
    except ValidationError as error:
        raise ConfigError(f"{where}: {_told(error)}") from None
    _check(settings)
    return settings


_PATHS = ("models", "stack", "shadow", "verify_key", "tls_cert", "tls_key", "log_file")


def _content(file: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"--config {file}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"--config {file} is no YAML: {' '.join(str(error).split())[:200]}") from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigError(f"--config {file}: expected 'setting: value' lines, found {type(content).__name__}")
    # A name with nothing behind it is as if it were not there; `off` without quotes is a word of YAML's.
    content = {str(key): value for key, value in content.items() if value is not None}
    if content.get("log") is False:
        content["log"] = "off"
    for name in _PATHS:
        if isinstance(content.get(name), str):
            content[name] = file.parent / content[name]
    if isinstance(content.get("paths"), list):
        content["paths"] = [file.parent / path if isinstance(path, str) else path for path in content["paths"]]
    return content


def _told(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        known = Limits.model_fields if place.startswith("limits.") else Settings.model_fields
        return f"no setting '{place}'{nearest(place.removeprefix('limits.'), known)}"
    return f"'{place}': {first['msg']}"


def _check(settings: Settings) -> None:
    nothing = not settings.paths and settings.models is None
    if nothing and settings.stack is None:
        raise ConfigError(
            "name a bundle, an export or an artifact to serve, a folder of them with --models, or experts with --stack"
        )
    if nothing and settings.shadow is not None:
        raise ConfigError(f"--shadow {settings.shadow} runs beside live models, and none is named: name a bundle")
    if nothing and settings.device != "cpu":
        raise ConfigError(f"--device {settings.device} is for models, and none is named: a stack has --stack-device")
    if settings.stack is None and settings.stack_device is not None:
        raise ConfigError(f"--stack-device {settings.stack_device} is for a stack: name its experts with --stack")
    if settings.paths and settings.models is not None:
        raise ConfigError("--models chooses the artifacts itself: name paths or --models, not both")
    if settings.limits.texts > settings.limits.queue:
        raise ConfigError(
            f"a batch of {settings.limits.texts} texts would never find room among {settings.limits.queue} that may "
            "wait: lower --max-texts or raise --max-queue"
        )
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise ConfigError("TLS needs both --tls-cert and --tls-key")
    for flag, file in (
        ("--tls-cert", settings.tls_cert),
        ("--tls-key", settings.tls_key),
        ("--verify-key", settings.verify_key),
    ):
        if file is not None and not file.is_file():
            raise ConfigError(f"{flag} {file}: no such file")
    if len({key.name for key in settings.keys}) < len(settings.keys):
        raise ConfigError("keys: two have the same name")
    if len({key.sha256 for key in settings.keys}) < len(settings.keys):
        raise ConfigError("keys: two are the same key")
