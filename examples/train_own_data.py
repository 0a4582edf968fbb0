"""Train a router on your own rows from Python, and ask it.

python examples/train_own_data.py                       a small set written from the embedded data
python examples/train_own_data.py rows.jsonl runs/mine  your file (text, label; group and split if you have them)
"""

import json
import sys
import tempfile
from pathlib import Path

import pointsman
from pointsman.data import embedded
from pointsman.pipeline.options import DataOptions, TrainOptions
from pointsman.pipeline.train import train


def sample_file(folder: Path) -> Path:
    """Write a file as you would bring one: three of the embedded intents, one JSON object a line."""
    wanted = ("calculation", "scheduling", "communication")
    rows = [row for row in embedded.load("intent") if row.label in wanted]
    file = folder / "requests.jsonl"
    with file.open("w", encoding="utf-8") as stream:
        for row in rows:
            # Rows of one group (a template, an author, a conversation) never stand on both sides of the split.
            stream.write(json.dumps({"text": row.text, "label": row.label, "group": row.group}) + "\n")
    return file


def main() -> None:
    """Train, print the figures, route one text."""
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(sys.argv[1]) if len(sys.argv) > 1 else sample_file(Path(scratch))
        out = Path(sys.argv[2]) if len(sys.argv) > 2 else Path("runs/own-data")
        result = train(
            TrainOptions(
                name="requests",
                data=DataOptions(path=data),
                overrides={"max_samples": 600, "epochs": 5},  # leave both out for the real thing
                out=out,
                overwrite=True,
            )
        )
    figures = result.results
    low, high = figures["intervals"]["accuracy"]
    print(f"accuracy {figures['accuracy']:.3f} ({low:.3f} to {high:.3f}) on {figures['n']} {figures['split']} rows")
    print(figures["verdict"])
    router = pointsman.load(out)
    decision = router.predict(["Remind me to call the dentist on Monday."])[0]
    print(decision.label, f"{decision.probability:.2f}", "not sure" if decision.abstained else "sure")


if __name__ == "__main__":
    main()
