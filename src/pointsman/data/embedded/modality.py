"""Embedded rows of the modality task: AR (a text answer), DIFFUSION (an image), BOTH (words and an image).

Takes a seed, gives distinct rows; the patterns stand in `modality_text`, `modality_text_more`,
`modality_image` and `modality_both`.
"""

from __future__ import annotations

from dataclasses import replace

from pointsman.data.embedded import modality_both, modality_image, modality_text, modality_text_more
from pointsman.data.embedded.grammar import Template, expand
from pointsman.data.example import Example

__all__ = ["BOTH_SEEDS", "rows"]

BOTH_SEEDS = modality_both.SEEDS
"""Requests for text and image together, written by hand; each is its own group."""


def _templates(label: str, patterns: str) -> list[Template]:
    """One template a line; `\\n` in a line stands for a line break."""
    return [Template(label, line.replace(r"\n", "\n")) for line in patterns.strip().splitlines()]


def rows(seed: int = 0) -> list[Example]:
    """Return distinct rows of all three labels; the same seed gives the same rows."""
    asks = _templates("AR", modality_text.PATTERNS) + _templates("AR", modality_text_more.PATTERNS)
    made = expand(asks, modality_text.FILLERS | modality_text_more.FILLERS, per_template=8, seed=seed)
    contrast = _templates("AR", modality_text_more.CONTRAST_PATTERNS)
    words = modality_image.FILLERS | modality_text.FILLERS | modality_text_more.FILLERS
    made += expand(contrast, words, per_template=6, seed=seed)
    made += expand(_templates("DIFFUSION", modality_image.PATTERNS), modality_image.FILLERS, per_template=7, seed=seed)
    made += expand([Template("BOTH", text) for text in BOTH_SEEDS], {}, per_template=1, seed=seed)
    made += expand(_templates("BOTH", modality_both.PATTERNS), modality_both.FILLERS, per_template=12, seed=seed)
    seen: set[str] = set()
    kept: list[Example] = []
    for row in made:
        # ⟦ and ⟧ stand for the braces of code, which the grammar would take for slots.
        text = " ".join(row.text.split(" ")).strip().replace("⟦", "{").replace("⟧", "}")
        if text.casefold() not in seen:
            seen.add(text.casefold())
            kept.append(replace(row, text=text))
    return kept
