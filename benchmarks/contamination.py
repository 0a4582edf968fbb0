"""Contamination: planted copies all caught, and the real sets compared in time.

    .venv/bin/python benchmarks/contamination.py [--planted 300]

Planted: evaluation questions of 13 words or more drawn by seed are put among GSM8K's training rows in three disguises,
as they are; in capitals with other spacing and punctuation; and a run of 13 of their words within other text. Shorter
questions are planted in the first two. Timed: MMLU-Pro's 9,676 questions against GSM8K's 7,473 training rows.

Bars: every planted row found; the real sets in under 30 s. Listed: what the real sets share.
"""

from __future__ import annotations

import random
import re
import time
from pathlib import Path

import common

NAME = "contamination"
SECONDS = 30.0


def disguised(text: str, draw: random.Random) -> str:
    words = re.sub(r"[,;:.?!]", " ", text).upper().split()
    return "  ".join(words[:1] + [draw.choice(("", "\t", "\n ")) + word for word in words[1:]]) + " ?!"


def within(text: str, draw: random.Random) -> str:
    words = re.findall(r"\w+", text)
    start = draw.randrange(len(words) - 12)
    return (
        f"A farmer thinks of this: {' '.join(words[start : start + 13])}, and then he counts his hens {draw.random()}."
    )


def main() -> None:
    parser = common.parser(__doc__, NAME, seeds=(), recipe=False)
    parser.add_argument("--planted", type=int, default=300, help="questions planted in each disguise")
    args = parser.parse_args()
    from pointsman.data.contamination import check

    held = [row["question"] for row in common.read_jsonl(common.data_file("mmlu_pro.jsonl.gz"))]
    training = [row["question"] for row in common.read_jsonl(common.data_file("solver_gsm8k_train.jsonl.gz"))]
    begun = time.perf_counter()
    real = check(training, held)
    seconds = time.perf_counter() - begun
    print("\n".join(real.told(20)))
    draw = random.Random(0)
    long = draw.sample([text for text in held if len(re.findall(r"\w+", text)) >= 13], args.planted)
    short = draw.sample([text for text in held if 3 <= len(re.findall(r"\w+", text)) < 13], args.planted)
    planted = {
        "exact": long,
        "case and spacing": [disguised(text, draw) for text in long],
        "13 words within other text": [within(text, draw) for text in long],
        "exact, short": short,
        "case and spacing, short": [disguised(text, draw) for text in short],
    }
    base = training[: args.planted]
    rows: dict[str, dict[str, object]] = {}
    for kind, texts in planted.items():
        found = check([*base, *texts], held)
        caught = sum(row >= len(base) for row in found.rows)
        rows[kind] = {"planted": len(texts), "caught": caught, "by_kind": found.counts}
        print(f"{kind}: {caught} of {len(texts)} caught, {found.counts}")
    met = seconds < SECONDS and all(row["caught"] == row["planted"] for row in rows.values())
    print(
        f"{len(held):,} questions against {len(training):,} rows: {seconds:.1f} s (bar {SECONDS:.0f}); bars met: {met}"
    )
    common.write_jsonl(
        Path(args.out).with_suffix(".jsonl"), [{"seconds": seconds, "planted": rows, "real": real.to_dict()}]
    )


if __name__ == "__main__":
    main()
