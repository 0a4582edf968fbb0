"""Which device and number format to compute in, with the reason, for people and manifests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pointsman.errors import ConfigError

if TYPE_CHECKING:
    import torch

# Bytes of a batch's widest activation that a small CPU's cache takes: 2,048 tokens of MiniLM in bf16, 1,024 in fp32.
_CACHED = 6 * 2**20
# On a GPU batches are to be large, and are bounded by memory alone.
_GPU_TOKENS = 8192

Device = Literal["auto", "cpu", "cuda"]
Precision = Literal["auto", "bf16", "fp32"]


@dataclass(frozen=True)
class Hardware:
    """A resolved choice.

    Attributes:
        device: `cpu` or `cuda`.
        precision: format of the frozen weights and activations while training (LoRA stays fp32).
        reasons: one line for each choice.
    """

    device: str
    precision: str
    reasons: tuple[str, ...]

    @property
    def dtype(self) -> torch.dtype:
        """The torch dtype of frozen weights and activations."""
        import torch

        return torch.bfloat16 if self.precision == "bf16" else torch.float32


def choose(device: Device = "auto", precision: Precision = "auto") -> Hardware:
    """Resolve `auto` against this machine.

    Raises:
        ConfigError: CUDA was asked for and there is none.
    """
    import torch

    cuda = torch.cuda.is_available()
    if device == "cuda" and not cuda:
        raise ConfigError("--device cuda: no CUDA device is visible to torch (use --device cpu or auto)")
    chosen = "cuda" if device == "cuda" or (device == "auto" and cuda) else "cpu"
    why = "asked for" if device != "auto" else ("a CUDA device is there" if cuda else "no CUDA device")
    reasons = [f"device: {chosen} ({why})"]
    if precision != "auto":
        reasons.append(f"precision: {precision} (asked for)")
        return Hardware(chosen, precision, tuple(reasons))
    if chosen == "cuda":
        native = torch.cuda.is_bf16_supported(including_emulation=False)
        reason = "the GPU has bf16" if native else "the GPU lacks bf16"
    else:
        native, reason = _cpu_bf16()
    reasons.append(f"precision: {'bf16' if native else 'fp32'} ({reason})")
    return Hardware(chosen, "bf16" if native else "fp32", tuple(reasons))


def tokens_at_once(device: str, width: int, dtype: torch.dtype) -> int:
    """Return how many padded tokens a batch should have: on a CPU as many as its cache takes, see docs/log.md.

    Args:
        device: `cpu` or `cuda`.
        width: of the model's hidden states; its feed-forward layers are taken to be four times as wide.
        dtype: of its activations.
    """
    if device != "cpu":
        return _GPU_TOKENS
    return max(256, min(_GPU_TOKENS, _CACHED // (4 * width * dtype.itemsize)))


def _cpu_bf16() -> tuple[bool, str]:
    """Tell whether the CPU multiplies bf16 natively; emulated bf16 is slower than fp32."""
    import torch

    for flag, name in (("_is_amx_tile_supported", "amx"), ("_is_avx512_bf16_supported", "avx512_bf16")):
        probe = getattr(torch.cpu, flag, None)
        if probe is not None and probe():
            return True, f"CPU has {name}"
    return False, "CPU has no native bf16"
