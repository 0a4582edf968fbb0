"""What is compared, by the names under which a replay tells of it; in the order in which it is told."""

from __future__ import annotations

LABELS = "label order"
TOKENISATION = "tokenisation"
TRUNCATION = "truncation"
OFFSETS = "offsets"
BATCHED = "single vs batched"
RIGHT = "padded right, other lengths"
LEFT = "padded left"
LOGITS = "logits"
PROBABILITIES = "probabilities"
DECISIONS = "decisions"
SPANS = "entities"
ACCURACY = "accuracy"
