from __future__ import annotations

import pytest
import torch

from pointsman.backbones import hardware
from pointsman.errors import ConfigError


def _machine(monkeypatch: pytest.MonkeyPatch, *, cuda: bool, amx: bool = False, avx: bool = False) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: not including_emulation)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: amx, raising=False)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: avx, raising=False)


@pytest.mark.parametrize(
    ("amx", "avx", "precision", "reason"),
    [
        (True, True, "bf16", "precision: bf16 (CPU has amx)"),
        (False, True, "bf16", "precision: bf16 (CPU has avx512_bf16)"),
        (False, False, "fp32", "precision: fp32 (CPU has no native bf16)"),
    ],
)
def test_auto_on_a_cpu(monkeypatch: pytest.MonkeyPatch, amx: bool, avx: bool, precision: str, reason: str) -> None:
    _machine(monkeypatch, cuda=False, amx=amx, avx=avx)
    found = hardware.choose()
    assert (found.device, found.precision) == ("cpu", precision)
    assert found.reasons == ("device: cpu (no CUDA device)", reason)


def test_auto_takes_the_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    _machine(monkeypatch, cuda=True)
    found = hardware.choose()
    assert (found.device, found.precision) == ("cuda", "bf16")
    assert found.reasons == ("device: cuda (a CUDA device is there)", "precision: bf16 (the GPU has bf16)")


def test_what_is_asked_for_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    _machine(monkeypatch, cuda=True, amx=True)
    found = hardware.choose("cpu", "fp32")
    assert (found.device, found.precision, found.dtype) == ("cpu", "fp32", torch.float32)
    assert found.reasons == ("device: cpu (asked for)", "precision: fp32 (asked for)")
    assert hardware.choose("cpu", "bf16").dtype == torch.bfloat16


def test_cuda_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    _machine(monkeypatch, cuda=False)
    with pytest.raises(ConfigError, match="--device cuda: no CUDA device"):
        hardware.choose("cuda")


def test_batches_fit_a_cpus_cache() -> None:
    # Twice as many in half the bytes; a wider model has fewer, and a GPU many.
    assert hardware.tokens_at_once("cpu", 384, torch.bfloat16) == 2048
    assert hardware.tokens_at_once("cpu", 384, torch.float32) == 1024
    assert hardware.tokens_at_once("cpu", 1024, torch.float32) == 384
    assert hardware.tokens_at_once("cpu", 100_000, torch.float32) == 256
    assert hardware.tokens_at_once("cpu", 8, torch.float32) == hardware.tokens_at_once("cuda", 384, torch.float32)
