"""GPUs of Modal by name, and what is surely none of them: a known name written wrong.

Modal takes any text and says only when the app runs that it has no such GPU. A newer Modal knows more than stand here,
so a name is refused only where it is a known one with its characters in disorder, or an O for a zero.
"""

from __future__ import annotations

import re

from pointsman.errors import ConfigError, nearest

KNOWN = (
    "T4",
    "L4",
    "A10",
    "A10G",
    "A100",
    "A100-40GB",
    "A100-80GB",
    "L40S",
    "H100",
    "H200",
    "B200",
    "RTX-PRO-6000",
    "any",
)

_WRITTEN = re.compile(r"(?P<kind>[A-Za-z0-9-]+)[!+]?(?::[1-9][0-9]*)?")
_ALIKE = str.maketrans({"O": "0", "I": "1", "-": None})


def check_gpu(typed: str) -> None:
    """Refuse what is no GPU: not written like one, or a known one misspelt. Small letters are in order, for Modal too.

    Args:
        typed: `L40S`, `H100:2`, `H100!` (no larger one in its place) or `B200+` (that or a newer one).

    Raises:
        ConfigError: it is none.
    """
    found = _WRITTEN.fullmatch(typed)
    if found is None:
        raise ConfigError(f"gpu {typed!r}: write a kind such as L40S, or H100:2 for two")
    kind = found["kind"]
    if not _is_known(kind) and (meant := [one for one in KNOWN if _signs(one) == _signs(kind)]):
        raise ConfigError(f"gpu {typed!r}: no such GPU, did you mean '{meant[0]}'? (known here: {', '.join(KNOWN)})")


def unknown_gpu(typed: str) -> str | None:
    """Return a line about a GPU that is not known here, though a newer Modal may have it; None: it is known."""
    found = _WRITTEN.fullmatch(typed)
    if found is None or _is_known(found["kind"]):
        return None
    return f"gpu {typed}: not among those known here{nearest(found['kind'], KNOWN)} ({', '.join(KNOWN)}): Modal decides"


def _is_known(kind: str) -> bool:
    return kind.upper() in {one.upper() for one in KNOWN}


def _signs(kind: str) -> list[str]:
    return sorted(kind.upper().translate(_ALIKE))
