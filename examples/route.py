"""Send each text where its router says: to a handler for the label, or to a careful default when it is not sure.

python examples/route.py runs/demo/modality                 three sample texts
python examples/route.py runs/demo/modality prompts.txt     one text a line
"""

import sys
from pathlib import Path

import pointsman
from pointsman.tasks import Decision

SAMPLES = (
    "What is the capital of Australia?",
    "a watercolour of a fox in deep snow",
    "Explain how a suspension bridge carries its load and show me a picture.",
)


def send(text: str, decision: Decision) -> str:
    """Say where the text goes. Put your own models here."""
    if decision.abstained:
        return f"the default model (it may be {decision.label}, {decision.probability:.2f})"
    if decision.truncated:
        return f"{decision.label}, decided on the beginning of the text alone"
    return decision.label


def main() -> None:
    """Load the router once, then decide all texts in one call."""
    router = pointsman.load(sys.argv[1])
    texts = list(SAMPLES)
    if len(sys.argv) > 2:
        texts = [line for line in Path(sys.argv[2]).read_text(encoding="utf-8").splitlines() if line.strip()]
    for text, decision in zip(texts, router.predict(texts), strict=True):
        print(f"{text[:70]}\n  -> {send(text, decision)}")


if __name__ == "__main__":
    main()
